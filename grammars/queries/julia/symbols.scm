(module_definition name: (_) @name) @module
(struct_definition (type_head [(identifier) @name (binary_expression . [(identifier) @name (parametrized_type_expression . (identifier) @name)] (_) @bases .) (parametrized_type_expression . (identifier) @name)])) @type
(abstract_definition (type_head [(identifier) @name (binary_expression . (identifier) @name (_) @bases .)])) @interface
(struct_definition (typed_expression . (identifier) @name . (_) @returns) @field)
(struct_definition (identifier) @name @field)
(function_definition (signature (call_expression . (_) @name)) . (_) @body) @function
(function_definition (signature (typed_expression . (call_expression . (_) @name) . (_) @returns)) . (_) @body) @function
(function_definition (signature (where_expression . (call_expression . (_) @name)))) @function
(assignment . (call_expression . (identifier) @name) . (operator) . (_) @body) @function
(macro_definition (signature (call_expression . (_) @name)) . (_) @body) @macro
(const_statement (assignment . (identifier) @name)) @constant
(assignment . (identifier) @name . (operator) . (_) @value) @variable
(arrow_function_expression) @local
