(call !receiver method: (identifier) @is.require.load arguments: (argument_list . (string) @from)) @import
(call !receiver method: (identifier) @is.require_relative arguments: (argument_list . (string) @from)) @relative
