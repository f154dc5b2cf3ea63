(module_declaration name: (_) @name) @module
(type_alias_declaration name: (_) @name) @type
(type_declaration name: (_) @name) @type
(union_variant name: (_) @name) @enum_case
(field_type name: (_) @name typeExpression: (_) @returns) @field
(port_annotation name: (_) @name) @function
(file (type_annotation name: (_) @name) @function)
(file (value_declaration functionDeclarationLeft: (function_declaration_left . (_) @name pattern: (_)) body: (_) @body) @function)
(file (value_declaration functionDeclarationLeft: (function_declaration_left . (_) @name) body: (_) @value) @variable)
(let_in_expr) @local
