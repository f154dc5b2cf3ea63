(create_table (object_reference name: (_) @name)) @type
(create_view (object_reference name: (_) @name)) @type
(create_materialized_view (object_reference name: (_) @name)) @type
(create_type (object_reference name: (_) @name)) @type
(create_function (object_reference name: (_) @name) (function_body) @body) @function
(create_trigger . (_)* (object_reference name: (_) @name)) @function
(create_schema (identifier) @name) @module
(create_index column: (_) @name) @variable
(create_sequence (object_reference name: (_) @name)) @variable
(column_definition name: (_) @name) @field
(cte . (identifier) @name) @type
