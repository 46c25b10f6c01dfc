/* libFuzzer: a ledger's file, sound but for what the bytes change in it, read as a ledger. The first byte chooses the
   version whose tables it has. Then come steps, told by a byte: a cell takes another value, a row goes or comes twice,
   the file says another version or program, a column goes, or, in the end, bytes of the file are laid over. */
#include "in_folder.h"
#include "ledger/ledger.h"

#include <sqlite3.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { VERSIONS = 4, STEPS = 16 };

/* Tables of all versions, and what they hold. */
static const char *const sound[VERSIONS] = {
    "CREATE TABLE runs(key TEXT, coordinates TEXT, seconds REAL, finished_at TEXT);"
    "CREATE TABLE measures(run TEXT, position INTEGER, metric TEXT, epoch INTEGER, value);"
    "INSERT INTO runs VALUES('k=1', '{}', 2.5, '2024-01-01T00:00:00Z');"
    "INSERT INTO measures VALUES('k=1', 0, 'auc', 0, 0.75), ('k=1', 1, 'loss', 3, 0.5);",
    "CREATE TABLE runs(key TEXT, coordinates TEXT, seconds REAL, finished_at TEXT, cpu TEXT);"
    "CREATE TABLE measures(run TEXT, position INTEGER, metric TEXT, epoch INTEGER, value, test_error, fit_error);"
    "INSERT INTO runs VALUES('k=1', '{}', 2.5, '2024-01-01T00:00:00Z', 'avx2');"
    "INSERT INTO measures VALUES('k=1', 0, 'auc', 0, 0.75, 0.1, NULL), ('k=1', 1, 'loss', 3, 0.5, NULL, NULL);",
    "CREATE TABLE runs(key TEXT, coordinates TEXT, seconds REAL, finished_at TEXT, cpu TEXT);"
    "CREATE TABLE measures(run TEXT, position INTEGER, metric TEXT, epoch INTEGER, value, test_error, fit_error, "
    "draws);"
    "INSERT INTO runs VALUES('k=1', '{}', 2.5, '2024-01-01T00:00:00Z', 'avx2');"
    "INSERT INTO measures VALUES('k=1', 0, 'auc', 0, 0.75, 0.1, NULL, zeroblob(16)), ('k=1', 1, 'loss', 3, 0.5, NULL,"
    " NULL, NULL);",
    "CREATE TABLE runs(id INTEGER PRIMARY KEY, key TEXT, coordinates TEXT, seconds REAL, finished_at TEXT, cpu TEXT,"
    " numbers INTEGER);"
    "CREATE TABLE measures(run INTEGER, position INTEGER, metric TEXT, epoch INTEGER, value, test_error, fit_error,"
    " draws);"
    "INSERT INTO runs VALUES(1, 'k=1', '{}', 2.5, '2024-01-01T00:00:00Z', 'avx2', 2), (2, 'k=2', '{}', 1,"
    " '2024-01-01T00:00:09Z', NULL, 1);"
    "INSERT INTO measures VALUES(1, 0, 'auc', 0, 0.75, 0.1, NULL, zeroblob(16)), (1, 1, 'loss', 3, 0.5, NULL, NULL,"
    " NULL), (2, 0, 'auc', 0, 1, NULL, NULL, zeroblob(8));"};

typedef struct input {
    const uint8_t *bytes;
    size_t n;
} input;

static uint8_t take(input *in) {
    if (in->n == 0) return 0;
    in->n--;
    return *in->bytes++;
}

static void execute(sqlite3 *db, const char *sql) {
    sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static const char *table_of(uint8_t byte) {
    return byte & 1 ? "measures" : "runs";
}

static const char *column_of(uint8_t byte) {
    static const char *const columns[] = {"key",   "coordinates", "seconds",   "finished_at", "cpu",   "numbers",
                                          "id",    "run",         "position",  "metric",      "epoch", "value",
                                          "draws", "test_error",  "fit_error", "rowid"};
    return columns[byte % (sizeof columns / sizeof *columns)];
}

/* A value of any kind. */
static void bind(sqlite3_stmt *statement, input *in) {
    uint8_t kind = take(in), length = take(in);
    double number = 0;
    if (length > in->n) length = (uint8_t)in->n;
    memcpy(&number, in->bytes, length < sizeof number ? length : sizeof number);
    if (kind % 5 == 0) sqlite3_bind_int64(statement, 1, (int8_t)length);
    if (kind % 5 == 1) sqlite3_bind_double(statement, 1, number);
    if (kind % 5 == 2) sqlite3_bind_text(statement, 1, (const char *)in->bytes, length, SQLITE_TRANSIENT);
    if (kind % 5 == 3) sqlite3_bind_blob(statement, 1, in->bytes, length, SQLITE_TRANSIENT);
    if (kind % 5 != 0) in->bytes += length, in->n -= length;
}

static void change_cell(sqlite3 *db, input *in) {
    char sql[160];
    sqlite3_stmt *statement = NULL;
    const char *table = table_of(take(in)), *column = column_of(take(in));
    snprintf(sql, sizeof sql, "UPDATE %s SET %s = ? WHERE rowid = %d", table, column, take(in) % 4);
    sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    bind(statement, in);
    if (statement) sqlite3_step(statement);
    sqlite3_finalize(statement);
}

static void step(sqlite3 *db, input *in) {
    char sql[160] = "";
    uint8_t what = take(in) % 6;
    if (what <= 1) {
        change_cell(db, in);
        return;
    }
    const char *table = table_of(take(in));
    uint8_t number = take(in);
    if (what == 2) snprintf(sql, sizeof sql, "DELETE FROM %s WHERE rowid = %d", table, number % 4);
    if (what == 3) snprintf(sql, sizeof sql, "INSERT INTO %s SELECT * FROM %s", table, table);
    if (what == 4)
        snprintf(sql, sizeof sql, "PRAGMA %s = %d", number & 1 ? "application_id" : "user_version", number / 8);
    if (what == 5) snprintf(sql, sizeof sql, "ALTER TABLE %s DROP COLUMN %s", table, column_of(number));
    execute(db, sql);
}

/* Lays the rest of the input over the file: pieces of four bytes with the places where they go. */
static void lay_over(uint8_t *file, size_t size, input *in) {
    while (in->n >= 3) {
        size_t at = take(in);
        at = at << 8 | take(in);
        size_t length = take(in) % 4 + 1u;
        for (size_t i = 0; i < length; i++)
            if (at + i < size) file[at + i] = take(in);
    }
}

static uint8_t *make_file(input *in, sqlite3_int64 *size) {
    sqlite3 *db;
    size_t version = take(in) % VERSIONS;
    char sql[64];
    if (sqlite3_open(":memory:", &db) != SQLITE_OK) abort();
    execute(db, "PRAGMA page_size = 512");
    execute(db, sound[version]);
    snprintf(sql, sizeof sql, "PRAGMA application_id = 1853061485; PRAGMA user_version = %zu", version + 1);
    execute(db, sql);
    for (size_t i = take(in) % STEPS; i > 0; i--) step(db, in);
    uint8_t *file = sqlite3_serialize(db, "main", size, 0);
    sqlite3_close(db);
    if (file && *size > 0) lay_over(file, (size_t)*size, in);
    return file;
}

static void read_measure(void *context, const nsym_measure *measure) {
    double *sum = context;
    *sum += measure->value + measure->test_error + (double)strlen(measure->metric);
    for (size_t i = 0; i < measure->draw_count; i++) *sum += measure->draws[i];
}

static void read_run(void *context, const char *key, const char *coordinates) {
    size_t *letters = context;
    *letters += strlen(key) + strlen(coordinates);
}

static void read_ledger(nsym_ledger *ledger) {
    size_t letters = 0;
    double sum = 0;
    bool has;
    char *cpus = NULL;
    nsym_ledger_times times;
    nsym_status status = nsym_ledger_visit(ledger, read_run, &letters);
    for (const char *const *key = (const char *const[]){"k=1", "k=2", "", NULL}; *key; key++) {
        status = nsym_ledger_has(ledger, *key, &has);
        status = nsym_ledger_read(ledger, *key, read_measure, &sum);
        status = nsym_ledger_run_seconds(ledger, *key, &sum);
    }
    status = nsym_ledger_gaps(ledger, &letters);
    status = nsym_ledger_others(ledger, "k=", "k=1", &letters);
    status = nsym_ledger_seconds(ledger, &sum);
    status = nsym_ledger_tell_times(ledger, &times);
    status = nsym_ledger_cpus(ledger, &cpus);
    (void)status;
    free(cpus);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    char path[IN_FOLDER_PATH];
    input in = {bytes, n};
    sqlite3_int64 size = 0;
    uint8_t *file = make_file(&in, &size);
    nsym_ledger *ledger;
    in_folder(path, "ledger.sqlite");
    in_folder_write(path, file, (size_t)size);
    sqlite3_free(file);
    nsym_status status = nsym_ledger_look(&ledger, path);
    if (status == NSYM_EINTERNAL || (status != NSYM_OK && n <= 1))
        abort(); /* with no more bytes, nothing was changed */
    if (status != NSYM_OK) return 0;
    read_ledger(ledger);
    nsym_ledger_close(ledger);
    return 0;
}
