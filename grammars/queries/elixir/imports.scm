(call target: (identifier) @is.alias.import.require.use (arguments . (dot) @expand)) @import
(call target: (identifier) @is.alias (arguments . (alias) @from . (keywords (pair value: (alias) @as)))) @import
(call target: (identifier) @is.alias.import.require.use (arguments . (alias) @from)) @import
