(class_declaration name: (_) @name) @class
(protocol_declaration name: (_) @name) @class
(function_declaration) @scope
(init_declaration) @scope
(deinit_declaration) @scope
(lambda_literal) @scope
(class_body) @scope
(for_statement) @scope
(if_statement) @scope
(computed_property) @scope
(switch_entry) @scope
(catch_block) @scope
(parameter name: (simple_identifier) @name . (_) @returns) @binding
(lambda_parameter name: (simple_identifier) @name) @binding
(property_declaration name: (pattern (simple_identifier) @name) (type_annotation) @returns) @binding
(property_declaration name: (pattern (simple_identifier) @name)) @binding
(for_statement item: (pattern (simple_identifier) @name) collection: (_) @element) @binding
(if_statement bound_identifier: (simple_identifier) @name) @binding
(guard_statement bound_identifier: (simple_identifier) @name) @binding
