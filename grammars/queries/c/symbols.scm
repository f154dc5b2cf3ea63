(function_definition declarator: (_) @declarator) @function
(declaration declarator: (_) @declarator) @variable
(field_declaration declarator: (_) @declarator) @field
(type_definition declarator: (_) @declarator) @type
(struct_specifier name: (_) @name body: (_)) @type
(union_specifier name: (_) @name body: (_)) @type
(enum_specifier name: (_) @name body: (_)) @enumeration
(enumerator name: (_) @name) @enum_case
(preproc_def name: (_) @name value: (_)) @macro
(preproc_function_def name: (_) @name value: (_) @body) @macro
