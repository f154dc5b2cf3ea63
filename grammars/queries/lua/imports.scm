(variable_declaration (assignment_statement (variable_list . name: (identifier) @as .)
  (expression_list . value: (function_call name: (identifier) @is.require arguments: (arguments . (string) @from))))) @import
(function_call name: (identifier) @is.require.dofile arguments: (arguments . (string) @from)) @import
