(function_definition) @scope
(macro_definition) @scope
(for_statement) @scope
(while_statement) @scope
(let_statement) @scope
(arrow_function_expression) @scope
(do_clause) @scope
(struct_definition) @scope
(signature (call_expression (argument_list (identifier) @name))) @binding
(argument_list (typed_expression . (identifier) @name . (_) @returns)) @binding
(named_argument . (identifier) @name) @binding
(assignment . (identifier) @name . (operator) . (_) @value) @binding
(for_binding . (identifier) @name) @binding
