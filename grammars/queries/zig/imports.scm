(variable_declaration (identifier) @as (builtin_function (builtin_identifier) (arguments (string) @from))) @import
