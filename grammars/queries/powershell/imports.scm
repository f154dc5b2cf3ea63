(command (command_invokation_operator) command_name: (command_name_expr (command_name) @from)) @relative
