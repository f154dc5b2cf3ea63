(property (key) @name) @field
