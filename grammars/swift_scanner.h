#pragma once
// Included before the Swift grammar's scanner. Its state is made by calloc(0, size), which may return room for nothing,
// and then written to; here a count of zero means one.
#include <stdlib.h>

#define calloc(count, size) calloc((count) == 0 ? 1 : (count), (size))
