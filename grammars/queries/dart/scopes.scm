(class_definition name: (_) @name) @class
(function_body) @scope
(function_expression) @scope
(lambda_expression) @scope
(block) @scope
(for_statement) @scope
(class_body) @scope
(initialized_variable_definition (type_identifier) @returns name: (_) @name) @binding
(initialized_variable_definition name: (_) @name) @binding
(formal_parameter (type_identifier) @returns name: (_) @name) @binding
(formal_parameter name: (_) @name) @binding
