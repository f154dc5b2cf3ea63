; inherits: c
(class_implementation . (identifier) @name) @class
(method_definition) @scope
(block_literal) @scope
(method_parameter (method_type) @returns (identifier) @name) @binding
