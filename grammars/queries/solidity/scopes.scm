(contract_declaration name: (_) @name) @class
(library_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @class
(function_definition) @scope
(constructor_definition) @scope
(modifier_definition) @scope
(block_statement) @scope
(for_statement) @scope
(catch_clause) @scope
(parameter name: (_) @name) @binding
(variable_declaration name: (_) @name) @binding
