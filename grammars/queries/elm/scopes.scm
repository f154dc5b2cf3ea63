(value_declaration) @scope
(let_in_expr) @scope
(case_of_branch) @scope
(anonymous_function_expr) @scope
(function_declaration_left pattern: (lower_pattern) @name) @binding
(let_in_expr valueDeclaration: (value_declaration functionDeclarationLeft: (function_declaration_left . (_) @name)) @binding)
(union_pattern argPattern: (lower_pattern) @name) @binding
(anonymous_function_expr param: (pattern (lower_pattern) @name)) @binding
