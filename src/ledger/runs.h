/* Finished runs as a file that goes anywhere: JSON lines, a run each, packed where the name ends in .gz.

     {"label": "sizes-general-8000-1-0123abcd", "key": "nearsym=8 ...", "cpu": "avx2", "finished": "2026-05-31
   12:00:00", "seconds": 1.5, "measures": [{"metric": "auc_final", "value": 0.87, "test_error": 0.001, "draws": [...]},
   ...]}

   Numbers keep every bit, infinities are words ("inf", "-inf"), and what a measure does not have is left out. */
#ifndef NSYM_LEDGER_RUNS_H
#define NSYM_LEDGER_RUNS_H

#include "ledger/ledger.h"
#include "ledger/parcel.h"

/* Writes all whole runs of a ledger, in the order of their keys, and counts them. Errors: the file cannot be written.
 */
nsym_status nsym_runs_file_write(nsym_ledger *ledger, const char *path, size_t *runs) NSYM_MUST_CHECK;

/* What became of runs that a ledger was given. */
typedef struct nsym_runs_taken {
    size_t added, present; /* present: it had them, and keeps its own */
    size_t differing;      /* of those present: with other numbers */
} nsym_runs_taken;

/* Adds a run to a ledger, which is open to write, and counts what became of it. */
nsym_status nsym_runs_take_one(nsym_ledger *ledger, const nsym_parcel_run *run, nsym_runs_taken *taken) NSYM_MUST_CHECK;

/* All whole runs of another ledger. */
nsym_status nsym_runs_take(nsym_ledger *ledger, nsym_ledger *from, nsym_runs_taken *taken) NSYM_MUST_CHECK;

/* The runs of a file. Errors, with the line: it is no such file, or damaged; the runs before that line were added. */
nsym_status nsym_runs_file_read(nsym_ledger *ledger, const char *path, nsym_runs_taken *taken) NSYM_MUST_CHECK;

#endif
