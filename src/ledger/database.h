/* SQLite with our statuses and messages. */
#ifndef NSYM_LEDGER_DATABASE_H
#define NSYM_LEDGER_DATABASE_H

#include <nearsym/status.h>
#include <sqlite3.h>

/* A connection, and the file that its messages name. Borrowed. */
typedef struct nsym_database {
    sqlite3 *db;
    const char *path;
} nsym_database;

/* The status and message of SQLite's last failure on this connection. */
nsym_status nsym_database_fail(const nsym_database *d);

/* A ledger that is broken. */
nsym_status nsym_database_damaged(const nsym_database *d, const char *what);

/* A file that is none. */
nsym_status nsym_database_foreign(const nsym_database *d);

nsym_status nsym_database_execute(const nsym_database *d, const char *sql) NSYM_MUST_CHECK;
nsym_status nsym_database_prepare(const nsym_database *d, sqlite3_stmt **out, const char *sql) NSYM_MUST_CHECK;

/* Runs a statement that gives no rows, and lets it be used anew. */
nsym_status nsym_database_step(const nsym_database *d, sqlite3_stmt *statement) NSYM_MUST_CHECK;

/* The one integer that a query gives. */
nsym_status nsym_database_integer(const nsym_database *d, const char *sql, sqlite3_int64 *out) NSYM_MUST_CHECK;

#endif
