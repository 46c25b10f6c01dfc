/* Claims and journals of several processes that share a folder: each a ledger of its own here, or a child. */
#include "ledger/folder.h"

#include "base/clock.h"
#include "ledger/journal.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

static int make_claims(void **state) {
    setenv("NSYM_CLAIM_SECONDS", "1", 1);
    return make_folder(state);
}

static int remove_claims(void **state) {
    unsetenv("NSYM_CLAIM_SECONDS");
    return remove_folder(state);
}

static void record(nsym_ledger *ledger, const char *key, double value) {
    const nsym_measure measure = {.metric = "auc", .value = value};
    if (nsym_ledger_record(ledger, key, "{}", 1, &measure, 1)) fail_msg("%s", nsym_message());
}

static bool has(nsym_ledger *ledger, const char *key) {
    bool there = false;
    assert_int_equal(nsym_ledger_has(ledger, key, &there), NSYM_OK);
    return there;
}

static nsym_claim claimed(nsym_ledger *ledger, const char *key) {
    nsym_claim claim;
    if (nsym_ledger_claim(ledger, key, &claim)) fail_msg("%s", nsym_message());
    return claim;
}

static size_t files_in(const char *path) {
    size_t n = 0;
    DIR *all = opendir(path);
    for (struct dirent *entry; all && (entry = readdir(all));) n += entry->d_name[0] != '.';
    if (all) closedir(all);
    return n;
}

static void a_refresh_brings_what_others_recorded(void **state) {
    const folder *f = *state;
    nsym_ledger *one = opened(f->path), *two = opened(f->path);
    record(one, "a", 0.5);
    assert_false(has(two, "a"));
    assert_int_equal(nsym_ledger_refresh(two), NSYM_OK);
    assert_true(has(two, "a"));
    record(two, "b", 0.25);
    record(two, "a", 99); /* which is there */
    nsym_ledger_close(one);
    assert_int_equal(nsym_ledger_refresh(two), NSYM_OK);
    assert_true(has(two, "a") && has(two, "b"));
    nsym_ledger_close(two);
    assert_int_equal(files_in(f->name), 1); /* the ledger alone */
    one = opened(f->path);
    assert_true(has(one, "a") && has(one, "b"));
    nsym_ledger_close(one);
}

static void an_end_of_a_journal_that_is_not_whole_is_ignored(void **state) {
    const folder *f = *state;
    nsym_ledger *one = opened(f->path);
    char path[512];
    struct stat about;
    record(one, "a", 0.5);
    DIR *all = opendir(f->journals);
    for (struct dirent *entry; (entry = readdir(all));)
        if (nsym_lease_is_name(entry->d_name)) snprintf(path, sizeof path, "%s/%s", f->journals, entry->d_name);
    closedir(all);
    assert_int_equal(stat(path, &about), 0);
    record(one, "b", 0.25);
    struct stat longer;
    assert_int_equal(stat(path, &longer), 0);
    char *bytes = malloc((size_t)longer.st_size);
    FILE *file = fopen(path, "rb");
    assert_int_equal(fread(bytes, 1, (size_t)longer.st_size, file), longer.st_size);
    fclose(file);
    char other[512];
    snprintf(other, sizeof other, "%s/elsewhere-00000001-7-00000001.runs", f->journals);
    for (off_t cut = about.st_size; cut < longer.st_size; cut += 7) { /* as a kill on another machine leaves it */
        file = fopen(other, "wb");
        fwrite(bytes, 1, (size_t)cut, file);
        fclose(file);
        nsym_ledger *look = NULL;
        unlink(path); /* so that the other one is all there is */
        assert_int_equal(nsym_ledger_look(&look, f->path), NSYM_OK);
        assert_true(has(look, "a"));
        assert_false(has(look, "b"));
        nsym_ledger_close(look);
    }
    bytes[longer.st_size - 1] ^= 1; /* whole, and not what was written */
    file = fopen(other, "wb");
    fwrite(bytes, 1, (size_t)longer.st_size, file);
    fclose(file);
    nsym_ledger *look = NULL;
    assert_int_equal(nsym_ledger_look(&look, f->path), NSYM_OK);
    assert_true(has(look, "a"));
    assert_false(has(look, "b"));
    nsym_ledger_close(look);
    free(bytes);
    record(one, "c", 0.125); /* its journal was removed, as one takes a sleeping process for dead: it begins another */
    assert_int_equal(stat(path, &about), 0);
    nsym_ledger_close(one);
}

static void one_of_two_has_a_claim_until_it_gives_it_up(void **state) {
    const folder *f = *state;
    nsym_ledger *one = opened(f->path), *two = opened(f->path);
    assert_true(claimed(one, "run").mine);
    nsym_claim claim = claimed(two, "run");
    assert_false(claim.mine);
    char host[64] = "", wanted[128];
    gethostname(host, sizeof host);
    snprintf(wanted, sizeof wanted, ":%ld", (long)getpid());
    assert_non_null(strstr(claim.owner, wanted));
    assert_true(claimed(two, "another").mine);
    nsym_ledger_release(one, "run");
    nsym_nap(nsym_ledger_pause(two) + 0.01);
    claim = claimed(two, "run");
    assert_true(claim.mine);
    assert_string_equal(claim.owner, "");
    nsym_ledger_close(one);
    nsym_ledger_close(two);
    assert_int_equal(files_in(f->name), 1);
}

/* A live process holds its claims for longer than it takes to be thought dead. */
static void signs_of_life_keep_a_claim(void **state) {
    const folder *f = *state;
    nsym_ledger *one = opened(f->path), *two = opened(f->path);
    assert_true(claimed(one, "run").mine);
    for (double start = nsym_seconds(); nsym_seconds() - start < 1.6; nsym_nap(0.05))
        assert_false(claimed(two, "run").mine);
    nsym_ledger_close(one);
    nsym_ledger_close(two);
}

/* Claims a run in a child, which then waits for its end. */
static pid_t claim_in_child(const char *path, const char *key) {
    int tell[2];
    char word;
    assert_int_equal(pipe(tell), 0);
    pid_t child = fork();
    if (child == 0) {
        nsym_ledger *ledger;
        nsym_claim claim;
        bool well = nsym_ledger_open(&ledger, path) == NSYM_OK && nsym_ledger_claim(ledger, key, &claim) == NSYM_OK;
        if (write(tell[1], well && claim.mine ? "y" : "n", 1) != 1) _exit(1);
        for (;;) pause();
    }
    assert_int_equal(read(tell[0], &word, 1), 1);
    assert_int_equal(word, 'y');
    close(tell[0]);
    close(tell[1]);
    return child;
}

static void a_killed_process_of_this_machine_loses_its_claims_at_once(void **state) {
    const folder *f = *state;
    setenv("NSYM_CLAIM_SECONDS", "1000", 1);
    nsym_ledger *one = opened(f->path);
    pid_t child = claim_in_child(f->path, "run");
    assert_false(claimed(one, "run").mine);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    double start = nsym_seconds();
    nsym_claim claim = {0};
    while (!claim.mine && nsym_seconds() - start < 60) {
        claim = claimed(one, "run");
        if (!claim.mine) nsym_nap(0.05);
    }
    char wanted[32];
    snprintf(wanted, sizeof wanted, ":%ld", (long)child);
    assert_true(claim.mine);
    assert_non_null(strstr(claim.owner, wanted));
    nsym_ledger_close(one);
    assert_int_equal(files_in(f->name), 1);
}

/* One that hangs gives no signs of life, wherever it is. */
static void a_process_without_signs_of_life_loses_its_claims_in_time(void **state) {
    const folder *f = *state;
    nsym_ledger *one = opened(f->path);
    pid_t child = claim_in_child(f->path, "run");
    assert_false(claimed(one, "run").mine);
    kill(child, SIGSTOP);
    double start = nsym_seconds();
    while (!claimed(one, "run").mine && nsym_seconds() - start < 60) nsym_nap(0.05);
    assert_true(nsym_seconds() - start > 0.7 && nsym_seconds() - start < 60);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    nsym_ledger_close(one);
}

/* A claim that says nothing, as of a process killed while it made it without hard links, holds as long as its file
   changes. */
static void an_empty_claim_is_kept_alive_by_its_own_time(void **state) {
    const folder *f = *state;
    nsym_ledger *one = opened(f->path), *two = opened(f->path);
    assert_true(claimed(two, "run").mine);
    char path[600] = "";
    DIR *all = opendir(f->claims);
    for (struct dirent *entry; (entry = readdir(all));)
        if (entry->d_name[0] != '.') snprintf(path, sizeof path, "%s/%s", f->claims, entry->d_name);
    closedir(all);
    assert_int_equal(truncate(path, 0), 0);
    for (double start = nsym_seconds(); nsym_seconds() - start < 1.6; nsym_nap(0.05)) {
        assert_int_equal(utimensat(AT_FDCWD, path, NULL, 0), 0);
        assert_false(claimed(one, "run").mine);
    }
    double start = nsym_seconds();
    while (!claimed(one, "run").mine && nsym_seconds() - start < 60) nsym_nap(0.05);
    assert_true(nsym_seconds() - start > 0.7 && nsym_seconds() - start < 60);
    nsym_ledger_close(two);
    assert_false(access(path, F_OK)); /* the new owner's: who was taken for dead leaves it alone */
    nsym_ledger_close(one);
}

/* Claims and gives up, as fast as it can, for ever. */
static void claim_for_ever(const folder *f) {
    nsym_ledger *ledger;
    if (nsym_ledger_open(&ledger, f->path)) _exit(1);
    for (unsigned i = 0;; i++) {
        char key[16];
        nsym_claim claim;
        snprintf(key, sizeof key, "run %u", i % 7);
        if (nsym_ledger_claim(ledger, key, &claim)) _exit(1);
        if (i % 2) nsym_ledger_release(ledger, key);
    }
}

static void a_process_killed_at_a_claim_leaves_none_without_an_owner(void **state) {
    const folder *f = *state;
    for (int i = 0; i < 60; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) claim_for_ever(f);
        nsym_nap(0.02 + 0.0001 * i);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    nsym_ledger *ledger = opened(f->path);
    for (unsigned i = 0; i < 7; i++) {
        char key[16];
        snprintf(key, sizeof key, "run %u", i);
        assert_true(claimed(ledger, key).mine); /* at once */
    }
    nsym_ledger_close(ledger);
    assert_int_equal(files_in(f->name), 1);
}

static void seconds_that_are_none_are_refused(void **state) {
    const folder *f = *state;
    static const char *const bad[] = {"soon", "0", "-3", "nan", "1e9", "2 s"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        nsym_ledger *ledger;
        setenv("NSYM_CLAIM_SECONDS", bad[i], 1);
        assert_int_equal(nsym_ledger_open(&ledger, f->path), NSYM_EINVAL);
        assert_non_null(strstr(nsym_message(), "NSYM_CLAIM_SECONDS is '"));
    }
    assert_int_equal(files_in(f->name), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_refresh_brings_what_others_recorded, make_claims, remove_claims),
        cmocka_unit_test_setup_teardown(an_end_of_a_journal_that_is_not_whole_is_ignored, make_claims, remove_claims),
        cmocka_unit_test_setup_teardown(one_of_two_has_a_claim_until_it_gives_it_up, make_claims, remove_claims),
        cmocka_unit_test_setup_teardown(signs_of_life_keep_a_claim, make_claims, remove_claims),
        cmocka_unit_test_setup_teardown(a_killed_process_of_this_machine_loses_its_claims_at_once, make_claims,
                                        remove_claims),
        cmocka_unit_test_setup_teardown(a_process_without_signs_of_life_loses_its_claims_in_time, make_claims,
                                        remove_claims),
        cmocka_unit_test_setup_teardown(an_empty_claim_is_kept_alive_by_its_own_time, make_claims, remove_claims),
        cmocka_unit_test_setup_teardown(a_process_killed_at_a_claim_leaves_none_without_an_owner, make_claims,
                                        remove_claims),
        cmocka_unit_test_setup_teardown(seconds_that_are_none_are_refused, make_claims, remove_claims),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
