(function_definition) @scope
(subshell) @scope
(variable_assignment name: (variable_name) @name) @binding
(declaration_command (variable_name) @name) @binding
(for_statement variable: (_) @name) @binding
