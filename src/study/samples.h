/* The samples of a study's runs. Points of the same data share one. It is made when the first run that needs it begins,
   once for all threads of a process, and is let go when the last has ended. */
#ifndef NSYM_STUDY_SAMPLES_H
#define NSYM_STUDY_SAMPLES_H

#include "base/arena.h"
#include "sources/sample.h"
#include "study/grid.h"

#include <nearsym/progress.h>
#include <pthread.h>
#include <stdatomic.h>

typedef struct nsym_shared_sample {
    const nsym_point *point;    /* one of those that use it */
    const nsym_data_card *card; /* the point's, or that of its test events under a variation: */
    const char *key;            /* of the card; borrowed */
    bool varied;
    char *path;           /* relative to the output folder; NULL: nobody keeps it */
    char *pictures;       /* where its pictures are, if it has some */
    bool missing;         /* the file at path, which is to be written */
    bool mixed;           /* its points divide it differently: no column says which part an event is in */
    bool wanted;          /* by a run to do */
    size_t last;          /* the last of these runs */
    atomic_size_t events; /* about; exact once it was loaded */
    size_t users;         /* runs that are at it */
    bool loaded, warned;  /* warned: the user was told of the sample's warning */
    nsym_sample sample;
    pthread_mutex_t lock; /* of users, loaded and sample */
} nsym_shared_sample;

typedef struct nsym_samples {
    const nsym_grid *grid;
    const char *folder;      /* the output folder */
    size_t threads;          /* that prepare one; 0: one per CPU */
    nsym_progress *progress; /* is told of warnings; NULL: silent */
    bool (*stop)(void);      /* asked before every event that is made; true ends the work; NULL: never */
    size_t count;
    nsym_shared_sample *sample; /* (count) */
    size_t *of;                 /* (grid->points) which one a point uses */
    size_t **varied;            /* (grid->points)(its variations) those of its test events under them */
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

/* Before the first run: makes a small part of each that is wanted, so that one that cannot
   serve is found now and not after hours; and learns about how many events each has. A part that is too small for what
   is done with it, such as a fit, is taken larger, in the end whole; one alone, which is needed next, is made whole at
   once. Errors: as nsym_sample_load; NSYM_EINTERRUPTED after `stop`. */
nsym_status nsym_samples_check(nsym_samples *samples) NSYM_MUST_CHECK;

/* After the last run: lets go what is still loaded, and writes those that are kept and missing, whose runs were all
   done before or by other processes, as many at once as workers. Errors: as nsym_sample_load. */
nsym_status nsym_samples_finish(nsym_samples *samples, size_t workers) NSYM_MUST_CHECK;

/* Events of a sample as a card says it, before any cut. */
size_t nsym_samples_guess(const nsym_data_card *card);

/* Events of a point's sample: exactly once it was loaded, about once it was checked; a guess before. */
size_t nsym_samples_events(const nsym_samples *samples, const nsym_point *point);

/* The sample of a point for its run `number`, until it is given back, whatever the status; made where it is not in
   memory, while others who ask for it wait. Samples that only
   runs of lower numbers need are let go; a process seldom gets one of those, which then loads its sample anew. Errors:
   as nsym_sample_load. */
nsym_status nsym_samples_take(nsym_samples *samples, const nsym_point *point, size_t number,
                              const nsym_sample **out) NSYM_MUST_CHECK;
void nsym_samples_give_back(nsym_samples *samples, const nsym_point *point);

/* The same of its test events under a variation, the point's `variation` from 0. */
nsym_status nsym_samples_take_varied(nsym_samples *samples, const nsym_point *point, size_t variation, size_t number,
                                     const nsym_sample **out) NSYM_MUST_CHECK;
void nsym_samples_give_back_varied(nsym_samples *samples, const nsym_point *point, size_t variation);

#endif
