(class_definition name: (_) @name) @type
(mixin_declaration (identifier) @name . (_)* (class_body) @body) @type
(extension_declaration name: (_) @name) @type
(extension_type_declaration name: (_) @name) @type
(enum_declaration name: (_) @name) @enumeration
(enum_constant name: (_) @name) @enum_case
(type_alias . (type_identifier) @name) @type
(function_signature name: (_) @name) @function
(getter_signature name: (_) @name) @method
(setter_signature name: (_) @name) @method
(constructor_signature name: (_) @name) @method
(factory_constructor_signature . (identifier) @owner . (identifier) @name) @method
(factory_constructor_signature . (identifier) @name . (formal_parameter_list)) @method
(declaration (initialized_identifier_list (initialized_identifier . (identifier) @name))) @field
(declaration (static_final_declaration_list (static_final_declaration . (identifier) @name))) @field
(program (static_final_declaration_list (static_final_declaration . (identifier) @name) @constant))
(program (initialized_identifier_list (initialized_identifier . (identifier) @name) @variable))
(class_body (method_signature) @wrap)
(class_body (declaration) @wrap)
(function_body) @local
(function_expression) @local
