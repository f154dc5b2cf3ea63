(struct_item name: (_) @name) @type
(union_item name: (_) @name) @type
(type_item name: (_) @name) @type
(enum_item name: (_) @name) @enumeration
(enum_variant name: (_) @name) @enum_case
(trait_item name: (_) @name) @interface
(impl_item trait: (_) @bases type: (_) @name) @type
(impl_item !trait type: (_) @name) @type
(mod_item name: (_) @name body: (_)) @module
(function_item name: (_) @name) @function
(function_signature_item name: (_) @name) @function
(const_item name: (_) @name) @constant
(static_item name: (_) @name) @variable
(field_declaration name: (_) @name) @field
(associated_type name: (_) @name) @type
(macro_definition name: (_) @name) @macro
(closure_expression) @local
(attribute_item) @gap
