(contract_declaration name: (_) @name) @type
(library_declaration name: (_) @name) @type
(struct_declaration name: (_) @name) @type
(interface_declaration name: (_) @name) @interface
(enum_declaration name: (_) @name) @enumeration
(enum_declaration (enum_body (enum_value) @name @enum_case))
(function_definition name: (_) @name return_type: (return_type_definition . (parameter type: (_) @returns) .)) @function
(function_definition name: (_) @name) @function
(modifier_definition name: (_) @name) @function
(event_definition name: (_) @name) @function
(error_declaration name: (_) @name) @function
(constructor_definition "constructor" @name) @method
(struct_member name: (_) @name) @field
(state_variable_declaration name: (_) @name) @field
(constant_variable_declaration name: (_) @name) @constant
(user_defined_type_definition name: (_) @name) @type
(inheritance_specifier ancestor: (_) @base)
