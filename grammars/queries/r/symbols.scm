(binary_operator lhs: (identifier) @name rhs: (function_definition body: (_) @body)) @function
(binary_operator lhs: (identifier) @name operator: ["<-" "<<-" "="] rhs: (call function: (identifier) @is.setRefClass.R6Class.setClass)) @type
(binary_operator lhs: (identifier) @name operator: ["<-" "<<-" "="]) @variable
(braced_expression) @local
