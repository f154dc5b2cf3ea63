(apply_expression function: (variable_expression name: (identifier) @is.import.callPackage) argument: (path_expression) @from) @relative
(apply_expression function: (select_expression attrpath: (attrpath (identifier) @is.callPackage .)) argument: (path_expression) @from) @relative
(apply_expression function: (variable_expression name: (identifier) @is.import) argument: (spath_expression) @from) @import
