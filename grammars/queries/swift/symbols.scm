(class_declaration declaration_kind: "enum" name: (_) @name body: (_) @body) @enumeration
(class_declaration name: (_) @name) @type
(protocol_declaration name: (_) @name) @interface
(associatedtype_declaration name: (_) @name) @type
(typealias_declaration name: (type_identifier) @name) @type
(enum_entry name: (simple_identifier) @name) @enum_case
(function_declaration name: (simple_identifier) @name body: (_)? @body) @function
(protocol_function_declaration name: (simple_identifier) @name) @method
(init_declaration "init" @name) @method
(deinit_declaration "deinit" @name) @method
(property_declaration name: (pattern (simple_identifier) @name) (type_annotation) @returns) @variable
(property_declaration name: (pattern (simple_identifier) @name)) @variable
(protocol_property_declaration name: (pattern (simple_identifier) @name) (type_annotation) @returns) @field
(lambda_literal) @local
(computed_property) @local
