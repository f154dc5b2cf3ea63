(package_clause name: (_) @name) @module
(class_definition name: (_) @name) @type
(object_definition name: (_) @name) @type
(trait_definition name: (_) @name) @interface
(enum_definition name: (_) @name) @enumeration
(simple_enum_case name: (_) @name) @enum_case
(full_enum_case name: (_) @name) @enum_case
(type_definition name: (_) @name) @type
(function_definition name: (_) @name) @function
(function_declaration name: (_) @name) @function
(given_definition name: (_) @name) @variable
(val_definition pattern: (identifier) @name) @variable
(var_definition pattern: (identifier) @name) @variable
(val_declaration name: (_) @name) @variable
(var_declaration name: (_) @name) @variable
(class_parameter name: (_) @name) @field
(lambda_expression) @local
