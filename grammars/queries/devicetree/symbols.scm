(node label: (_) @name) @module
(node !label name: (_) @name) @module
(preproc_def name: (_) @name) @macro
(property name: (_) @name) @field
