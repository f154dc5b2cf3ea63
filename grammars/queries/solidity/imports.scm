(import_directive !import_name !alias source: (_) @from) @import
(import_directive !import_name alias: (_) @as source: (_) @from) @import
(import_directive import_name: (_) @item source: (_) @from) @import
