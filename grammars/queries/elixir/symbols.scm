(call target: (identifier) @is.defmodule (arguments . (alias) @name) (do_block) @body) @module
(call target: (identifier) @is.defprotocol (arguments . (alias) @name) (do_block) @body) @interface
(call target: (identifier) @is.defimpl (arguments . (alias) @name) (do_block) @body) @type
(call target: (identifier) @is.def.defp (arguments . (call target: (identifier) @name)) (do_block) @body) @function
(call target: (identifier) @is.def.defp (arguments . (call target: (identifier) @name))) @function
(call target: (identifier) @is.def.defp (arguments . (identifier) @name)) @function
(call target: (identifier) @is.def.defp (arguments . (binary_operator left: (call target: (identifier) @name)))) @function
(call target: (identifier) @is.defmacro.defmacrop.defguard (arguments . (call target: (identifier) @name)) (do_block)? @body) @macro
(call target: (identifier) @is.defstruct (arguments (list (atom) @name @field)))
(call target: (identifier) @is.defstruct (arguments (list (keywords (pair key: (keyword) @name @field)))))
(anonymous_function) @local
