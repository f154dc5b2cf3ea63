(import_statement name: (dotted_name) @from) @import
(import_statement name: (aliased_import name: (_) @from alias: (_) @as)) @import
(import_from_statement module_name: (_) @from name: (dotted_name) @item) @import
(import_from_statement module_name: (_) @from name: (aliased_import name: (_) @item alias: (_) @as)) @import
(import_from_statement module_name: (_) @from (wildcard_import) @all) @import
(future_import_statement name: (_) @item) @import
