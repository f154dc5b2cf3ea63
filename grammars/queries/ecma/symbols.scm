(class_declaration name: (_) @name) @type
(variable_declarator name: (identifier) @name value: (class body: (_) @body)) @type
(function_declaration name: (_) @name) @function
(generator_function_declaration name: (_) @name) @function
(method_definition name: (_) @name) @method
(variable_declarator name: (identifier) @name value: [
  (arrow_function body: (_) @body) (function_expression body: (_) @body) (generator_function body: (_) @body)]) @function
(variable_declarator name: (identifier) @name) @variable
(pair key: (property_identifier) @name value: [
  (arrow_function body: (_) @body) (function_expression body: (_) @body)]) @function
(assignment_expression left: (member_expression property: (property_identifier)) @name right: [
  (arrow_function body: (_) @body) (function_expression body: (_) @body) (class body: (_) @body)]) @function
(assignment_expression left: (member_expression object: (this) @object property: (_) @name)) @field
(export_statement) @wrap
(lexical_declaration) @wrap
(variable_declaration) @wrap
(expression_statement (assignment_expression)) @wrap
(arrow_function) @local
(function_expression) @local
