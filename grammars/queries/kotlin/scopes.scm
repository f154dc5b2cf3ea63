(class_declaration name: (_) @name) @class
(object_declaration name: (_) @name) @class
(function_declaration) @scope
(secondary_constructor) @scope
(anonymous_function) @scope
(lambda_literal) @scope
(block) @scope
(class_body) @scope
(for_statement) @scope
(catch_block) @scope
(getter) @scope
(setter) @scope
(when_entry) @scope
(parameter (identifier) @name (_) @returns) @binding
(lambda_parameters (variable_declaration (identifier) @name (_)? @returns)) @binding
(property_declaration (variable_declaration (identifier) @name) . (_) @value) @binding
(property_declaration (variable_declaration (identifier) @name (_) @returns)) @binding
(for_statement (variable_declaration (identifier) @name) . (_) @element) @binding
(catch_block (identifier) @name (_) @returns) @binding
