/* Processes that share a study's runs, on one machine or many: how they send each other messages. The library has no
   transport of its own; the program's is MPI. */
#ifndef NEARSYM_CLUSTER_H
#define NEARSYM_CLUSTER_H

#include <nearsym/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One process's place among all. Both functions may be called by several threads at once. */
typedef struct nsym_cluster {
    size_t rank, ranks; /* rank 0 plans, records and reports */
    void *context;      /* of the functions, which give NSYM_OK or what failed */
    /* Sends n bytes; messages from one process to another arrive in order. */
    nsym_status (*send)(void *context, size_t to, const void *bytes, size_t n);
    /* Waits for a message: its sender, and new bytes (n, free with free). */
    nsym_status (*receive)(void *context, size_t *from, void **bytes, size_t *n);
    /* Ends all processes, as one of them is dead (`why` says which) and the others would wait for it for ever; called
       by a thread of its own. NULL: nobody looks after the others. */
    void (*give_up)(void *context, const char *why);
} nsym_cluster;

#ifdef __cplusplus
}
#endif
#endif
