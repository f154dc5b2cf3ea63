(function_statement (function_name) @name (script_block) @body) @function
(class_statement . (simple_name) @name ":" . (_) @bases "{" @body) @type
(class_statement . (simple_name) @name "{" @body) @type
(enum_statement . (simple_name) @name) @enumeration
(enum_member . (simple_name) @name) @enum_case
(class_property_definition (type_literal) @returns (variable) @name) @field
(class_method_definition (type_literal)? @returns . (simple_name) @name (script_block) @body) @method
(assignment_expression (left_assignment_expression (_ (_ (_ (_ (_ (_ (_ (_ (_ (variable) @name))))))))))) @variable
(script_block_expression) @local
