(script_element (start_tag (attribute (attribute_name) @is.src (quoted_attribute_value (attribute_value) @from)))) @relative
(start_tag (tag_name) @is.link (attribute (attribute_name) @is.href (quoted_attribute_value (attribute_value) @from))) @relative
