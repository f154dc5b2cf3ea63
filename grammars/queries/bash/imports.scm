(command name: (command_name) @is.source argument: (_) @from) @relative
