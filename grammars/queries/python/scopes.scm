(function_definition) @scope
(lambda) @scope
(list_comprehension) @scope
(set_comprehension) @scope
(dictionary_comprehension) @scope
(generator_expression) @scope
(class_definition name: (_) @name) @class
(class_definition) @scope
(parameters (identifier) @name) @binding
(lambda_parameters (identifier) @name) @binding
(typed_parameter . (identifier) @name) @binding
(typed_parameter . (list_splat_pattern (identifier) @name)) @binding
(typed_parameter . (dictionary_splat_pattern (identifier) @name)) @binding
(parameters (list_splat_pattern (identifier) @name)) @binding
(parameters (dictionary_splat_pattern (identifier) @name)) @binding
(default_parameter name: (identifier) @name) @binding
(typed_default_parameter name: (identifier) @name) @binding
(assignment left: (identifier) @name) @binding
(assignment left: (pattern_list (identifier) @name @binding))
(assignment left: (tuple_pattern (identifier) @name @binding))
(named_expression name: (identifier) @name) @binding
(for_statement left: (identifier) @name right: (_) @element) @binding
(for_statement left: (pattern_list (identifier) @name @binding))
(for_statement left: (tuple_pattern (identifier) @name @binding))
(for_in_clause left: (identifier) @name right: (_) @element) @binding
(for_in_clause left: (pattern_list (identifier) @name @binding))
(with_item value: (as_pattern (_) @value alias: (as_pattern_target (identifier) @name))) @binding
(except_clause value: (as_pattern (_) @returns alias: (as_pattern_target (identifier) @name))) @binding
