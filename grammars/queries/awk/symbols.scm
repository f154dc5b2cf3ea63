(func_def name: (_) @name (block) @body) @function
