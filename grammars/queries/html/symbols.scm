(attribute (attribute_name) @is.id (quoted_attribute_value (attribute_value) @name)) @constant
