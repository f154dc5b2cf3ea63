(import_clause moduleName: (_) @from exposing: (exposing_list [(exposed_type) (exposed_value)] @item)) @import
(import_clause moduleName: (_) @from asClause: (as_clause name: (_) @as)) @import
(import_clause moduleName: (_) @from !exposing !asClause) @import
