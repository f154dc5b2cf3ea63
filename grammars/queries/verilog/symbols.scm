(module_declaration (module_header (simple_identifier) @name)) @module
(package_declaration (package_identifier) @name) @module
(interface_declaration (interface_ansi_header (interface_identifier) @name)) @interface
(class_declaration . (_)* (class_identifier) @name) @type
(function_body_declaration (function_identifier) @name) @function
(task_body_declaration (task_identifier) @name) @function
(class_constructor_declaration "new" @name) @method
(type_declaration (simple_identifier) @name) @type
(enum_name_declaration (enum_identifier) @name) @enum_case
(param_assignment (parameter_identifier) @name) @constant
(class_property (data_declaration (_) @returns (list_of_variable_decl_assignments (variable_decl_assignment . (_) @name)))) @field
