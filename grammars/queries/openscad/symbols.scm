(module_declaration name: (_) @name) @function
(function_declaration name: (_) @name) @function
(source_file (assignment left: (_) @name) @variable)
