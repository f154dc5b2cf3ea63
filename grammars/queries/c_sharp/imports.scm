(using_directive !name (qualified_name) @from) @import @all
(using_directive !name (identifier) @from) @import @all
(using_directive name: (_) @as (_) @from .) @import
