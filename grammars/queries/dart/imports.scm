(library_import (import_specification (configurable_uri) @from (identifier) @as)) @import
(library_import (import_specification (configurable_uri) @from)) @import
(part_directive (uri) @from) @relative
