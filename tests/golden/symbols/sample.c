/* A list of jobs. */
#include <stdio.h>
#include "job.h"

#ifndef JOB_C
#define JOB_C
#define JOB_MAX 32
#define job_for(list, j) for (struct job *j = (list)->first; j; j = j->next)
#endif

/* What a job does. */
typedef int (*job_run)(struct job *self, void *data);

typedef enum { JOB_IDLE, JOB_BUSY = 4 } job_state;

typedef struct {
  int major, minor;
} version;

struct job {
  const char *name;   /* shown to the user */
  job_state state;
  job_run run;
  struct job *next;
  unsigned flags : 3;
};

static struct job *queue[JOB_MAX];
static const version kVersion = {1, 2};
int job_count = 0;

struct job *job_new(const char *name, job_run run);
void job_free(struct job *);

#ifdef __linux__
static int on_linux(void) { return 1; }
#endif

/* Adds a job.
 * Returns 0 when there is no room. */
int job_add(struct job *j) {
  int i, free_slot = -1;
  for (i = 0; i < JOB_MAX; ++i) {
    if (!queue[i]) free_slot = i;
  }
  if (free_slot < 0) return 0;
  queue[free_slot] = j;
  printf("%s\n", j->name);
  return ++job_count;
}

unsigned long long job_hash(const struct job *j)
{
  return (unsigned long long)j;
}
