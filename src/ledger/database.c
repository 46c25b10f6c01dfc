#include "ledger/database.h"

#include "base/fail.h"

#include <errno.h>
#include <string.h>

nsym_status nsym_database_damaged(const nsym_database *d, const char *what) {
    return nsym_fail(
        NSYM_EFORMAT,
        "%s: the ledger is damaged (%s); move it and its -wal and -shm files to another place, and run again", d->path,
        what);
}

nsym_status nsym_database_foreign(const nsym_database *d) {
    return nsym_fail(NSYM_EFORMAT, "%s: is neither a ledger nor another SQLite file; choose another output folder",
                     d->path);
}

nsym_status nsym_database_fail(const nsym_database *d) {
    const char *path = d->path, *what = sqlite3_errmsg(d->db);
    switch (sqlite3_errcode(d->db)) {
    case SQLITE_NOTADB:
        return nsym_database_foreign(d);
    case SQLITE_CORRUPT:
        return nsym_database_damaged(d, what);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return nsym_fail(
            NSYM_EIO,
            "%s: is locked by another program, perhaps an older nearsym; wait until it has finished, or stop it", path);
    case SQLITE_FULL:
        return nsym_fail(NSYM_EIO, "%s: cannot be written: %s", path, strerror(ENOSPC));
    case SQLITE_READONLY:
        return nsym_fail(NSYM_EIO, "%s: the file or its folder is read-only", path);
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_PERM:
    case SQLITE_AUTH: {
        int number = sqlite3_system_errno(d->db);
        return nsym_fail(NSYM_EIO, "%s: %s%s%s", path, what, number ? ": " : "", number ? strerror(number) : "");
    }
    case SQLITE_NOMEM:
        return nsym_fail(NSYM_ENOMEM, "%s: no memory for the ledger", path);
    default:
        return nsym_fail(NSYM_EINTERNAL, "%s: SQLite: %s", path, what);
    }
}

nsym_status nsym_database_execute(const nsym_database *d, const char *sql) {
    return sqlite3_exec(d->db, sql, NULL, NULL, NULL) == SQLITE_OK ? NSYM_OK : nsym_database_fail(d);
}

nsym_status nsym_database_prepare(const nsym_database *d, sqlite3_stmt **out, const char *sql) {
    return sqlite3_prepare_v2(d->db, sql, -1, out, NULL) == SQLITE_OK ? NSYM_OK : nsym_database_fail(d);
}

nsym_status nsym_database_step(const nsym_database *d, sqlite3_stmt *statement) {
    nsym_status status = sqlite3_step(statement) == SQLITE_DONE ? NSYM_OK : nsym_database_fail(d);
    sqlite3_reset(statement);
    return status;
}

nsym_status nsym_database_integer(const nsym_database *d, const char *sql, sqlite3_int64 *out) {
    sqlite3_stmt *query = NULL;
    NSYM_TRY(nsym_database_prepare(d, &query, sql));
    nsym_status status = NSYM_OK;
    if (sqlite3_step(query) == SQLITE_ROW)
        *out = sqlite3_column_int64(query, 0);
    else
        status = nsym_database_fail(d);
    sqlite3_finalize(query);
    return status;
}
