(function_definition name: (_) @name) @function
(variable_assignment name: (variable_name) @name) @variable
(declaration_command) @wrap
