(function_declaration name: (_) @name) @function
(assignment_statement (variable_list . name: (_) @name) (expression_list . value: (function_definition body: (_) @body))) @function
(variable_declaration (assignment_statement (variable_list name: (identifier) @name))) @variable
(assignment_statement (variable_list name: (identifier) @name)) @variable
(field name: (identifier) @name value: (function_definition body: (_) @body)) @function
(function_definition) @local
