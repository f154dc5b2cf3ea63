(script_element (raw_text) @embed.javascript)
(style_element (raw_text) @embed.css)
