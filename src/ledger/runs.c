/* The runs of a ledger, one after the other, and from one ledger into another. */
#include "ledger/inside.h"

#include "base/fail.h"
#include "ledger/measures.h"
#include "ledger/runs.h"

#include <string.h>

/* ---- All of them ---- */

static const char *text_of(sqlite3_stmt *row, int column) {
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text ? text : "";
}

/* Adds the measure that a row tells; texts and draws live only as long as the row, so they are copied. */
static nsym_status add_measure(nsym_measures *to, sqlite3_stmt *row) {
    const char *metric = nsym_arena_strdup(to->arena, text_of(row, 0));
    size_t draws = (size_t)sqlite3_column_bytes(row, 5) / sizeof(double);
    if (!metric) return nsym_fail(NSYM_ENOMEM, "no memory for a run's measures");
    size_t at = nsym_measures_add_known(to, metric, (size_t)sqlite3_column_int64(row, 1), sqlite3_column_double(row, 2),
                                        sqlite3_column_double(row, 3), sqlite3_column_double(row, 4));
    if (to->status != NSYM_OK || draws == 0) return to->status;
    double *copy = nsym_measures_draw(to, at, draws);
    if (copy) memcpy(copy, sqlite3_column_blob(row, 5), draws * sizeof *copy);
    return to->status;
}

static nsym_status read_measures(nsym_measures *out, const nsym_ledger *ledger, sqlite3_int64 run) {
    sqlite3_stmt *query = NULL;
    NSYM_TRY(nsym_database_prepare(&ledger->d, &query,
                                   "SELECT metric, epoch, value, test_error, fit_error, draws FROM measures"
                                   " WHERE run = ? ORDER BY position"));
    sqlite3_bind_int64(query, 1, run);
    nsym_status status = NSYM_OK;
    int code = SQLITE_DONE;
    while (status == NSYM_OK && (code = sqlite3_step(query)) == SQLITE_ROW) status = add_measure(out, query);
    if (status == NSYM_OK && code != SQLITE_DONE) status = nsym_database_fail(&ledger->d);
    sqlite3_finalize(query);
    return status;
}

/* Hands over the run that a row tells. */
static nsym_status hand_over(const nsym_ledger *ledger, sqlite3_stmt *row,
                             nsym_status (*take)(void *, const nsym_parcel_run *), void *context) {
    nsym_measures measures;
    nsym_status status = nsym_measures_new(&measures);
    if (status == NSYM_OK) status = read_measures(&measures, ledger, sqlite3_column_int64(row, 0));
    if (status == NSYM_OK)
        status = take(context, &(nsym_parcel_run){.key = text_of(row, 1),
                                                  .coordinates = text_of(row, 2),
                                                  .cpu = text_of(row, 3),
                                                  .finished_at = text_of(row, 4),
                                                  .seconds = sqlite3_column_double(row, 5),
                                                  .measures = measures.measure,
                                                  .n = measures.count});
    nsym_measures_free(&measures);
    return status;
}

nsym_status nsym_ledger_each(nsym_ledger *ledger, nsym_status (*take)(void *, const nsym_parcel_run *), void *context) {
    sqlite3_stmt *query = NULL;
    int code = SQLITE_DONE;
    nsym_ledger_lock(ledger);
    nsym_status status = nsym_database_prepare(&ledger->d, &query,
                                               "SELECT id, key, coordinates, cpu, finished_at, seconds FROM main.runs"
                                               " JOIN temp.completeness USING(key) WHERE whole ORDER BY key");
    while (status == NSYM_OK && (code = sqlite3_step(query)) == SQLITE_ROW)
        status = hand_over(ledger, query, take, context);
    if (status == NSYM_OK && code != SQLITE_DONE) status = nsym_database_fail(&ledger->d);
    sqlite3_finalize(query);
    nsym_ledger_unlock(ledger);
    return status;
}

/* ---- Into another ledger ---- */

/* Are the numbers of a run, which are read in order, those of another? */
typedef struct {
    const nsym_parcel_run *run;
    size_t at;
    bool same;
} comparison;

static void compare_measure(void *context, const nsym_measure *m) {
    comparison *c = context;
    const nsym_measure *other = &c->run->measures[c->at];
    c->same = c->same && c->at < c->run->n && strcmp(m->metric, other->metric) == 0 && m->epoch == other->epoch &&
              m->value == other->value;
    c->at++;
}

nsym_status nsym_runs_take_one(nsym_ledger *ledger, const nsym_parcel_run *run, nsym_runs_taken *taken) {
    bool added;
    NSYM_TRY(nsym_ledger_add(ledger, run, &added));
    taken->added += added;
    taken->present += !added;
    if (added) return NSYM_OK;
    comparison c = {run, 0, true};
    NSYM_TRY(nsym_ledger_read(ledger, run->key, compare_measure, &c));
    taken->differing += !(c.same && c.at == run->n);
    return NSYM_OK;
}

/* A ledger that takes runs. */
typedef struct {
    nsym_ledger *ledger;
    nsym_runs_taken *taken;
} taker;

static nsym_status take(void *context, const nsym_parcel_run *run) {
    const taker *t = context;
    return nsym_runs_take_one(t->ledger, run, t->taken);
}

nsym_status nsym_runs_take(nsym_ledger *ledger, nsym_ledger *from, nsym_runs_taken *taken) {
    return nsym_ledger_each(from, take, &(taker){ledger, taken});
}
