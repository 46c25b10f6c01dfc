#include "ledger/ledger.h"
#include "base/fail.h"
#include <nearsym/cpu.h>

#include <errno.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* "nsym" in the file's header says whose database it is; the version says which tables it has. */
enum { APPLICATION = 0x6E73796D, VERSION = 3, WAIT_MS = 10000 };

/* SQLite's serialised mode guards single calls; what must stand together holds the connection's own (recursive) mutex.
 */
struct nsym_ledger {
    sqlite3 *db;
    char *path;
};

/* `value` has no declared type: a REAL column stores -0.0 as the integer 0. */
static const char tables[] =
    "CREATE TABLE runs(key TEXT PRIMARY KEY NOT NULL, coordinates TEXT NOT NULL,"
    " seconds REAL NOT NULL, finished_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,"
    " cpu TEXT);"
    "CREATE TABLE measures(run TEXT NOT NULL REFERENCES runs(key), position INTEGER NOT NULL,"
    " metric TEXT NOT NULL, epoch INTEGER NOT NULL, value NOT NULL, test_error, fit_error, draws BLOB,"
    " PRIMARY KEY(run, position)) WITHOUT ROWID;"
    "PRAGMA application_id = 1853061485;"
    "PRAGMA user_version = 3;";

/* Version 1 knew neither on which path a run was computed nor how well its measures are known; version 2 not how they
   fluctuate together. */
static const char from_version_1[] = "ALTER TABLE runs ADD COLUMN cpu TEXT;"
                                     "ALTER TABLE measures ADD COLUMN test_error;"
                                     "ALTER TABLE measures ADD COLUMN fit_error;";
static const char from_version_2[] = "ALTER TABLE measures ADD COLUMN draws BLOB; PRAGMA user_version = 3;";

static nsym_status damaged(const nsym_ledger *ledger, const char *what) {
    return nsym_fail(NSYM_EFORMAT, "%s: damaged ledger (%s); move it away, with its -wal and -shm, and run again",
                     ledger->path, what);
}

static nsym_status no_database(const nsym_ledger *ledger) {
    return nsym_fail(NSYM_EFORMAT, "%s: no ledger, nor any SQLite file; choose another output folder", ledger->path);
}

/* The status and message of SQLite's last failure on this connection. */
static nsym_status fail(const nsym_ledger *ledger) {
    const char *path = ledger->path, *what = sqlite3_errmsg(ledger->db);
    switch (sqlite3_errcode(ledger->db)) {
    case SQLITE_NOTADB:
        return no_database(ledger);
    case SQLITE_CORRUPT:
        return damaged(ledger, what);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return nsym_fail(NSYM_EIO, "%s: locked by another program for %d s; wait for it or end it", path,
                         WAIT_MS / 1000);
    case SQLITE_FULL:
        return nsym_fail(NSYM_EIO, "%s: cannot be written: %s", path, strerror(ENOSPC));
    case SQLITE_READONLY:
        return nsym_fail(NSYM_EIO, "%s: the file or its folder is read-only", path);
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_PERM:
    case SQLITE_AUTH: {
        int number = sqlite3_system_errno(ledger->db);
        return nsym_fail(NSYM_EIO, "%s: %s%s%s", path, what, number ? ": " : "", number ? strerror(number) : "");
    }
    case SQLITE_NOMEM:
        return nsym_fail(NSYM_ENOMEM, "%s: no memory for the ledger", path);
    default:
        return nsym_fail(NSYM_EINTERNAL, "%s: SQLite: %s", path, what);
    }
}

static nsym_status execute(const nsym_ledger *ledger, const char *sql) {
    return sqlite3_exec(ledger->db, sql, NULL, NULL, NULL) == SQLITE_OK ? NSYM_OK : fail(ledger);
}

static nsym_status prepare(const nsym_ledger *ledger, sqlite3_stmt **out, const char *sql) {
    return sqlite3_prepare_v2(ledger->db, sql, -1, out, NULL) == SQLITE_OK ? NSYM_OK : fail(ledger);
}

/* The one integer that a query gives. */
static nsym_status query_integer(const nsym_ledger *ledger, const char *sql, sqlite3_int64 *out) {
    sqlite3_stmt *query = NULL;
    NSYM_TRY(prepare(ledger, &query, sql));
    nsym_status status = NSYM_OK;
    if (sqlite3_step(query) == SQLITE_ROW)
        *out = sqlite3_column_int64(query, 0);
    else
        status = fail(ledger);
    sqlite3_finalize(query);
    return status;
}

/* What a database says of itself; zeros for an empty one. */
typedef struct identity {
    sqlite3_int64 application, version, things;
} identity;

static nsym_status identify(const nsym_ledger *ledger, identity *id) {
    NSYM_TRY(query_integer(ledger, "PRAGMA application_id", &id->application));
    NSYM_TRY(query_integer(ledger, "PRAGMA user_version", &id->version));
    return query_integer(ledger, "SELECT count(*) FROM sqlite_master", &id->things);
}

static bool is_empty(identity id) {
    return id.application == 0 && id.version == 0 && id.things == 0;
}

static bool is_old(identity id) {
    return id.application == APPLICATION && id.version >= 1 && id.version < VERSION;
}

/* Sees, within one transaction, what the database is; makes the tables of an empty one, and those of an old one new. */
static nsym_status identify_or_create(const nsym_ledger *ledger, identity *id) {
    NSYM_TRY(execute(ledger, "BEGIN"));
    NSYM_TRY(identify(ledger, id));
    NSYM_TRY(execute(ledger, "COMMIT"));
    if (!is_empty(*id) && !is_old(*id)) return NSYM_OK;
    NSYM_TRY(execute(ledger, "BEGIN IMMEDIATE"));
    NSYM_TRY(identify(ledger, id)); /* another process may have been first */
    if (is_empty(*id)) NSYM_TRY(execute(ledger, tables));
    if (is_old(*id) && id->version == 1) NSYM_TRY(execute(ledger, from_version_1));
    if (is_old(*id)) NSYM_TRY(execute(ledger, from_version_2));
    NSYM_TRY(identify(ledger, id));
    return execute(ledger, "COMMIT");
}

static nsym_status check_identity(const nsym_ledger *ledger) {
    identity id = {0};
    NSYM_TRY(identify_or_create(ledger, &id));
    if (id.application != APPLICATION)
        return nsym_fail(NSYM_EFORMAT, "%s: a database of another program; choose another output folder", ledger->path);
    if (id.version > VERSION)
        return nsym_fail(NSYM_EFORMAT, "%s: a ledger of version %lld, this nearsym reads version %d; use a newer one",
                         ledger->path, (long long)id.version, VERSION);
    if (id.version != VERSION) return damaged(ledger, "it has no version");
    return NSYM_OK;
}

static nsym_status check_whole(const nsym_ledger *ledger) {
    sqlite3_stmt *query = NULL;
    NSYM_TRY(prepare(ledger, &query, "PRAGMA quick_check(1)"));
    nsym_status status = NSYM_OK;
    if (sqlite3_step(query) != SQLITE_ROW)
        status = fail(ledger);
    else if (strcmp((const char *)sqlite3_column_text(query, 0), "ok") != 0)
        status = damaged(ledger, (const char *)sqlite3_column_text(query, 0));
    sqlite3_finalize(query);
    return status;
}

/* Write-ahead logging; where the file system has no shared memory SQLite keeps its rollback journal, which serves too.
   The busy timeout does not cover this change of mode. */
static nsym_status set_wal(const nsym_ledger *ledger) {
    enum { STEP_MS = 10 };
    for (int waited = 0; waited < WAIT_MS; waited += STEP_MS) {
        int code = sqlite3_exec(ledger->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
        if (code == SQLITE_OK) return NSYM_OK;
        if (code != SQLITE_BUSY) break;
        sqlite3_sleep(STEP_MS);
    }
    return fail(ledger);
}

/* SQLite takes a file of one byte for an empty one, and the end that a page lacks for zeros. The look goes through
   SQLite's own handle, since closing another one would drop the locks that this process holds on the file. */
static nsym_status check_header(const nsym_ledger *ledger) {
    enum { MAGIC = 16 };
    static const char none[MAGIC] = "", magic[MAGIC] = "SQLite format 3";
    unsigned char header[MAGIC + 2] = "";
    sqlite3_int64 size = 0;
    sqlite3_file *file = NULL;
    if (sqlite3_file_control(ledger->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK) return fail(ledger);
    if (!file || !file->pMethods) return NSYM_OK; /* ":memory:" */
    int code = file->pMethods->xRead(file, header, sizeof header, 0);
    if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ)
        return nsym_fail(NSYM_EIO, "%s: %s", ledger->path, sqlite3_errstr(code));
    if (memcmp(header, none, MAGIC) == 0) return NSYM_OK;
    if (memcmp(header, magic, MAGIC) != 0) return no_database(ledger);
    sqlite3_int64 page = (header[MAGIC] << 8 | header[MAGIC + 1]) == 1 ? 65536 : header[MAGIC] << 8 | header[MAGIC + 1];
    if (file->pMethods->xFileSize(file, &size) != SQLITE_OK) return fail(ledger);
    return page > 0 && size % page == 0 ? NSYM_OK : damaged(ledger, "it ends within a page");
}

static nsym_status open_checked(nsym_ledger *ledger) {
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
    if (sqlite3_open_v2(ledger->path, &ledger->db, flags, NULL) != SQLITE_OK) return fail(ledger);
    sqlite3_busy_timeout(ledger->db, WAIT_MS);
    NSYM_TRY(check_header(ledger));
    NSYM_TRY(check_identity(ledger));
    if (sqlite3_db_readonly(ledger->db, "main") == 1)
        return nsym_fail(NSYM_EIO, "%s: the file or its folder is read-only", ledger->path);
    NSYM_TRY(check_whole(ledger));
    NSYM_TRY(set_wal(ledger));
    return execute(ledger, "CREATE TEMP TABLE asked(key TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID");
}

nsym_status nsym_ledger_open(nsym_ledger **out, const char *path) {
    *out = NULL;
    if (!*path) return nsym_fail(NSYM_EINVAL, "the ledger's path is empty");
    nsym_ledger *ledger = calloc(1, sizeof *ledger);
    if (!ledger || !(ledger->path = strdup(path))) {
        free(ledger);
        return nsym_fail(NSYM_ENOMEM, "%s: no memory for the ledger", path);
    }
    nsym_status status = open_checked(ledger);
    if (status) {
        nsym_ledger_close(ledger);
        return status;
    }
    *out = ledger;
    return NSYM_OK;
}

void nsym_ledger_close(nsym_ledger *ledger) {
    if (!ledger) return;
    sqlite3_close_v2(ledger->db); /* an open transaction is rolled back */
    free(ledger->path);
    free(ledger);
}

static void lock(const nsym_ledger *ledger) {
    sqlite3_mutex_enter(sqlite3_db_mutex(ledger->db));
}

static void unlock(const nsym_ledger *ledger) {
    sqlite3_mutex_leave(sqlite3_db_mutex(ledger->db));
}

/* Runs a statement that gives no rows, and lets it be used anew. */
static nsym_status run(const nsym_ledger *ledger, sqlite3_stmt *statement) {
    nsym_status status = sqlite3_step(statement) == SQLITE_DONE ? NSYM_OK : fail(ledger);
    sqlite3_reset(statement);
    return status;
}

/* A run whose measures have a gap, or that has none, counts as missing: somebody edited the file. */
static nsym_status query_has(const nsym_ledger *ledger, const char *key, bool *has) {
    sqlite3_stmt *query = NULL;
    NSYM_TRY(prepare(ledger, &query,
                     "SELECT count(*) FROM runs WHERE key = ?1 AND"
                     " (SELECT count(*) = max(position) + 1 FROM measures WHERE run = ?1)"));
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
    lock(ledger);
    nsym_status status = note_asked(ledger, key);
    if (!status) status = query_has(ledger, key, has);
    unlock(ledger);
    return status;
}

static nsym_status insert_run(const nsym_ledger *ledger, const char *key, const char *coordinates, double seconds) {
    sqlite3_stmt *insert = NULL;
    NSYM_TRY(prepare(ledger, &insert, "INSERT INTO runs(key, coordinates, seconds, cpu) VALUES(?, ?, ?, ?)"));
    sqlite3_bind_text(insert, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 2, coordinates, -1, SQLITE_STATIC);
    sqlite3_bind_double(insert, 3, seconds);
    sqlite3_bind_text(insert, 4, nsym_cpu_path(), -1, SQLITE_STATIC);
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

static nsym_status insert_measures(const nsym_ledger *ledger, const char *key, const nsym_measure *measures, size_t n) {
    sqlite3_stmt *insert = NULL;
    NSYM_TRY(prepare(ledger, &insert,
                     "INSERT INTO measures(run, position, metric, epoch, value, test_error, fit_error, draws)"
                     " VALUES(?, ?, ?, ?, ?, ?, ?, ?)"));
    nsym_status status = NSYM_OK;
    sqlite3_bind_text(insert, 1, key, -1, SQLITE_STATIC);
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
    NSYM_TRY(execute_for(ledger, "DELETE FROM measures WHERE run = ?", key));
    return execute_for(ledger, "DELETE FROM runs WHERE key = ?", key);
}

/* Ends a transaction by how it went. */
static nsym_status end_transaction(const nsym_ledger *ledger, nsym_status status) {
    if (!status) status = execute(ledger, "COMMIT");
    if (status) sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL); /* the first failure is the one to tell */
    return status;
}

static nsym_status insert_whole(const nsym_ledger *ledger, const char *key, const char *coordinates, double seconds,
                                const nsym_measure *measures, size_t n) {
    bool has = false;
    NSYM_TRY(execute(ledger, "BEGIN IMMEDIATE"));
    nsym_status status = query_has(ledger, key, &has);
    if (!status && !has) status = delete_run(ledger, key);
    if (!status && !has) status = insert_run(ledger, key, coordinates, seconds);
    if (!status && !has) status = insert_measures(ledger, key, measures, n);
    return end_transaction(ledger, status);
}

nsym_status nsym_ledger_record(nsym_ledger *ledger, const char *key, const char *coordinates, double seconds,
                               const nsym_measure *measures, size_t n) {
    if (isnan(seconds)) return nsym_fail(NSYM_ENUMERIC, "%s: the seconds of run %s are NaN", ledger->path, key);
    for (size_t i = 0; i < n; i++)
        if (isnan(measures[i].value))
            return nsym_fail(NSYM_ENUMERIC, "%s: %s of run %s is NaN at epoch %zu; the run is not recorded",
                             ledger->path, measures[i].metric, key, measures[i].epoch);
    lock(ledger);
    nsym_status status = note_asked(ledger, key);
    if (!status) status = insert_whole(ledger, key, coordinates, seconds, measures, n);
    unlock(ledger);
    return status;
}

nsym_status nsym_ledger_forget(nsym_ledger *ledger, const char *key) {
    lock(ledger);
    nsym_status status = execute(ledger, "BEGIN IMMEDIATE");
    if (!status) status = end_transaction(ledger, delete_run(ledger, key));
    unlock(ledger);
    return status;
}

static nsym_status visit_all(const nsym_ledger *ledger, const char *key, void (*visit)(void *, const nsym_measure *),
                             void *context) {
    bool has = false;
    NSYM_TRY(query_has(ledger, key, &has));
    if (!has) return nsym_fail(NSYM_ENOTFOUND, "%s: no run %s", ledger->path, key);
    sqlite3_stmt *query = NULL;
    NSYM_TRY(prepare(
        ledger, &query,
        "SELECT metric, epoch, value, test_error, fit_error, draws FROM measures WHERE run = ? ORDER BY position"));
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
    lock(ledger);
    nsym_status status = note_asked(ledger, key);
    if (!status) status = visit_all(ledger, key, visit, context);
    unlock(ledger);
    return status;
}

nsym_status nsym_ledger_visit(nsym_ledger *ledger,
                              void (*visit)(void *context, const char *key, const char *coordinates), void *context) {
    lock(ledger);
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
    unlock(ledger);
    return status;
}

nsym_status nsym_ledger_cpus(nsym_ledger *ledger, char **cpus) {
    lock(ledger);
    sqlite3_stmt *query = NULL;
    nsym_status status = prepare(ledger, &query,
                                 "SELECT coalesce(group_concat(cpu, ', '), '') FROM"
                                 " (SELECT DISTINCT cpu FROM runs JOIN temp.asked USING(key) WHERE cpu IS NOT NULL"
                                 " ORDER BY cpu)");
    if (!status && sqlite3_step(query) != SQLITE_ROW) status = fail(ledger);
    const char *text = status ? NULL : (const char *)sqlite3_column_text(query, 0);
    *cpus = text ? strdup(text) : NULL;
    if (!status && !*cpus) status = nsym_fail(NSYM_ENOMEM, "%s: no memory for the ledger", ledger->path);
    sqlite3_finalize(query);
    unlock(ledger);
    return status;
}

/* The first row (n numbers) of a query with such texts for its parameters; *found false, or without `found` an error:
   there is none. */
static nsym_status read_row(nsym_ledger *ledger, const char *sql, const char *const *texts, size_t parameters,
                            double *out, size_t n, bool *found) {
    lock(ledger);
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
    unlock(ledger);
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
    NSYM_TRY(read_row(ledger,
                      "SELECT count(*) FROM runs JOIN temp.asked USING(key) WHERE"
                      " (SELECT count(*) = max(position) + 1 FROM measures WHERE run = key) IS NOT 1",
                      NULL, 0, &number, 1, NULL));
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
