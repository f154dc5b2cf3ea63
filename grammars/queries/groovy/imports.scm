(import_declaration [(identifier) (scoped_identifier)] @from .) @import
(import_declaration (_) @from (asterisk) @all) @import
