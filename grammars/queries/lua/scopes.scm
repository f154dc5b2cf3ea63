(function_declaration) @scope
(function_definition) @scope
(do_statement) @scope
(if_statement) @scope
(while_statement) @scope
(for_statement) @scope
(repeat_statement) @scope
(parameters name: (identifier) @name) @binding
(variable_declaration (assignment_statement (variable_list . name: (identifier) @name) (expression_list . value: (_) @value))) @binding
(variable_declaration (assignment_statement (variable_list name: (identifier) @name))) @binding
(variable_declaration (variable_list name: (identifier) @name)) @binding
(for_numeric_clause name: (_) @name) @binding
(for_generic_clause (variable_list name: (identifier) @name)) @binding
