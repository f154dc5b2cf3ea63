(class name: (_) @name) @class
(module name: (_) @name) @class
(class) @scope
(method) @scope
(singleton_method) @scope
(block) @scope
(do_block) @scope
(lambda) @scope
(method_parameters (identifier) @name) @binding
(block_parameters (identifier) @name) @binding
(lambda_parameters (identifier) @name) @binding
(optional_parameter name: (_) @name) @binding
(keyword_parameter name: (_) @name) @binding
(splat_parameter name: (_) @name) @binding
(hash_splat_parameter name: (_) @name) @binding
(block_parameter name: (_) @name) @binding
(assignment left: (identifier) @name) @binding
(assignment left: (left_assignment_list (identifier) @name @binding))
(for pattern: (identifier) @name) @binding
(rescue variable: (exception_variable (identifier) @name)) @binding
