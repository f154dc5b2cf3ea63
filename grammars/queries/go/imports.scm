(import_spec !name path: (_) @from) @import
(import_spec name: (package_identifier) @as path: (_) @from) @import
(import_spec name: (blank_identifier) path: (_) @from) @import
(import_spec name: (dot) @all path: (_) @from) @import
