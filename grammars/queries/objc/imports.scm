; inherits: c
(module_import path: (_) @from) @import
