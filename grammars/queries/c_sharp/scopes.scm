(class_declaration name: (_) @name) @class
(struct_declaration name: (_) @name) @class
(record_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @class
(method_declaration) @scope
(constructor_declaration) @scope
(local_function_statement) @scope
(lambda_expression) @scope
(accessor_declaration) @scope
(block) @scope
(for_statement) @scope
(foreach_statement) @scope
(using_statement) @scope
(catch_clause) @scope
(switch_section) @scope
(parameter name: (_) @name) @binding
(lambda_expression parameters: (implicit_parameter) @name) @binding
(variable_declaration type: (_) @returns (variable_declarator name: (_) @name (_) @value)) @binding
(variable_declaration type: (_) @returns (variable_declarator name: (_) @name)) @binding
(foreach_statement type: (_) @returns left: (identifier) @name right: (_) @element) @binding
(catch_declaration type: (_) @returns name: (_) @name) @binding
(declaration_pattern type: (_) @returns name: (_) @name) @binding
(declaration_expression type: (_) @returns name: (_) @name) @binding
