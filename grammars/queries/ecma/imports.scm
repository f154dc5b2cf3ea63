(import_statement . "import" . source: (_) @from) @import
(import_statement (import_clause (identifier) @default) source: (_) @from) @import
(import_statement (import_clause (namespace_import (identifier) @as) @all) source: (_) @from) @import
(import_statement (import_clause (named_imports (import_specifier name: (_) @item !alias))) source: (_) @from) @import
(import_statement (import_clause (named_imports (import_specifier name: (_) @item alias: (_) @as))) source: (_) @from) @import
(export_statement (export_clause (export_specifier name: (_) @item !alias)) source: (_) @from) @import
(export_statement (export_clause (export_specifier name: (_) @item alias: (_) @as)) source: (_) @from) @import
(export_statement "*" @all source: (_) @from) @import
(export_statement (namespace_export (_) @as) @all source: (_) @from) @import
(variable_declarator name: (identifier) @as
  value: (call_expression function: (identifier) @is.require.import arguments: (arguments . (string) @from .))) @import
(variable_declarator name: (object_pattern (shorthand_property_identifier_pattern) @item)
  value: (call_expression function: (identifier) @is.require.import arguments: (arguments . (string) @from .))) @import
(variable_declarator name: (object_pattern (pair_pattern key: (property_identifier) @item value: (identifier) @as))
  value: (call_expression function: (identifier) @is.require.import arguments: (arguments . (string) @from .))) @import
(expression_statement (call_expression function: (identifier) @is.require.import arguments: (arguments . (string) @from .))) @import
