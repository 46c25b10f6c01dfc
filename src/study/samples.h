/* The samples of a study's runs. Points of the same data share one, which is in memory from the first run that needs it
   to the last. */
#ifndef NSYM_STUDY_SAMPLES_H
#define NSYM_STUDY_SAMPLES_H

#include "base/arena.h"
#include "sources/sample.h"
#include "study/grid.h"

#include <nearsym/progress.h>
#include <pthread.h>
#include <stdatomic.h>

typedef struct nsym_shared_sample {
    const nsym_point *point; /* one of those that use it */
    char *path;              /* relative to the output folder; NULL: nobody keeps it */
    char *pictures;          /* where its pictures are, if it has some */
    bool missing;            /* the file at path, which is to be written */
    bool mixed;              /* its points divide it differently: no column says which part an event is in */
    bool wanted;             /* by a run to do */
    size_t last;             /* the last of these runs */
    size_t events;           /* once it was loaded */
    size_t users;            /* runs that are at it */
    bool loaded, warned;     /* warned: the user was told of the sample's warning */
    nsym_sample sample;
    pthread_mutex_t lock; /* of users, loaded and sample */
} nsym_shared_sample;

typedef struct nsym_samples {
    const nsym_grid *grid;
    const char *folder;      /* the output folder */
    size_t threads;          /* that prepare one; 0: one per CPU */
    nsym_progress *progress; /* is told of warnings; NULL: silent */
    size_t count;
    nsym_shared_sample *sample; /* (count) */
    size_t *of;                 /* (grid->points) which one a point uses */
    atomic_size_t newest;       /* the last run that this process has begun */
} nsym_samples;

/* The distinct samples of a grid, with nothing loaded. `writes`: this process writes those that are kept and missing.
 */
nsym_status nsym_samples_plan(nsym_samples *out, nsym_arena *arena, const nsym_grid *grid, const char *folder,
                              size_t threads, bool writes) NSYM_MUST_CHECK;
void nsym_samples_free(nsym_samples *samples);

/* Nobody wants any of them: before the runs of another list. No run is at one. */
void nsym_samples_forget(nsym_samples *samples);

/* Run `number` of those to do is one of the point's; numbers rise from call to call. */
void nsym_samples_want(nsym_samples *samples, const nsym_point *point, size_t number);

/* Before the first run: loads those whose size is not known before, and writes those that are missing and that no run
   needs. After the last: lets go what is still loaded, and writes those that are missing yet, whose runs were all done
   by other processes. Both: as many at once as workers; errors: as nsym_sample_load. */
nsym_status nsym_samples_prepare(nsym_samples *samples, size_t workers) NSYM_MUST_CHECK;
nsym_status nsym_samples_finish(nsym_samples *samples, size_t workers) NSYM_MUST_CHECK;

/* Events of a point's sample, once it was loaded. */
size_t nsym_samples_events(const nsym_samples *samples, const nsym_point *point);

/* The sample of a point for its run `number`, until it is given back, whatever the status. Samples that only
   runs of lower numbers need are let go; a process seldom gets one of those, which then loads its sample anew. Errors:
   as nsym_sample_load. */
nsym_status nsym_samples_take(nsym_samples *samples, const nsym_point *point, size_t number,
                              const nsym_sample **out) NSYM_MUST_CHECK;
void nsym_samples_give_back(nsym_samples *samples, const nsym_point *point);

#endif
