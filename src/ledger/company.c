#include "ledger/company.h"

#include "base/clock.h"
#include "base/fail.h"
#include "ledger/journal.h"

#include <math.h>

static nsym_status pass_over(void *context, const nsym_parcel_run *run, bool again) {
    (void)context;
    (void)run;
    (void)again;
    return NSYM_OK;
}

nsym_status nsym_company_find(char owner[NSYM_LEASE_NAME], const char *folder, const char *own, const uint64_t *work,
                              nsym_progress *progress, bool (*stop)(void)) {
    double seconds;
    nsym_journals *journals = NULL;
    nsym_vigil *vigil = NULL;
    bool told = false, sure = false;
    NSYM_TRY(nsym_lease_seconds(&seconds));
    nsym_status status = nsym_vigil_new(&vigil, seconds);
    if (status == NSYM_OK) status = nsym_journals_new(&journals, folder);
    while (status == NSYM_OK && !sure) {
        status = nsym_journals_read(journals, own, pass_over, NULL);
        if (status == NSYM_OK) sure = nsym_journals_other(journals, vigil, work, owner);
        if (status != NSYM_OK || sure) break;
        if (!told)
            nsym_progress_note(progress, "waiting for at most %g s to see whether process %s is still alive", seconds,
                               owner);
        told = true;
        if (stop && stop()) status = nsym_fail(NSYM_EINTERRUPTED, "stopped on request");
        nsym_nap(fmin(1, seconds / 20));
    }
    nsym_journals_free(journals);
    nsym_vigil_free(vigil);
    return status;
}
