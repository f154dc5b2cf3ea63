(use_statement module: (package) @from) @import
(use_statement module: (package) @is.parent.base [(string_literal content: (_) @from) (quoted_word_list content: (_) @from)]) @import
(use_statement module: (package) @is.parent.base (list_expression (string_literal content: (_) @from))) @import
(require_expression (bareword) @from) @import
(require_expression [(string_literal content: (_) @from) (interpolated_string_literal content: (_) @from)]) @relative
