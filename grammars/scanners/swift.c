// The Swift grammar's scanner with its fault mended: it makes its state by calloc(0, size), which may return room for
// nothing, and then writes to it. Here a count of zero means one.
#include <stdlib.h>

#define calloc(count, size) calloc((count) == 0 ? 1 : (count), (size))
#include "scanner.c"
