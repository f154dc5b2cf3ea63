(namespace_declaration name: (_) @name) @module
(file_scoped_namespace_declaration name: (_) @name) @module
(class_declaration name: (_) @name) @type
(struct_declaration name: (_) @name) @type
(record_declaration name: (_) @name) @type
(delegate_declaration name: (_) @name) @type
(interface_declaration name: (_) @name) @interface
(enum_declaration name: (_) @name) @enumeration
(enum_member_declaration name: (_) @name) @enum_case
(method_declaration name: (_) @name) @method
(constructor_declaration name: (_) @name) @method
(destructor_declaration name: (_) @name) @method
(local_function_statement name: (_) @name) @function
(property_declaration name: (_) @name accessors: (_) @body) @field
(property_declaration name: (_) @name value: (_) @body) @field
(event_declaration name: (_) @name) @field
(field_declaration (variable_declaration type: (_) @returns (variable_declarator name: (_) @name))) @field
(event_field_declaration (variable_declaration type: (_) @returns (variable_declarator name: (_) @name))) @field
(record_declaration (parameter_list (parameter name: (_) @name) @field))
(lambda_expression) @local
