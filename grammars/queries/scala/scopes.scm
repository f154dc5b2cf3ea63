(class_definition name: (_) @name) @class
(object_definition name: (_) @name) @class
(trait_definition name: (_) @name) @class
(function_definition) @scope
(lambda_expression) @scope
(block) @scope
(template_body) @scope
(case_clause) @scope
(for_expression) @scope
(parameter name: (_) @name) @binding
(class_parameter name: (_) @name) @binding
(binding name: (_) @name) @binding
(val_definition pattern: (identifier) @name) @binding
(var_definition pattern: (identifier) @name) @binding
(enumerator . (identifier) @name . (_) @element) @binding
(capture_pattern name: (_) @name) @binding
(typed_pattern pattern: (identifier) @name) @binding
