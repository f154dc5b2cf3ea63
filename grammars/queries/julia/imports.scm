(using_statement (identifier) @from) @import @all
(import_statement (identifier) @from) @import
(import_statement (import_alias . (_) @from . (_) @as)) @import
(import_statement (selected_import . (_) @from (_) @item)) @import
(using_statement (selected_import . (_) @from (_) @item)) @import
(call_expression (identifier) @is.include (argument_list (string_literal) @from)) @relative
