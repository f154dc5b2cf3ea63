(call target: (identifier) @is.def.defp.defmacro) @scope
(anonymous_function) @scope
(stab_clause) @scope
(call target: (identifier) @is.def.defp.defmacro (arguments . (call (arguments (identifier) @name)))) @binding
(binary_operator left: (identifier) @name operator: "=" right: (_) @value) @binding
(stab_clause left: (arguments (identifier) @name)) @binding
(binary_operator left: (identifier) @name operator: "<-") @binding
