(let_binding) @scope
(let_expression) @scope
(fun_expression) @scope
(match_case) @scope
(structure) @scope
(parameter pattern: (value_pattern) @name) @binding
(typed_pattern pattern: (value_pattern) @name) @binding
(value_definition (let_binding pattern: (value_name) @name body: (_) @value)) @binding
(value_pattern) @name @binding
