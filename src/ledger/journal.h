/* Journals: every process that records runs in a ledger adds them to a file of its own, its lease's, and reads those of
   the others. A record is whole or ignored: it has its length and CRC-32. */
#ifndef NSYM_LEDGER_JOURNAL_H
#define NSYM_LEDGER_JOURNAL_H

#include "ledger/lease.h"
#include "ledger/parcel.h"
#include <stdint.h>

/* Adds a run, synced to the disk; `again`: it stands for what was recorded before, too. */
nsym_status nsym_journal_add(nsym_lease *own, const nsym_parcel_run *run, bool again) NSYM_MUST_CHECK;

/* Begins it: says by a number what its process is at. */
nsym_status nsym_journal_begin(nsym_lease *own, uint64_t work) NSYM_MUST_CHECK;

/* Says that nothing will follow. */
nsym_status nsym_journal_end(nsym_lease *own) NSYM_MUST_CHECK;

/* The journals of a folder, each as far as it was read. */
typedef struct nsym_journals nsym_journals;

nsym_status nsym_journals_new(nsym_journals **out, const char *folder) NSYM_MUST_CHECK;
void nsym_journals_free(nsym_journals *journals);

/* Calls `take` with every run that is new in a journal other than that of the name `own` (NULL: none). What is not
   whole at a journal's end is left for the next time. A folder that is missing has no journals. Errors: those of
   `take`; a file that cannot be read. */
nsym_status nsym_journals_read(nsym_journals *journals, const char *own,
                               nsym_status (*take)(void *context, const nsym_parcel_run *run, bool again),
                               void *context) NSYM_MUST_CHECK;

/* Gives the owner of a journal, as it was last read, whose process has not ended and is not dead; of those that are at
   other work where `work` is given. Empty: there is none. False: whether that process is alive is not known yet. */
bool nsym_journals_other(nsym_journals *journals, nsym_vigil *vigil, const uint64_t *work, char owner[NSYM_LEASE_NAME]);

/* Removes the journals, all read and kept elsewhere, of processes that have ended or are dead. A part of a record that
   a killed process left is told of. */
void nsym_journals_clean(nsym_journals *journals, const char *own, nsym_vigil *vigil);

#endif
