(impl_item type: (_) @name) @class
(trait_item name: (_) @name) @class
(function_item) @scope
(closure_expression) @scope
(block) @scope
(for_expression) @scope
(if_expression) @scope
(while_expression) @scope
(match_arm) @scope
(parameter pattern: (identifier) @name) @binding
(parameter pattern: (mut_pattern (identifier) @name)) @binding
(parameter pattern: (tuple_pattern (identifier) @name @binding))
(closure_parameters (identifier) @name) @binding
(let_declaration pattern: (identifier) @name) @binding
(let_declaration pattern: (mut_pattern (identifier) @name)) @binding
(let_declaration pattern: (tuple_pattern (identifier) @name @binding))
(let_condition pattern: (tuple_struct_pattern (identifier) @name . ) value: (_) @value) @binding
(let_condition pattern: (identifier) @name) @binding
(for_expression pattern: (identifier) @name value: (_) @element) @binding
(for_expression pattern: (tuple_pattern (identifier) @name @binding))
(match_pattern (tuple_struct_pattern (identifier) @name .)) @binding
