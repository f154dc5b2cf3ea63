; inherits: ecma
(abstract_class_declaration name: (_) @name) @type
(interface_declaration name: (_) @name) @interface
(type_alias_declaration name: (_) @name) @type
(enum_declaration name: (_) @name) @enumeration
(enum_body name: (_) @name @enum_case)
(enum_assignment name: (_) @name) @enum_case
(public_field_definition name: (_) @name value: [(arrow_function body: (_) @body) (function_expression body: (_) @body)]) @method
(public_field_definition name: (_) @name) @field
(interface_body (property_signature name: (_) @name) @field)
(type_alias_declaration value: (object_type (property_signature name: (_) @name) @field))
(method_signature name: (_) @name) @method
(abstract_method_signature name: (_) @name) @method
(function_signature name: (_) @name) @function
(internal_module name: (_) @name) @module
(module name: (_) @name) @module
(required_parameter (accessibility_modifier) pattern: (identifier) @name) @field
(ambient_declaration) @wrap
(expression_statement (internal_module)) @wrap
