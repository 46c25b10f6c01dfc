#include "study/gaps.h"

#include "base/fail.h"
#include "base/folder.h"
#include "base/hash.h"
#include "data/hdf5_seal.h"
#include "study/outcome.h"
#include "study/shown.h"

#include <string.h>

/* Which numbers a run has: how many, and a hash of what and where they are. */
typedef struct {
    const nsym_point *point;
    size_t count;
    uint64_t hash;
    bool diverged; /* nothing was measured of it, and need not be */
} numbers;

/* How a training went is shorter where it stopped earlier, and does not count; nor does what the point does not ask
 * for.
 */
static void count_number(void *context, const nsym_measure *measure) {
    numbers *n = context;
    if (nsym_is_course(measure->metric)) return;
    if (nsym_is_by_epoch(measure->metric) && !nsym_point_has_epochs(n->point)) return;
    n->diverged |= strcmp(measure->metric, nsym_diverged) == 0;
    n->count++;
    n->hash = nsym_hash_mix(nsym_hash_text(n->hash, measure->metric) + measure->epoch);
}

/* Reads what the runs (n) of a point have; those that are not recorded have nothing. */
static nsym_status read_point(numbers *has, const nsym_plan *plan, const nsym_run *run, size_t n) {
    for (size_t i = 0; i < n; i++) {
        bool there = false;
        has[i] = (numbers){.point = run[i].point, .hash = NSYM_HASH_START};
        NSYM_TRY(nsym_ledger_has(plan->ledger, run[i].key, &there));
        if (there) NSYM_TRY(nsym_ledger_read(plan->ledger, run[i].key, count_number, &has[i]));
    }
    return NSYM_OK;
}

nsym_status nsym_gaps_forget(nsym_plan *plan) {
    const nsym_run *run = plan->run;
    for (size_t i = 0, n; i < plan->grid.points; i++, run += n) {
        n = nsym_plan_runs_of(&plan->grid.point[i]);
        if (plan->grid.point[i].waits) continue;
        numbers *has = nsym_arena_alloc(plan->arena, n, sizeof *has), most = {0};
        if (!has) return nsym_fail(NSYM_ENOMEM, "no memory to compare %zu runs", n);
        NSYM_TRY(read_point(has, plan, run, n));
        for (size_t m = 0; m < n; m++)
            if (!has[m].diverged && has[m].count > most.count) most = has[m];
        for (size_t m = 0; m < n; m++) {
            if (has[m].count == 0 || has[m].diverged || has[m].hash == most.hash) continue;
            NSYM_TRY(nsym_ledger_forget(plan->ledger, run[m].key));
            plan->gaps++;
        }
    }
    return NSYM_OK;
}

bool nsym_gaps_none_in(const char *folder, const char *name) {
    char path[NSYM_PATH_SIZE];
    return nsym_folder_has(folder, "%s", name) && nsym_folder_path(path, folder, "%s", name) == NSYM_OK &&
           nsym_h5_check_seal(path, true) == NSYM_OK;
}
