(package_declaration (_) @name) @module
(class_declaration name: (_) @name) @type
(record_declaration name: (_) @name) @type
(interface_declaration name: (_) @name) @interface
(annotation_type_declaration name: (_) @name) @interface
(enum_declaration name: (_) @name) @enumeration
(enum_constant name: (_) @name) @enum_case
(method_declaration name: (_) @name) @method
(function_definition name: (_) @name) @function
(constructor_declaration name: (_) @name) @method
(field_declaration declarator: (variable_declarator name: (_) @name)) @field
(local_variable_declaration declarator: (variable_declarator name: (_) @name)) @variable
(closure) @local
