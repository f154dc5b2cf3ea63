(namespace_use_declaration (namespace_use_clause . (_) @from !alias)) @import
(namespace_use_declaration (namespace_use_clause . (_) @from alias: (_) @as)) @import
(namespace_use_declaration (namespace_name) @from body: (namespace_use_group (namespace_use_clause . (_) @item !alias))) @import
(namespace_use_declaration (namespace_name) @from body: (namespace_use_group (namespace_use_clause . (_) @item alias: (_) @as))) @import
(require_once_expression (string) @from) @relative
(require_expression (string) @from) @relative
(include_expression (string) @from) @relative
(include_once_expression (string) @from) @relative
(require_once_expression (binary_expression right: (string) @from)) @relative
(require_expression (binary_expression right: (string) @from)) @relative
