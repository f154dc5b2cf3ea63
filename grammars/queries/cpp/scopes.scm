; inherits: c
(class_specifier name: (_) @name body: (_)) @class
(struct_specifier name: (_) @name body: (_)) @class
(lambda_expression) @scope
(for_range_loop) @scope
(if_statement) @scope
(while_statement) @scope
(catch_clause) @scope
(optional_parameter_declaration declarator: (_) @declarator) @binding
(for_range_loop declarator: (_) @declarator right: (_) @element) @binding
(structured_binding_declarator (identifier) @name) @binding
(lambda_capture_initializer left: (_) @name right: (_) @value) @binding
