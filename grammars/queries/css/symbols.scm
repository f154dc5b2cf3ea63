(class_selector (class_name) @name) @type
(id_selector (id_name) @name) @constant
(keyframes_statement (keyframes_name) @name) @function
