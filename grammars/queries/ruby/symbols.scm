(module name: (_) @name) @module
(class name: (_) @name) @type
(method name: (_) @name) @function
(singleton_method name: (_) @name) @function
(assignment left: (constant) @name) @constant
(assignment left: (instance_variable) @name) @field
(assignment left: (class_variable) @name) @field
(assignment left: (identifier) @name) @variable
(call method: (identifier) @is.attr_reader.attr_writer.attr_accessor arguments: (argument_list (simple_symbol) @name @field))
(call method: (identifier) @is.include.extend.prepend arguments: (argument_list (_) @base))
(block) @local
(do_block) @local
