(package_statement name: (_) @name (block) @body) @module
(package_statement name: (_) @name) @module
(class_statement name: (_) @name (block) @body) @type
(class_statement name: (_) @name) @type
(role_statement name: (_) @name) @interface
(subroutine_declaration_statement name: (_) @name) @function
(method_declaration_statement name: (_) @name) @method
(use_statement module: (package) @is.constant (list_expression . (autoquoted_bareword) @name . (_) @value)) @constant
(use_statement module: (package) @is.constant (anonymous_hash_expression (list_expression (autoquoted_bareword) @name @constant)))
(assignment_expression left: (variable_declaration variable: (_) @name) right: (_) @value) @variable
(assignment_expression left: (variable_declaration variables: (_) @name) right: (_) @value) @variable
(variable_declaration variable: (_) @name) @variable
(use_statement module: (package) @is.parent.base [(string_literal) (quoted_word_list)] @base)
(use_statement module: (package) @is.parent.base (list_expression (string_literal) @base))
(anonymous_subroutine_expression) @local
(anonymous_method_expression) @local
