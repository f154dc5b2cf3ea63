// The Svelte grammar's scanner with its fault mended: the table of tag names, 24 KB for every parse, was never freed.
// Here it comes from the arena A that the scanner releases at its end.
#include <stdlib.h>
#include <string.h>

static void* zeroed(void* room, size_t size) {
  return room ? memset(room, 0, size) : room;
}

#define calloc(count, size) zeroed(za_Alloc(A, (count) * (size)), (count) * (size))
#include "scanner.c"
