; inherits: c
(class_interface . (identifier) @name . ":" . superclass: (identifier) @bases) @type
(class_interface . (identifier) @name) @type
(class_implementation . (identifier) @name) @type
(protocol_declaration . (identifier) @name (protocol_reference_list) @bases) @interface
(protocol_declaration . (identifier) @name) @interface
(method_declaration (method_type) @returns . (identifier) @name) @method
(method_definition (method_type) @returns . (identifier) @name (compound_statement) @body) @method
(property_declaration (struct_declaration . (_) @returns (struct_declarator (_) @declarator))) @field
(instance_variable (struct_declaration . (_) @returns (struct_declarator (_) @declarator))) @field
(block_literal) @local
