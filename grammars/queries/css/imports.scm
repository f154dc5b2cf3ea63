(import_statement . (string_value) @from) @relative
(import_statement . (call_expression (arguments (string_value) @from))) @relative
