; inherits: c
(class_specifier name: (_) @name body: (_)) @type
(namespace_definition name: (_) @name) @module
(alias_declaration name: (_) @name) @type
(concept_definition name: (_) @name) @type
(template_declaration) @wrap
(lambda_expression) @local
