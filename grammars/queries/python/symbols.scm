(class_definition name: (_) @name superclasses: (_) @bases) @type
(class_definition name: (_) @name) @type
(function_definition name: (_) @name) @function
(assignment left: (identifier) @name) @variable
(assignment left: (attribute object: (identifier) @object attribute: (identifier) @name)) @field
(type_alias_statement left: (_) @name) @type
(decorated_definition) @wrap
(lambda) @local
(function_definition body: (block . (expression_statement . (string) @doc)))
(class_definition body: (block . (expression_statement . (string) @doc)))
