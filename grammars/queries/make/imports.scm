(include_directive filenames: (list (word) @from)) @relative
