(use_declaration argument: (_) @expand) @import
(extern_crate_declaration name: (_) @from !alias) @import
(extern_crate_declaration name: (_) @from alias: (_) @as) @import
(mod_item name: (_) @from !body) @relative
