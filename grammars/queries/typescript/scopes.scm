; inherits: ecma
(abstract_class_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @class
(required_parameter pattern: (identifier) @name) @binding
(required_parameter pattern: (rest_pattern (identifier) @name)) @binding
(required_parameter pattern: (object_pattern (shorthand_property_identifier_pattern) @name)) @binding
(required_parameter pattern: (object_pattern (object_assignment_pattern left: (_) @name))) @binding
(optional_parameter pattern: (identifier) @name) @binding
