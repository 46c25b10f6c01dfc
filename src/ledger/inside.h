/* The ledger's inside: a database of this process alone, in memory, with the runs of the file and of all journals. */
#ifndef NSYM_LEDGER_INSIDE_H
#define NSYM_LEDGER_INSIDE_H

#include "base/folder.h"
#include "ledger/claims.h"
#include "ledger/database.h"
#include "ledger/journal.h"
#include "ledger/ledger.h"

#include <sys/stat.h>

/* SQLite's serialised mode guards single calls; what must stand together holds the connection's own (recursive) mutex.
 */
struct nsym_ledger {
    nsym_database d;
    char *path;
    char journals_folder[NSYM_PATH_SIZE], claims_folder[NSYM_PATH_SIZE];
    nsym_lease *lease; /* with this process's own journal; NULL, as claims: the ledger is only looked at */
    nsym_vigil *vigil;
    nsym_claims *claims;
    nsym_journals *journals;
    struct stat file, finished; /* as they were, all zeros where they were not: when last read; when opened */
    bool changed;               /* there are runs that the file does not have */
    bool recorded;              /* the own journal has some */
};

void nsym_ledger_lock(const nsym_ledger *ledger);
void nsym_ledger_unlock(const nsym_ledger *ledger);

/* Makes the lists that queries use beside the tables. */
nsym_status nsym_ledger_prepare_lists(const nsym_ledger *ledger) NSYM_MUST_CHECK;

/* Calls `take` with every whole run, in the order of their keys; each borrowed for the call, in which `ledger` may not
   change. */
nsym_status nsym_ledger_each(nsym_ledger *ledger, nsym_status (*take)(void *context, const nsym_parcel_run *run),
                             void *context) NSYM_MUST_CHECK;

/* Records a run as it is, with the time it was finished at, unless it is there; *added tells. */
nsym_status nsym_ledger_add(nsym_ledger *ledger, const nsym_parcel_run *run, bool *added) NSYM_MUST_CHECK;

/* Adds a run that is not there, or, `again`, puts it in the place of the one that is; *added tells. */
nsym_status nsym_ledger_insert(const nsym_ledger *ledger, const nsym_parcel_run *run, bool again,
                               bool *added) NSYM_MUST_CHECK;

#endif
