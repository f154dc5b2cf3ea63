(class_statement . (simple_name) @name) @class
(function_statement) @scope
(class_method_definition) @scope
(script_block_expression) @scope
(script_parameter (attribute_list)? @returns (variable) @name) @binding
(class_method_parameter (type_literal)? @returns (variable) @name) @binding
(assignment_expression (left_assignment_expression (_ (_ (_ (_ (_ (_ (_ (_ (_ (variable) @name)))))))))) value: (_) @value) @binding
(foreach_statement (variable) @name) @binding
