/* The ledger: every finished run of a study in one SQLite file. A run is a row keyed by its resolved card, its
   coordinates and its seed. Several processes, on any machines that see one folder, may use a ledger at once: each adds
   the runs that it finishes to a journal of its own, in the folder ledger beside ledger.sqlite, and reads those of the
   others. Whoever is done merges the journals into the file, which is always written whole and renamed; nothing
   is locked. A run is on the disk when it is recorded, so a study killed at any moment goes on from its finished runs.
 */
#ifndef NSYM_LEDGER_LEDGER_H
#define NSYM_LEDGER_LEDGER_H

#include "ledger/claims.h"
#include <nearsym/progress.h>
#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct nsym_ledger nsym_ledger;

/* One number that a run measured. `epoch` 0: not tied to an epoch. */
typedef struct nsym_measure {
    const char *metric;
    size_t epoch;
    double value;
    double test_error;   /* standard error for the finite test sample; 0: none, or not known */
    double fit_error;    /* and for a fit that it needs, such as that of the mass; likewise */
    const double *draws; /* (draw_count) how random draws of the test sample move the value, the same draws for all
                            measures on it: products of two, summed, are the measures' covariance. NULL: not known */
    size_t draw_count;
} nsym_measure;

/* Opens or creates. Nothing is written to a file that is no ledger. Errors: not a ledger (a foreign or damaged file), a
   newer ledger version, a file that an earlier nearsym has locked for 10 s, a folder that cannot be written. A ledger
   does not survive a fork: open it in the child. */
nsym_status nsym_ledger_open(nsym_ledger **out, const char *path) NSYM_MUST_CHECK;

/* Opens what is there, and writes nothing: nothing can be recorded or claimed. */
nsym_status nsym_ledger_look(nsym_ledger **out, const char *path) NSYM_MUST_CHECK;

/* Merges what all have recorded so far into the file, unless another process is at that, and closes. */
void nsym_ledger_close(nsym_ledger *ledger);

/* Learns what other processes have recorded meanwhile. */
nsym_status nsym_ledger_refresh(nsym_ledger *ledger) NSYM_MUST_CHECK;

/* Claims a run, or anything else, by its key (ledger/claims.h); gives it up again, false where it was another's by
   then; and how many seconds to wait before another try. Ask whether a run is recorded after it is claimed, and give it
   up after it is recorded. */
nsym_status nsym_ledger_claim(nsym_ledger *ledger, const char *key, nsym_claim *claim) NSYM_MUST_CHECK;
bool nsym_ledger_release(nsym_ledger *ledger, const char *key);
double nsym_ledger_pause(const nsym_ledger *ledger);

/* Tells the others that the study is finished, results and all; and, since this ledger was opened, has one told so? */
nsym_status nsym_ledger_tell_finished(nsym_ledger *ledger) NSYM_MUST_CHECK;
bool nsym_ledger_was_finished(nsym_ledger *ledger);

/* Tells the others by a number what this process is at, and then looks for one that is at other work (see
   ledger/company.h). */
nsym_status nsym_ledger_begin(nsym_ledger *ledger, uint64_t work, char other[NSYM_LEASE_NAME], nsym_progress *progress,
                              bool (*stop)(void)) NSYM_MUST_CHECK;

/* Is the run there? Safe from several threads, as all calls here. Seconds, times and paths are told of the
   runs that were asked for, here or by a call below, as a ledger may hold the runs of other cards, too. A run that
   lacks measures, because somebody edited the file, counts as missing. */
nsym_status nsym_ledger_has(nsym_ledger *ledger, const char *key, bool *has) NSYM_MUST_CHECK;

/* Records a finished run; a run that is there already is left as it is. `coordinates`: JSON text. Values are kept to
   the bit; a value that is NaN is refused. */
nsym_status nsym_ledger_record(nsym_ledger *ledger, const char *key, const char *coordinates, double seconds,
                               const nsym_measure *measures, size_t n) NSYM_MUST_CHECK;

/* The same of a run that was computed by another path than nsym_cpu_path() (nearsym/cpu.h). */
nsym_status nsym_ledger_record_by(nsym_ledger *ledger, const char *key, const char *coordinates, const char *cpu,
                                  double seconds, const nsym_measure *measures, size_t n) NSYM_MUST_CHECK;

/* How many of the runs that were asked for lack measures. */
nsym_status nsym_ledger_gaps(nsym_ledger *ledger, size_t *runs) NSYM_MUST_CHECK;

/* Removes a run, so that it can be recorded anew. */
nsym_status nsym_ledger_forget(nsym_ledger *ledger, const char *key) NSYM_MUST_CHECK;

/* Calls `visit` for every measure of a run, in the order it was recorded. Errors: no such run. */
nsym_status nsym_ledger_read(nsym_ledger *ledger, const char *key, void (*visit)(void *context, const nsym_measure *),
                             void *context) NSYM_MUST_CHECK;

/* Calls `visit` for every recorded run, in the order of their keys, with the coordinates it was recorded with. No call
   here may be made from `visit`. None of the runs counts as asked for. */
nsym_status nsym_ledger_visit(nsym_ledger *ledger,
                              void (*visit)(void *context, const char *key, const char *coordinates),
                              void *context) NSYM_MUST_CHECK;

/* The paths (nearsym/cpu.h) that the runs that were asked for were computed by: new text such as "avx2, avx512" (free
   with free), empty where none is known. Runs of older ledgers have none. */
nsym_status nsym_ledger_cpus(nsym_ledger *ledger, char **cpus) NSYM_MUST_CHECK;

/* Runs whose keys begin with `start`, a name and "=", but not with `own`: those of another version of the keys. */
nsym_status nsym_ledger_others(nsym_ledger *ledger, const char *start, const char *own, size_t *runs) NSYM_MUST_CHECK;

/* The seconds that a run took. Errors: no such run. */
nsym_status nsym_ledger_run_seconds(nsym_ledger *ledger, const char *key, double *seconds) NSYM_MUST_CHECK;

/* Sum of the seconds of the recorded runs that were asked for. */
nsym_status nsym_ledger_seconds(nsym_ledger *ledger, double *seconds) NSYM_MUST_CHECK;

/* How many runs that were asked for are recorded, and the seconds, whole ones, between the start of the first and the
   end of the last, pauses and all. */
typedef struct nsym_ledger_times {
    size_t runs;
    double elapsed;
} nsym_ledger_times;
nsym_status nsym_ledger_tell_times(nsym_ledger *ledger, nsym_ledger_times *times) NSYM_MUST_CHECK;

#endif
