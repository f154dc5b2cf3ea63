(class_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @class
(method_declaration) @scope
(function_definition) @scope
(constructor_declaration) @scope
(closure) @scope
(block) @scope
(class_body) @scope
(for_statement) @scope
(enhanced_for_statement) @scope
(catch_clause) @scope
(formal_parameter name: (_) @name) @binding
(local_variable_declaration type: (_) @returns declarator: (variable_declarator name: (_) @name) @binding)
