; inherits: ecma
(import_statement (import_require_clause (identifier) @as source: (_) @from)) @import
(import_alias . (_) @as . (_) @from) @import
