(namespace_definition name: (_) @name) @module
(class_declaration name: (_) @name) @type
(trait_declaration name: (_) @name) @type
(interface_declaration name: (_) @name) @interface
(enum_declaration name: (_) @name) @enumeration
(enum_case name: (_) @name) @enum_case
(function_definition name: (_) @name) @function
(method_declaration name: (_) @name) @method
(property_declaration type: (_) @returns (property_element name: (_) @name)) @field
(property_declaration (property_element name: (_) @name)) @field
(property_promotion_parameter name: (_) @name) @field
(const_declaration (const_element . (_) @name)) @constant
(use_declaration (_) @base)
(anonymous_function) @local
(arrow_function) @local
