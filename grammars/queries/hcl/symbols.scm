(block . (identifier) . (string_lit) . (string_lit (template_literal) @name) (block_start) @body) @type
(block . (identifier) . (string_lit (template_literal) @name) . (block_start) @body) @type
(body (block . (identifier) @is.locals (body (attribute (identifier) @name) @variable)))
(block (body (attribute (identifier) @name) @field))
