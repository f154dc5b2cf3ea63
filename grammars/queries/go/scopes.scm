(function_declaration) @scope
(method_declaration) @scope
(func_literal) @scope
(block) @scope
(if_statement) @scope
(for_statement) @scope
(expression_switch_statement) @scope
(type_switch_statement) @scope
(expression_case) @scope
(type_case) @scope
(communication_case) @scope
(default_case) @scope
(parameter_declaration name: (identifier) @name) @binding
(variadic_parameter_declaration name: (identifier) @name) @binding
(short_var_declaration left: (expression_list . (identifier) @name) right: (expression_list . (_) @value)) @binding
(short_var_declaration left: (expression_list (identifier) @name @binding))
(var_spec name: (identifier) @name) @binding
(const_spec name: (identifier) @name) @binding
(range_clause left: (expression_list (identifier) @name .) right: (_) @element) @binding
(range_clause left: (expression_list (identifier) @name @binding))
(type_switch_statement alias: (expression_list (identifier) @name @binding))
(receive_statement left: (expression_list (identifier) @name @binding))
