/* A process's sign of life in a folder that several share: a file of its own, HOST-MACHINE-PID-RANDOM.runs, which it
   holds locked and whose time it renews as long as it lives. Whoever looks on trusts no other machine's clock: a
   process is dead where its file has not changed for a while of the onlooker's own clock or, on the same machine, where
   nobody holds the lock. $NSYM_CLAIM_SECONDS is that while (default 120); signs of life come six times in it. */
#ifndef NSYM_LEDGER_LEASE_H
#define NSYM_LEDGER_LEASE_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { NSYM_LEASE_NAME = 128 };

typedef struct nsym_lease nsym_lease;

/* The while, in seconds. Errors: $NSYM_CLAIM_SECONDS is no number from 0.2 to 86400. */
nsym_status nsym_lease_seconds(double *seconds) NSYM_MUST_CHECK;

/* New: makes the folder where it is missing, and the file in it. */
nsym_status nsym_lease_new(nsym_lease **out, const char *folder) NSYM_MUST_CHECK;

/* Ends it; its file is removed where `remove`. NULL is fine. */
void nsym_lease_free(nsym_lease *lease, bool remove);

/* The file's name in its folder; borrowed. */
const char *nsym_lease_name(const nsym_lease *lease);

/* Adds bytes to the file, whole and synced to the disk, or not at all. Not from several threads at once. */
nsym_status nsym_lease_append(nsym_lease *lease, const void *bytes, size_t n) NSYM_MUST_CHECK;

/* Is that the name of such a file? */
bool nsym_lease_is_name(const char *name);

/* "node7:1234", the process that a name tells of; another text as it is. */
void nsym_lease_owner(char owner[NSYM_LEASE_NAME], const char *name);

/* An onlooker, which remembers when it saw each file change. Safe from several threads. */
typedef struct nsym_vigil nsym_vigil;

/* `seconds`: the while after which a file without a change tells of a dead process. */
nsym_status nsym_vigil_new(nsym_vigil **out, double seconds) NSYM_MUST_CHECK;
void nsym_vigil_free(nsym_vigil *vigil);

/* Is the process dead whose file is `folder`/`name`? It is, if the file has not changed for that while; a missing file
   counts as unchanged. If the file is a lease of this machine, it is known at once that its process is gone. */
bool nsym_vigil_is_dead(nsym_vigil *vigil, const char *folder, const char *name);

/* Is it certain that the process of a lease is alive? Its file has changed since this vigil saw it first or, on this
   machine, the process is there, even if it is stopped. */
bool nsym_vigil_is_alive(nsym_vigil *vigil, const char *folder, const char *name);

#endif
