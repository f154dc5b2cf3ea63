; inherits: ecma
(formal_parameters (identifier) @name) @binding
(formal_parameters (assignment_pattern left: (identifier) @name right: (_) @value)) @binding
(formal_parameters (rest_pattern (identifier) @name)) @binding
(formal_parameters (object_pattern (shorthand_property_identifier_pattern) @name)) @binding
(formal_parameters (object_pattern (object_assignment_pattern left: (_) @name))) @binding
