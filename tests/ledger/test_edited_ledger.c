/* Ledgers that somebody edited: whole as SQLite, but not what a ledger holds. */
#include "ledger/ledger.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The oldest tables, without what keeps such rows out of the newest. */
static const char tables[] = "CREATE TABLE runs(key, coordinates, seconds, finished_at);"
                             "CREATE TABLE measures(run, position, metric, epoch, value);"
                             "INSERT INTO runs VALUES('k=1', '{}', 2.5, '2024-01-01T00:00:00Z');"
                             "INSERT INTO measures VALUES('k=1', 0, 'auc', 0, 0.75);"
                             "PRAGMA application_id = 1853061485; PRAGMA user_version = 1;";

static char path[] = "/tmp/nsym_edited_XXXXXX";

static void write_ledger(const char *edit) {
    sqlite3 *db = NULL;
    unlink(path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, tables, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, edit, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void rows_and_tables_that_make_no_sense_are_refused(void **state) {
    (void)state;
    static const char *const edits[][2] = {
        {"UPDATE measures SET value = 'high'", "CHECK constraint failed"},
        {"UPDATE measures SET value = NULL", "NOT NULL constraint failed: measures.value"},
        {"INSERT INTO measures SELECT * FROM measures", "UNIQUE constraint failed: measures.run, measures.position"},
        {"DROP TABLE measures", "no such table: file.measures"},
        {"ALTER TABLE runs DROP COLUMN seconds", "no such column: seconds"}};
    nsym_ledger *ledger;
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        write_ledger(edits[i][0]);
        assert_int_equal(nsym_ledger_look(&ledger, path), NSYM_EFORMAT);
        assert_non_null(strstr(nsym_message(), "the ledger is damaged ("));
        assert_non_null(strstr(nsym_message(), edits[i][1]));
        assert_non_null(strstr(nsym_message(), "move it and its -wal and -shm files"));
    }
}

static void read_value(void *context, const nsym_measure *measure) {
    *(double *)context = measure->value;
}

/* A number that an editor wrote without a point is one. */
static void whole_numbers_are_values(void **state) {
    (void)state;
    nsym_ledger *ledger;
    double value = 0;
    write_ledger("UPDATE measures SET value = 1");
    assert_int_equal(nsym_ledger_look(&ledger, path), NSYM_OK);
    assert_int_equal(nsym_ledger_read(ledger, "k=1", read_value, &value), NSYM_OK);
    nsym_ledger_close(ledger);
    assert_true(value == 1);
}

static int make_file(void **state) {
    (void)state;
    int file = mkstemp(path);
    return file < 0 ? -1 : close(file);
}

static int remove_file(void **state) {
    (void)state;
    return unlink(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_and_tables_that_make_no_sense_are_refused),
        cmocka_unit_test(whole_numbers_are_values),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
