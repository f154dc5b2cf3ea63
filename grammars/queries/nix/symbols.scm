(binding attrpath: (attrpath) @name expression: (function_expression (_) @body .)) @function
(binding attrpath: (attrpath) @name expression: [(attrset_expression) (rec_attrset_expression)] @body) @type
(binding attrpath: (attrpath) @name expression: (_) @value) @variable
(apply_expression argument: (attrset_expression) @local)
(apply_expression argument: (rec_attrset_expression) @local)
