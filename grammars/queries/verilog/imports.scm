(package_import_item (package_identifier) @from) @import @all
