/* Who does which run: the threads of this process and, in a cluster, those of all its processes. Rank 0 hands the runs
   out one by one, in order, and records what the others find; its own threads take part. Processes that know nothing of
   each other but the folder share the runs by claims. */
#ifndef NSYM_STUDY_SCHEDULE_H
#define NSYM_STUDY_SCHEDULE_H

#include "base/workers.h"
#include "ledger/ledger.h"
#include <nearsym/cluster.h>
#include <stdint.h>

/* Whose turn a run is: it is to be done by this process, or its cluster; it is done; somebody else is at it. */
typedef enum nsym_turn { NSYM_TURN_OURS, NSYM_TURN_DONE, NSYM_TURN_OTHERS } nsym_turn;

typedef struct nsym_schedule {
    const nsym_cluster *cluster; /* NULL: this process alone */
    size_t threads;              /* of this process; 0: one per CPU */
    size_t runs;
    nsym_job run; /* does a run, on any process; the indices that a process gets rise, unless others give some up */
    /* On rank 0: takes what another process found. Called by one thread, while others are in `run`. */
    nsym_status (*record)(void *context, size_t index, double seconds, const nsym_measure *measures, size_t n);
    /* On rank 0, or alone, one call at a time; NULL: every run is ours. */
    nsym_status (*claim)(void *context, size_t index, nsym_turn *turn);
    /* A run that was ours is over, well or not. False: another process took it over, as this one seemed to be dead, and
       removed what was being written; a failure of ours is no failure of the run then. */
    bool (*release)(void *context, size_t index);
    /* Others are at the last runs; on the ranks above 0, for all that they know, at 0 of them. Called every `pause`
       seconds, after which another claim is tried; may set *stop. */
    void (*waits)(void *context, size_t runs);
    double pause;
    void *context;
    const atomic_bool *stop; /* once true, no further run starts */
} nsym_schedule;

/* All processes of a cluster meet before the first run: each says how it fared (`own`, and its message) and what it has
   planned, as a hash, and the path `cpu` that it computes by. Where all is well and alike, everybody gets rank 0's
   number *session and list todo (*n; room for `room`). Errors: on rank 0 the failure of the lowest rank, or another
   plan than its own; on the others their own, or that there is one; NSYM_EINTERNAL for a message of the wrong kind. */
nsym_status nsym_schedule_meet(const nsym_cluster *cluster, nsym_status own, uint64_t plan, const char *cpu,
                               uint64_t *session, size_t *todo, size_t *n, size_t room) NSYM_MUST_CHECK;

/* Does all runs; returns on no process before all are done, so that they may meet again. Errors: a failure of `run` or
   `record` on any process, after which no further run starts anywhere (the ranks above 0 know their own only);
   NSYM_EINTERRUPTED where runs were left out because of *stop. */
nsym_status nsym_schedule_run(const nsym_schedule *schedule) NSYM_MUST_CHECK;

/* For `run` on a rank above 0: sends what it found to rank 0. */
nsym_status nsym_schedule_send(const nsym_cluster *cluster, size_t index, double seconds, const nsym_measure *measures,
                               size_t n) NSYM_MUST_CHECK;

#endif
