#include "ledger/inside.h"

#include "base/fail.h"
#include <nearsym/cpu.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static nsym_status fail(const nsym_ledger *ledger) {
    return nsym_database_fail(&ledger->d);
}

static nsym_status execute(const nsym_ledger *ledger, const char *sql) {
    return nsym_database_execute(&ledger->d, sql);
}

static nsym_status prepare(const nsym_ledger *ledger, sqlite3_stmt **out, const char *sql) {
    return nsym_database_prepare(&ledger->d, out, sql);
}

static nsym_status run(const nsym_ledger *ledger, sqlite3_stmt *statement) {
    return nsym_database_step(&ledger->d, statement);
}

void nsym_ledger_lock(const nsym_ledger *ledger) {
    sqlite3_mutex_enter(sqlite3_db_mutex(ledger->d.db));
}

void nsym_ledger_unlock(const nsym_ledger *ledger) {
    sqlite3_mutex_leave(sqlite3_db_mutex(ledger->d.db));
}

nsym_status nsym_ledger_prepare_lists(const nsym_ledger *ledger) {
    return execute(ledger, "CREATE TEMP TABLE asked(key TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID;"
                           "CREATE TEMP TABLE forgotten(key TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID;"
                           "CREATE TEMP VIEW completeness AS SELECT key, (SELECT count(*) = max(max(position) + 1,"
                           " coalesce(numbers, 0)) FROM main.measures WHERE run = id) IS 1 AS whole FROM main.runs");
}

/* A run that lacks measures counts as missing: somebody edited the file. */
static nsym_status query_has(const nsym_ledger *ledger, const char *key, bool *has) {
    sqlite3_stmt *query = NULL;
    NSYM_TRY(prepare(ledger, &query, "SELECT count(*) FROM temp.completeness WHERE key = ? AND whole"));
    sqlite3_bind_text(query, 1, key, -1, SQLITE_STATIC);
    int code = sqlite3_step(query);
    nsym_status status = code == SQLITE_ROW ? NSYM_OK : fail(ledger);
    if (!status) *has = sqlite3_column_int64(query, 0) > 0;
    sqlite3_finalize(query);
    return status;
}

/* Runs a statement of one parameter, a run's key. */
static nsym_status execute_for(const nsym_ledger *ledger, const char *sql, const char *key) {
    sqlite3_stmt *statement = NULL;
    NSYM_TRY(prepare(ledger, &statement, sql));
    sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
    nsym_status status = run(ledger, statement);
    sqlite3_finalize(statement);
    return status;
}

/* Notes on this connection alone that somebody asked for a run. */
static nsym_status note_asked(const nsym_ledger *ledger, const char *key) {
    return execute_for(ledger, "INSERT OR IGNORE INTO temp.asked(key) VALUES(?)", key);
}

nsym_status nsym_ledger_has(nsym_ledger *ledger, const char *key, bool *has) {
    nsym_ledger_lock(ledger);
    nsym_status status = note_asked(ledger, key);
    if (!status) status = query_has(ledger, key, has);
    nsym_ledger_unlock(ledger);
    return status;
}

static nsym_status insert_run(const nsym_ledger *ledger, const nsym_parcel_run *r) {
    sqlite3_stmt *insert = NULL;
    NSYM_TRY(
        prepare(ledger, &insert,
                "INSERT INTO runs(key, coordinates, seconds, cpu, finished_at, numbers) VALUES(?, ?, ?, ?, ?, ?)"));
    sqlite3_bind_text(insert, 1, r->key, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 2, r->coordinates, -1, SQLITE_STATIC);
    sqlite3_bind_double(insert, 3, r->seconds);
    sqlite3_bind_text(insert, 4, r->cpu, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 5, r->finished_at, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 6, (sqlite3_int64)r->n);
    nsym_status status = run(ledger, insert);
    sqlite3_finalize(insert);
    return status;
}

/* An error that is not known is NULL. */
static void bind_error(sqlite3_stmt *insert, int place, double error) {
    if (error > 0)
        sqlite3_bind_double(insert, place, error);
    else
        sqlite3_bind_null(insert, place);
}

static nsym_status insert_measures(const nsym_ledger *ledger, sqlite3_int64 id, const nsym_measure *measures,
                                   size_t n) {
    sqlite3_stmt *insert = NULL;
    NSYM_TRY(prepare(ledger, &insert,
                     "INSERT INTO measures(run, position, metric, epoch, value, test_error, fit_error, draws)"
                     " VALUES(?, ?, ?, ?, ?, ?, ?, ?)"));
    nsym_status status = NSYM_OK;
    sqlite3_bind_int64(insert, 1, id);
    for (size_t i = 0; i < n && !status; i++) {
        sqlite3_bind_int64(insert, 2, (sqlite3_int64)i);
        sqlite3_bind_text(insert, 3, measures[i].metric, -1, SQLITE_STATIC);
        sqlite3_bind_int64(insert, 4, (sqlite3_int64)measures[i].epoch);
        sqlite3_bind_double(insert, 5, measures[i].value);
        bind_error(insert, 6, measures[i].test_error);
        bind_error(insert, 7, measures[i].fit_error);
        sqlite3_bind_blob(insert, 8, measures[i].draws, (int)(measures[i].draw_count * sizeof(double)), SQLITE_STATIC);
        status = run(ledger, insert);
    }
    sqlite3_finalize(insert);
    return status;
}

/* Removes a run, or what is left of it. */
static nsym_status delete_run(const nsym_ledger *ledger, const char *key) {
    NSYM_TRY(execute_for(ledger, "DELETE FROM measures WHERE run IN (SELECT id FROM runs WHERE key = ?)", key));
    return execute_for(ledger, "DELETE FROM runs WHERE key = ?", key);
}

/* Ends a transaction by how it went. */
static nsym_status end_transaction(const nsym_ledger *ledger, nsym_status status) {
    if (!status) status = execute(ledger, "COMMIT");
    if (status) sqlite3_exec(ledger->d.db, "ROLLBACK", NULL, NULL, NULL); /* the first failure is the one to tell */
    return status;
}

/* Was the run forgotten, and not recorded anew yet? */
static nsym_status is_forgotten(const nsym_ledger *ledger, const char *key, bool *forgotten) {
    sqlite3_stmt *query = NULL;
    NSYM_TRY(prepare(ledger, &query, "SELECT 1 FROM temp.forgotten WHERE key = ?"));
    sqlite3_bind_text(query, 1, key, -1, SQLITE_STATIC);
    int code = sqlite3_step(query);
    nsym_status status = code == SQLITE_ROW || code == SQLITE_DONE ? NSYM_OK : fail(ledger);
    *forgotten = code == SQLITE_ROW;
    sqlite3_finalize(query);
    return status;
}

nsym_status nsym_ledger_insert(const nsym_ledger *ledger, const nsym_parcel_run *r, bool again, bool *added) {
    bool has = false;
    *added = false;
    NSYM_TRY(execute(ledger, "BEGIN IMMEDIATE"));
    nsym_status status = again ? NSYM_OK : is_forgotten(ledger, r->key, &has);
    if (!status && !again && !has) status = query_has(ledger, r->key, &has);
    if (!status && again) status = execute_for(ledger, "DELETE FROM temp.forgotten WHERE key = ?", r->key);
    if (!status && !has) status = delete_run(ledger, r->key);
    if (!status && !has) status = insert_run(ledger, r);
    if (!status && !has) status = insert_measures(ledger, sqlite3_last_insert_rowid(ledger->d.db), r->measures, r->n);
    status = end_transaction(ledger, status);
    *added = status == NSYM_OK && !has;
    return status;
}

/* The journal first: what is in memory is on the disk. */
static nsym_status record_new(nsym_ledger *ledger, const nsym_parcel_run *r, bool *added) {
    bool has = false, again = false;
    *added = false;
    NSYM_TRY(note_asked(ledger, r->key));
    NSYM_TRY(query_has(ledger, r->key, &has));
    if (has) return NSYM_OK;
    NSYM_TRY(is_forgotten(ledger, r->key, &again));
    NSYM_TRY(nsym_journal_add(ledger->lease, r, again));
    ledger->recorded = ledger->changed = true;
    return nsym_ledger_insert(ledger, r, again, added);
}

nsym_status nsym_ledger_record_by(nsym_ledger *ledger, const char *key, const char *coordinates, const char *cpu,
                                  double seconds, const nsym_measure *measures, size_t n) {
    char now[32];
    time_t t = time(NULL);
    struct tm utc;
    strftime(now, sizeof now, "%Y-%m-%d %H:%M:%S", gmtime_r(&t, &utc));
    bool added;
    return nsym_ledger_add(ledger, &(nsym_parcel_run){key, coordinates, cpu, now, seconds, measures, n}, &added);
}

nsym_status nsym_ledger_add(nsym_ledger *ledger, const nsym_parcel_run *r, bool *added) {
    if (!ledger->lease) return nsym_fail(NSYM_EINTERNAL, "%s: the ledger was opened for reading only", ledger->path);
    if (isnan(r->seconds)) return nsym_fail(NSYM_ENUMERIC, "%s: the seconds of run %s are NaN", ledger->path, r->key);
    for (size_t i = 0; i < r->n; i++)
        if (isnan(r->measures[i].value))
            return nsym_fail(NSYM_ENUMERIC, "%s: %s of run %s is NaN at epoch %zu; the run is not recorded",
                             ledger->path, r->measures[i].metric, r->key, r->measures[i].epoch);
    nsym_ledger_lock(ledger);
    nsym_status status = record_new(ledger, r, added);
    nsym_ledger_unlock(ledger);
    return status;
}

nsym_status nsym_ledger_record(nsym_ledger *ledger, const char *key, const char *coordinates, double seconds,
                               const nsym_measure *measures, size_t n) {
    return nsym_ledger_record_by(ledger, key, coordinates, nsym_cpu_path(), seconds, measures, n);
}

nsym_status nsym_ledger_forget(nsym_ledger *ledger, const char *key) {
    nsym_ledger_lock(ledger);
    nsym_status status = execute(ledger, "BEGIN IMMEDIATE");
    if (!status) {
        status = execute_for(ledger, "INSERT OR IGNORE INTO temp.forgotten(key) VALUES(?)", key);
        if (!status) status = delete_run(ledger, key);
        status = end_transaction(ledger, status);
    }
    nsym_ledger_unlock(ledger);
    return status;
}

static nsym_status visit_all(const nsym_ledger *ledger, const char *key, void (*visit)(void *, const nsym_measure *),
                             void *context) {
    bool has = false;
    NSYM_TRY(query_has(ledger, key, &has));
    if (!has) return nsym_fail(NSYM_ENOTFOUND, "%s: no run %s", ledger->path, key);
    sqlite3_stmt *query = NULL;
    NSYM_TRY(prepare(ledger, &query,
                     "SELECT metric, epoch, value, test_error, fit_error, draws FROM measures"
                     " WHERE run IN (SELECT id FROM runs WHERE key = ?) ORDER BY position"));
    sqlite3_bind_text(query, 1, key, -1, SQLITE_STATIC);
    int code = 0;
    while ((code = sqlite3_step(query)) == SQLITE_ROW) {
        const char *metric = (const char *)sqlite3_column_text(query, 0);
        nsym_measure measure = {metric ? metric : "",
                                (size_t)sqlite3_column_int64(query, 1),
                                sqlite3_column_double(query, 2),
                                sqlite3_column_double(query, 3),
                                sqlite3_column_double(query, 4),
                                sqlite3_column_blob(query, 5),
                                (size_t)sqlite3_column_bytes(query, 5) / sizeof(double)};
        visit(context, &measure);
    }
    nsym_status status = code == SQLITE_DONE ? NSYM_OK : fail(ledger);
    sqlite3_finalize(query);
    return status;
}

nsym_status nsym_ledger_read(nsym_ledger *ledger, const char *key, void (*visit)(void *, const nsym_measure *),
                             void *context) {
    nsym_ledger_lock(ledger);
    nsym_status status = note_asked(ledger, key);
    if (!status) status = visit_all(ledger, key, visit, context);
    nsym_ledger_unlock(ledger);
    return status;
}

nsym_status nsym_ledger_visit(nsym_ledger *ledger,
                              void (*visit)(void *context, const char *key, const char *coordinates), void *context) {
    nsym_ledger_lock(ledger);
    sqlite3_stmt *query = NULL;
    int code = SQLITE_DONE;
    nsym_status status = prepare(ledger, &query, "SELECT key, coordinates FROM runs ORDER BY key");
    while (!status && (code = sqlite3_step(query)) == SQLITE_ROW) {
        const char *key = (const char *)sqlite3_column_text(query, 0);
        const char *coordinates = (const char *)sqlite3_column_text(query, 1);
        visit(context, key ? key : "", coordinates ? coordinates : "");
    }
    if (!status && code != SQLITE_DONE) status = fail(ledger);
    sqlite3_finalize(query);
    nsym_ledger_unlock(ledger);
    return status;
}

nsym_status nsym_ledger_cpus(nsym_ledger *ledger, char **cpus) {
    nsym_ledger_lock(ledger);
    sqlite3_stmt *query = NULL;
    nsym_status status = prepare(ledger, &query,
                                 "SELECT coalesce(group_concat(cpu, ', '), '') FROM"
                                 " (SELECT DISTINCT cpu FROM runs JOIN temp.asked USING(key) WHERE cpu <> ''"
                                 " ORDER BY cpu)");
    if (!status && sqlite3_step(query) != SQLITE_ROW) status = fail(ledger);
    const char *text = status ? NULL : (const char *)sqlite3_column_text(query, 0);
    *cpus = text ? strdup(text) : NULL;
    if (!status && !*cpus) status = nsym_fail(NSYM_ENOMEM, "%s: no memory for the ledger", ledger->path);
    sqlite3_finalize(query);
    nsym_ledger_unlock(ledger);
    return status;
}

/* The first row (n numbers) of a query with such texts for its parameters; *found false, or without `found` an error:
   there is none. */
static nsym_status read_row(nsym_ledger *ledger, const char *sql, const char *const *texts, size_t parameters,
                            double *out, size_t n, bool *found) {
    nsym_ledger_lock(ledger);
    sqlite3_stmt *query = NULL;
    nsym_status status = prepare(ledger, &query, sql);
    if (!status) {
        for (size_t i = 0; i < parameters; i++) sqlite3_bind_text(query, (int)i + 1, texts[i], -1, SQLITE_STATIC);
        int step = sqlite3_step(query);
        if (found) *found = step == SQLITE_ROW;
        if (step != SQLITE_ROW && !(found && step == SQLITE_DONE)) status = fail(ledger);
        for (size_t i = 0; step == SQLITE_ROW && i < n; i++) out[i] = sqlite3_column_double(query, (int)i);
    }
    sqlite3_finalize(query);
    nsym_ledger_unlock(ledger);
    return status;
}

nsym_status nsym_ledger_others(nsym_ledger *ledger, const char *start, const char *own, size_t *runs) {
    const char *const texts[] = {start, own};
    double number = 0;
    NSYM_TRY(read_row(ledger,
                      "SELECT count(*) FROM runs WHERE substr(key, 1, length(?1)) = ?1 AND"
                      " substr(key, 1, length(?2)) <> ?2",
                      texts, 2, &number, 1, NULL));
    *runs = (size_t)number;
    return NSYM_OK;
}

nsym_status nsym_ledger_gaps(nsym_ledger *ledger, size_t *runs) {
    double number = 0;
    NSYM_TRY(read_row(ledger, "SELECT count(*) FROM temp.completeness JOIN temp.asked USING(key) WHERE NOT whole", NULL,
                      0, &number, 1, NULL));
    *runs = (size_t)number;
    return NSYM_OK;
}

nsym_status nsym_ledger_run_seconds(nsym_ledger *ledger, const char *key, double *seconds) {
    bool found;
    NSYM_TRY(read_row(ledger, "SELECT seconds FROM runs WHERE key = ?", &key, 1, seconds, 1, &found));
    return found ? NSYM_OK : nsym_fail(NSYM_ENOTFOUND, "%s: no run with key %s", ledger->path, key);
}

nsym_status nsym_ledger_seconds(nsym_ledger *ledger, double *seconds) {
    return read_row(ledger, "SELECT total(seconds) FROM runs JOIN temp.asked USING(key)", NULL, 0, seconds, 1, NULL);
}

nsym_status nsym_ledger_tell_times(nsym_ledger *ledger, nsym_ledger_times *times) {
    double row[2] = {0};
    NSYM_TRY(read_row(ledger,
                      "SELECT count(*), coalesce(round(max(strftime('%s', finished_at)) -"
                      " min(strftime('%s', finished_at) - seconds)), 0) FROM runs JOIN temp.asked USING(key)",
                      NULL, 0, row, 2, NULL));
    *times = (nsym_ledger_times){(size_t)row[0], row[1]};
    return NSYM_OK;
}
