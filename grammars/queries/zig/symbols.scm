(variable_declaration (identifier) @name (struct_declaration "{" @body)) @type
(variable_declaration (identifier) @name (union_declaration "{" @body)) @type
(variable_declaration (identifier) @name (opaque_declaration "{" @body)) @type
(variable_declaration (identifier) @name (enum_declaration "{" @body)) @enumeration
(variable_declaration (identifier) @name (error_set_declaration "{" @body)) @enumeration
(enum_declaration (container_field name: (_) @name) @enum_case)
(error_set_declaration (identifier) @name @enum_case)
(container_field name: (_) @name) @field
(function_declaration name: (_) @name) @function
(variable_declaration . "pub"? . "const" (identifier) @name) @constant
(variable_declaration (identifier) @name) @variable
(test_declaration) @local
