(header module: (_) @name) @module
(data_type name: (_) @name) @type
(newtype name: (_) @name) @type
(type_synomym name: (_) @name) @type
(type_family name: (_) @name) @type
(class name: (_) @name declarations: (_) @body) @interface
(class name: (_) @name) @interface
(instance name: (_) @bases patterns: (type_patterns (_) @name) declarations: (_) @body) @type
(data_constructor (_ name: (_) @name)) @enum_case
(newtype_constructor name: (_) @name) @enum_case
(field name: (field_name) @name) @field
(declarations (signature name: (variable) @name) @function)
(class_declarations (signature name: (variable) @name) @method)
(declarations (function name: (_) @name match: (_) @body) @function)
(declarations (bind name: (_) @name match: (_) @body) @variable)
(instance_declarations (function name: (_) @name match: (_) @body) @method)
