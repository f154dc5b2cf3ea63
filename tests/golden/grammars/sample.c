#include <stdio.h>
#include "ring.h"

#define RING_SIZE 64

/* A ring buffer that overwrites its oldest entry. */
struct ring {
  int items[RING_SIZE];
  size_t head, count;
};

static inline size_t next(size_t i) { return (i + 1) % RING_SIZE; }

int ring_push(struct ring *r, int value) {
  r->items[r->head] = value;
  r->head = next(r->head);
  if (r->count < RING_SIZE) r->count++;
  switch (value) {
    case 0:
      return -1;
    default:
      break;
  }
  for (size_t i = 0; i < r->count; ++i) printf("%d\n", r->items[i]);  // show
  return 0;
}
