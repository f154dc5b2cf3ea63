(import_declaration) @import @expand
