(function_expression) @scope
(let_expression) @scope
(rec_attrset_expression) @scope
(function_expression universal: (identifier) @name) @binding
(formal name: (identifier) @name) @binding
(let_expression (binding_set (binding attrpath: (attrpath . (identifier) @name .) expression: (_) @value) @binding))
(rec_attrset_expression (binding_set (binding attrpath: (attrpath . (identifier) @name .) expression: (_) @value) @binding))
(inherit attrs: (inherited_attrs (identifier) @name @binding))
(inherit_from attrs: (inherited_attrs (identifier) @name @binding))
