(call function: (identifier) @is.library.require arguments: (arguments . (argument value: (_) @from))) @import @all
(call function: (identifier) @is.source arguments: (arguments . (argument value: (string) @from))) @relative
