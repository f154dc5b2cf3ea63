(function_declaration) @scope
(block) @scope
(struct_declaration) @scope
(parameter name: (_) @name) @binding
(variable_declaration (identifier) @name . "=" . (_) @value) @binding
(variable_declaration (identifier) @name) @binding
(payload (identifier) @name) @binding
