(module_definition (module_binding (module_name) @name body: (_) @body)) @module
(module_definition (module_binding (module_name) @name module_type: (_) @body)) @module
(module_type_definition (module_type_name) @name body: (_) @body) @interface
(class_definition (class_binding (class_name) @name body: (_) @body)) @type
(type_definition (type_binding name: (_) @name)) @type
(constructor_declaration (constructor_name) @name) @enum_case
(exception_definition (constructor_declaration (constructor_name) @name)) @type
(field_declaration (field_name) @name) @field
(value_definition (let_binding pattern: (value_name) @name (parameter) body: (_) @body)) @function
(value_definition (let_binding pattern: (value_name) @name body: (function_expression) @body)) @function
(value_definition (let_binding pattern: (value_name) @name body: (fun_expression) @body)) @function
(value_definition (let_binding pattern: (value_name) @name)) @variable
(value_specification (value_name) @name type: (function_type)) @function
(value_specification (value_name) @name) @variable
(external (value_name) @name) @function
(method_definition (method_name) @name body: (_) @body) @method
(instance_variable_definition (instance_variable_name) @name) @field
(let_expression) @local
