/* Who else is at work on a ledger? */
#ifndef NSYM_LEDGER_COMPANY_H
#define NSYM_LEDGER_COMPANY_H

#include "ledger/lease.h"
#include <nearsym/progress.h>
#include <stdint.h>

/* Looks in a folder of journals for a live process other than the one whose journal is `own` (NULL: none) and gives its
   owner, such as "node7:1234"; empty: there is none. Where `work` is given, those whose journals begin with the same
   number are passed over. On this machine a process is known to live or to be dead at once. On another machine it is
   taken for alive when it gives a sign of life, and for dead when it gives none in $NSYM_CLAIM_SECONDS; this call waits
   for one or the other, and a note says so. Errors: NSYM_EINTERRUPTED where `stop` (may be NULL) says so; a folder that
   cannot be read. */
nsym_status nsym_company_find(char owner[NSYM_LEASE_NAME], const char *folder, const char *own, const uint64_t *work,
                              nsym_progress *progress, bool (*stop)(void)) NSYM_MUST_CHECK;

#endif
