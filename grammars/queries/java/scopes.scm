(class_declaration name: (_) @name) @class
(record_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @class
(enum_declaration name: (_) @name) @class
(method_declaration) @scope
(constructor_declaration) @scope
(lambda_expression) @scope
(block) @scope
(for_statement) @scope
(enhanced_for_statement) @scope
(try_with_resources_statement) @scope
(catch_clause) @scope
(switch_block_statement_group) @scope
(formal_parameter name: (_) @name) @binding
(spread_parameter . (_) @returns (variable_declarator name: (_) @name)) @binding
(catch_formal_parameter (catch_type) @returns name: (_) @name) @binding
(local_variable_declaration type: (_) @returns declarator: (variable_declarator name: (_) @name) @binding)
(enhanced_for_statement type: (_) @returns name: (_) @name value: (_) @element) @binding
(resource name: (_) @name) @binding
(lambda_expression parameters: (identifier) @name) @binding
(inferred_parameters (identifier) @name) @binding
(instanceof_expression right: (_) @returns name: (identifier) @name) @binding
(type_pattern (_) @returns (identifier) @name) @binding
