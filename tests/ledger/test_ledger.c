#include "ledger/folder.h"

#include <nearsym/cpu.h>

#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { MEASURES = 20 };

static void assert_paths(nsym_ledger *ledger, const char *wanted) {
    char *cpus = NULL;
    assert_int_equal(nsym_ledger_cpus(ledger, &cpus), NSYM_OK);
    assert_string_equal(cpus, wanted);
    free(cpus);
}

static void assert_open_refused(const char *path, nsym_status status, const char *message) {
    nsym_ledger *ledger = NULL;
    assert_int_equal(nsym_ledger_open(&ledger, path), status);
    assert_null(ledger);
    if (!strstr(nsym_message(), message)) fail_msg("'%s' does not say '%s'", nsym_message(), message);
}

/* The measures of run `index`, which anyone can tell whole from broken. */
static nsym_status record(nsym_ledger *ledger, int index) {
    char key[32];
    nsym_measure measures[MEASURES];
    snprintf(key, sizeof key, "run%d", index);
    for (size_t i = 0; i < MEASURES; i++)
        measures[i] = (nsym_measure){"auc", i + 1, index + (double)i / MEASURES, 0, 0, NULL, 0};
    return nsym_ledger_record(ledger, key, "{}", 0.5, measures, MEASURES);
}

typedef struct seen {
    size_t count;
    nsym_measure last;
    double sum, values[64], test_error[64], fit_error[64], draws[3];
    size_t draw_count[64];
    char metrics[64][16];
} seen;

static void look(void *context, const nsym_measure *measure) {
    seen *s = context;
    s->values[s->count] = measure->value;
    snprintf(s->metrics[s->count], sizeof s->metrics[0], "%s", measure->metric);
    s->sum += measure->value;
    s->test_error[s->count] = measure->test_error;
    s->fit_error[s->count] = measure->fit_error;
    s->draw_count[s->count] = measure->draw_count;
    if (measure->draw_count == 3) memcpy(s->draws, measure->draws, sizeof s->draws);
    s->last = *measure;
    s->count++;
}

static void assert_whole(nsym_ledger *ledger, int index) {
    char key[32];
    seen s = {0};
    snprintf(key, sizeof key, "run%d", index);
    assert_int_equal(nsym_ledger_read(ledger, key, look, &s), NSYM_OK);
    assert_int_equal(s.count, MEASURES);
    assert_true(fabs(s.sum - MEASURES * index - (MEASURES - 1) / 2.) < 1e-6 * MEASURES * (index + 1));
}

static bool has(nsym_ledger *ledger, int index) {
    char key[32];
    bool there = false;
    snprintf(key, sizeof key, "run%d", index);
    assert_int_equal(nsym_ledger_has(ledger, key, &there), NSYM_OK);
    return there;
}

static void a_run_reads_back_to_the_bit_and_in_order(void **state) {
    const folder *f = *state;
    const double values[] = {0.1, -0.0, 5e-324, 1.7976931348623157e308, 1. / 3, INFINITY, 3, 9007199254740993., -1e17};
    const double draws[] = {0.25, -0.0, -1. / 3};
    enum { N = sizeof values / sizeof *values };
    nsym_measure measures[N];
    const char *const metrics[] = {"loss", "auc", "acc"};
    for (size_t i = 0; i < N; i++)
        measures[i] =
            (nsym_measure){metrics[i % 3],        N - i,         values[i], 0.5 * (double)i, i == 3 ? 0.25 : 0,
                           i == 1 ? draws : NULL, i == 1 ? 3 : 0};
    nsym_ledger *ledger = opened(f->path);
    assert_int_equal(nsym_ledger_record(ledger, "a", "{\"model\": \"hybrid\"}", 1.5, measures, N), NSYM_OK);
    assert_int_equal(nsym_ledger_record(ledger, "b", "{}", 2.25, measures, 1), NSYM_OK);
    nsym_ledger_close(ledger);
    ledger = opened(f->path);
    seen s = {0};
    assert_int_equal(nsym_ledger_read(ledger, "a", look, &s), NSYM_OK);
    assert_int_equal(s.count, N);
    assert_memory_equal(s.values, values, sizeof values);
    for (size_t i = 0; i < N; i++) {
        assert_string_equal(s.metrics[i], metrics[i % 3]);
        assert_true(s.test_error[i] == 0.5 * (double)i && s.fit_error[i] == (i == 3 ? 0.25 : 0));
        assert_int_equal(s.draw_count[i], i == 1 ? 3 : 0);
    }
    assert_memory_equal(s.draws, draws, sizeof draws);
    assert_int_equal(s.last.epoch, 1);
    nsym_ledger_close(ledger);
}

static void a_run_that_is_there_is_left_as_it_is(void **state) {
    const folder *f = *state;
    nsym_ledger *ledger = opened(f->path);
    assert_false(has(ledger, 1));
    assert_int_equal(record(ledger, 1), NSYM_OK);
    assert_true(has(ledger, 1));
    nsym_measure other = {.metric = "other", .value = 99};
    assert_int_equal(nsym_ledger_record(ledger, "run1", "{}", 7, &other, 1), NSYM_OK);
    assert_whole(ledger, 1);
    double seconds = 0;
    assert_int_equal(nsym_ledger_seconds(ledger, &seconds), NSYM_OK);
    assert_true(seconds == 0.5);
    seen s = {0};
    assert_int_equal(nsym_ledger_read(ledger, "run2", look, &s), NSYM_ENOTFOUND);
    nsym_ledger_close(ledger);
}

static void a_nan_is_refused_by_name_and_nothing_is_recorded(void **state) {
    const folder *f = *state;
    nsym_ledger *ledger = opened(f->path);
    nsym_measure measures[] = {{.metric = "auc", .epoch = 1, .value = 0.5},
                               {.metric = "loss", .epoch = 2, .value = NAN}};
    assert_int_equal(nsym_ledger_record(ledger, "run1", "{}", 1, measures, 2), NSYM_ENUMERIC);
    assert_non_null(strstr(nsym_message(), "loss of run run1 is NaN at epoch 2"));
    assert_int_equal(nsym_ledger_record(ledger, "run1", "{}", NAN, measures, 1), NSYM_ENUMERIC);
    assert_false(has(ledger, 1));
    nsym_ledger_close(ledger);
}

typedef struct thread_job {
    nsym_ledger *ledger;
    int first;
    nsym_status status;
} thread_job;

static void *record_thread(void *context) {
    thread_job *job = context;
    for (int i = 0; i < 25 && !job->status; i++) job->status = record(job->ledger, job->first + i);
    return NULL;
}

static void threads_share_a_ledger(void **state) {
    const folder *f = *state;
    enum { THREADS = 4 };
    nsym_ledger *ledger = opened(f->path);
    pthread_t threads[THREADS];
    thread_job jobs[THREADS];
    for (int t = 0; t < THREADS; t++) {
        jobs[t] = (thread_job){ledger, 20 * t, NSYM_OK}; /* neighbours share five runs */
        assert_int_equal(pthread_create(&threads[t], NULL, record_thread, &jobs[t]), 0);
    }
    for (int t = 0; t < THREADS; t++) {
        pthread_join(threads[t], NULL);
        assert_int_equal(jobs[t].status, NSYM_OK);
    }
    for (int i = 0; i < 85; i++) assert_whole(ledger, i);
    nsym_ledger_close(ledger);
}

/* Opens a ledger of its own and records runs first ... last - 1; for a child process. */
static void record_and_exit(const char *path, int first, int last) {
    nsym_ledger *ledger = NULL;
    nsym_status status = nsym_ledger_open(&ledger, path);
    for (int i = first; i < last && !status; i++) status = record(ledger, i);
    nsym_ledger_close(ledger);
    if (status) fprintf(stderr, "%s\n", nsym_message());
    _exit(status ? 1 : 0);
}

static void two_processes_share_a_ledger(void **state) {
    const folder *f = *state;
    pid_t children[2];
    for (int c = 0; c < 2; c++) {
        children[c] = fork();
        if (children[c] == 0) record_and_exit(f->path, 30 * c, 30 * c + 50);
    }
    for (int c = 0; c < 2; c++) {
        int result = 1;
        assert_int_equal(waitpid(children[c], &result, 0), children[c]);
        assert_int_equal(result, 0);
    }
    nsym_ledger *ledger = opened(f->path);
    for (int i = 0; i < 80; i++) assert_whole(ledger, i);
    nsym_ledger_close(ledger);
}

static void many_processes_may_create_a_ledger_at_once(void **state) {
    const folder *f = *state;
    enum { CHILDREN = 8 };
    pid_t children[CHILDREN];
    for (int c = 0; c < CHILDREN; c++) {
        children[c] = fork();
        if (children[c] == 0) record_and_exit(f->path, c, c + 1);
    }
    for (int c = 0; c < CHILDREN; c++) {
        int result = 1;
        waitpid(children[c], &result, 0);
        assert_int_equal(result, 0);
    }
    nsym_ledger *ledger = opened(f->path);
    for (int i = 0; i < CHILDREN; i++) assert_whole(ledger, i);
    nsym_ledger_close(ledger);
}

static void a_killed_process_leaves_whole_runs_only(void **state) {
    const folder *f = *state;
    int total = 0;
    for (int round = 0; round < 8 || (total == 0 && round < 100); round++) {
        pid_t child = fork();
        if (child == 0) record_and_exit(f->path, total, total + 100000);
        usleep((useconds_t)(3000 + 17000 * round)); /* from within the creation to well under way */
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        nsym_ledger *ledger = opened(f->path);
        while (has(ledger, total)) total++;
        for (int i = 0; i < total; i++) assert_whole(ledger, i);
        for (int i = total; i < total + 3; i++) assert_false(has(ledger, i));
        double seconds = 0;
        assert_int_equal(nsym_ledger_seconds(ledger, &seconds), NSYM_OK);
        assert_true(seconds == 0.5 * total);
        nsym_ledger_close(ledger);
    }
    assert_true(total > 0);
}

static long size_of(const char *path) {
    struct stat s;
    return stat(path, &s) ? -1 : (long)s.st_size;
}

static unsigned char *bytes_of(const char *path) {
    long size = size_of(path);
    unsigned char *bytes = malloc((size_t)size + 1);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(bytes, 1, (size_t)size, file), size);
    fclose(file);
    return bytes;
}

static void assert_refused_untouched(const char *path, const char *message) {
    long size = size_of(path);
    unsigned char *before = bytes_of(path);
    assert_open_refused(path, NSYM_EFORMAT, message);
    assert_int_equal(size_of(path), size);
    unsigned char *after = bytes_of(path);
    assert_memory_equal(before, after, (size_t)size);
    free(before);
    free(after);
}

static void write_text(const char *path, const char *text, size_t size) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fwrite(text, 1, size, file);
    fclose(file);
}

static void run_sql(const char *path, const char *sql) {
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void files_that_are_no_ledgers_are_refused_untouched(void **state) {
    const folder *f = *state;
    char text[5000];
    memset(text, 'x', sizeof text);
    const size_t sizes[] = {1, 10, 99, 100, 511, 512, 1024, sizeof text};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        write_text(f->path, text, sizes[i]);
        assert_refused_untouched(f->path, "choose another output folder");
    }
    remove(f->path);
    run_sql(f->path, "CREATE TABLE cars(name)");
    assert_refused_untouched(f->path, "a database of another program");
    remove(f->path);
    run_sql(f->path, "PRAGMA application_id = 77");
    assert_refused_untouched(f->path, "a database of another program");
}

static void a_newer_ledger_is_refused_untouched(void **state) {
    const folder *f = *state;
    nsym_ledger_close(opened(f->path));
    run_sql(f->path, "PRAGMA user_version = 5");
    assert_refused_untouched(f->path, "the ledger has version 5, this nearsym reads version 4");
}

/* What earlier versions wrote: their tables, with the runs of the file as it is now. */
static void make_old(const char *path, int version) {
    static const char *const runs[] = {NULL, "", ", cpu TEXT", ", cpu TEXT"};
    static const char *const errors[] = {NULL, "", ", test_error, fit_error", ", test_error, fit_error, draws"};
    char sql[2048], add[64];
    snprintf(add, sizeof add, "%s", version > 1 ? ", cpu" : "");
    snprintf(sql, sizeof sql,
             "CREATE TABLE old(key TEXT PRIMARY KEY NOT NULL, coordinates TEXT NOT NULL, seconds REAL NOT NULL,"
             " finished_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP%s);"
             "INSERT INTO old SELECT key, coordinates, seconds, finished_at%s FROM runs;"
             "CREATE TABLE bare(run TEXT NOT NULL, position INTEGER NOT NULL, metric TEXT NOT NULL,"
             " epoch INTEGER NOT NULL, value NOT NULL%s, PRIMARY KEY(run, position)) WITHOUT ROWID;"
             "INSERT INTO bare SELECT key, position, metric, epoch, value%s FROM measures JOIN runs ON id = run;"
             "DROP TABLE measures; ALTER TABLE bare RENAME TO measures;"
             "DROP TABLE runs; ALTER TABLE old RENAME TO runs; PRAGMA user_version = %d",
             runs[version], add, errors[version], errors[version], version);
    run_sql(path, sql);
}

static void older_ledgers_are_read_and_go_on(void **state) {
    const folder *f = *state;
    for (int version = 1; version <= 3; version++) {
        remove(f->path);
        nsym_ledger *ledger = opened(f->path);
        for (int i = 0; i < 3; i++) assert_int_equal(record(ledger, i), NSYM_OK);
        nsym_ledger_close(ledger);
        make_old(f->path, version);
        ledger = opened(f->path);
        for (int i = 0; i < 3; i++) assert_whole(ledger, i);
        assert_paths(ledger, version > 1 ? nsym_cpu_path() : "");
        assert_int_equal(record(ledger, 3), NSYM_OK);
        assert_paths(ledger, nsym_cpu_path());
        nsym_ledger_close(ledger);
        ledger = opened(f->path);
        for (int i = 0; i < 4; i++) assert_whole(ledger, i);
        nsym_ledger_close(ledger);
    }
}

/* An earlier version that was killed left a run in its log alone. */
static void what_an_older_killed_process_left_in_its_log_is_read(void **state) {
    const folder *f = *state;
    char log[80];
    snprintf(log, sizeof log, "%s-wal", f->path);
    nsym_ledger *ledger = opened(f->path);
    assert_int_equal(record(ledger, 0), NSYM_OK);
    nsym_ledger_close(ledger);
    make_old(f->path, 3);
    pid_t child = fork();
    if (child == 0) {
        run_sql(f->path, "PRAGMA journal_mode = WAL");
        sqlite3 *db = NULL;
        bool well = sqlite3_open(f->path, &db) == SQLITE_OK &&
                    sqlite3_exec(db,
                                 "BEGIN; INSERT INTO runs SELECT 'late', coordinates, 8, finished_at, cpu FROM runs;"
                                 "INSERT INTO measures SELECT 'late', position, metric, epoch, value, 0, 0, NULL"
                                 " FROM measures; COMMIT",
                                 NULL, NULL, NULL) == SQLITE_OK;
        _exit(well ? 0 : 1);
    }
    int result = 1;
    waitpid(child, &result, 0);
    assert_int_equal(result, 0);
    assert_true(size_of(log) > 0);
    ledger = opened(f->path);
    assert_whole(ledger, 0);
    double seconds = 0;
    assert_int_equal(nsym_ledger_run_seconds(ledger, "late", &seconds), NSYM_OK);
    assert_true(seconds == 8);
    assert_int_equal(record(ledger, 1), NSYM_OK);
    nsym_ledger_close(ledger);
    assert_int_equal(size_of(log), -1);
    ledger = opened(f->path);
    assert_int_equal(nsym_ledger_run_seconds(ledger, "late", &seconds), NSYM_OK);
    assert_whole(ledger, 1);
    nsym_ledger_close(ledger);
}

static void runs_of_other_keys_are_counted(void **state) {
    (void)state;
    const folder *f = *state;
    size_t others = 9;
    nsym_ledger *ledger = opened(f->path);
    const nsym_measure one = {.metric = "auc", .value = 0.75};
    static const char *const runs[] = {"nearsym=4 source=x", "nearsym=5 source=x", "nearsym=55 source=x", "search=1"};
    for (size_t i = 0; i < 4; i++) assert_int_equal(nsym_ledger_record(ledger, runs[i], "{}", 1, &one, 1), NSYM_OK);
    assert_int_equal(nsym_ledger_others(ledger, "nearsym=", "nearsym=5 ", &others), NSYM_OK);
    assert_int_equal(others, 2);
    nsym_ledger_close(ledger);
}

static void ignore(void *context, const nsym_measure *measure) {
    (void)context, (void)measure;
}

static void seconds_times_and_paths_are_of_the_runs_asked_for(void **state) {
    const folder *f = *state;
    const nsym_measure one = {.metric = "auc", .value = 0.75};
    nsym_ledger *ledger = opened(f->path);
    assert_int_equal(nsym_ledger_record(ledger, "a", "{}", 1.5, &one, 1), NSYM_OK);
    assert_int_equal(nsym_ledger_record(ledger, "b", "{}", 2.25, &one, 1), NSYM_OK);
    assert_int_equal(nsym_ledger_record(ledger, "another card's", "{}", 50, &one, 1), NSYM_OK);
    nsym_ledger_close(ledger);
    run_sql(f->path, "UPDATE runs SET cpu = 'another' WHERE seconds > 10");
    ledger = opened(f->path);
    double seconds = 9;
    nsym_ledger_times times;
    bool there = false;
    assert_int_equal(nsym_ledger_seconds(ledger, &seconds), NSYM_OK);
    assert_true(seconds == 0);
    assert_paths(ledger, "");
    assert_int_equal(nsym_ledger_read(ledger, "a", ignore, NULL), NSYM_OK);
    assert_int_equal(nsym_ledger_has(ledger, "b", &there), NSYM_OK);
    assert_int_equal(nsym_ledger_has(ledger, "none", &there), NSYM_OK);
    assert_int_equal(nsym_ledger_seconds(ledger, &seconds), NSYM_OK);
    assert_true(seconds == 3.75);
    assert_int_equal(nsym_ledger_tell_times(ledger, &times), NSYM_OK);
    assert_int_equal(times.runs, 2);
    assert_true(times.elapsed >= 2 && times.elapsed < 49); /* the longer one takes 2.25 s */
    assert_paths(ledger, nsym_cpu_path());
    assert_int_equal(nsym_ledger_record(ledger, "c", "{}", 4, &one, 1), NSYM_OK);
    assert_int_equal(nsym_ledger_seconds(ledger, &seconds), NSYM_OK);
    assert_true(seconds == 7.75);
    nsym_ledger_close(ledger);
}

static void a_run_that_lacks_measures_is_recorded_anew(void **state) {
    const folder *f = *state;
    nsym_ledger *ledger = opened(f->path);
    for (int i = 0; i < 4; i++) assert_int_equal(record(ledger, i), NSYM_OK);
    nsym_ledger_close(ledger);
    run_sql(f->path, "DELETE FROM measures WHERE run = (SELECT id FROM runs WHERE key = 'run1') AND position = 2;"
                     "DELETE FROM measures WHERE run = (SELECT id FROM runs WHERE key = 'run2');"
                     "DELETE FROM measures WHERE run = (SELECT id FROM runs WHERE key = 'run3') AND position = 19;");
    ledger = opened(f->path);
    size_t gaps = 9;
    assert_int_equal(nsym_ledger_gaps(ledger, &gaps), NSYM_OK);
    assert_int_equal(gaps, 0); /* nobody asked */
    assert_true(has(ledger, 0));
    assert_false(has(ledger, 1));
    assert_false(has(ledger, 2));
    assert_false(has(ledger, 3)); /* its last one is missing */
    assert_int_equal(nsym_ledger_read(ledger, "run1", ignore, NULL), NSYM_ENOTFOUND);
    assert_int_equal(nsym_ledger_gaps(ledger, &gaps), NSYM_OK);
    assert_int_equal(gaps, 3);
    for (int i = 1; i < 4; i++) assert_int_equal(record(ledger, i), NSYM_OK);
    for (int i = 0; i < 4; i++) assert_whole(ledger, i);
    nsym_ledger_close(ledger);
}

static void a_forgotten_run_is_recorded_anew(void **state) {
    const folder *f = *state;
    const nsym_measure other = {.metric = "other", .value = 99};
    nsym_ledger *ledger = opened(f->path);
    for (int i = 0; i < 2; i++) assert_int_equal(record(ledger, i), NSYM_OK);
    assert_int_equal(nsym_ledger_forget(ledger, "run1"), NSYM_OK);
    assert_int_equal(nsym_ledger_forget(ledger, "none"), NSYM_OK);
    assert_false(has(ledger, 1));
    assert_whole(ledger, 0);
    assert_int_equal(nsym_ledger_record(ledger, "run1", "{}", 7, &other, 1), NSYM_OK);
    nsym_ledger_close(ledger);
    ledger = opened(f->path);
    seen s = {0};
    assert_int_equal(nsym_ledger_read(ledger, "run1", look, &s), NSYM_OK);
    assert_int_equal(s.count, 1);
    assert_true(s.values[0] == 99);
    nsym_ledger_close(ledger);
}

static void list_run(void *context, const char *key, const char *coordinates) {
    char *list = context;
    snprintf(list + strlen(list), 200 - strlen(list), "%s at %s; ", key, coordinates);
}

static void all_runs_are_visited(void **state) {
    const folder *f = *state;
    const nsym_measure one = {.metric = "auc", .value = 0.75};
    char list[200] = "";
    nsym_ledger *ledger = opened(f->path);
    assert_int_equal(nsym_ledger_record(ledger, "b", "here", 1, &one, 1), NSYM_OK);
    assert_int_equal(nsym_ledger_record(ledger, "a", "there", 1, &one, 1), NSYM_OK);
    assert_int_equal(nsym_ledger_visit(ledger, list_run, list), NSYM_OK);
    assert_string_equal(list, "a at there; b at here; ");
    nsym_ledger_close(ledger);
}

static void the_paths_of_all_runs_are_told(void **state) {
    const folder *f = *state;
    nsym_ledger *ledger = opened(f->path);
    for (int i = 0; i < 3; i++) assert_int_equal(record(ledger, i), NSYM_OK);
    nsym_ledger_close(ledger);
    run_sql(f->path, "UPDATE runs SET cpu = 'another' WHERE key = 'run1'");
    ledger = opened(f->path);
    char wanted[32];
    snprintf(wanted, sizeof wanted, "another, %s", nsym_cpu_path());
    for (int i = 0; i < 3; i++) assert_true(has(ledger, i));
    assert_paths(ledger, wanted);
    nsym_ledger_close(ledger);
}

static void a_damaged_ledger_is_refused_untouched(void **state) {
    const folder *f = *state;
    nsym_ledger *ledger = opened(f->path);
    for (int i = 0; i < 100; i++) assert_int_equal(record(ledger, i), NSYM_OK);
    nsym_ledger_close(ledger);
    long size = size_of(f->path);
    unsigned char *whole = bytes_of(f->path);
    for (long cut = 1; cut < size; cut += size / 37) {
        write_text(f->path, (const char *)whole, (size_t)cut);
        assert_refused_untouched(f->path, f->path);
    }
    write_text(f->path, (const char *)whole, (size_t)size / 2);
    assert_refused_untouched(f->path, "move it and its -wal and -shm files");
    memset(whole + 4096, 0xA5, 4096); /* a page overwritten */
    write_text(f->path, (const char *)whole, (size_t)size);
    assert_refused_untouched(f->path, "the ledger is damaged");
    free(whole);
}

static void an_empty_file_becomes_a_ledger(void **state) {
    const folder *f = *state;
    write_text(f->path, "", 0);
    nsym_ledger *ledger = opened(f->path);
    assert_int_equal(record(ledger, 1), NSYM_OK);
    nsym_ledger_close(ledger);
}

static void a_place_that_cannot_hold_a_ledger_is_told(void **state) {
    const folder *f = *state;
    assert_open_refused("/no/such/folder/ledger.sqlite", NSYM_EIO, "/no/such/folder/ledger.sqlite: ");
    assert_open_refused(f->name, NSYM_EIO, f->name);
    assert_open_refused("", NSYM_EINVAL, "empty");
    if (geteuid() == 0) {
        print_message("the rest needs a user who is not root\n");
        return;
    }
    nsym_ledger_close(opened(f->path));
    chmod(f->path, 0400);
    assert_open_refused(f->path, NSYM_EIO, "read-only");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_run_reads_back_to_the_bit_and_in_order, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_run_that_is_there_is_left_as_it_is, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(seconds_times_and_paths_are_of_the_runs_asked_for, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_run_that_lacks_measures_is_recorded_anew, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_forgotten_run_is_recorded_anew, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(all_runs_are_visited, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_nan_is_refused_by_name_and_nothing_is_recorded, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(threads_share_a_ledger, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(two_processes_share_a_ledger, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(many_processes_may_create_a_ledger_at_once, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_killed_process_leaves_whole_runs_only, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(files_that_are_no_ledgers_are_refused_untouched, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_newer_ledger_is_refused_untouched, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(older_ledgers_are_read_and_go_on, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(what_an_older_killed_process_left_in_its_log_is_read, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(runs_of_other_keys_are_counted, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(the_paths_of_all_runs_are_told, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_damaged_ledger_is_refused_untouched, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(an_empty_file_becomes_a_ledger, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_place_that_cannot_hold_a_ledger_is_told, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
