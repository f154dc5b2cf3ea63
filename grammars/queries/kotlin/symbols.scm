(package_header (_) @name) @module
(class_declaration "interface" name: (_) @name (class_body) @body) @interface
(class_declaration "interface" name: (_) @name) @interface
(class_declaration name: (_) @name (enum_class_body) @body) @enumeration
(class_declaration name: (_) @name (class_body) @body) @type
(class_declaration name: (_) @name) @type
(object_declaration name: (_) @name (class_body) @body) @type
(object_declaration name: (_) @name) @type
(enum_entry (identifier) @name) @enum_case
(type_alias type: (_) @name) @type
(function_declaration (user_type) @owner . "." . name: (_) @name (function_body) @body) @function
(function_declaration name: (_) @name (function_value_parameters) . (user_type) @returns (function_body)? @body) @function
(function_declaration name: (_) @name (function_body) @body) @function
(function_declaration name: (_) @name) @function
(secondary_constructor "constructor" @name) @method
(property_declaration (variable_declaration (identifier) @name (_)? @returns)) @variable
(class_parameter ["val" "var"] (identifier) @name (_) @returns) @field
(lambda_literal) @local
(anonymous_function) @local
(anonymous_initializer) @local
