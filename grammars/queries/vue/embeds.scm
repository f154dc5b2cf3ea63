(script_element (start_tag (attribute (attribute_name) @is.lang (quoted_attribute_value (attribute_value) @language))) (raw_text) @embed)
(script_element (raw_text) @embed.javascript)
(style_element (start_tag (attribute (attribute_name) @is.lang (quoted_attribute_value (attribute_value) @language))) (raw_text) @embed)
(style_element (raw_text) @embed.css)
