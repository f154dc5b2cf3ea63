(element (STag (Attribute (Name) @is.id.name (AttValue) @name))) @constant
(element (EmptyElemTag (Attribute (Name) @is.id.name (AttValue) @name))) @constant
