#define _GNU_SOURCE /* posix_openpt and its like */
#include <nearsym/progress.h>

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

static void sleep_for(double seconds) {
    struct timespec t = {.tv_sec = (time_t)seconds, .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};
    nanosleep(&t, NULL);
}

static size_t lines_in(const char *text) {
    size_t lines = 0;
    for (; *text; text++) lines += *text == '\n';
    return lines;
}

static void a_log_gets_one_line_per_finished_piece(void **state) {
    (void)state;
    FILE *stream = tmpfile();
    nsym_progress *p;
    assert_int_equal(nsym_progress_new(&p, stream), NSYM_OK);
    nsym_progress_start(p, "training", 300, 3);
    for (int piece = 0; piece < 3; piece++) {
        for (int i = 0; i < 100; i++) nsym_progress_add(p, 1);
        nsym_progress_piece(p, "member %d: auc %.3f", piece, 0.75);
    }
    nsym_progress_note(p, "written to %s", "out");
    nsym_progress_free(p);
    char text[1000] = "";
    rewind(stream);
    text[fread(text, 1, sizeof text - 1, stream)] = 0;
    fclose(stream);
    assert_int_equal(lines_in(text), 4);
    assert_int_equal(strncmp(text, "[1/3] member 0: auc 0.750", 25), 0);
    assert_non_null(strstr(text, "\n[3/3] member 2: auc 0.750\nwritten to out\n"));
    assert_null(strchr(text, '\r'));
    assert_null(strchr(text, '\033'));
}

static void a_log_says_how_long_the_rest_will_take(void **state) {
    (void)state;
    char *text;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    nsym_progress *p;
    assert_int_equal(nsym_progress_new(&p, stream), NSYM_OK);
    nsym_progress_start(p, "training", 1e6, 2);
    sleep_for(0.05);
    nsym_progress_add(p, 1); /* at least 50,000 s are left: more than 13 hours */
    nsym_progress_piece(p, "first");
    nsym_progress_free(p);
    fclose(stream);
    unsigned hours, minutes;
    assert_int_equal(sscanf(text, "[1/2] first (%u h %2u min left)", &hours, &minutes), 2);
    assert_true(hours >= 13);
    free(text);
}

/* A terminal of `columns`, and all that was written to it. */
typedef struct terminal {
    int master;
    FILE *stream;
    char text[100000];
} terminal;

static void open_terminal(terminal *t, unsigned short columns) {
    t->master = posix_openpt(O_RDWR | O_NOCTTY);
    if (t->master < 0 || grantpt(t->master) || unlockpt(t->master)) {
        print_message("this machine gives no pseudo-terminal\n");
        skip();
    }
    int slave = open(ptsname(t->master), O_RDWR | O_NOCTTY);
    if (slave < 0) {
        print_message("this machine gives no pseudo-terminal\n");
        skip();
    }
    struct winsize size = {.ws_row = 24, .ws_col = columns};
    assert_int_equal(ioctl(slave, TIOCSWINSZ, &size), 0);
    fcntl(t->master, F_SETFL, O_NONBLOCK);
    t->stream = fdopen(slave, "w");
    setenv("TERM", "xterm", 1);
}

static void close_terminal(terminal *t) {
    fflush(t->stream);
    sleep_for(0.02);
    size_t used = 0;
    for (ssize_t n; (n = read(t->master, t->text + used, sizeof t->text - 1 - used)) > 0;) used += (size_t)n;
    t->text[used] = 0;
    fclose(t->stream);
    close(t->master);
}

static void a_terminal_gets_one_updating_line(void **state) {
    (void)state;
    static terminal t;
    open_terminal(&t, 80);
    nsym_progress *p;
    assert_int_equal(nsym_progress_new(&p, t.stream), NSYM_OK);
    nsym_progress_start(p, "training", 1000, 4);
    sleep_for(0.25);
    nsym_progress_add(p, 420);
    nsym_progress_piece(p, "first piece");
    nsym_progress_free(p);
    close_terminal(&t);
    assert_non_null(strstr(t.text, "training   42 %"));
    assert_non_null(strstr(t.text, "/s  0 s left  (0/4)"));
    assert_non_null(strstr(t.text, "\r\033[K[1/4] first piece\r\n"));
    assert_int_equal(lines_in(t.text), 1);
    assert_string_equal(t.text + strlen(t.text) - 4, "\r\033[K"); /* nothing is left standing */
}

static void a_terminal_is_not_flooded(void **state) {
    (void)state;
    static terminal t;
    open_terminal(&t, 80);
    nsym_progress *p;
    assert_int_equal(nsym_progress_new(&p, t.stream), NSYM_OK);
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    nsym_progress_start(p, "training", 1e5, 0);
    for (int i = 0; i < 100000; i++) nsym_progress_add(p, 1);
    clock_gettime(CLOCK_MONOTONIC, &after);
    nsym_progress_free(p);
    close_terminal(&t);
    double seconds = (double)(after.tv_sec - before.tv_sec) + 1e-9 * (double)(after.tv_nsec - before.tv_nsec);
    size_t drawings = 0;
    for (const char *at = t.text; (at = strstr(at, "training")); at++) drawings++;
    assert_true((double)drawings <= 1 + seconds / 0.2);
}

static void a_line_is_never_wider_than_the_terminal(void **state) {
    (void)state;
    for (unsigned short columns = 12; columns <= 70; columns += 29) {
        static terminal t;
        open_terminal(&t, columns);
        nsym_progress *p;
        assert_int_equal(nsym_progress_new(&p, t.stream), NSYM_OK);
        nsym_progress_start(p, "approximate-invariance: Z → μμ → Z → μμ → Z → μμ → Z → μμ → Z → μμ", 1, 12);
        nsym_progress_free(p);
        close_terminal(&t);
        const char *line = t.text + strlen("\r\033[K");
        assert_true(strcspn(line, "\r") < columns);
        /* a character is there whole or not at all: "→" and "μ" are the only ones beyond ASCII */
        for (const unsigned char *c = (const unsigned char *)line; *c; c++) {
            if (*c == 0xE2) assert_true(c[1] == 0x86 && c[2] == 0x92);
            if (*c == 0xCE) assert_true(c[1] == 0xBC);
        }
    }
}

static void *add_and_note(void *progress) {
    for (int i = 0; i < 500; i++) {
        nsym_progress_add(progress, 1);
        nsym_progress_piece(progress, "0123456789");
    }
    return NULL;
}

static void lines_of_several_threads_stay_whole(void **state) {
    (void)state;
    char *text;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    nsym_progress *p;
    assert_int_equal(nsym_progress_new(&p, stream), NSYM_OK);
    nsym_progress_start(p, "training", 0, 2000);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, add_and_note, p), 0);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    nsym_progress_free(p);
    fclose(stream);
    char *line = text;
    for (unsigned i = 1; i <= 2000; i++) {
        char expected[64];
        int n = snprintf(expected, sizeof expected, "[%u/2000] 0123456789\n", i);
        assert_memory_equal(line, expected, (size_t)n);
        line += n;
    }
    assert_int_equal(*line, 0);
    free(text);
}

/* What a listener heard. */
typedef struct heard {
    size_t tellings, ends, lines;
    double done, total;
    char what[32], text[200];
    size_t inside, wrong; /* calls at one time; calls beside another, or that go back */
} heard;

static void hear(void *context, const char *what, double done, double total) {
    heard *h = context;
    h->wrong += h->inside++ > 0;
    h->wrong += done < 0 || done > total || (h->tellings && strcmp(h->what, what) == 0 && done < h->done);
    h->tellings++;
    h->ends += done == total;
    h->done = done;
    h->total = total;
    snprintf(h->what, sizeof h->what, "%s", what);
    h->inside--;
}

static void hear_line(void *context, const char *text) {
    heard *h = context;
    h->wrong += h->inside++ > 0;
    h->lines++;
    strncat(h->text, text, sizeof h->text - strlen(h->text) - 1);
    strncat(h->text, "|", sizeof h->text - strlen(h->text) - 1);
    h->inside--;
}

static void who_listens_hears_the_start_and_the_end_and_lines(void **state) {
    (void)state;
    heard h = {0};
    nsym_progress *p;
    assert_int_equal(nsym_progress_listen(&p, hear, hear_line, &h), NSYM_OK);
    nsym_progress_start(p, "training", 3, 2);
    assert_true(h.tellings == 1 && h.done == 0 && h.total == 3);
    assert_string_equal(h.what, "training");
    nsym_progress_add(p, 1);
    nsym_progress_piece(p, "member %d", 1);
    nsym_progress_note(p, "warning: %s", "slow");
    nsym_progress_add(p, 2);
    assert_true(h.ends == 1 && h.done == 3 && h.wrong == 0);
    nsym_progress_add(p, 1); /* more than was said */
    assert_true(h.ends == 1);
    nsym_progress_piece(p, "member %d", 2);
    nsym_progress_start(p, "measuring", 10, 0);
    assert_true(h.done == 0 && h.total == 10);
    nsym_progress_piece(p, "one of unknown number");
    nsym_progress_free(p);
    assert_string_equal(h.text, "[1/2] member 1|warning: slow|[2/2] member 2|one of unknown number|");
}

static void who_listens_is_not_flooded_and_may_miss_either(void **state) {
    (void)state;
    heard h = {0};
    nsym_progress *p;
    struct timespec before, after;
    assert_int_equal(nsym_progress_listen(&p, hear, NULL, &h), NSYM_OK);
    clock_gettime(CLOCK_MONOTONIC, &before);
    nsym_progress_start(p, "training", 1e5, 0);
    for (int i = 0; i < 100000; i++) nsym_progress_add(p, 1);
    clock_gettime(CLOCK_MONOTONIC, &after);
    nsym_progress_note(p, "nobody hears this");
    nsym_progress_free(p);
    double seconds = (double)(after.tv_sec - before.tv_sec) + 1e-9 * (double)(after.tv_nsec - before.tv_nsec);
    assert_true(h.ends == 1 && (double)h.tellings <= 2 + seconds / 0.1);
    assert_int_equal(nsym_progress_listen(&p, NULL, hear_line, &h), NSYM_OK);
    nsym_progress_start(p, "training", 1, 1);
    nsym_progress_add(p, 1);
    nsym_progress_note(p, "only lines");
    nsym_progress_free(p);
    assert_int_equal(h.lines, 1);
}

static void *work(void *progress) {
    for (int i = 0; i < 500; i++) {
        nsym_progress_add(progress, 1);
        nsym_progress_note(progress, "x");
    }
    return NULL;
}

static void threads_are_heard_one_at_a_time(void **state) {
    (void)state;
    heard h = {0};
    nsym_progress *p;
    pthread_t threads[4];
    assert_int_equal(nsym_progress_listen(&p, hear, hear_line, &h), NSYM_OK);
    nsym_progress_start(p, "training", 2000, 0);
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, work, p), 0);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    nsym_progress_free(p);
    assert_true(h.lines == 2000 && h.ends == 1 && h.done == 2000 && h.wrong == 0);
}

static void no_progress_is_fine(void **state) {
    (void)state;
    nsym_progress_start(NULL, "training", 1, 1);
    nsym_progress_add(NULL, 1);
    nsym_progress_piece(NULL, "piece");
    nsym_progress_note(NULL, "note");
    nsym_progress_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_gets_one_line_per_finished_piece),
        cmocka_unit_test(a_log_says_how_long_the_rest_will_take),
        cmocka_unit_test(a_terminal_gets_one_updating_line),
        cmocka_unit_test(a_terminal_is_not_flooded),
        cmocka_unit_test(a_line_is_never_wider_than_the_terminal),
        cmocka_unit_test(lines_of_several_threads_stay_whole),
        cmocka_unit_test(who_listens_hears_the_start_and_the_end_and_lines),
        cmocka_unit_test(who_listens_is_not_flooded_and_may_miss_either),
        cmocka_unit_test(threads_are_heard_one_at_a_time),
        cmocka_unit_test(no_progress_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
