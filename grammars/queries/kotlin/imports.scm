(import (qualified_identifier) @from "*" @all) @import
(import (qualified_identifier) @from "as" (identifier) @as) @import
(import (qualified_identifier) @from .) @import
