(package_include paths: (_ path: (_) @from)) @import @all
(latex_include path: (_ path: (_) @from)) @relative
