(class_declaration name: (_) @name) @class
(trait_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @class
(enum_declaration name: (_) @name) @class
(function_definition) @scope
(method_declaration) @scope
(anonymous_function) @scope
(arrow_function) @scope
(simple_parameter name: (_) @name) @binding
(variadic_parameter name: (_) @name) @binding
(property_promotion_parameter name: (_) @name) @binding
(assignment_expression left: (variable_name) @name) @binding
(foreach_statement . (_) @element . (variable_name) @name) @binding
(foreach_statement . (_) @element . (pair (_) (variable_name) @name .)) @binding
(catch_clause type: (_) @returns name: (_) @name) @binding
