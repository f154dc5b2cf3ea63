(open_module module: (_) @from) @import @all
(include_module module: (_) @from) @import @all
