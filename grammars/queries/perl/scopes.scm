(class_statement name: (_) @name (block)) @class
(subroutine_declaration_statement) @scope
(method_declaration_statement) @scope
(anonymous_subroutine_expression) @scope
(block) @scope
(for_statement) @scope
(cstyle_for_statement) @scope
(signature (_ (scalar) @name)) @binding
(signature (slurpy_parameter (_) @name)) @binding
(assignment_expression left: (variable_declaration variable: (_) @name) right: (_) @value) @binding
(variable_declaration variable: (_) @name) @binding
(variable_declaration variables: (_) @name @binding)
(for_statement variable: (scalar) @name) @binding
