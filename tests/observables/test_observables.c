/* Observables by name: the language, cones against a plain loop, polynomials against nsym_efp_compute, and refusals. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nearsym/io.h>
#include <nearsym/observables.h>
#include <cmocka.h>

enum { EVENTS = 50, MOST = 40 };

/* Sums of at most 40 numbers of a few GeV, in another order. */
static const double TOLERANCE = 1e-13;
static const double PI = 3.14159265358979323846;

static double number(uint64_t i) {
    i = (i + 1) * 0x9e3779b97f4a7c15u;
    i = (i ^ i >> 30) * 0xbf58476d1ce4e5b9u;
    i = (i ^ i >> 27) * 0x94d049bb133111ebu;
    return (double)(i >> 11) / 9007199254740992.0;
}

/* Surroundings of 0, 1, 2, ... particles, with features so called, absolute or relative to the muon. */
static nsym_events *sample(const char *const names[4], bool absolute) {
    uint64_t offsets[EVENTS + 1] = {0}, at = 0;
    nsym_events *events;
    double *mu_pt, *mu_eta, *mu_phi, *mass;
    assert_int_equal(nsym_events_new(&events, EVENTS), NSYM_OK);
    for (size_t i = 0; i < EVENTS; i++) offsets[i + 1] = offsets[i] + i % MOST;
    assert_int_equal(nsym_events_set_particles(events, 4, names, NULL, offsets), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "mu_pt", "GeV", "", 1, &mu_pt), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "mu_eta", "", "", 1, &mu_eta), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "mu_phi", "", "", 1, &mu_phi), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "mass", "GeV", "", 1, &mass), NSYM_OK);
    for (size_t i = 0; i < EVENTS; i++) {
        mu_pt[i] = 10 + 5 * number(at++), mu_eta[i] = 5 * number(at++) - 2.5;
        mu_phi[i] = i % 2 ? PI - 0.1 : 6 * number(at) - 3;
        mass[i] = 91 + (double)i;
        for (uint64_t k = offsets[i]; k < offsets[i + 1]; k++) {
            double *p = events->particles + 4 * k;
            p[0] = 3 * number(at++), p[1] = number(at++) - 0.5, p[2] = number(at++) - 0.5;
            p[3] = 1 + floor(5 * number(at++));
            if (!absolute) continue;
            p[1] += mu_eta[i];
            p[2] = remainder(p[2] + mu_phi[i], 2 * PI);
        }
    }
    return events;
}

static const char *const relative[] = {"pt", "d_eta", "d_phi", "kind"};

static nsym_observables *parsed(const char *list) {
    nsym_observables *o;
    if (nsym_observables_parse(&o, list) != NSYM_OK) fail_msg("%s", nsym_message());
    return o;
}

/* New (events, observables). */
static double *computed(const nsym_observables *o, const nsym_events *events, size_t workers) {
    double *values = malloc(events->count * nsym_observables_count(o) * sizeof *values);
    if (nsym_observables_compute(values, o, events, workers, NULL, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    return values;
}

static void assert_says(const char *words) {
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

static void assert_near(double a, double b, double tolerance) {
    if (!(fabs(a - b) <= tolerance)) fail_msg("%.17g is not %.17g", a, b);
}

static void names_are_read_and_written_back(void **state) {
    (void)state;
    nsym_observables *o = parsed(" sum_pt, iso_0.40,iso_pileup_0.3 ,efp_k-1_b0.250_3-3-0_2-1-0,mass,iso_track");
    static const char *const names[] = {"sum_pt", "iso_0.4",  "iso_pileup_0.3", "efp_k-1_b0.25_2-1-0_3-3-0",
                                        "mass",   "iso_track"};
    assert_int_equal(nsym_observables_count(o), 6);
    for (size_t i = 0; i < 6; i++) assert_string_equal(nsym_observables_name(o, i), names[i]);
    nsym_observables_free(o);
    nsym_observables_free(NULL);
}

static void a_range_is_its_radii_as_short_decimals(void **state) {
    (void)state;
    nsym_observables *o = parsed("mass,iso_0.025:0.45:18,iso_pileup_0.1:0.3:3");
    assert_int_equal(nsym_observables_count(o), 22);
    for (size_t i = 0; i < 18; i++) {
        char name[32];
        snprintf(name, sizeof name, "iso_%g", 0.025 * (double)(i + 1));
        assert_string_equal(nsym_observables_name(o, i + 1), name);
    }
    assert_string_equal(nsym_observables_name(o, 19), "iso_pileup_0.1");
    assert_string_equal(nsym_observables_name(o, 20), "iso_pileup_0.2");
    assert_string_equal(nsym_observables_name(o, 21), "iso_pileup_0.3");
    nsym_observables_free(o);
}

static void every_graph_is_found_by_its_name(void **state) {
    (void)state;
    nsym_efp_set *set;
    assert_int_equal(nsym_efp_set_new(&set, "d<=4"), NSYM_OK);
    for (size_t i = 0; i < nsym_efp_set_count(set); i++) {
        const nsym_efp_graph *graph = nsym_efp_set_graph(set, i);
        char name[128], again[128];
        double kappa, beta;
        nsym_efp_graph found;
        size_t length = nsym_observable_efp_name(name, sizeof name, 0.5, 2, graph);
        assert_int_equal(length, strlen(name));
        assert_int_equal(nsym_observable_efp_name(again, 8, 0.5, 2, graph), length);
        assert_true(strlen(again) == 7 && strncmp(name, again, 7) == 0);
        if (nsym_observable_efp_read(&kappa, &beta, &found, name) != NSYM_OK) fail_msg("%s", nsym_message());
        assert_true(kappa == 0.5 && beta == 2);
        assert_memory_equal(&found, graph, sizeof found);
    }
    nsym_efp_set_free(set);
}

static void names_that_are_none_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *list, *says;
    } cases[] = {
        {"", "is empty"},
        {"mass,,sum_pt", "is empty"},
        {"iso_0.4,iso_0.40", "\"iso_0.4\" is named twice"},
        {"efp_k1_b1_2-1-0_3-3-0,efp_k1_b1_3-3-0_2-1-0", "named twice"},
        {"iso_0.4x", "observable \"iso_0.4x\": must be iso_ and a radius"},
        {"iso_pileup_1:2", "must be iso_pileup_ and a radius"},
        {"iso_0", "the radius is 0, must be 1e-06 to 10"},
        {"iso_-0.4", "the radius is -0.4"},
        {"iso_1e-12:2e-12:2", "the radius is 1e-12"},
        {"iso_11", "the radius is 11"},
        {"iso_1e999", "must be iso_"},
        {"iso_0.1:0.4:1", "2 to 1024 radii"},
        {"iso_0.4:0.1:3", "the last is above the first"},
        {"iso_0.1:0.4:3000", "2 to 1024 radii"},
        {"iso_0.1:0.4:3:4", "must be iso_ and a radius"},
        {"efp_k1_3-3-0", "must be efp_kKAPPA_bBETA_N-D-K"},
        {"efp_k1_b1", "must be efp_kKAPPA_bBETA_N-D-K"},
        {"efp_k1_b1_3-3", "must be efp_kKAPPA_bBETA_N-D-K"},
        {"efp_k1_b1_3-3-0-1", "must be efp_kKAPPA_bBETA_N-D-K"},
        {"efp_k1_b1_3-3-99999", "must be efp_kKAPPA_bBETA_N-D-K"},
        {"efp_k1_b1_3-3-0_", "must be efp_kKAPPA_bBETA_N-D-K"},
        {"efp_k1_b0_3-3-0", "observable \"efp_k1_b0_3-3-0\": beta is 0"},
        {"efp_k11_b1_3-3-0", "kappa is 11"},
        {"efp_k1_b1_2-1-0,efp_k1_b1_9-9-9", "\"efp_k1_b1_9-9-9\": there is no graph (9,9,9)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        nsym_observables *o;
        assert_int_equal(nsym_observables_parse(&o, cases[i].list), NSYM_EINVAL);
        assert_null(o);
        assert_says(cases[i].says);
    }
    double kappa, beta;
    nsym_efp_graph graph;
    assert_int_equal(nsym_observable_efp_read(&kappa, &beta, &graph, "mass"), NSYM_EINVAL);
    assert_says("\"mass\" is not the name of an energy-flow polynomial");
}

/* Sum of pt of one kind (0: all) nearer than R, the plain way. */
static double cone(const nsym_events *events, size_t event, double radius, int kind) {
    double sum = 0;
    for (uint64_t k = events->offsets[event]; k < events->offsets[event + 1]; k++) {
        const double *p = events->particles + 4 * k;
        if (hypot(p[1], p[2]) < radius && (kind == 0 || p[3] == kind)) sum += p[0];
    }
    return sum;
}

static void cones_are_the_sums_that_define_them(void **state) {
    (void)state;
    nsym_events *events = sample(relative, false);
    nsym_observables *o = parsed("iso_0.3,sum_pt,iso_pileup_0.025:0.45:18,iso_0.025:0.275:11,mass,iso_10");
    double *values = computed(o, events, 1), zero = 0;
    size_t n = nsym_observables_count(o), corrected = 0;
    for (size_t i = 0; i < EVENTS; i++) {
        const double *row = values + i * n, pt = events->column[0].values[i];
        assert_near(row[0], cone(events, i, 0.3, 0) / pt, TOLERANCE);
        assert_near(row[1], cone(events, i, 10, 0), TOLERANCE);
        for (size_t k = 0; k < 18; k++) {
            double r = (double)(k + 1) / 40, pileup = cone(events, i, r, 5);
            double neutral = cone(events, i, r, 2) + cone(events, i, r, 3) - 0.5 * pileup;
            corrected += neutral > 0 && pileup > 0;
            assert_near(row[2 + k], (cone(events, i, r, 1) + fmax(neutral, 0)) / pt, TOLERANCE);
            if (k < 11) assert_near(row[20 + k], cone(events, i, r, 0) / pt, TOLERANCE);
        }
        assert_true(row[31] == 91 + (double)i);
        assert_near(row[32], row[1] / pt, TOLERANCE);
        if (i == 0) assert_memory_equal(row + 1, &zero, sizeof zero);
    }
    assert_true(corrected > 100); /* both branches of the correction are met */
    free(values);
    nsym_observables_free(o);
    nsym_events_free(events);
}

/* A particle at the radius is outside; two particles of 3 and 4 GeV at 0.5 and 0.1. */
static void a_cone_is_open_and_divided_by_the_muons_pt(void **state) {
    (void)state;
    nsym_events *events;
    double *mu_pt;
    assert_int_equal(nsym_events_new(&events, 1), NSYM_OK);
    static const char *const names[] = {"et", "deta", "dphi"};
    assert_int_equal(nsym_events_set_particles(events, 3, names, NULL, (uint64_t[]){0, 2}), NSYM_OK);
    memcpy(events->particles, (double[]){3, 0.3, -0.4, 4, 0.1, 0}, 6 * sizeof(double));
    assert_int_equal(nsym_events_add_column(events, "mu_pt", "GeV", "", 1, &mu_pt), NSYM_OK);
    *mu_pt = 10;
    nsym_observables *o = parsed("iso_0.5,iso_0.51,iso_0.1");
    double *values = computed(o, events, 1);
    assert_true(values[0] == 0.4 && values[1] == 0.7 && values[2] == 0);
    free(values);
    nsym_observables_free(o);
    nsym_events_free(events);
}

static void absolute_places_give_the_same(void **state) {
    (void)state;
    static const char *const absolute[] = {"pt", "eta", "phi", "kind"};
    nsym_events *a = sample(relative, false), *b = sample(absolute, true);
    nsym_observables *o = parsed("iso_0.05:0.5:10,iso_pileup_0.05:0.5:10,sum_pt,efp_k1_b1_3-3-0");
    double *first = computed(o, a, 1), *second = computed(o, b, 1);
    for (size_t i = 0; i < EVENTS * nsym_observables_count(o); i++)
        assert_near(first[i], second[i], 1e-12 * (1 + fabs(first[i])));
    free(first);
    free(second);
    nsym_observables_free(o);
    nsym_events_free(a);
    nsym_events_free(b);
}

/* x, y and energy of a calorimeter: the same numbers, and positions that would be taken for azimuths are refused. */
static void positions_and_energies_give_the_same(void **state) {
    (void)state;
    static const char *const cells[] = {"energy", "x", "y", "kind"};
    nsym_events *events = sample(cells, false), *twin = sample(relative, false);
    nsym_observables *o = parsed("sum_pt,width,efp_k0_b1_1-0-0,efp_k1_b1_2-1-0"), *cone = parsed("iso_0.4");
    double *values = computed(o, events, 1), *expected = computed(o, twin, 1);
    for (size_t i = 0; i < EVENTS * 4; i++) assert_true(values[i] == expected[i]);
    for (size_t i = 0; i < EVENTS; i++) assert_true(values[4 * i + 2] == (double)(i % MOST)); /* the number of cells */
    assert_int_equal(nsym_observables_check(cone, events), NSYM_ENOTFOUND);
    assert_says("no pt (or et); they have energy, x, y, kind");
    events->particles[4 * events->offsets[7] + 2] = -1.6;
    assert_int_equal(nsym_observables_compute(values, o, events, 1, NULL, NULL), NSYM_EINVAL);
    assert_says("row 8: y of particle 1 is -1.6, must be at most 1.57 for observables of positions");
    free(values);
    free(expected);
    nsym_observables_free(o);
    nsym_observables_free(cone);
    nsym_events_free(events);
    nsym_events_free(twin);
}

static void polynomials_are_those_of_efp_compute(void **state) {
    (void)state;
    nsym_events *events = sample(relative, false);
    static const double kappa[] = {0.5, 1}, beta[] = {0.25, 2};
    nsym_efp_options options = {.kappas = 2, .betas = 2, .kappa = kappa, .beta = beta};
    nsym_efp_set *set;
    assert_int_equal(nsym_efp_set_new(&set, "d<=3"), NSYM_OK);
    size_t graphs = nsym_efp_set_count(set), rows = events->offsets[EVENTS];
    double *particles = malloc(rows * 3 * sizeof *particles), *wanted = malloc(EVENTS * 4 * graphs * sizeof *wanted);
    for (size_t k = 0; k < rows; k++) memcpy(particles + 3 * k, events->particles + 4 * k, 3 * sizeof *particles);
    assert_int_equal(nsym_efp_compute(wanted, set, &options, EVENTS, events->offsets, particles), NSYM_OK);
    char(*text)[64] = calloc(4 * graphs, sizeof *text);
    const char **names = calloc(4 * graphs, sizeof *names);
    for (size_t i = 0; i < 4 * graphs; i++) { /* kappas and betas mixed up among the graphs */
        nsym_observable_efp_name(text[i], sizeof *text, kappa[i % 2], beta[i / 2 % 2], nsym_efp_set_graph(set, i / 4));
        names[i] = text[i];
    }
    nsym_observables *o;
    assert_int_equal(nsym_observables_new(&o, names, 4 * graphs), NSYM_OK);
    double *values = computed(o, events, 2);
    for (size_t i = 0; i < EVENTS; i++)
        for (size_t c = 0; c < 4 * graphs; c++) { /* other graphs make another plan: the last bits */
            double w = wanted[((i * 2 + c % 2) * 2 + c / 2 % 2) * graphs + c / 4];
            assert_near(values[i * 4 * graphs + c], w, 1e-12 * fabs(w));
        }
    free(values);
    nsym_observables_free(o);
    free(names);
    free(text);
    free(wanted);
    free(particles);
    nsym_efp_set_free(set);
    nsym_events_free(events);
}

static void values_do_not_depend_on_workers_nor_on_other_cones(void **state) {
    (void)state;
    nsym_events *events = sample(relative, false);
    nsym_observables *all = parsed("iso_0.025:0.45:18,iso_pileup_0.025:0.45:18,efp_k1_b0.5_3-3-0,sum_pt");
    nsym_observables *one = parsed("iso_0.3,iso_pileup_0.3");
    double *first = computed(all, events, 1), *second = computed(all, events, 3), *alone = computed(one, events, 1);
    size_t n = nsym_observables_count(all);
    assert_memory_equal(first, second, EVENTS * n * sizeof *first);
    for (size_t i = 0; i < EVENTS; i++)
        assert_true(first[i * n + 11] == alone[2 * i] && first[i * n + 29] == alone[2 * i + 1]);
    free(first);
    free(second);
    free(alone);
    nsym_observables_free(all);
    nsym_observables_free(one);
    nsym_events_free(events);
}

static void a_column_of_that_name_is_taken(void **state) {
    (void)state;
    nsym_events *events = sample(relative, false), *table, *again;
    nsym_observables *o = parsed("mass,iso_0.2,efp_k1_b1_2-1-0,sum_pt,iso_0.4");
    assert_int_equal(nsym_observables_columns(&table, o, events, 1, NULL, NULL), NSYM_OK);
    assert_null(table->offsets);
    assert_int_equal(table->columns, events->columns + 4);
    assert_string_equal(table->column[6].name, "sum_pt");
    assert_string_equal(table->column[6].unit, "GeV");
    table->column[4].values[7] = -5; /* of iso_0.2 */
    double *values = computed(o, table, 1), *fresh = computed(o, events, 1);
    for (size_t i = 0; i < EVENTS * 5; i++) assert_true(values[i] == (i == 36 ? -5 : fresh[i]));
    assert_int_equal(nsym_observables_columns(&again, o, table, 1, NULL, NULL), NSYM_OK);
    assert_int_equal(again->columns, table->columns);
    double *given; /* only one of two cones */
    assert_int_equal(nsym_events_add_column(events, "iso_0.2", "", "", 1, &given), NSYM_OK);
    free(values);
    values = computed(o, events, 1);
    for (size_t i = 0; i < EVENTS; i++) assert_true(values[5 * i + 1] == 0 && values[5 * i + 4] == fresh[5 * i + 4]);
    free(values);
    free(fresh);
    nsym_observables_free(o);
    nsym_events_free(again);
    nsym_events_free(table);
    nsym_events_free(events);
}

static void a_value_of_a_wide_column_is_taken_by_its_label(void **state) {
    (void)state;
    static char *labels[] = {"ht", "iso_0.2"};
    nsym_events *events = sample(relative, false);
    nsym_observables *o = parsed("ht,iso_0.2,ln_ht");
    double *wide;
    assert_int_equal(nsym_events_add_column(events, "wide", "", "", 2, &wide), NSYM_OK);
    for (size_t i = 0; i < 2 * EVENTS; i++) wide[i] = (double)(i + 1);
    nsym_column *column = nsym_events_column(events, "wide");
    column->labels = labels;
    double *values = computed(o, events, 1);
    for (size_t i = 0; i < EVENTS; i++) {
        const double expected[] = {(double)(2 * i + 1), (double)(2 * i + 2), log((double)(2 * i + 1))};
        for (size_t k = 0; k < 3; k++) assert_true(values[3 * i + k] == expected[k]);
    }
    column->labels = NULL;
    free(values);
    nsym_observables_free(o);
    nsym_events_free(events);
}

static void what_is_missing_is_told_with_what_there_is(void **state) {
    (void)state;
    static const struct {
        const char *features[4], *list, *says;
    } cases[] = {
        {{"energy", "d_eta", "d_phi", "kind"}, "sum_pt", "no pt (or et); they have energy, d_eta, d_phi, kind"},
        {{"pt", "i", "j", "kind"}, "iso_0.4", "no d_eta and d_phi (or deta and dphi, or eta and phi); they have pt, i"},
        {{"pt", "y", "phi", "kind"}, "iso_0.4", "no d_eta and d_phi"},
        {{"pt", "d_eta", "d_phi", "cls"}, "iso_pileup_0.4", "no kind (1 charged hadron"},
        {{"pt", "d_eta", "d_phi", "kind"}, "mas", "did you mean \"mass\"?"},
        {{"pt", "d_eta", "d_phi", "kind"}, "iso_pilup_0.3", "did you mean \"iso_pileup_0.3\"?"},
        {{"pt", "d_eta", "d_phi", "kind"}, "sum_tp", "did you mean \"sum_pt\"?"},
        {{"pt", "d_eta", "d_phi", "kind"}, "xyzzyplugh", "nor one of the columns mu_pt, mu_eta, mu_phi, mass"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        nsym_events *events = sample(cases[i].features, false);
        nsym_observables *o = parsed(cases[i].list);
        assert_int_equal(nsym_observables_check(o, events), NSYM_ENOTFOUND);
        assert_says(cases[i].says);
        nsym_observables_free(o);
        nsym_events_free(events);
    }
    static const char *const absolute[] = {"pt", "eta", "phi", "kind"};
    nsym_events *events = sample(absolute, true);
    nsym_observables *o = parsed("iso_0.4"), *sum = parsed("sum_pt,efp_k1_b1_2-1-0");
    for (size_t c = 0; c < 3; c++) events->column[c].name[0] = 'x'; /* xu_pt, xu_eta, xu_phi */
    assert_int_equal(nsym_observables_check(o, events), NSYM_ENOTFOUND);
    assert_says("lack the columns mu_eta and mu_phi, which distances from the muon need; they have xu_pt");
    assert_int_equal(nsym_observables_check(sum, events), NSYM_OK); /* which need no muon */
    events->column[1].name[0] = events->column[2].name[0] = 'm';
    assert_int_equal(nsym_observables_check(o, events), NSYM_ENOTFOUND);
    assert_says("no column mu_pt");
    events->column[0].name[0] = 'm';
    assert_int_equal(nsym_observables_check(o, events), NSYM_OK);
    nsym_observables_free(o);
    nsym_observables_free(sum);
    nsym_events_free(events);
}

static void numbers_that_cannot_be_are_told_by_event_and_particle(void **state) {
    (void)state;
    static const struct {
        int column; /* -1: of the third particle of event 5 (the fourth with any), feature ... */
        size_t feature;
        double value;
        const char *says;
    } cases[] = {
        {-1, 0, -1, "row 6: pt of particle 3 is -1, must be at least 0"},
        {-1, 0, NAN, "row 6: pt of particle 3 is nan, must be finite"},
        {-1, 0, INFINITY, "row 6: pt of particle 3 is inf, must be finite"},
        {-1, 1, NAN, "row 6: d_eta of particle 3 is nan"},
        {-1, 2, -INFINITY, "row 6: d_phi of particle 3 is -inf"},
        {-1, 3, 6, "row 6: kind of particle 3 is 6, must be 1, 2, 3, 4 or 5"},
        {-1, 3, 1.5, "kind of particle 3 is 1.5"},
        {-1, 3, NAN, "kind of particle 3 is nan"},
        {0, 0, 0, "row 6: mu_pt is 0, must be above 0"},
        {0, 0, NAN, "row 6: mu_pt is nan"},
        {0, 0, -3, "row 6: mu_pt is -3"},
        {0, 0, INFINITY, "row 6: mu_pt is inf"},
    };
    nsym_observables *o = parsed("iso_pileup_0.4,efp_k1_b1_2-1-0");
    double values[EVENTS * 2];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        nsym_events *events = sample(relative, false);
        if (cases[i].column < 0)
            events->particles[4 * (events->offsets[5] + 2) + cases[i].feature] = cases[i].value;
        else
            events->column[cases[i].column].values[5] = cases[i].value;
        assert_int_not_equal(nsym_observables_compute(values, o, events, 2, NULL, NULL), NSYM_OK);
        assert_says(cases[i].says);
        nsym_events_free(events);
    }
    nsym_observables_free(o);
}

static bool at_once(void) {
    return true;
}

static void it_stops_on_request(void **state) {
    (void)state;
    nsym_events *events = sample(relative, false), *table;
    nsym_observables *o = parsed("sum_pt");
    assert_int_equal(nsym_observables_columns(&table, o, events, 2, NULL, at_once), NSYM_EINTERRUPTED);
    assert_null(table);
    nsym_observables_free(o);
    nsym_events_free(events);
}

/* A file of the large data; skips where NSYM_DATA is unset. The mean is numpy's. */
static void simulated_muons_have_the_isolation_that_numpy_finds(void **state) {
    (void)state;
    const char *data = getenv("NSYM_DATA");
    if (!data) {
        print_message("NSYM_DATA is unset: no simulated muons to isolate\n");
        skip();
    }
    char path[1024];
    snprintf(path, sizeof path, "%s/muons/muons_train.h5", data);
    nsym_events *events;
    if (nsym_events_read(&events, path, &(nsym_read_options){.ragged = "pf"}) != NSYM_OK)
        fail_msg("%s", nsym_message());
    assert_int_equal(nsym_events_rename(events, "cls", "kind"), NSYM_OK);
    nsym_observables *o = parsed("iso_pileup_0.4");
    double *values = computed(o, events, 2), sum = 0;
    assert_int_equal(events->count, 100000);
    for (size_t i = 0; i < events->count; i++) sum += values[i];
    assert_near(sum / 100000, 0.6239482379024157, 1e-13);
    free(values);
    nsym_observables_free(o);
    nsym_events_free(events);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_read_and_written_back),
        cmocka_unit_test(a_range_is_its_radii_as_short_decimals),
        cmocka_unit_test(every_graph_is_found_by_its_name),
        cmocka_unit_test(names_that_are_none_are_refused),
        cmocka_unit_test(cones_are_the_sums_that_define_them),
        cmocka_unit_test(a_cone_is_open_and_divided_by_the_muons_pt),
        cmocka_unit_test(absolute_places_give_the_same),
        cmocka_unit_test(positions_and_energies_give_the_same),
        cmocka_unit_test(polynomials_are_those_of_efp_compute),
        cmocka_unit_test(values_do_not_depend_on_workers_nor_on_other_cones),
        cmocka_unit_test(a_column_of_that_name_is_taken),
        cmocka_unit_test(a_value_of_a_wide_column_is_taken_by_its_label),
        cmocka_unit_test(what_is_missing_is_told_with_what_there_is),
        cmocka_unit_test(numbers_that_cannot_be_are_told_by_event_and_particle),
        cmocka_unit_test(it_stops_on_request),
        cmocka_unit_test(simulated_muons_have_the_isolation_that_numpy_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
