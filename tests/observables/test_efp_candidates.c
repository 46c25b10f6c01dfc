/* Polynomials of a sample in a file: their order, their place, and what a stop or a damaged file does. */
#include "data/temporary.h"
#include "observables/efp_candidates.h"
#include <nearsym/random.h>

#include <sys/stat.h>

enum { EVENTS = NSYM_EFP_CANDIDATES_BLOCK + 300, SIZES = 9 };

static const double kappas[] = {-1, 1, 0.25}, betas[] = {0.5, 4};
static bool (*stop)(void);
static size_t asked, most; /* how often the stop was asked, and may be before it says so */

static bool at_once(void) {
    return true;
}

static bool in_the_end(void) {
    return ++asked >= most;
}

typedef struct space {
    nsym_efp_set *set;
    nsym_efp_options options;
    uint64_t offsets[EVENTS + 1];
    double particles[3 * SIZES * EVENTS], *values; /* (events, count) */
    size_t count;
} space;

/* Events of 0 to 8 particles, the first of none, some alike. */
static space *new_space(void) {
    space *s = calloc(1, sizeof *s);
    assert_non_null(s);
    nsym_random random = nsym_random_stream(9, "particles", 0);
    for (size_t i = 0; i < EVENTS; i++) {
        size_t n = i % SIZES;
        s->offsets[i + 1] = s->offsets[i] + n;
        for (size_t j = s->offsets[i]; j < s->offsets[i + 1]; j++) {
            s->particles[3 * j] = exp(3 * nsym_random_normal(&random));
            s->particles[3 * j + 1] = nsym_random_normal(&random);
            s->particles[3 * j + 2] = nsym_random_normal(&random);
        }
    }
    memcpy(s->particles + 3 * s->offsets[4 + SIZES], s->particles + 3 * s->offsets[4], 4 * 3 * sizeof(double));
    assert_int_equal(nsym_efp_set_new(&s->set, "n<=3,d<=3,connected"), NSYM_OK);
    s->options = (nsym_efp_options){.kappas = 3, .kappa = kappas, .betas = 2, .beta = betas, .workers = 1};
    s->count = 6 * nsym_efp_set_count(s->set);
    s->values = malloc(EVENTS * s->count * sizeof *s->values);
    assert_non_null(s->values);
    assert_int_equal(nsym_efp_compute(s->values, s->set, &s->options, EVENTS, s->offsets, s->particles), NSYM_OK);
    return s;
}

static void free_space(space *s) {
    nsym_efp_set_free(s->set);
    free(s->values);
    free(s);
}

static nsym_status open_them(nsym_efp_candidates **out, space *s, const char *key) {
    s->options.stop = stop;
    *out = NULL;
    return nsym_efp_candidates_open(out, in_folder("candidates.bin"), key, s->set, &s->options, EVENTS, s->offsets,
                                    s->particles);
}

static nsym_efp_candidates *opened(space *s, const char *key) {
    nsym_efp_candidates *candidates;
    if (open_them(&candidates, s, key) != NSYM_OK) fail_msg("%s", nsym_message());
    return candidates;
}

static void make(space *s, const char *key) {
    nsym_efp_candidates_close(opened(s, key));
}

/* New: (count, events). */
static float *orders(const nsym_efp_candidates *candidates, size_t count) {
    float *order = malloc(count * EVENTS * sizeof *order);
    assert_non_null(order);
    assert_int_equal(nsym_efp_candidates_read(candidates, 0, count, order), NSYM_OK);
    return order;
}

static void file_is(const unsigned char *bytes, size_t n) {
    size_t there;
    unsigned char *now = read_bytes(in_folder("candidates.bin"), &there);
    assert_int_equal(there, n);
    assert_memory_equal(now, bytes, n);
    free(now);
}

/* A pair of values and what stands for them. */
static void check_pair(double x, double y, float a, float b) {
    assert_true(a > 0 && b > 0 && isfinite(a) && isfinite(b));
    if (x == y) assert_true(a == b);
    if (x < y) assert_true(a <= b);
    if (x > y) assert_true(a >= b);
    if (x < y && y - x > 5e-7 * x) assert_true(a < b);
    if (y < x && x - y > 5e-7 * y) assert_true(b < a);
}

static void events_are_ordered_as_by_the_values(void **state) {
    (void)state;
    space *s = new_space();
    nsym_efp_candidates *candidates = opened(s, "a");
    assert_int_equal(nsym_efp_candidates_count(candidates), s->count);
    float *order = orders(candidates, s->count);
    nsym_random random = nsym_random_stream(10, "pairs", 0);
    size_t zeros = 0, huge = 0;
    for (size_t k = 0; k < s->count; k++) {
        for (size_t i = 0; i + 1 < EVENTS; i++) {
            size_t j = nsym_random_below(&random, EVENTS);
            check_pair(s->values[i * s->count + k], s->values[j * s->count + k], order[k * EVENTS + i],
                       order[k * EVENTS + j]);
            zeros += s->values[i * s->count + k] == 0;
            huge += s->values[i * s->count + k] > 1e12;
        }
        assert_true(order[k * EVENTS + 4] == order[k * EVENTS + 4 + SIZES]); /* the same particles */
    }
    assert_true(zeros > 100 && huge > 100);
    free(order);
    nsym_efp_candidates_close(candidates);
    free_space(s);
}

/* Events of two particles, each a part in 10^8 farther from one another than those before. */
static void values_that_differ_by_a_little_are_equal_or_in_order(void **state) {
    (void)state;
    enum { STEPS = 400 };
    nsym_efp_set *set;
    uint64_t offsets[STEPS + 1] = {0};
    double particles[6 * STEPS], values[STEPS], kappa = 1, beta = 1;
    float order[STEPS];
    nsym_efp_candidates *candidates;
    nsym_efp_options options = {.kappas = 1, .kappa = &kappa, .betas = 1, .beta = &beta, .workers = 1};
    for (size_t i = 0; i < STEPS; i++) {
        const double pair[6] = {1, 0, 0, 1, 0.7 * (1 + 1e-8 * (double)i), 0};
        memcpy(particles + 6 * i, pair, sizeof pair);
        offsets[i + 1] = 2 * (i + 1);
    }
    assert_int_equal(nsym_efp_set_new(&set, "(2,1,0)"), NSYM_OK);
    assert_int_equal(nsym_efp_compute(values, set, &options, STEPS, offsets, particles), NSYM_OK);
    assert_int_equal(
        nsym_efp_candidates_open(&candidates, in_folder("little.bin"), "a", set, &options, STEPS, offsets, particles),
        NSYM_OK);
    assert_int_equal(nsym_efp_candidates_read(candidates, 0, 1, order), NSYM_OK);
    size_t equal = 0;
    for (size_t i = 0; i < STEPS; i++)
        for (size_t j = 0; j < STEPS; j++) {
            check_pair(values[i], values[j], order[i], order[j]);
            equal += i != j && order[i] == order[j];
        }
    assert_true(equal > 0 && order[0] < order[STEPS - 1]);
    nsym_efp_candidates_close(candidates);
    nsym_efp_set_free(set);
}

static void a_number_stands_for_kappa_beta_and_graph(void **state) {
    (void)state;
    space *s = new_space();
    nsym_efp_candidates *candidates = opened(s, "a");
    size_t graphs = nsym_efp_set_count(s->set), number = 0;
    for (size_t k = 0; k < 3; k++)
        for (size_t b = 0; b < 2; b++)
            for (size_t g = 0; g < graphs; g++, number++) {
                double kappa, beta;
                const nsym_efp_graph *graph = nsym_efp_candidates_at(candidates, number, &kappa, &beta);
                assert_true(kappa == kappas[k] && beta == betas[b]);
                assert_ptr_equal(graph, nsym_efp_set_graph(s->set, g));
            }
    assert_int_equal(number, nsym_efp_candidates_count(candidates));
    float *all = orders(candidates, s->count), some[3 * EVENTS];
    assert_int_equal(nsym_efp_candidates_read(candidates, 5, 3, some), NSYM_OK);
    assert_memory_equal(some, all + 5 * EVENTS, sizeof some);
    free(all);
    nsym_efp_candidates_close(candidates);
    free_space(s);
}

static void a_file_is_made_once_and_the_same_for_any_number_of_workers(void **state) {
    (void)state;
    space *s = new_space();
    size_t n;
    make(s, "a");
    unsigned char *bytes = read_bytes(in_folder("candidates.bin"), &n);
    assert_int_equal(n, 4096 + s->count * EVENTS * sizeof(float));
    stop = at_once; /* nothing is left to be done, so nothing is stopped */
    make(s, "a");
    stop = NULL;
    file_is(bytes, n);
    unlink(in_folder("candidates.bin"));
    s->options.workers = 3;
    make(s, "a");
    file_is(bytes, n);
    free(bytes);
    free_space(s);
}

static void a_file_cut_short_is_gone_on_with(void **state) {
    (void)state;
    space *s = new_space();
    size_t n, head = 4096, block = NSYM_EFP_CANDIDATES_BLOCK * s->count * sizeof(float);
    unlink(in_folder("candidates.bin"));
    make(s, "a");
    unsigned char *bytes = read_bytes(in_folder("candidates.bin"), &n);
    const size_t cuts[] = {0,     100, head - 1, head, head + 5, head + block - 1, head + block, head + block + 7,
                           n - 1, n};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        assert_int_equal(truncate(in_folder("candidates.bin"), (off_t)cuts[i]), 0);
        make(s, "a");
        file_is(bytes, n);
    }
    /* What is there is not made again. */
    bytes[head + 3] ^= 0x55;
    write_bytes(in_folder("candidates.bin"), bytes, head + block + 7);
    make(s, "a");
    file_is(bytes, n);
    free(bytes);
    free_space(s);
}

static void a_file_of_something_else_is_made_anew(void **state) {
    (void)state;
    space *s = new_space();
    size_t n, size;
    unlink(in_folder("candidates.bin"));
    make(s, "a");
    unsigned char *bytes = read_bytes(in_folder("candidates.bin"), &n), *garbage = malloc(n + 5000), *other;
    assert_non_null(garbage);
    for (size_t i = 0; i < n + 5000; i++) garbage[i] = (unsigned char)(i * 7 + 1);
    write_bytes(in_folder("candidates.bin"), garbage, n + 5000);
    make(s, "a");
    file_is(bytes, n);
    make(s, "b");
    other = read_bytes(in_folder("candidates.bin"), &size);
    assert_int_equal(size, n);
    assert_memory_not_equal(other, bytes, 4096);
    assert_memory_equal(other + 4096, bytes + 4096, n - 4096); /* the same events by another name */
    make(s, "a");
    file_is(bytes, n);
    s->options.betas = 1;
    make(s, "a");
    s->options.betas = 2;
    make(s, "a");
    file_is(bytes, n);
    s->options.unnormed = true;
    make(s, "a");
    free(other);
    other = read_bytes(in_folder("candidates.bin"), &size);
    assert_memory_not_equal(other + 4096, bytes + 4096, n - 4096);
    free(other);
    free(garbage);
    free(bytes);
    free_space(s);
}

static void keys_of_any_length_tell_events_apart(void **state) {
    (void)state;
    space *s = new_space();
    size_t n, size;
    char key[20000];
    memset(key, 'k', sizeof key);
    key[sizeof key - 1] = '\0';
    make(s, key);
    unsigned char *bytes = read_bytes(in_folder("candidates.bin"), &n), *other;
    key[sizeof key - 2] = 'l';
    make(s, key);
    other = read_bytes(in_folder("candidates.bin"), &size);
    assert_int_equal(size, n);
    assert_memory_not_equal(other, bytes, 4096);
    key[sizeof key - 2] = 'k';
    make(s, key);
    file_is(bytes, n);
    free(other);
    free(bytes);
    free_space(s);
}

static void other_graphs_make_another_file(void **state) {
    (void)state;
    space *s = new_space();
    size_t n;
    unlink(in_folder("candidates.bin"));
    nsym_efp_set *whole = s->set, *one, *two;
    assert_int_equal(nsym_efp_set_new(&one, "(3,3,0)"), NSYM_OK);
    assert_int_equal(nsym_efp_set_new(&two, "(3,3,1)"), NSYM_OK);
    s->set = one;
    make(s, "a");
    unsigned char *bytes = read_bytes(in_folder("candidates.bin"), &n), *now;
    s->set = two;
    make(s, "a");
    now = read_bytes(in_folder("candidates.bin"), &n);
    assert_memory_not_equal(now + 4096, bytes + 4096, n - 4096);
    s->set = whole;
    nsym_efp_set_free(one);
    nsym_efp_set_free(two);
    free(bytes);
    free(now);
    free_space(s);
}

static void a_file_cut_after_it_was_opened_is_an_error(void **state) {
    (void)state;
    space *s = new_space();
    nsym_efp_candidates *candidates = opened(s, "a");
    float *order = orders(candidates, s->count);
    assert_int_equal(truncate(in_folder("candidates.bin"), 5000), 0);
    assert_int_equal(nsym_efp_candidates_read(candidates, 0, s->count, order), NSYM_EIO);
    assert_non_null(strstr(nsym_message(), "candidates.bin: cannot be read: it is cut short"));
    free(order);
    nsym_efp_candidates_close(candidates);
    nsym_efp_candidates_close(NULL);
    free_space(s);
}

static void a_stop_interrupts_and_the_next_call_goes_on(void **state) {
    (void)state;
    space *s = new_space();
    nsym_efp_candidates *candidates;
    struct stat about;
    size_t n;
    unlink(in_folder("candidates.bin"));
    asked = 0, most = SIZE_MAX;
    stop = in_the_end;
    make(s, "a");
    unsigned char *bytes = read_bytes(in_folder("candidates.bin"), &n);
    unlink(in_folder("candidates.bin"));
    most = asked, asked = 0; /* the last question stands in the last block */
    assert_true(most > 1);
    assert_int_equal(open_them(&candidates, s, "a"), NSYM_EINTERRUPTED);
    assert_null(candidates);
    assert_int_equal(stat(in_folder("candidates.bin"), &about), 0);
    assert_int_equal(about.st_size, 4096 + NSYM_EFP_CANDIDATES_BLOCK * s->count * sizeof(float));
    stop = at_once;
    assert_int_equal(open_them(&candidates, s, "a"), NSYM_EINTERRUPTED);
    stop = NULL;
    make(s, "a");
    file_is(bytes, n);
    free(bytes);
    free_space(s);
}

static void what_cannot_be_made_is_refused(void **state) {
    (void)state;
    space *s = new_space();
    nsym_efp_candidates *candidates = NULL;
    assert_int_equal(nsym_efp_candidates_open(&candidates, in_folder("no such/candidates.bin"), "a", s->set,
                                              &s->options, EVENTS, s->offsets, s->particles),
                     NSYM_EIO);
    assert_non_null(strstr(nsym_message(), "cannot be opened"));
    const double *few = s->options.kappa;
    double many[250];
    size_t usual = s->options.kappas;
    for (size_t i = 0; i < 250; i++) many[i] = 1. / 3;
    s->options.kappa = many, s->options.kappas = 250; /* more than the file's head has room for */
    assert_int_equal(open_them(&candidates, s, "a"), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "the description of the candidates takes "));
    s->options.kappa = few, s->options.kappas = usual;
    s->particles[3] = NAN;
    unlink(in_folder("candidates.bin"));
    assert_int_not_equal(open_them(&candidates, s, "a"), NSYM_OK);
    assert_null(candidates);
    free_space(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_ordered_as_by_the_values),
        cmocka_unit_test(values_that_differ_by_a_little_are_equal_or_in_order),
        cmocka_unit_test(a_number_stands_for_kappa_beta_and_graph),
        cmocka_unit_test(a_file_is_made_once_and_the_same_for_any_number_of_workers),
        cmocka_unit_test(a_file_cut_short_is_gone_on_with),
        cmocka_unit_test(a_file_of_something_else_is_made_anew),
        cmocka_unit_test(keys_of_any_length_tell_events_apart),
        cmocka_unit_test(other_graphs_make_another_file),
        cmocka_unit_test(a_file_cut_after_it_was_opened_is_an_error),
        cmocka_unit_test(a_stop_interrupts_and_the_next_call_goes_on),
        cmocka_unit_test(what_cannot_be_made_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
