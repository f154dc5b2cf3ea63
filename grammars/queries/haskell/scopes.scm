(function) @scope
(lambda) @scope
(let_in) @scope
(do) @scope
(alternative) @scope
(function patterns: (patterns (variable) @name)) @binding
(lambda patterns: (patterns (variable) @name)) @binding
(bind name: (variable) @name) @binding
(bind pattern: (variable) @name) @binding
(local_binds (function name: (variable) @name) @binding)
