(import_statement source: (_) @from) @import
(export_statement source: (_) @from) @import
(import_clause (identifier) @default)
(import_clause (namespace_import (identifier) @as) @all)
(import_specifier name: (_) @item !alias)
(import_specifier name: (_) @item alias: (_) @as)
(export_specifier name: (_) @item !alias)
(export_specifier name: (_) @item alias: (_) @as)
(export_statement "*" @all)
(namespace_export (_) @as) @all
(variable_declarator name: (identifier) @as
  value: (call_expression function: (identifier) @is.require.import arguments: (arguments . (string) @from .))) @import
(variable_declarator name: (object_pattern (shorthand_property_identifier_pattern) @item)
  value: (call_expression function: (identifier) @is.require.import arguments: (arguments . (string) @from .))) @import
(variable_declarator name: (object_pattern (pair_pattern key: (property_identifier) @item value: (identifier) @as))
  value: (call_expression function: (identifier) @is.require.import arguments: (arguments . (string) @from .))) @import
(expression_statement (call_expression function: (identifier) @is.require.import arguments: (arguments . (string) @from .))) @import
