(import module: (_) @from names: (import_list name: (_) @item)) @import
(import module: (_) @from alias: (_) @as) @import
(import module: (_) @from !names !alias) @import @all
