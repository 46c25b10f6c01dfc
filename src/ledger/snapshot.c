#include "ledger/snapshot.h"

#include "base/fail.h"
#include "base/folder.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* "nsym" in the file's header says whose database it is; the version says which tables it has. */
enum { APPLICATION = 0x6E73796D, VERSION = 4, WAIT_MS = 10000 };

/* `value` has no declared type: a REAL column stores -0.0 as the integer 0. A text would be read as 0. */
static const char tables[] =
    "CREATE TABLE runs(id INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, coordinates TEXT NOT NULL,"
    " seconds REAL NOT NULL, finished_at TEXT NOT NULL, cpu TEXT, numbers INTEGER);"
    "CREATE TABLE measures(run INTEGER NOT NULL REFERENCES runs(id), position INTEGER NOT NULL,"
    " metric TEXT NOT NULL, epoch INTEGER NOT NULL, value NOT NULL CHECK(typeof(value) IN ('real', 'integer')),"
    " test_error, fit_error, draws BLOB, PRIMARY KEY(run, position)) WITHOUT ROWID;"
    "PRAGMA application_id = 1853061485;"
    "PRAGMA user_version = 4;";

/* Version 1 knew neither on which path a run was computed nor how well its measures are known; version 2 not how they
   fluctuate together. Up to version 3 a run did not say how many measures it has, and
   measures told their run by its key, which made files ten times as large. */
static const struct {
    const char *facts, *errors, *key, *from;
} layout[] = {[1] = {"NULL, NULL", "NULL, NULL, NULL", "run", "file.measures"},
              [2] = {"cpu, NULL", "test_error, fit_error, NULL", "run", "file.measures"},
              [3] = {"cpu, NULL", "test_error, fit_error, draws", "run", "file.measures"},
              [4] = {"cpu, numbers", "test_error, fit_error, draws", "other.key",
                     "file.measures JOIN file.runs AS other ON other.id = run"}};

/* What a database says of itself. */
typedef struct identity {
    sqlite3_int64 application, version;
} identity;

static nsym_status identify(const nsym_database *d, const char *schema, identity *id) {
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA %s.application_id", schema);
    NSYM_TRY(nsym_database_integer(d, sql, &id->application));
    snprintf(sql, sizeof sql, "PRAGMA %s.user_version", schema);
    NSYM_TRY(nsym_database_integer(d, sql, &id->version));
    if (id->application != APPLICATION)
        return nsym_fail(NSYM_EFORMAT, "%s: is a database of another program; choose another output folder", d->path);
    if (id->version > VERSION)
        return nsym_fail(NSYM_EFORMAT,
                         "%s: the ledger has version %lld, this nearsym reads version %d; use a newer nearsym", d->path,
                         (long long)id->version, VERSION);
    return id->version > 0 ? NSYM_OK : nsym_database_damaged(d, "it has no version");
}

static nsym_status check_whole(const nsym_database *d) {
    sqlite3_stmt *query = NULL;
    NSYM_TRY(nsym_database_prepare(d, &query, "PRAGMA file.quick_check(1)"));
    nsym_status status = NSYM_OK;
    if (sqlite3_step(query) != SQLITE_ROW)
        status = nsym_database_fail(d);
    else if (strcmp((const char *)sqlite3_column_text(query, 0), "ok") != 0)
        status = nsym_database_damaged(d, (const char *)sqlite3_column_text(query, 0));
    sqlite3_finalize(query);
    return status;
}

/* SQLite takes a file of one byte for an empty one, and the end that a page lacks for zeros. */
static nsym_status check_header(const nsym_database *d, size_t size) {
    enum { MAGIC = 16 };
    static const char magic[MAGIC] = "SQLite format 3";
    unsigned char header[MAGIC + 2] = "";
    FILE *file = fopen(d->path, "rb");
    if (!file) return nsym_fail(NSYM_EIO, "%s: %s", d->path, strerror(errno));
    size_t n = fread(header, 1, sizeof header, file);
    fclose(file);
    if (n < sizeof header || memcmp(header, magic, MAGIC) != 0) return nsym_database_foreign(d);
    size_t page = (size_t)header[MAGIC] << 8 | header[MAGIC + 1];
    if (page == 1) page = 65536;
    return page > 0 && size % page == 0 ? NSYM_OK : nsym_database_damaged(d, "it ends within a page");
}

/* Is there a log or journal beside the file that belongs to it? */
static bool has_log(const char *path) {
    static const char *const endings[] = {"-wal", "-journal"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char name[NSYM_PATH_SIZE];
        struct stat about;
        int n = snprintf(name, sizeof name, "%s%s", path, endings[i]);
        if (n > 0 && n < (int)sizeof name && stat(name, &about) == 0 && about.st_size > 0) return true;
    }
    return false;
}

/* Brings what a killed nearsym of an earlier version left into the file itself. */
static nsym_status settle_log(const char *path) {
    nsym_database old = {NULL, path};
    identity id;
    nsym_status status = NSYM_OK;
    if (sqlite3_open_v2(path, &old.db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) status = nsym_database_fail(&old);
    if (status == NSYM_OK) {
        sqlite3_busy_timeout(old.db, WAIT_MS);
        sqlite3_db_config(old.db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);    /* another program's stays as it is */
        status = nsym_database_execute(&old, "PRAGMA locking_mode = EXCLUSIVE"); /* needs no shared memory */
    }
    if (status == NSYM_OK) status = identify(&old, "main", &id);
    if (status == NSYM_OK) status = nsym_database_execute(&old, "PRAGMA journal_mode = DELETE");
    sqlite3_close_v2(old.db);
    char shared[NSYM_PATH_SIZE]; /* memory, which SQLite leaves there in this mode */
    int n = snprintf(shared, sizeof shared, "%s-shm", path);
    if (status == NSYM_OK && n > 0 && n < (int)sizeof shared) unlink(shared);
    return status;
}

/* "file:out/ledger.sqlite?mode=ro&immutable=1", new. */
static char *uri_of(const char *path) {
    char *uri = malloc(3 * strlen(path) + 64), *at = uri;
    if (!uri) return NULL;
    at += sprintf(at, "file:");
    for (const char *c = path; *c; c++)
        if (strchr("%?#", *c))
            at += sprintf(at, "%%%02X", (unsigned)(unsigned char)*c);
        else
            *at++ = *c;
    strcpy(at, "?mode=ro&immutable=1");
    return uri;
}

static nsym_status attach(const nsym_database *d) {
    sqlite3_stmt *statement = NULL;
    char *uri = uri_of(d->path);
    if (!uri) return nsym_fail(NSYM_ENOMEM, "%s: no memory for the ledger", d->path);
    nsym_status status = nsym_database_prepare(d, &statement, "ATTACH ? AS file");
    if (status == NSYM_OK) {
        sqlite3_bind_text(statement, 1, uri, -1, SQLITE_STATIC);
        status = nsym_database_step(d, statement);
    }
    sqlite3_finalize(statement);
    free(uri);
    return status;
}

/* Copies what is new of the attached file: runs first, whose numbers are above `last`. */
static nsym_status copy_new(const nsym_database *d, size_t version) {
    sqlite3_int64 last;
    char sql[640];
    NSYM_TRY(nsym_database_integer(d, "SELECT coalesce(max(id), 0) FROM main.runs", &last));
    snprintf(sql, sizeof sql,
             "INSERT OR IGNORE INTO main.runs(key, coordinates, seconds, finished_at, cpu, numbers)"
             " SELECT key, coordinates, seconds, finished_at, %s FROM file.runs"
             " WHERE key NOT IN (SELECT key FROM temp.forgotten)",
             layout[version].facts);
    NSYM_TRY(nsym_database_execute(d, sql));
    snprintf(sql, sizeof sql,
             "INSERT INTO main.measures(run, position, metric, epoch, value, test_error, fit_error, draws)"
             " SELECT own.id, position, metric, epoch, value, %s FROM %s JOIN main.runs AS own ON own.key = %s"
             " WHERE own.id > %lld",
             layout[version].errors, layout[version].from, layout[version].key, (long long)last);
    return nsym_database_execute(d, sql);
}

static nsym_status copy(const nsym_database *d) {
    identity id;
    NSYM_TRY(identify(d, "file", &id));
    NSYM_TRY(check_whole(d));
    NSYM_TRY(nsym_database_execute(d, "BEGIN"));
    nsym_status status = copy_new(d, (size_t)id.version);
    if (status == NSYM_EINTERNAL) status = nsym_database_damaged(d, sqlite3_errmsg(d->db)); /* not our rows or tables */
    if (status == NSYM_OK) status = nsym_database_execute(d, "COMMIT");
    if (status != NSYM_OK) sqlite3_exec(d->db, "ROLLBACK", NULL, NULL, NULL); /* the first failure is the one to tell */
    return status;
}

nsym_status nsym_snapshot_begin(const nsym_database *d) {
    return nsym_database_execute(d, tables);
}

nsym_status nsym_snapshot_read(const nsym_database *d) {
    struct stat about;
    if (stat(d->path, &about) != 0)
        return errno == ENOENT ? NSYM_OK : nsym_fail(NSYM_EIO, "%s: %s", d->path, strerror(errno));
    if (!S_ISREG(about.st_mode)) return nsym_fail(NSYM_EIO, "%s: is not a regular file", d->path);
    if (about.st_size == 0) return NSYM_OK;
    NSYM_TRY(check_header(d, (size_t)about.st_size));
    if (has_log(d->path)) NSYM_TRY(settle_log(d->path));
    NSYM_TRY(attach(d));
    nsym_status status = copy(d);
    sqlite3_exec(d->db, "DETACH file", NULL, NULL, NULL);
    return status;
}

nsym_status nsym_snapshot_write(nsym_atomic_file **out, const nsym_database *d) {
    sqlite3_stmt *statement = NULL;
    NSYM_TRY(nsym_atomic_file_new(out, d->path));
    nsym_status status = nsym_database_prepare(d, &statement, "VACUUM main INTO ?");
    if (status == NSYM_OK) {
        sqlite3_bind_text(statement, 1, nsym_atomic_file_path(*out), -1, SQLITE_STATIC);
        status = nsym_database_step(d, statement);
    }
    sqlite3_finalize(statement);
    if (status != NSYM_OK) nsym_atomic_file_abandon(*out);
    return status;
}
