/* One column of scores from files of every format, and what is refused. */
#include "data/temporary.h"

#include <nearsym/scores.h>

#include <sys/stat.h>
#include <sys/wait.h>

static nsym_scores read_fine(const char *source, const char *column) {
    nsym_scores scores;
    if (nsym_scores_read(&scores, source, column) != NSYM_OK) fail_msg("%s", nsym_message());
    return scores;
}

static void refused(const char *source, const char *column, nsym_status status, const char *words) {
    nsym_scores scores;
    nsym_status got = nsym_scores_read(&scores, source, column);
    if (got != status) fail_msg("%s: status %s, not %s", source, nsym_status_name(got), nsym_status_name(status));
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
    assert_true(!scores.path && !scores.column && !scores.values && !scores.labels && !scores.weights);
    assert_int_equal(scores.count, 0);
}

static char *write_text(const char *name, const char *text) {
    char *path = in_folder(name);
    write_bytes(path, text, strlen(text));
    return path;
}

/* Three events with a label, a weight, two scores, and one column of width 2. */
static const double output[] = {0.1, 1. / 3, INFINITY}, logit[] = {-2, 0, 1e300}, weight[] = {1, 0.1, -2};

static nsym_events *scored(void) {
    nsym_events *events;
    double *values;
    assert_int_equal(nsym_events_new(&events, 3), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "label", "", "", 1, &values), NSYM_OK);
    values[0] = 1;
    assert_int_equal(nsym_events_add_column(events, "output", "", "", 1, &values), NSYM_OK);
    memcpy(values, output, sizeof output);
    assert_int_equal(nsym_events_add_column(events, "logit", "", "", 1, &values), NSYM_OK);
    memcpy(values, logit, sizeof logit);
    assert_int_equal(nsym_events_add_column(events, "weight", "", "", 1, &values), NSYM_OK);
    memcpy(values, weight, sizeof weight);
    assert_int_equal(nsym_events_add_column(events, "both", "", "", 2, &values), NSYM_OK);
    return events;
}

static void a_column_is_read_from_every_format(void **state) {
    (void)state;
    static const char *const names[] = {"s.h5", "s.npz", "s.csv", "s.csv.gz"};
    nsym_events *events = scored();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char source[600];
        assert_int_equal(nsym_events_write(events, in_folder(names[i])), NSYM_OK);
        nsym_scores s = read_fine(in_folder(names[i]), NULL);
        assert_int_equal(s.count, 3);
        assert_string_equal(s.column, "logit"); /* before its sigmoid */
        assert_string_equal(s.path, in_folder(names[i]));
        assert_memory_equal(s.values, logit, sizeof logit);
        assert_memory_equal(s.weights, weight, sizeof weight);
        assert_true(s.labels[0] == 1 && s.labels[1] == 0 && s.labels[2] == 0);
        nsym_scores_free(&s);
        snprintf(source, sizeof source, "%s:output", in_folder(names[i]));
        s = read_fine(source, "logit"); /* the source's own column comes first */
        assert_string_equal(s.column, "output");
        assert_string_equal(s.path, in_folder(names[i]));
        assert_memory_equal(s.values, output, sizeof output);
        nsym_scores_free(&s);
        s = read_fine(in_folder(names[i]), "output");
        assert_memory_equal(s.values, output, sizeof output);
        nsym_scores_free(&s);
        nsym_scores_free(&s); /* twice is fine */
    }
    nsym_events_free(events);
}

static void the_only_column_needs_no_name(void **state) {
    (void)state;
    nsym_scores s = read_fine(write_text("a.csv", "label,net\n1,0.5\n0,0.25\n"), NULL);
    assert_string_equal(s.column, "net");
    assert_true(s.values[1] == 0.25 && s.labels[0] == 1 && !s.weights);
    nsym_scores_free(&s);
    s = read_fine(write_text("a.csv", "label\n1\n0\n"), NULL);
    assert_string_equal(s.column, "label");
    nsym_scores_free(&s);
    s = read_fine(in_folder("a.csv"), "net"); /* of one column only, its name does not matter */
    nsym_scores_free(&s);
    s = read_fine(golden("version1.npy"), NULL);
    assert_string_equal(s.column, "version1");
    assert_true(s.count == 5 && s.values[4] == 4 && !s.labels && !s.weights);
    nsym_scores_free(&s);
}

static void a_colon_may_be_the_files_own(void **state) {
    (void)state;
    nsym_scores s = read_fine(write_text("a:b.csv", "b,output\n1,2\n"), NULL);
    assert_true(s.values[0] == 2);
    nsym_scores_free(&s);
    char source[600];
    snprintf(source, sizeof source, "%s:b", in_folder("a:b.csv"));
    s = read_fine(source, NULL);
    assert_true(s.values[0] == 1);
    nsym_scores_free(&s);
}

/* What nobody asks for may be damaged: one byte of a column is another. */
static void other_columns_are_not_read(void **state) {
    (void)state;
    nsym_events *events;
    double *values;
    size_t n;
    static const char *const names[] = {"output", "label", "mass", "other"};
    static const char member[] = "other.npy";
    assert_int_equal(nsym_events_new(&events, 2), NSYM_OK);
    for (size_t k = 0; k < 4; k++) {
        assert_int_equal(nsym_events_add_column(events, names[k], "", "", 1, &values), NSYM_OK);
        values[1] = 1;
    }
    assert_int_equal(nsym_events_write(events, in_folder("d.npz")), NSYM_OK);
    nsym_events_free(events);
    unsigned char *bytes = read_bytes(in_folder("d.npz"), &n);
    size_t at = 0;
    while (at + sizeof member < n && memcmp(bytes + at, member, sizeof member - 1) != 0) at++;
    bytes[at + 40] ^= 1; /* of its data, which follow its name */
    write_bytes(in_folder("d.npz"), bytes, n);
    free(bytes);
    const char *path = in_folder("d.npz");
    assert_int_equal(nsym_events_read(&events, path, NULL), NSYM_EFORMAT);
    nsym_scores s = read_fine(path, NULL);
    assert_true(s.labels && s.values[1] == 1);
    nsym_scores_free(&s);
    assert_int_equal(nsym_events_read_columns(&events, path, "mass", "weight,label"), NSYM_OK);
    assert_int_equal(events->columns, 2);
    nsym_events_free(events);
    assert_int_equal(nsym_events_read_columns(&events, path, "mass,m2", "label"), NSYM_EFORMAT); /* everything */
    assert_int_equal(nsym_events_read_columns(&events, path, "mass,other", NULL), NSYM_EFORMAT);
}

static void events_with_other_numbers_are_others(void **state) {
    (void)state;
    nsym_scores a = read_fine(write_text("a.csv", "output,run,event\n0,1,7\n1,1,8\n"), NULL),
                b = read_fine(write_text("b.csv", "output,event\n1,7\n0,8\n"), NULL),
                c = read_fine(write_text("c.csv", "output,event\n1,8\n0,7\n"), NULL),
                d = read_fine(write_text("d.csv", "output\n1\n0\n"), NULL);
    assert_int_equal(nsym_scores_same_events(&a, &b), NSYM_OK);
    assert_int_equal(nsym_scores_same_events(&a, &d), NSYM_OK);
    assert_int_equal(nsym_scores_same_events(&a, &c), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "row 1: event is 7 in "));
    const double second[] = {0, 2}, first[] = {2, 0};
    nsym_scores_take(&a, second, 2);
    nsym_scores_take(&c, first, 2);
    assert_int_equal(nsym_scores_same_events(&a, &c), NSYM_OK); /* event 8 of both */
    assert_int_equal(nsym_scores_same_events(&a, &b), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "has 1 events, "));
    nsym_scores_free(&a);
    nsym_scores_free(&b);
    nsym_scores_free(&c);
    nsym_scores_free(&d);
}

static void what_holds_no_such_scores_is_refused(void **state) {
    (void)state;
    nsym_events *events = scored();
    assert_int_equal(nsym_events_write(events, in_folder("s.h5")), NSYM_OK);
    nsym_events_free(events);
    char source[600];
    snprintf(source, sizeof source, "%s:ouptut", in_folder("s.h5"));
    refused(source, NULL, NSYM_ENOTFOUND, "s.h5: there is no column 'ouptut'; say FILE:COLUMN with one of: ");
    refused(source, "logit", NSYM_ENOTFOUND, "'ouptut'");
    refused(in_folder("s.h5"), "net", NSYM_ENOTFOUND, "there is no column 'net'");
    snprintf(source, sizeof source, "%s:both", in_folder("s.h5"));
    refused(source, NULL, NSYM_EFORMAT, "column 'both' has 2 values per event");
    snprintf(source, sizeof source, "%s:", in_folder("s.h5"));
    refused(source, NULL, NSYM_EINVAL, "there is no column name after the colon");
    refused(in_folder("nowhere.h5"), NULL, NSYM_EIO, "nowhere.h5: cannot be opened");
    refused(in_folder("nowhere.h5:output"), NULL, NSYM_EIO, "nowhere.h5: cannot be opened");
    refused(folder, NULL, NSYM_EIO, "is a folder");
    refused(golden("little_f4.npy"), NULL, NSYM_EFORMAT, "has 3 values per event");
    static const char *const roles[] = {"label", "weight", "part"};
    for (size_t i = 0; i < 3; i++) {
        char text[64], words[64];
        snprintf(text, sizeof text, "output,%s[0],%s[1]\n1,0,1\n", roles[i], roles[i]);
        snprintf(words, sizeof words, "two.csv: column '%s' has 2 values an event, must have one;", roles[i]);
        refused(write_text("two.csv", text), NULL, NSYM_EFORMAT, words);
    }
    refused(golden("padded.npy"), NULL, NSYM_ENOTFOUND, "it holds particles only");
    refused(write_text("a.csv", "label,a,b\n1,2,3\n"), NULL, NSYM_ENOTFOUND, "no column 'output'");
    refused(in_folder("a.csv"), "c", NSYM_ENOTFOUND, "no column 'c'; say FILE:COLUMN with one of: label, a, b");
    refused(write_text("a.csv", "output\n1\nnan\n"), NULL, NSYM_ENUMERIC, "a.csv: row 2: output is NaN");
    refused(write_text("a.csv", "output,weight\n1,1\n2,inf\n"), NULL, NSYM_ENUMERIC,
            "a.csv: row 2: weight is inf, must be finite");
    refused(write_text("a.csv", "output\n"), NULL, NSYM_EFORMAT, "a.csv: has no events");
    refused(write_text("a.h5", "output\n1\n"), NULL, NSYM_EFORMAT, "a.h5");
    refused(write_text("a.log", "output\n1\n"), NULL, NSYM_EINVAL, "a.log: its ending is not that of a format");
}

/* Hundreds of columns with long names do not fit into a message, and need not. */
static void of_many_columns_some_are_named(void **state) {
    (void)state;
    FILE *file = fopen(in_folder("many.csv"), "w");
    assert_non_null(file);
    for (int i = 0; i < 300; i++) fprintf(file, "%scolumn_%d_%0200d", i ? "," : "", i, 7);
    fprintf(file, "\n");
    for (int i = 0; i < 300; i++) fprintf(file, i ? ",1" : "1");
    fclose(file);
    refused(in_folder("many.csv"), NULL, NSYM_ENOTFOUND, "column_1_");
}

static void a_cut_file_is_refused(void **state) {
    (void)state;
    static const char *const names[] = {"s.h5", "s.npz", "s.npy", "s.csv.gz"};
    nsym_events *events = scored(), *one;
    double *values;
    assert_int_equal(nsym_events_new(&one, 3), NSYM_OK);
    assert_int_equal(nsym_events_add_column(one, "output", "", "", 1, &values), NSYM_OK);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(nsym_events_write(i == 2 ? one : events, in_folder(names[i])), NSYM_OK);
        size_t size;
        unsigned char *bytes = read_bytes(in_folder(names[i]), &size);
        for (size_t n = 0; n < size; n += 1 + size / 50) {
            write_bytes(in_folder(names[i]), bytes, n);
            nsym_scores s;
            assert_int_not_equal(nsym_scores_read(&s, in_folder(names[i]), NULL), NSYM_OK);
            if (!strstr(nsym_message(), names[i])) fail_msg("%zu of %s: %s", n, names[i], nsym_message());
            assert_null(s.values);
        }
        free(bytes);
    }
    nsym_events_free(one);
    nsym_events_free(events);
}

/* A process that writes a text into a pipe, once. */
static pid_t pour(const char *pipe, const char *text) {
    pid_t other = fork();
    if (other != 0) return other;
    FILE *file = fopen(pipe, "w");
    fputs(text, file);
    fclose(file);
    _exit(0);
}

static void a_pipe_is_read_once(void **state) {
    (void)state;
    char *path = in_folder("pipe.csv");
    int ended;
    assert_int_equal(mkfifo(path, 0600), 0);
    alarm(60); /* a second reading would wait for ever */
    pid_t other = pour(path, "tagger,label\n0.5,1\n0.25,0\n");
    nsym_scores scores = read_fine(path, NULL);
    assert_string_equal(scores.column, "tagger");
    assert_int_equal(scores.count, 2);
    nsym_scores_free(&scores);
    assert_int_equal(waitpid(other, &ended, 0), other);
    other = pour(path, "tagger,label\n0.5,1\n0.25,0\n");
    refused(path, "mass", NSYM_ENOTFOUND, "one of: tagger, label");
    assert_int_equal(waitpid(other, &ended, 0), other);
    alarm(0);
    unlink(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_column_is_read_from_every_format),
        cmocka_unit_test(the_only_column_needs_no_name),
        cmocka_unit_test(a_colon_may_be_the_files_own),
        cmocka_unit_test(what_holds_no_such_scores_is_refused),
        cmocka_unit_test(of_many_columns_some_are_named),
        cmocka_unit_test(a_cut_file_is_refused),
        cmocka_unit_test(other_columns_are_not_read),
        cmocka_unit_test(events_with_other_numbers_are_others),
        cmocka_unit_test(a_pipe_is_read_once),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
