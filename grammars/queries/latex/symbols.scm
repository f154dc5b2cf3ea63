(section text: (_ text: (_) @name)) @module
(subsection text: (_ text: (_) @name)) @module
(new_command_definition declaration: (_ command: (_) @name)) @macro
(environment_definition name: (_ text: (_) @name)) @macro
(label_definition name: (_ label: (_) @name)) @constant
