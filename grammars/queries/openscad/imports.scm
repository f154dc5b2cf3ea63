(use_statement (include_path) @from) @relative
(include_statement (include_path) @from) @relative
