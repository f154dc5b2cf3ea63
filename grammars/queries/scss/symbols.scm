(mixin_statement name: (_) @name (block) @body) @function
(function_statement name: (_) @name (block) @body) @function
(class_selector (class_name) @name) @type
(id_selector (id_name) @name) @constant
(placeholder (identifier) @name) @type
(keyframes_statement (keyframes_name) @name) @function
(declaration (variable) @name) @variable
