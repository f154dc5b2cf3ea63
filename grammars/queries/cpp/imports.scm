; inherits: c
(using_declaration "namespace" (_) @from) @import @all
