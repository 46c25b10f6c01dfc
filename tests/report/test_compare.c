/* Two folders side by side: how their numbers are written. */
#include "report/folder.h"

static char first[] = "/tmp/nearsym-compare-XXXXXX", second[] = "/tmp/nearsym-compare-XXXXXX";

static void write_results(const char *folder, const char *rows) {
    char path[128];
    snprintf(path, sizeof path, "%s/results.json", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "{\"study\":\"small\",\"results\":[%s]}", rows);
    fclose(file);
}

/* The comparison has this line. */
static void expect(const char *metric, const char *one, const char *other, const char *line) {
    char row[256], *text;
    snprintf(row, sizeof row, "{\"model\":\"m\",\"metric\":\"%s\",\"members\":1,%s}", metric, one);
    write_results(first, row);
    snprintf(row, sizeof row, "{\"model\":\"m\",\"metric\":\"%s\",\"members\":1,%s}", metric, other);
    write_results(second, row);
    if (nsym_report_compare(&text, first, second, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_has(text, line);
    free(text);
}

static void numbers_without_an_error_have_significant_digits(void **state) {
    (void)state;
    expect("loss", "\"mean\":1.23456789e-7", "\"mean\":1.3e-7", "\n  1.23457e-07   1.3e-07   difference -6.54e-09\n");
    expect("auc", "\"mean\":0.912345678", "\"mean\":0.9123", "\n  0.912346   0.9123   difference +4.57e-05\n");
    expect("seconds", "\"mean\":123456.789", "\"mean\":98765.4321", "\n  123457   98765.4   difference +2.47e+04\n");
    expect("parameters", "\"mean\":12345678", "\"mean\":12345670", "\n  12345678   12345670   difference +8\n");
    expect("epochs", "\"mean\":12", "\"mean\":12", "\n  12   12   difference +0\n");
}

static void an_error_says_how_many_decimals_there_are(void **state) {
    (void)state;
    expect("auc", "\"mean\":0.91234,\"standard_error\":0.002", "\"mean\":0.9,\"standard_error\":0.01",
           "\n  0.9123 ± 0.0020   0.900 ± 0.010   difference +0.012 ± 0.010, 1.2 sigma\n");
}

static int make_folders(void **state) {
    (void)state;
    return mkdtemp(first) && mkdtemp(second) ? 0 : -1;
}

static int remove_folders(void **state) {
    (void)state;
    char path[128];
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/results.json", i ? second : first);
        unlink(path);
        if (rmdir(i ? second : first) != 0) return -1;
    }
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_without_an_error_have_significant_digits),
        cmocka_unit_test(an_error_says_how_many_decimals_there_are),
    };
    return cmocka_run_group_tests(tests, make_folders, remove_folders);
}
