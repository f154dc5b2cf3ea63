(function_definition) @scope
(parameter name: (identifier) @name) @binding
(binary_operator lhs: (identifier) @name operator: ["<-" "<<-" "="] rhs: (_) @value) @binding
(for_statement variable: (identifier) @name) @binding
