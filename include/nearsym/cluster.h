/* Processes that share a study's runs, on one machine or many: how they send each other messages. The library has no
   transport of its own; the program `nearsym` uses MPI. */
#ifndef NEARSYM_CLUSTER_H
#define NEARSYM_CLUSTER_H

#include <nearsym/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One process of a cluster. Several threads may call send and receive at the same time. */
typedef struct nsym_cluster {
    size_t rank, ranks; /* rank 0 plans, records and reports */
    void *context;      /* argument of the functions, which return NSYM_OK or an error */
    /* Sends n bytes to rank `to`. Messages from one process to another arrive in order. */
    nsym_status (*send)(void *context, size_t to, const void *bytes, size_t n);
    /* Waits for a message. Gives its sender and new bytes (n, free with free). */
    nsym_status (*receive)(void *context, size_t *from, void **bytes, size_t *n);
    /* Ends all processes because one of them is dead (`why` says which) and the others would wait for ever. A separate
       thread calls it. NULL: dead processes are not noticed. */
    void (*give_up)(void *context, const char *why);
} nsym_cluster;

#ifdef __cplusplus
}
#endif
#endif
