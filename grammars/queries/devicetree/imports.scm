(dtsi_include path: (string_literal) @from) @relative
(preproc_include path: (system_lib_string) @from) @import
(preproc_include path: (string_literal) @from) @relative
