/* A search for the polynomials that explain a guide, on samples whose guide is made of a known one. */
#include "data/temporary.h"
#include "select/guided.h"
#include "sources/sample.h"
#include <nearsym/observables.h>
#include <nearsym/random.h>

#include <dirent.h>
#include <sys/stat.h>

enum { TRAINS = 1200, CHECKS = 300, JUDGES = 1000, TESTS = 500, N = TRAINS + CHECKS + JUDGES + TESTS, STEPS = 3 };

static const char planted[] = "efp_k1_b1_3-3-1", cones[] = "iso_0.1,iso_0.2,iso_0.4";
static const double kappas[] = {1}, betas[] = {1, 2};

typedef struct search {
    nsym_events *events;
    double guide[JUDGES + TESTS];
    nsym_efp_set *graphs;
    nsym_guided_task task;
    nsym_guided_step step[STEPS + 1];
    size_t n, kept;
    char place[512];
} search;

/* Around 12 particles near a muon of 30 GeV. */
static nsym_events *new_events(uint64_t seed) {
    static const char *const names[] = {"pt", "d_eta", "d_phi"};
    nsym_random random = nsym_random_stream(seed, "particles", 0);
    uint64_t *offsets = calloc(N + 1, sizeof *offsets);
    nsym_events *events;
    double *label, *weight, *pt;
    assert_non_null(offsets);
    for (size_t i = 0; i < N; i++) offsets[i + 1] = offsets[i] + 8 + nsym_random_below(&random, 9);
    assert_int_equal(nsym_events_new(&events, N), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 3, names, NULL, offsets), NSYM_OK);
    for (size_t j = 0; j < offsets[N]; j++) {
        double radius = 0.45 * sqrt(nsym_random_uniform(&random)), angle = 6.283185307 * nsym_random_uniform(&random);
        const double row[3] = {exp(nsym_random_normal(&random)), radius * cos(angle), radius * sin(angle)};
        memcpy(events->particles + 3 * j, row, sizeof row);
    }
    assert_int_equal(nsym_events_add_column(events, "label", "", "", 1, &label), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "weight", "", "", 1, &weight), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "mu_pt", "GeV", "", 1, &pt), NSYM_OK);
    for (size_t i = 0; i < N; i++) weight[i] = 1, pt[i] = 30;
    assert_int_equal(nsym_observe(events, cones, 1, NULL), NSYM_OK);
    free(offsets);
    return events;
}

/* Adds `factor` times the standardised observable to score (N). */
static void add(double *score, double factor, const char *name, const nsym_events *events) {
    nsym_observables *one;
    double *value = malloc(N * sizeof *value), mean = 0, square = 0;
    assert_non_null(value);
    assert_int_equal(nsym_observables_parse(&one, name), NSYM_OK);
    assert_int_equal(nsym_observables_compute(value, one, events, 1, NULL, NULL), NSYM_OK);
    for (size_t i = 0; i < N; i++) mean += value[i] / N, square += value[i] * value[i] / N;
    for (size_t i = 0; i < N; i++) score[i] += factor * (value[i] - mean) / sqrt(square - mean * mean);
    nsym_observables_free(one);
    free(value);
}

/* New search into a new folder of that name: labels are drawn by the score, which guides. */
static search *new_search(const char *name, double of_planted, uint64_t seed) {
    search *s = calloc(1, sizeof *s);
    double *score = calloc(N, sizeof *score);
    assert_true(s && score);
    s->events = new_events(seed);
    add(score, of_planted, planted, s->events);
    add(score, of_planted > 0 ? 1 : 2, "iso_0.4", s->events);
    if (of_planted > 0) add(score, 0.5, "iso_0.1", s->events);
    nsym_random random = nsym_random_stream(seed, "labels", 0);
    double *label = nsym_events_column(s->events, "label")->values;
    for (size_t i = 0; i < N; i++) label[i] = nsym_random_uniform(&random) < 1 / (1 + exp(-score[i]));
    memcpy(s->guide, score + TRAINS + CHECKS, sizeof s->guide);
    free(score);
    assert_int_equal(nsym_efp_set_new(&s->graphs, "n<=3,m<=3,connected"), NSYM_OK);
    snprintf(s->place, sizeof s->place, "%s", in_folder(name));
    mkdir(s->place, 0777);
    s->task = (nsym_guided_task){
        .events = s->events,
        .trains = TRAINS,
        .checks = CHECKS,
        .judges = JUDGES,
        .tests = TESTS,
        .guide = s->guide,
        .start = cones,
        .graphs = s->graphs,
        .space = {.kappas = 1, .kappa = kappas, .betas = 2, .beta = betas, .workers = 1},
        .spec = {.kind = NSYM_FCN, .hidden = {1, {16}}},
        .train = {.epochs = 30,
                  .batch = 64,
                  .learning_rate = 5e-3,
                  .sampling = NSYM_EACH,
                  .shuffle = true,
                  .scale = true,
                  .weighted = true,
                  .classification = 1,
                  .patience = 5},
        .members = 1,
        .steps = STEPS,
        .pairs = 20000,
        .min_gain = 0.01,
        .seed = seed,
        .key = name,
        .folder = s->place,
    };
    return s;
}

static void free_search(search *s) {
    nsym_events_free(s->events);
    nsym_efp_set_free(s->graphs);
    free(s);
}

/* Searches with the ledger of the search's folder. */
static nsym_status run(search *s) {
    char path[600];
    snprintf(path, sizeof path, "%s/ledger.sqlite", s->place);
    assert_int_equal(nsym_ledger_open(&s->task.ledger, path), NSYM_OK);
    nsym_status status = nsym_guided_search(s->step, &s->n, &s->kept, &s->task);
    nsym_ledger_close(s->task.ledger);
    return status;
}

static void ran(search *s) {
    if (run(s) != NSYM_OK) fail_msg("%s", nsym_message());
}

static bool (*const never)(void) = NULL;
static size_t asked, most; /* how often the stop was asked, and may be before it says so */

static bool in_the_end(void) {
    return ++asked >= most;
}

static void assert_says(const char *words) {
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

static bool has_ranking(const search *s, size_t number) {
    char path[600];
    snprintf(path, sizeof path, "%s/ranking-%zu.csv", s->place, number);
    return access(path, R_OK) == 0;
}

static void the_planted_polynomial_is_found_first(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        char name[32];
        snprintf(name, sizeof name, "planted-%d", (int)seed);
        search *s = new_search(name, 1.5, seed);
        ran(s);
        assert_true(s->n >= 2 && s->kept >= 2 && s->kept <= s->n);
        assert_string_equal(s->step[0].added, "");
        assert_string_equal(s->step[1].added, planted);
        assert_true(s->step[0].disordered == 0 && s->step[0].gain == 0);
        /* A guide and a network that disagree on a third of the pairs, then on few. */
        assert_true(s->step[0].ado < 0.75 && s->step[1].ado > 0.95 && s->step[1].test_ado > 0.95);
        assert_true(s->step[1].auc > s->step[0].auc + 0.05 && s->step[1].auc_std == 0);
        assert_true(s->step[1].gain > 0.9 && s->step[1].gain <= 1);
        double share = (double)s->step[1].disordered / (double)s->task.pairs;
        assert_true(fabs(share - (1 - s->step[0].ado)) < 5 * sqrt(0.25 / (double)s->task.pairs) + 0.01);
        for (size_t k = 1; k < s->kept; k++) assert_true(s->step[k].ado >= s->step[k - 1].ado + s->task.min_gain);
        if (s->kept < s->n) assert_true(s->step[s->n - 1].ado < s->step[s->n - 2].ado + s->task.min_gain);
        free_search(s);
    }
}

static void a_ranking_has_all_candidates_the_best_first(void **state) {
    (void)state;
    search *s = new_search("ranking", 1.5, 1);
    s->task.steps = 1;
    ran(s);
    assert_int_equal(s->n, 2);
    assert_true(has_ranking(s, 1) && !has_ranking(s, 2));
    size_t graphs = nsym_efp_set_count(s->graphs), rows = 0;
    bool *seen = calloc(2 * graphs, sizeof *seen);
    char path[600], line[256];
    snprintf(path, sizeof path, "%s/ranking-1.csv", s->place);
    FILE *csv = fopen(path, "r");
    assert_true(csv && seen && fgets(line, sizeof line, csv));
    assert_string_equal(line, "observable,ado\n");
    for (double last = 1; fgets(line, sizeof line, csv); rows++) {
        double kappa, beta, ado, strength;
        nsym_efp_graph graph;
        char *comma = strchr(line, ',');
        assert_non_null(comma);
        *comma = '\0';
        ado = strtod(comma + 1, NULL), strength = fmax(ado, 1 - ado);
        assert_int_equal(nsym_observable_efp_read(&kappa, &beta, &graph, line), NSYM_OK);
        if (rows == 0) assert_string_equal(line, planted);
        if (rows == 0) assert_true(fabs(strength - s->step[1].gain) < 1e-6);
        assert_true(strength <= last + 1e-6 && kappa == 1 && (beta == 1 || beta == 2));
        last = strength;
        for (size_t g = 0; g < graphs; g++) {
            const nsym_efp_graph *known = nsym_efp_set_graph(s->graphs, g);
            if (known->n == graph.n && known->d == graph.d && known->k == graph.k)
                seen[(beta == 2) * graphs + g] = true;
        }
    }
    assert_int_equal(rows, 2 * graphs);
    for (size_t i = 0; i < rows; i++) assert_true(seen[i]);
    fclose(csv);
    free(seen);
    free_search(s);
}

/* Where the guide falls with the polynomial, it orders hardly any pair as the guide does, which is as good. */
static void a_polynomial_that_orders_the_other_way_round_is_found_too(void **state) {
    (void)state;
    search *s = new_search("falling", -1.5, 1);
    s->task.steps = 1;
    ran(s);
    assert_string_equal(s->step[1].added, planted);
    assert_true(s->step[1].gain > 0.9 && s->step[1].ado > 0.95);
    char path[600], line[256];
    snprintf(path, sizeof path, "%s/ranking-1.csv", s->place);
    FILE *csv = fopen(path, "r");
    assert_non_null(csv);
    for (int i = 0; i < 2; i++) assert_non_null(fgets(line, sizeof line, csv));
    assert_true(strtod(strchr(line, ',') + 1, NULL) < 0.1);
    fclose(csv);
    free_search(s);
}

static void assert_same_steps(const search *a, const search *b) {
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->kept, b->kept);
    assert_memory_equal(a->step, b->step, sizeof a->step);
}

static void a_search_gives_the_same_bits_for_any_number_of_workers(void **state) {
    (void)state;
    search *one = new_search("workers", 1.5, 3), *two = new_search("workers 2", 1.5, 3);
    one->task.members = two->task.members = 3;
    two->task.space.workers = 2;
    ran(one);
    ran(two);
    assert_same_steps(one, two);
    assert_true(one->step[1].auc_std > 0);
    free_search(one);
    free_search(two);
}

static void a_search_that_is_stopped_goes_on(void **state) {
    (void)state;
    search *whole = new_search("whole", 1.5, 2);
    whole->task.min_gain = 0; /* so that there are more steps */
    whole->task.space.stop = in_the_end;
    asked = 0, most = SIZE_MAX;
    ran(whole);
    const size_t all = asked;
    assert_true(whole->n >= 3);
    search *parts = new_search("parts", 1.5, 2);
    parts->task.min_gain = 0;
    parts->task.space.stop = in_the_end;
    size_t stops = 0;
    for (size_t limit = 1;; limit += all / 8) { /* less of it is left each time */
        asked = 0, most = limit;
        nsym_status status = run(parts);
        if (status == NSYM_OK) break;
        assert_int_equal(status, NSYM_EINTERRUPTED);
        stops++;
    }
    assert_true(stops >= 3);
    assert_same_steps(parts, whole);
    /* What the ledger knows is not trained again. */
    const double rate = parts->task.train.learning_rate;
    most = SIZE_MAX;
    parts->task.train.learning_rate = NAN; /* any training would fail */
    ran(parts);
    assert_same_steps(parts, whole);
    parts->task.train.learning_rate = rate;
    /* Another seed or another key is another search. */
    parts->task.key = "other";
    parts->task.seed = 5;
    parts->task.space.stop = never;
    ran(parts);
    assert_true(parts->step[0].ado != whole->step[0].ado);
    free_search(whole);
    free_search(parts);
}

/* A linear network of the one column that guides orders all events as it does. */
static void nothing_is_left_to_explain_where_the_guide_is_a_cone(void **state) {
    (void)state;
    search *s = new_search("cone", 0, 1);
    s->task.start = "iso_0.4";
    s->task.spec.hidden.count = 0;
    ran(s);
    assert_int_equal(s->n, 1);
    assert_int_equal(s->kept, 1);
    assert_true(s->step[0].ado > 0.999 && s->step[0].test_ado > 0.999);
    assert_false(has_ranking(s, 1));
    free_search(s);
    s = new_search("cones", 0, 1); /* a network of all cones agrees with it as far as it learns */
    ran(s);
    assert_true(s->kept == 1 && s->n <= 2 && s->step[0].ado > 0.95);
    free_search(s);
}

static void a_search_looks_so_far_beyond_a_step_without_gain(void **state) {
    (void)state;
    for (size_t beyond = 0; beyond < 3; beyond++) {
        search *s = new_search("beyond", 1.5, 1);
        s->task.steps = 3;
        s->task.min_gain = 1; /* no step brings it */
        s->task.beyond = beyond;
        ran(s);
        assert_int_equal(s->n, 2 + beyond);
        assert_int_equal(s->kept, 1);
        free_search(s);
    }
}

static void a_space_that_is_used_up_ends_the_search(void **state) {
    (void)state;
    search *s = new_search("small", 1.5, 1);
    nsym_efp_set_free(s->graphs);
    assert_int_equal(nsym_efp_set_new(&s->graphs, "(3,3,1)"), NSYM_OK);
    s->task.graphs = s->graphs;
    s->task.space.betas = 1;
    s->task.min_gain = 0;
    ran(s);
    assert_int_equal(s->n, 2);
    assert_int_equal(s->kept, 2);
    assert_string_equal(s->step[1].added, planted);
    search *again = new_search("small", 1.5, 1); /* from the ledger */
    again->task.graphs = s->graphs;
    again->task.space.betas = 1;
    again->task.min_gain = 0;
    ran(again);
    assert_same_steps(s, again);
    free_search(again);
    free_search(s);
}

static void refused(search *s, nsym_status status, const char *words) {
    assert_int_equal(run(s), status);
    assert_says(words);
    free_search(s);
}

static void what_cannot_be_searched_is_refused(void **state) {
    (void)state;
    search *s = new_search("nan", 1.5, 1);
    s->guide[JUDGES - 1] = NAN;
    refused(s, NSYM_ENUMERIC, "NaN");
    s = new_search("class", 1.5, 1);
    double *label = nsym_events_column(s->events, "label")->values;
    for (size_t i = TRAINS + CHECKS; i < N; i++) label[i] = 1;
    refused(s, NSYM_EINVAL, "both classes");
    s = new_search("column", 1.5, 1);
    s->task.start = "iso_0.1,iso_0.3";
    refused(s, NSYM_ENOTFOUND, "no column 'iso_0.3'");
    s = new_search("folder", 1.5, 1);
    s->task.folder = "/tmp/no such folder";
    refused(s, NSYM_EIO, "no such folder");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_planted_polynomial_is_found_first),
        cmocka_unit_test(a_ranking_has_all_candidates_the_best_first),
        cmocka_unit_test(a_polynomial_that_orders_the_other_way_round_is_found_too),
        cmocka_unit_test(a_search_gives_the_same_bits_for_any_number_of_workers),
        cmocka_unit_test(a_search_that_is_stopped_goes_on),
        cmocka_unit_test(nothing_is_left_to_explain_where_the_guide_is_a_cone),
        cmocka_unit_test(a_search_looks_so_far_beyond_a_step_without_gain),
        cmocka_unit_test(a_space_that_is_used_up_ends_the_search),
        cmocka_unit_test(what_cannot_be_searched_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
