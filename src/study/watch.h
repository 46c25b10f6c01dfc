/* The processes of a cluster look after each other: each renews the time of a file of its own, FOLDER/claims/rank-*,
   and rank 0 looks at those of all, the others at that of rank 0. A process whose file has not changed for half of
   $NSYM_CLAIM_SECONDS (one minute) is dead; then all end, as the others would wait for its messages for ever. */
#ifndef NSYM_STUDY_WATCH_H
#define NSYM_STUDY_WATCH_H

#include <nearsym/cluster.h>
#include <stdint.h>

typedef struct nsym_watch nsym_watch;

/* A number that tells this cluster's files from those of another in the same folder; rank 0's holds for all. */
uint64_t nsym_watch_session(void);

/* Begins the watch, once all know the session. The cluster is borrowed, and has a `give_up`. */
nsym_status nsym_watch_new(nsym_watch **out, const char *folder, const nsym_cluster *cluster,
                           uint64_t session) NSYM_MUST_CHECK;

/* Ends it; NULL is fine. */
void nsym_watch_free(nsym_watch *watch);

#endif
