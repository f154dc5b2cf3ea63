(type_spec name: (_) @name type: (struct_type (field_declaration_list) @body)) @type
(type_spec name: (_) @name type: (interface_type "{" @body)) @interface
(type_spec name: (_) @name) @type
(type_alias name: (_) @name) @type
(field_declaration name: (_) @name) @field
(field_declaration !name type: (_) @base)
(method_elem name: (_) @name) @method
(interface_type (type_elem . (_) @base .))
(function_declaration name: (_) @name) @function
(method_declaration receiver: (parameter_list (parameter_declaration type: (_) @owner)) name: (_) @name) @method
(const_spec name: (identifier) @name) @constant
(var_spec name: (identifier) @name) @variable
(package_clause (_) @name) @module
(type_declaration) @wrap
(const_declaration) @wrap
(var_declaration) @wrap
(func_literal) @local
