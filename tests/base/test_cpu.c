/* Each case in a process of its own, as the path is chosen once. */
#include "base/cpu.h"
#include "nn/network.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void in_a_child(bool (*claim)(void)) {
    pid_t child = fork();
    if (child == 0) _exit(claim() ? 0 : 1);
    int result = 1;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
}

static bool says(nsym_status status, const char *text) {
    return status == NSYM_EINVAL && strstr(nsym_message(), text);
}

static bool newest_claim(void) {
    unsetenv("NSYM_CPU");
    bool fine = nsym_cpu_check() == NSYM_OK;
    setenv("NSYM_CPU", "", 1);
    return fine && nsym_cpu_check() == NSYM_OK && !nsym_cpu_asked();
}

static void without_a_wish_the_newest_is_taken(void **state) {
    (void)state;
    in_a_child(newest_claim);
}

static bool plain_claim(void) {
    setenv("NSYM_CPU", "plain", 1);
    return nsym_cpu_check() == NSYM_OK && nsym_cpu_in_use() == NSYM_CPU_PLAIN && !strcmp(nsym_cpu_path(), "plain");
}

static void plain_runs_anywhere(void **state) {
    (void)state;
    in_a_child(plain_claim);
}

static bool misspelt_claim(void) {
    setenv("NSYM_CPU", "plian", 1);
    return says(nsym_cpu_check(), "NSYM_CPU is 'plian', must be plain, avx2, avx512, avx512_bf16 or amx; did you "
                                  "mean 'plain'?");
}

static void a_misspelt_path_is_refused(void **state) {
    (void)state;
    in_a_child(misspelt_claim);
}

static bool late_claim(void) {
    unsetenv("NSYM_CPU");
    if (nsym_cpu_in_use() == NSYM_CPU_PLAIN) return true; /* nothing below it to ask for */
    setenv("NSYM_CPU", "plain", 1);
    return says(nsym_cpu_check(), "set it before the program starts");
}

static void a_wish_that_comes_too_late_is_refused(void **state) {
    (void)state;
    in_a_child(late_claim);
}

static bool network_claim(void) {
    setenv("NSYM_CPU", "sse", 1);
    nsym_network *network;
    return says(nsym_network_new(&network, &(nsym_model_spec){0}, 8, 8), "NSYM_CPU is 'sse'");
}

static void networks_do_not_run_by_another_path_than_asked_for(void **state) {
    (void)state;
    in_a_child(network_claim);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_wish_the_newest_is_taken),
        cmocka_unit_test(plain_runs_anywhere),
        cmocka_unit_test(a_misspelt_path_is_refused),
        cmocka_unit_test(a_wish_that_comes_too_late_is_refused),
        cmocka_unit_test(networks_do_not_run_by_another_path_than_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
