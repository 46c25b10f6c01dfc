/* Energy-flow polynomials: the graphs there are, the values of all of them against two slow evaluations and
   EnergyFlow's, what must not change them, and what is refused. */
#include <nearsym/efp.h>
#include <nearsym/random.h>

#include "data/map.h"
#include "data/npy.h"
#include "data/zip.h"
#include "observables/efp_oracle.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const char all467[] = "d<=7,n<=7,connected";
static const double kappas[6] = {-1, 0, 0.25, 0.5, 1, 2}, betas[6] = {0.25, 0.5, 1, 2, 3, 4};

static nsym_efp_set *set_of(const char *selection) {
    nsym_efp_set *set;
    assert_int_equal(nsym_efp_set_new(&set, selection), NSYM_OK);
    return set;
}

static size_t count_of(const char *selection) {
    nsym_efp_set *set = set_of(selection);
    size_t count = nsym_efp_set_count(set);
    nsym_efp_set_free(set);
    return count;
}

static nsym_efp_options options_of(size_t workers) {
    return (nsym_efp_options){.kappas = 6, .betas = 6, .kappa = kappas, .beta = betas, .workers = workers};
}

static void draw(double *p, size_t m, uint64_t index) {
    nsym_random random = nsym_random_stream(3, "efp test", index);
    for (size_t i = 0; i < m; i++, p += 3) {
        p[0] = 0.05 - log(1 - nsym_random_uniform(&random));
        p[1] = 0.9 * nsym_random_uniform(&random) - 0.45;
        p[2] = 3.0 + 0.9 * nsym_random_uniform(&random) - 0.45; /* pi lies among them */
        if (p[2] > acos(-1)) p[2] -= 2 * acos(-1);
    }
}

/* Values (6, 6, graphs) of one event. */
static void compute(const nsym_efp_set *set, const double *p, size_t m, double *values) {
    const uint64_t offsets[] = {0, m};
    nsym_efp_options o = options_of(1);
    assert_int_equal(nsym_efp_compute(values, set, &o, 1, offsets, p), NSYM_OK);
}

static double away(double a, long double b) {
    return b == 0 ? fabs(a) : (double)fabsl((a - b) / b);
}

static void counts_are_those_of_the_papers(void **state) {
    (void)state;
    static const size_t connected[] = {1, 1, 2, 5, 12, 33, 103, 333};
    for (int d = 0; d <= 7; d++) {
        char text[32];
        snprintf(text, sizeof text, "connected,d==%d", d);
        assert_int_equal(count_of(text), connected[d]);
    }
    assert_int_equal(count_of("d<=7"), 1000);
    assert_int_equal(count_of("d<=7,n<=7"), 739);
    assert_int_equal(count_of(all467), 467);
    assert_int_equal(count_of("n<=7,connected,chi==4"), 4);
    assert_int_equal(count_of("n<=7,connected,chi=3"), 247);
    assert_int_equal(count_of(" n <= 3 , d<4, p==1"), 7);
}

/* The polynomials that arXiv:1712.07124's program numbers so and the muon studies quote. */
static void identities_are_energyflows(void **state) {
    (void)state;
    static const struct {
        size_t index;
        const char *identity, *edges;
    } known[] = {{0, "(1,0,0)", ""},
                 {2, "(2,2,0)", "0-1 0-1"},
                 {13, "(3,5,1)", "0-1 0-1 0-1 0-2 0-2"},
                 {20, "(3,3,1)", "0-1 0-2 1-2"},
                 {93, NULL, "0-1 0-2 1-3 2-3 2-3 2-3 2-3"}};
    nsym_efp_set *set = set_of(all467);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char text[128];
        const nsym_efp_graph *g = nsym_efp_set_graph(set, known[i].index);
        nsym_efp_edges(g, text, sizeof text);
        assert_string_equal(text, known[i].edges);
        nsym_efp_identity(g, text, sizeof text);
        if (known[i].identity) assert_string_equal(text, known[i].identity);
        nsym_efp_set *named = set_of(text);
        assert_int_equal(nsym_efp_set_count(named), 1);
        assert_memory_equal(nsym_efp_set_graph(named, 0), g, sizeof *g);
        nsym_efp_set_free(named);
    }
    nsym_efp_set_free(set);
}

static void texts_are_cut_where_they_are_full(void **state) {
    (void)state;
    nsym_efp_set *set = set_of("(3,5,1)");
    const nsym_efp_graph *g = nsym_efp_set_graph(set, 0);
    char text[8192], cut[6];
    nsym_efp_formula(g, NSYM_EFP_PLAIN, text, sizeof text);
    assert_string_equal(text, "sum_abc z_a z_b z_c theta_ab^3 theta_ac^2");
    assert_int_equal(nsym_efp_formula(g, NSYM_EFP_PLAIN, cut, sizeof cut), strlen(text));
    assert_string_equal(cut, "sum_a");
    nsym_efp_formula(g, NSYM_EFP_LATEX, text, sizeof text);
    assert_string_equal(text, "\\sum_{abc} z_{a} z_{b} z_{c} \\theta_{ab}^{3} \\theta_{ac}^{2}");
    assert_true(nsym_efp_svg(g, text, sizeof text) < sizeof text);
    assert_non_null(strstr(text, "</svg>"));
    nsym_efp_set_free(set);
}

/* Whether the slow sums are made: those of 50 constituents take a second for each of the 36 parameters, so there a
   graph takes its turn with every 16th; all with NSYM_TEST_ALL in the environment, and of three parameters. */
static bool takes_its_turn(size_t m, size_t k, size_t g) {
    return m < 50 || k % 12 == 3 || (g + k) % 16 == 0 || getenv("NSYM_TEST_ALL");
}

/* 1e-10 is what is promised; both sides sum up to M^n positive terms. */
static void every_graph_and_parameter_has_its_value(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 2, 3, 7, 20, 50};
    nsym_efp_set *set = set_of(all467);
    size_t count = nsym_efp_set_count(set);
    double p[150], *values = malloc(36 * count * sizeof *values);
    long double z[50], *theta = malloc(2500 * sizeof *theta);
    for (size_t s = 0; s < 6; s++) {
        size_t m = sizes[s], compared = 0;
        double worst = 0;
        draw(p, m, m);
        compute(set, p, m, values);
        for (size_t k = 0; k < 36; k++) {
            oracle_measure(p, m, kappas[k / 6], betas[k % 6], z, theta);
            for (size_t g = 0; g < count; g++) {
                if (!takes_its_turn(m, k, g)) continue;
                double off = away(values[k * count + g], oracle_eliminated(nsym_efp_set_graph(set, g), m, z, theta));
                if (!(off <= worst)) worst = off;
                compared++;
            }
        }
        print_message("M = %zu: largest relative difference of %zu values: %.1e\n", m, compared, worst);
        assert_true(worst < 1e-10);
    }
    free(theta);
    free(values);
    nsym_efp_set_free(set);
}

static void nested_sums_agree(void **state) {
    (void)state;
    nsym_efp_set *set = set_of("n<=5"); /* products too */
    size_t count = nsym_efp_set_count(set), m = 7;
    double p[21], *values = malloc(36 * count * sizeof *values);
    long double z[7], theta[49];
    size_t chosen[16];
    draw(p, m, 1);
    compute(set, p, m, values);
    for (size_t k = 0; k < 36; k++) {
        oracle_measure(p, m, kappas[k / 6], betas[k % 6], z, theta);
        for (size_t g = 0; g < count; g++)
            assert_true(away(values[k * count + g], oracle_nested(nsym_efp_set_graph(set, g), m, z, theta, 0, chosen)) <
                        1e-10);
    }
    free(values);
    nsym_efp_set_free(set);
}

/* A product's value is that of its factors, to the last bits. */
static void products_multiply(void **state) {
    (void)state;
    nsym_efp_set *set = set_of("(3,5,1)(2,1,0) (2,1,0) (3,5,1)");
    double p[60], v[36 * 3];
    draw(p, 20, 2);
    compute(set, p, 20, v);
    for (size_t k = 0; k < 36; k++) assert_true(away(v[3 * k], v[3 * k + 1] * v[3 * k + 2]) < 1e-14);
    nsym_efp_set_free(set);
}

/* The largest relative change of the values at kappas first ... last when `q` (n) is given in place of `p` (m). */
static double change(const double *p, size_t m, const double *q, size_t n, size_t first, size_t last) {
    nsym_efp_set *set = set_of(all467);
    double *a = malloc(2 * 36 * 467 * sizeof *a), *b = a + 36 * 467, worst = 0;
    compute(set, p, m, a);
    compute(set, q, n, b);
    for (size_t i = first * 6 * 467; i < (last + 1) * 6 * 467; i++)
        if (away(b[i], a[i]) > worst) worst = away(b[i], a[i]);
    free(a);
    nsym_efp_set_free(set);
    return worst;
}

static void order_and_empty_constituents_do_not_matter(void **state) {
    (void)state;
    double p[60], q[66] = {0};
    draw(p, 20, 3);
    for (size_t i = 0; i < 20; i++) memcpy(q + 3 * i, p + 3 * ((7 * i + 3) % 20), 3 * sizeof *q);
    assert_true(change(p, 20, q, 20, 0, 5) < 1e-11);
    memcpy(q + 3, p, sizeof p); /* the first and the last are empty */
    q[0] = 0, q[1] = 1;
    q[63] = 0, q[64] = 0, q[65] = 0;
    assert_true(change(p, 20, q, 22, 0, 5) == 0);
}

static void rotations_and_shifts_do_not_matter(void **state) {
    (void)state;
    double p[60], q[60];
    draw(p, 20, 4);
    for (size_t i = 0; i < 20; i++) {
        if (p[3 * i + 2] < 0) p[3 * i + 2] += 2 * acos(-1);
        double x = p[3 * i + 1], y = p[3 * i + 2] - 3;
        q[3 * i] = p[3 * i], q[3 * i + 1] = 0.6 * x - 0.8 * y + 1, q[3 * i + 2] = 0.8 * x + 0.6 * y - 2;
    }
    assert_true(change(p, 20, q, 20, 0, 5) < 1e-9); /* distances of 1e-3 keep 13 digits, to the 28th power */
}

static void a_split_constituent_matters_unless_kappa_is_1(void **state) {
    (void)state;
    double p[60], q[63];
    draw(p, 20, 5);
    memcpy(q, p, sizeof p);
    q[0] = q[60] = 0.5 * p[0], q[61] = p[1], q[62] = p[2];
    assert_true(change(p, 20, q, 21, 4, 4) < 1e-11);
    assert_true(change(p, 20, q, 21, 5, 5) > 1e-3);
    assert_true(change(p, 20, q, 21, 1, 1) > 1e-3);
}

/* Values of 100 events with any number of threads, and of each event alone. */
static void any_number_of_threads_gives_the_same_bits(void **state) {
    (void)state;
    enum { COUNT = 100 };
    nsym_efp_set *set = set_of(all467);
    size_t row = 36 * 467;
    uint64_t offsets[COUNT + 1] = {0};
    double *p = malloc(COUNT * 40 * 3 * sizeof *p), *a = malloc(COUNT * row * sizeof *a),
           *b = malloc(COUNT * row * sizeof *b);
    for (size_t i = 0; i < COUNT; i++) {
        offsets[i + 1] = offsets[i] + i * 7 % 40;
        draw(p + 3 * offsets[i], i * 7 % 40, i);
    }
    for (size_t workers = 1; workers <= 4; workers++) {
        nsym_efp_options o = options_of(workers);
        assert_int_equal(nsym_efp_compute(workers == 1 ? a : b, set, &o, COUNT, offsets, p), NSYM_OK);
        if (workers > 1) assert_memory_equal(a, b, COUNT * row * sizeof *a);
    }
    for (size_t i = 0; i < COUNT; i++) {
        compute(set, p + 3 * offsets[i], (size_t)(offsets[i + 1] - offsets[i]), b);
        assert_memory_equal(a + i * row, b, row * sizeof *b);
    }
    free(p);
    free(a);
    free(b);
    nsym_efp_set_free(set);
}

/* Computes events together and each alone, and gives how many values are infinite or no numbers. */
static size_t compare_with_each_alone(const nsym_efp_set *set, const nsym_efp_options *o, size_t count,
                                      const uint64_t *offsets, const double *p) {
    size_t row = o->kappas * o->betas * nsym_efp_set_count(set), infinite = 0;
    double *a = malloc((count + 1) * row * sizeof *a), *b = a + count * row;
    assert_int_equal(nsym_efp_compute(a, set, o, count, offsets, p), NSYM_OK);
    for (size_t i = 0; i < count; i++) {
        const uint64_t alone[] = {0, offsets[i + 1] - offsets[i]};
        assert_int_equal(nsym_efp_compute(b, set, o, 1, alone, p + 3 * offsets[i]), NSYM_OK);
        assert_memory_equal(a + i * row, b, row * sizeof *b);
        for (size_t v = 0; v < row; v++) infinite += !isfinite(b[v]);
    }
    free(a);
    return infinite;
}

/* An event has the same bits alone and beside others of other sizes, at each kappa, also where numbers overflow. */
static void company_changes_no_bit(void **state) {
    (void)state;
    enum { COUNT = 97 };
    nsym_efp_set *sets[] = {set_of(all467), set_of("(3,3,1) (3,6,2) (5,4,0)"), set_of("d<=3,connected")};
    for (size_t s = 0; s < 3; s++) {
        uint64_t offsets[COUNT + 1] = {0};
        double *p = malloc(COUNT * 64 * 3 * sizeof *p);
        for (size_t i = 0; i < COUNT; i++) {
            size_t m = i * 5 % (s == 0 ? 40 : 61);
            offsets[i + 1] = offsets[i] + m;
            draw(p + 3 * offsets[i], m, 1000 + i);
        }
        nsym_efp_options o = options_of(1);
        o.kappas = 1, o.unnormed = true;
        for (size_t k = 0; k < 6; k++) {
            o.kappa = &kappas[k];
            assert_int_equal(compare_with_each_alone(sets[s], &o, COUNT, offsets, p), 0);
        }
        for (size_t i = offsets[30]; i < offsets[31]; i++) p[3 * i] *= 1e-200; /* pt^-1 squared is infinite */
        o.kappa = &kappas[0];
        assert_true(compare_with_each_alone(sets[s], &o, COUNT, offsets, p) > 0);
        free(p);
        nsym_efp_set_free(sets[s]);
    }
}

static void few_constituents_have_their_values(void **state) {
    (void)state;
    nsym_efp_set *set = set_of("(1,0,0) (2,1,0)");
    double p[] = {2, 0, 0, 2, 0.3, 0.4}, v[72];
    compute(set, p, 0, v);
    for (size_t i = 0; i < 72; i++) assert_true(v[i] == 0);
    compute(set, p, 1, v);
    for (size_t i = 0; i < 36; i++) assert_true(v[2 * i] == 1 && v[2 * i + 1] == 0);
    compute(set, p, 2, v);
    for (size_t k = 0; k < 36; k++) {
        assert_true(away(v[2 * k], 2 * pow(0.5, kappas[k / 6])) < 1e-15);
        assert_true(away(v[2 * k + 1], 2 * pow(0.25, kappas[k / 6]) * pow(0.5, betas[k % 6])) < 1e-14);
    }
    nsym_efp_set_free(set);
}

static void measures_are_as_defined(void **state) {
    (void)state;
    nsym_efp_set *set = set_of("(2,1,0)");
    const double one = 1, three[] = {3, 0.2, 3.1, 5, -0.3, -3.1};
    double four[8], value[4];
    const uint64_t offsets[] = {0, 2};
    for (size_t i = 0; i < 2; i++) {
        const double *q = three + 3 * i;
        four[4 * i] = q[0] * cosh(q[1]), four[4 * i + 1] = q[0] * cos(q[2]);
        four[4 * i + 2] = q[0] * sin(q[2]), four[4 * i + 3] = q[0] * sinh(q[1]);
    }
    for (int k = 0; k < 4; k++) {
        nsym_efp_options o = {.kappas = 1,
                              .betas = 1,
                              .kappa = &one,
                              .beta = &one,
                              .unnormed = true,
                              .measure = k / 2 ? NSYM_EFP_HADRDOT : NSYM_EFP_HADR,
                              .coordinates = k % 2 ? NSYM_EFP_P4 : NSYM_EFP_PT_ETA_PHI};
        assert_int_equal(nsym_efp_compute(&value[k], set, &o, 1, offsets, k % 2 ? four : three), NSYM_OK);
    }
    double phi = 6.2 - 2 * acos(-1);
    for (int k = 0; k < 2; k++) {
        assert_true(away(value[k], 30 * hypot(0.5, phi)) < 1e-12);
        assert_true(away(value[2 + k], 30 * sqrt(2 * (cosh(0.5) - cos(phi)))) < 1e-12);
    }
    nsym_efp_set_free(set);
}

/* The only graph of one edge, at kappa = 1 and one beta. */
static double one_edge(nsym_efp_measure measure, nsym_efp_coordinates coordinates, double beta, const double *p,
                       size_t m) {
    nsym_efp_set *set = set_of("(2,1,0)");
    const double one = 1;
    const uint64_t offsets[] = {0, m};
    const nsym_efp_options o = {.kappas = 1,
                                .betas = 1,
                                .kappa = &one,
                                .beta = &beta,
                                .workers = 1,
                                .measure = measure,
                                .coordinates = coordinates};
    double value;
    assert_int_equal(nsym_efp_compute(&value, set, &o, 1, offsets, p), NSYM_OK);
    nsym_efp_set_free(set);
    return value;
}

/* make_measure_goldens.py's values of constituents that all but coincide, lie on either side of pi, or are far apart.
   An angle of 1e-9 keeps all digits; a rapidity from a momentum has those that energy and pz leave it. */
static void near_constituents_lose_no_digits(void **state) {
    (void)state;
    FILE *file = fopen(NSYM_TEST_DATA "/efp_measures.txt", "r");
    char measure[16];
    double beta, golden, p[32], worst[2] = {0};
    size_t width, m;
    assert_non_null(file);
    while (fscanf(file, "%15s %zu %lf %lf %zu", measure, &width, &beta, &golden, &m) == 5) {
        assert_true(width * m <= 32);
        for (size_t i = 0; i < width * m; i++) assert_int_equal(fscanf(file, "%lf", &p[i]), 1);
        double off = away(one_edge(strcmp(measure, "hadr") == 0 ? NSYM_EFP_HADR : NSYM_EFP_HADRDOT,
                                   width == 4 ? NSYM_EFP_P4 : NSYM_EFP_PT_ETA_PHI, beta, p, m),
                          golden);
        worst[width - 3] = fmax(worst[width - 3], off);
    }
    fclose(file);
    print_message("largest relative difference: %.1e, of momenta %.1e\n", worst[0], worst[1]);
    assert_true(worst[0] < 2e-15);
    assert_true(worst[1] < 1e-12);
}

/* Massless momenta whose energies are rounded: the mass that this seems to leave them is no distance. */
static void collinear_parts_of_a_momentum_have_no_distance(void **state) {
    (void)state;
    for (size_t i = 0; i < 200; i++) {
        double pt = 1 + (double)i, eta = -5 + 0.05 * (double)i, phi = 0.031 * (double)i, p[8];
        p[0] = 0.3 * pt * cosh(eta), p[1] = 0.3 * pt * cos(phi), p[2] = 0.3 * pt * sin(phi),
        p[3] = 0.3 * pt * sinh(eta);
        p[4] = 0.7 * pt * cosh(eta), p[5] = 0.7 * pt * cos(phi), p[6] = 0.7 * pt * sin(phi),
        p[7] = 0.7 * pt * sinh(eta);
        assert_true(one_edge(NSYM_EFP_HADR, NSYM_EFP_P4, 1, p, 2) < 3e-15);
        assert_true(one_edge(NSYM_EFP_HADRDOT, NSYM_EFP_P4, 1, p, 2) < 3e-15);
    }
}

static void wrong_selections_are_refused(void **state) {
    (void)state;
    static const char *const wrong[] = {"",
                                        "d",
                                        "d<",
                                        "d<=x",
                                        "q<=3",
                                        "d<=7,",
                                        "d<=7 n",
                                        "d<=7;n<=7",
                                        "d==99",
                                        "(2,1)",
                                        "(2,1,0",
                                        "(2,1,9)",
                                        "connect",
                                        "d<=-1",
                                        "(2,1,0) d<3",
                                        "d<=99999999999999999",
                                        "(9,9,9)(1,1,1)"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        nsym_efp_set *set;
        assert_int_equal(nsym_efp_set_new(&set, wrong[i]), NSYM_EINVAL);
        assert_null(set);
        assert_non_null(strstr(nsym_message(), "selection \""));
    }
}

static void graphs_that_there_are_not_are_refused_and_not_left_out(void **state) {
    (void)state;
    static const char *const wrong[] = {"d<=8", "d<9,connected",  "d=8",  "d>7",    "d>=8",
                                        "n<=8", "n==9,connected", "n>=8", "n>7,d>3"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        nsym_efp_set *set;
        assert_int_equal(nsym_efp_set_new(&set, wrong[i]), NSYM_EINVAL);
        assert_non_null(strstr(nsym_message(), "with up to 7"));
    }
    assert_int_equal(count_of("d<8"), 1000);
    assert_int_equal(count_of("d!=8,n<8"), 739);
    assert_int_equal(count_of("d<=7,n<=8,connected"), 490);
}

/* One bad number in the second event. */
static void expect_refusal(size_t column, double number, const char *text) {
    nsym_efp_set *set = set_of("(2,1,0)");
    double p[] = {1, 0, 0, 1, 0, 0, 1, 0, 0}, values[72];
    const uint64_t offsets[] = {0, 1, 3};
    nsym_efp_options o = options_of(1);
    p[6 + column] = number;
    assert_int_not_equal(nsym_efp_compute(values, set, &o, 2, offsets, p), NSYM_OK);
    if (!strstr(nsym_message(), text)) fail_msg("%s: no \"%s\"", nsym_message(), text);
    nsym_efp_set_free(set);
}

static void bad_events_are_refused(void **state) {
    (void)state;
    expect_refusal(0, -1, "event 1, particle 1: pt is -1, must be at least 0");
    expect_refusal(0, NAN, "event 1, particle 1: pt is nan, must be finite");
    expect_refusal(1, INFINITY, "eta is inf");
    expect_refusal(2, 1e300, "too large");
    nsym_efp_set *set = set_of("(2,1,0)");
    const uint64_t many[] = {0, 1000000}, falling[] = {0, 2, 1};
    double *p = calloc(3000000, sizeof *p), values[72];
    nsym_efp_options o = options_of(1);
    assert_int_equal(nsym_efp_compute(values, set, &o, 1, many, p), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "event 0 has 1000000 constituents, at most"));
    assert_int_equal(nsym_efp_compute(values, set, &o, 2, falling, p), NSYM_EINVAL);
    o.beta = (const double[]){1, 1, 1, 1, 1, 0};
    assert_int_equal(nsym_efp_compute(values, set, &o, 0, many, p), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "beta is 0"));
    free(p);
    nsym_efp_set_free(set);
}

/* A member of an npz file as doubles; new. */
static double *member(const nsym_zip *zip, const char *name, size_t *count) {
    for (size_t i = 0; i < zip->count; i++) {
        unsigned char *bytes;
        nsym_npy array;
        if (strcmp(zip->member[i].name, name) != 0) continue;
        assert_int_equal(nsym_zip_extract(zip, &zip->member[i], &bytes), NSYM_OK);
        assert_int_equal(nsym_npy_parse(&array, bytes, (size_t)zip->member[i].size), NSYM_OK);
        double *values = malloc((size_t)array.size * sizeof *values);
        nsym_npy_values(&array, 0, array.size, values);
        *count = (size_t)array.size;
        free(bytes);
        return values;
    }
    fail_msg("no member %s", name);
    return NULL;
}

/* A file below the folder of reference data, in `path` (4096). Skips the test where there is no such folder. */
static void find_data(char *path, const char *name) {
    const char *folder = getenv("NSYM_DATA");
    if (!folder) {
        print_message("NSYM_DATA is unset: %s of EnergyFlow is not compared\n", name);
        skip();
    }
    snprintf(path, 4096, "%s/%s", folder, name);
}

/* Number, n, d, chi, and the edges with their ends and order of all 467 graphs; k counts those of an n and d. */
static void energyflow_has_the_same_graphs(void **state) {
    (void)state;
    char path[4096];
    find_data(path, "efp/efp_numbering_467.json");
    json_error_t error;
    json_t *root = json_load_file(path, 0, &error), *graphs = json_object_get(root, "graphs");
    if (!root) fail_msg("%s: %s", path, error.text);
    nsym_efp_set *set = set_of(all467);
    unsigned k[8][8] = {{0}};
    assert_int_equal(json_array_size(graphs), nsym_efp_set_count(set));
    for (size_t i = 0; i < nsym_efp_set_count(set); i++) {
        const nsym_efp_graph *g = nsym_efp_set_graph(set, i);
        json_int_t index, n, d, c;
        json_t *edges, *weights;
        assert_int_equal(json_unpack(json_array_get(graphs, i), "{s:I, s:I, s:I, s:I, s:o, s:o}", "index", &index, "n",
                                     &n, "d", &d, "c", &c, "edges", &edges, "weights", &weights),
                         0);
        assert_true(index == (json_int_t)i && g->n == n && g->d == d && g->c == c && g->e == json_array_size(edges));
        assert_int_equal(g->k, k[n][d]++);
        for (size_t e = 0; e < g->e; e++) {
            int a, b;
            assert_int_equal(json_unpack(json_array_get(edges, e), "[i, i]", &a, &b), 0);
            assert_true(g->ends[e][0] == a && g->ends[e][1] == b);
            assert_int_equal(g->multiplicity[e], json_integer_value(json_array_get(weights, e)));
        }
    }
    nsym_efp_set_free(set);
    json_decref(root);
}

/* EnergyFlow 1.4's values of six events. */
static void energyflow_has_the_same_values(void **state) {
    (void)state;
    char path[4096];
    find_data(path, "efp/golden.npz");
    nsym_map map;
    nsym_zip zip;
    size_t events, rows, values;
    assert_int_equal(nsym_map_open(&map, path), NSYM_OK);
    assert_int_equal(nsym_zip_open(&zip, map.bytes, map.size, 0), NSYM_OK);
    double *offsets = member(&zip, "offsets.npy", &events), *particles = member(&zip, "particles.npy", &rows),
           *golden = member(&zip, "values.npy", &values), *ours = malloc(values * sizeof *ours), worst = 0;
    uint64_t starts[64];
    nsym_efp_set *set = set_of(all467);
    nsym_efp_options o = options_of(1);
    assert_int_equal(values, (events - 1) * 36 * 467);
    for (size_t i = 0; i < events; i++) starts[i] = (uint64_t)offsets[i];
    assert_int_equal(nsym_efp_compute(ours, set, &o, events - 1, starts, particles), NSYM_OK);
    for (size_t i = 0; i < values; i++)
        if (away(ours[i], golden[i]) > worst) worst = away(ours[i], golden[i]);
    print_message("largest relative difference: %.1e\n", worst);
    assert_true(worst < 1e-10);
    free(offsets), free(particles), free(golden), free(ours);
    nsym_efp_set_free(set);
    nsym_zip_close(&zip);
    nsym_map_close(&map);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_those_of_the_papers),
        cmocka_unit_test(identities_are_energyflows),
        cmocka_unit_test(texts_are_cut_where_they_are_full),
        cmocka_unit_test(every_graph_and_parameter_has_its_value),
        cmocka_unit_test(nested_sums_agree),
        cmocka_unit_test(products_multiply),
        cmocka_unit_test(order_and_empty_constituents_do_not_matter),
        cmocka_unit_test(rotations_and_shifts_do_not_matter),
        cmocka_unit_test(a_split_constituent_matters_unless_kappa_is_1),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(company_changes_no_bit),
        cmocka_unit_test(few_constituents_have_their_values),
        cmocka_unit_test(measures_are_as_defined),
        cmocka_unit_test(near_constituents_lose_no_digits),
        cmocka_unit_test(collinear_parts_of_a_momentum_have_no_distance),
        cmocka_unit_test(wrong_selections_are_refused),
        cmocka_unit_test(graphs_that_there_are_not_are_refused_and_not_left_out),
        cmocka_unit_test(bad_events_are_refused),
        cmocka_unit_test(energyflow_has_the_same_graphs),
        cmocka_unit_test(energyflow_has_the_same_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
