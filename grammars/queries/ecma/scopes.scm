(class_declaration name: (_) @name) @class
(class name: (_) @name) @class
(function_declaration) @scope
(function_expression) @scope
(generator_function) @scope
(generator_function_declaration) @scope
(arrow_function) @scope
(method_definition) @scope
(statement_block) @scope
(for_statement) @scope
(for_in_statement) @scope
(catch_clause) @scope
(arrow_function parameter: (identifier) @name) @binding
(variable_declarator name: (identifier) @name) @binding
(variable_declarator name: (object_pattern (shorthand_property_identifier_pattern) @name @binding))
(variable_declarator name: (object_pattern (pair_pattern value: (identifier) @name @binding)))
(variable_declarator name: (array_pattern (identifier) @name @binding))
(for_in_statement left: (identifier) @name right: (_) @element) @binding
(catch_clause parameter: (identifier) @name) @binding
