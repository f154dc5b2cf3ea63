(function_definition) @scope
(compound_statement) @scope
(for_statement) @scope
(parameter_declaration declarator: (_) @declarator) @binding
(declaration declarator: (_) @declarator) @binding
