(section (atx_heading heading_content: (_) @name)) @module
(section (setext_heading heading_content: (_) @name)) @module
