(document (object (pair key: (string) @name) @field))
