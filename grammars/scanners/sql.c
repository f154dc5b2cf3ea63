// The SQL grammar's scanner with its fault mended: reading a state forgot the tag of a quoted string that it held.
#define tree_sitter_sql_external_scanner_deserialize read_state
#include "scanner.c"
#undef tree_sitter_sql_external_scanner_deserialize

void tree_sitter_sql_external_scanner_deserialize(void* payload, const char* buffer, unsigned length) {
  free(((LexerState*)payload)->start_tag);
  read_state(payload, buffer, length);
}
