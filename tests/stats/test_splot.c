#include "stats/golden.h"

#include <nearsym/random.h>
#include <nearsym/splot.h>
#include <nearsym/stats.h>
#include <stdatomic.h>

static const double low = 70, high = 110;

static void says(const char *words) {
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

static void weights_of_three_species_are_those_of_numpy(void **state) {
    (void)state;
    json_t *root = golden_load("splot.json");
    size_t n, m;
    double *f = golden_numbers(json_object_get(root, "densities"), &n), covariance[9];
    double *yields = golden_numbers(json_object_get(root, "yields"), &m);
    double *expected = golden_numbers(json_object_get(root, "weights"), &n);
    double *of_yields = golden_numbers(json_object_get(root, "covariance"), &m);
    double *weights = calloc(3 * n, sizeof *weights), sums[3] = {0};
    assert_int_equal(nsym_splot_weights(weights, covariance, f, yields, NULL, n, 3, 1e-10), NSYM_OK);
    for (size_t i = 0; i < 3 * n; i++) assert_near(weights[i], expected[i], 1e-9);
    for (size_t i = 0; i < 9; i++) assert_near(covariance[i], of_yields[i], 1e-9 * of_yields[0]);
    for (size_t e = 0; e < n; e++) {
        assert_near(weights[3 * e] + weights[3 * e + 1] + weights[3 * e + 2], 1, 1e-10);
        for (size_t k = 0; k < 3; k++) sums[k] += weights[3 * e + k];
    }
    for (size_t k = 0; k < 3; k++) assert_near(sums[k], yields[k], 1e-8);
    yields[0] *= 1.001;
    assert_int_equal(nsym_splot_weights(weights, covariance, f, yields, NULL, n, 3, 1e-10), NSYM_EINVAL);
    says("the yields must come from a maximum-likelihood fit");
    assert_int_equal(nsym_splot_weights(weights, covariance, f, yields, NULL, n, 3, 0.01), NSYM_OK);
    free(f), free(yields), free(expected), free(of_yields), free(weights);
    json_decref(root);
}

static void the_published_weights_and_curve_are_those_of_numpy(void **state) {
    (void)state;
    json_t *root = golden_load("splot.json");
    size_t n;
    double *p = golden_numbers(json_object_get(root, "probabilities"), &n);
    double *expected = golden_numbers(json_object_get(root, "published"), &n);
    double *scores = golden_numbers(json_object_get(root, "scores"), &n);
    double *weights = calloc(2 * n, sizeof *weights), *signal = calloc(n, sizeof *signal),
           *background = calloc(n, sizeof *background);
    nsym_splot_roc_point point;
    assert_int_equal(nsym_splot_weights_published(weights, p, NULL, n, 2), NSYM_OK);
    for (size_t i = 0; i < 2 * n; i++) assert_near(weights[i], expected[i], 1e-12);
    for (size_t i = 0; i < n; i++) signal[i] = weights[2 * i], background[i] = weights[2 * i + 1];
    double events = json_number_value(json_object_get(root, "background"));
    assert_int_equal(nsym_splot_roc_published(&point, scores, signal, background, n, events, 0.5), NSYM_OK);
    assert_near(point.auc, json_number_value(json_object_get(root, "auc")), 1e-12);
    assert_near(point.tpr, json_number_value(json_object_get(root, "tpr")), 1e-12);
    p[3] += 0.1;
    assert_int_equal(nsym_splot_weights_published(weights, p, NULL, n, 2), NSYM_EINVAL);
    says("the probabilities of event 1 add up to 1.1");
    free(p), free(expected), free(scores), free(weights), free(signal), free(background);
    json_decref(root);
}

enum { EVENTS = 2000 };

typedef struct {
    double masses[EVENTS], scores[EVENTS], labels[EVENTS];
} sample;

/* Pairs of muons: three in four are signal. Its scores are N(1.3, 1), the background's N(0, 1), so that the AUC is
   Phi(1.3 / sqrt 2); `bend` adds so much of the mass to the background's score. */
static const double true_auc = 0.8210146637;
static void draw(sample *s, size_t n, uint64_t index, double bend) {
    nsym_random random = nsym_random_stream(77, "pairs", index);
    for (size_t i = 0; i < n; i++) {
        s->labels[i] = nsym_random_uniform(&random) < 0.75;
        do {
            double u = nsym_random_uniform(&random);
            if (s->labels[i] == 1)
                s->masses[i] = 90.8 + 0.9 * nsym_random_normal(&random) + 1.25 * tan(3.14159265358979 * (u - 0.5));
            else
                s->masses[i] = low - 20 * log1p(-u);
        } while (!(s->masses[i] > low && s->masses[i] < high));
        s->scores[i] = nsym_random_normal(&random) + 1.3 * s->labels[i];
        if (s->labels[i] == 0) s->scores[i] += bend * (s->masses[i] - 85);
    }
}

/* Fitted densities (EVENTS, 2), yields, probabilities. */
static void fitted(const sample *s, double *f, double *p, double yields[2]) {
    static double signal[EVENTS], background[EVENTS];
    nsym_mass_options o = nsym_mass_defaults(NSYM_MASS_LIKELIHOOD, low, high);
    nsym_mass_fit fit;
    assert_int_equal(nsym_mass_fit_events(&fit, &o, s->masses, NULL, EVENTS), NSYM_OK);
    assert_int_equal(nsym_mass_densities(signal, background, &fit, s->masses, EVENTS), NSYM_OK);
    yields[0] = fit.signal, yields[1] = fit.background;
    for (size_t e = 0; e < EVENTS; e++) {
        f[2 * e] = signal[e], f[2 * e + 1] = background[e];
        double total = yields[0] * signal[e] + yields[1] * background[e];
        p[2 * e] = yields[0] * signal[e] / total, p[2 * e + 1] = yields[1] * background[e] / total;
    }
}

/* Two species: V^-1 = ((a, b), (b, c)) is inverted by hand. The published formula gives the same at fitted yields. */
static void two_species_have_a_closed_form(void **state) {
    (void)state;
    static sample s;
    static double f[2 * EVENTS], p[2 * EVENTS], w[2 * EVENTS], published[2 * EVENTS];
    double yields[2], a = 0, b = 0, c = 0;
    draw(&s, EVENTS, 1, 0);
    fitted(&s, f, p, yields);
    assert_int_equal(nsym_splot_weights(w, NULL, f, yields, NULL, EVENTS, 2, 1e-10), NSYM_OK);
    assert_int_equal(nsym_splot_weights_published(published, p, NULL, EVENTS, 2), NSYM_OK);
    for (size_t e = 0; e < EVENTS; e++) {
        double total = yields[0] * f[2 * e] + yields[1] * f[2 * e + 1], u = f[2 * e] / total, v = f[2 * e + 1] / total;
        a += u * u, b += u * v, c += v * v;
    }
    double determinant = a * c - b * b;
    for (size_t e = 0; e < EVENTS; e++) {
        double total = yields[0] * f[2 * e] + yields[1] * f[2 * e + 1], u = f[2 * e] / total, v = f[2 * e + 1] / total;
        assert_near(w[2 * e], (c * u - b * v) / determinant, 1e-10);
        assert_near(w[2 * e + 1], (a * v - b * u) / determinant, 1e-10);
        assert_near(w[2 * e], published[2 * e], 1e-8);
    }
}

static void species_that_never_meet_get_labels(void **state) {
    (void)state;
    enum { N = 30 };
    double f[3 * N] = {0}, yields[3] = {0}, w[3 * N];
    for (size_t e = 0; e < N; e++) {
        f[3 * e + e * e % 3] = 0.1 + 0.01 * (double)e;
        yields[e * e % 3]++;
    }
    yields[2] = 0;
    assert_int_equal(nsym_splot_weights(w, NULL, f, yields, NULL, N, 3, 1e-10),
                     NSYM_ENUMERIC); /* no event has the third */
    says("cannot be told apart");
    for (size_t e = 0; e < N; e++) f[2 * e] = e % 4 == 0 ? 0.3 + 0.01 * (double)e : 0, f[2 * e + 1] = e % 4 ? 2 : 0;
    yields[0] = 8, yields[1] = 22;
    assert_int_equal(nsym_splot_weights(w, NULL, f, yields, NULL, N, 2, 1e-10), NSYM_OK);
    for (size_t e = 0; e < N; e++) {
        assert_near(w[2 * e], e % 4 == 0, 1e-14);
        assert_near(w[2 * e + 1], e % 4 != 0, 1e-14);
    }
}

static void densities_and_yields_that_cannot_be_are_refused(void **state) {
    (void)state;
    double f[] = {1, 2, 0, 0, 2, 1}, same[] = {1, 1, 2, 2, 3, 3}, w[6];
    const double yields[] = {2, 1}, none[] = {0, 0}, negative[] = {4, -1};
    assert_int_equal(nsym_splot_weights(w, NULL, f, yields, NULL, 3, 2, 1e-10), NSYM_ENUMERIC);
    says("event 1 has density 0 for every species");
    f[3] = NAN;
    assert_int_equal(nsym_splot_weights(w, NULL, f, yields, NULL, 3, 2, 1e-10), NSYM_ENUMERIC);
    says("the density of species 1 is nan in event 1");
    f[3] = 1;
    assert_int_equal(nsym_splot_weights(w, NULL, f, none, NULL, 3, 2, 1e-10), NSYM_EINVAL);
    says("all yields are 0");
    assert_int_equal(nsym_splot_weights(w, NULL, f, negative, NULL, 3, 2, 1e-10), NSYM_EINVAL);
    says("the yield of species 1 is -1");
    assert_int_equal(nsym_splot_weights(w, NULL, same, yields, NULL, 3, 2, 1e-10), NSYM_ENUMERIC);
    says("cannot be told apart");
    assert_int_equal(nsym_splot_weights(w, NULL, f, yields, NULL, 3, 17, 1e-10), NSYM_EINVAL);
}

/* Weights of both signs against the sum over pairs, in both of the library's ways. */
static void curves_of_signed_weights_are_sums_over_pairs(void **state) {
    (void)state;
    enum { N = 200 };
    double scores[N], signal[N], background[N], twice[2 * N], joined[2 * N], pairs, all, auc;
    float labels[2 * N];
    for (uint64_t k = 0; k < 10; k++) {
        nsym_random random = nsym_random_stream(3, "signed", k);
        pairs = all = 0;
        for (size_t i = 0; i < N; i++) {
            scores[i] = (double)nsym_random_below(&random, 30) / 8; /* ties */
            signal[i] = (double)nsym_random_below(&random, 9) / 4 - 0.5;
            background[i] = (double)nsym_random_below(&random, 9) / 4 - 0.5;
            twice[i] = twice[N + i] = scores[i];
            labels[i] = 1, labels[N + i] = 0;
            joined[i] = signal[i], joined[N + i] = background[i];
        }
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++) {
                all += signal[i] * background[j];
                pairs += signal[i] * background[j] * (scores[i] > scores[j] ? 1 : scores[i] < scores[j] ? 0 : 0.5);
            }
        nsym_splot_roc_point point;
        assert_int_equal(nsym_splot_roc(&point, scores, signal, background, N, 0.5), NSYM_OK);
        assert_int_equal(nsym_auc(&auc, NULL, twice, labels, joined, 2 * N), NSYM_OK);
        assert_near(point.auc, pairs / all, 1e-12);
        assert_near(auc, pairs / all, 1e-12);
    }
}

/* With labels for weights it is the usual curve. */
static void curves_of_labels_are_the_usual_ones(void **state) {
    (void)state;
    static sample s;
    static float labels[EVENTS];
    static double background[EVENTS];
    draw(&s, EVENTS, 2, 0);
    for (size_t i = 0; i < EVENTS; i++) labels[i] = (float)s.labels[i], background[i] = 1 - s.labels[i];
    nsym_splot_roc_point point;
    double auc, tpr;
    assert_int_equal(nsym_splot_roc(&point, s.scores, s.labels, background, EVENTS, 0.3), NSYM_OK);
    assert_int_equal(nsym_auc(&auc, NULL, s.scores, labels, NULL, EVENTS), NSYM_OK);
    assert_int_equal(nsym_tpr_at_fpr(&tpr, s.scores, labels, NULL, EVENTS, 0.3), NSYM_OK);
    assert_near(point.auc, auc, 1e-12);
    assert_near(point.tpr, tpr, 1e-12);
    s.scores[5] = NAN;
    assert_int_equal(nsym_splot_roc(&point, s.scores, s.labels, background, EVENTS, 0.3), NSYM_ENUMERIC);
    says("score 5 is NaN");
    s.scores[5] = 0;
    assert_int_equal(nsym_splot_roc(&point, s.scores, s.labels, background, EVENTS, 1), NSYM_EINVAL);
    for (size_t i = 0; i < EVENTS; i++) background[i] = -1;
    assert_int_equal(nsym_splot_roc(&point, s.scores, s.labels, background, EVENTS, 0.3), NSYM_EINVAL);
    says("weight of the background -2000");
}

static void a_score_that_knows_the_mass_is_found_out(void **state) {
    (void)state;
    static sample s;
    static double f[2 * EVENTS], p[2 * EVENTS];
    double yields[2], squares = 0;
    nsym_splot_slope slope[2];
    for (uint64_t k = 0; k < 20; k++) {
        draw(&s, EVENTS, 100 + k, 0);
        fitted(&s, f, p, yields);
        assert_int_equal(nsym_splot_independence(slope, s.scores, s.masses, p, NULL, NULL, EVENTS, 2), NSYM_OK);
        for (size_t i = 0; i < 2; i++) {
            assert_near(slope[i].significance, 0, 4);
            squares += slope[i].significance * slope[i].significance / 40;
        }
    }
    assert_near(squares, 1, 5 * sqrt(2. / 40)); /* a standard normal */
    draw(&s, EVENTS, 1, 0.1);
    fitted(&s, f, p, yields);
    assert_int_equal(nsym_splot_independence(slope, s.scores, s.masses, p, NULL, NULL, EVENTS, 2), NSYM_OK);
    assert_near(slope[0].significance, 0, 4);
    assert_true(slope[1].significance > 6);
    assert_near(slope[1].slope, 0.1, 0.03);
    assert_near(slope[1].correlation, 0.67, 0.2); /* 0.1 x 9.3 GeV beside N(0, 1) */
}

static nsym_splot_options options_of(nsym_mass_method method, size_t bootstraps, size_t toys) {
    nsym_splot_options o = nsym_splot_defaults(method, low, high);
    o.bootstraps = bootstraps, o.toys = toys;
    return o;
}

/* 30 samples of 2000 events: the mean is the truth within four of its errors, and a share of 68 % covers it. */
static void the_curve_is_unbiased_and_its_error_covers(void **state) {
    (void)state;
    enum { SAMPLES = 30 };
    static sample s;
    double sum = 0, squares = 0, pulls = 0;
    for (uint64_t k = 0; k < SAMPLES; k++) {
        draw(&s, EVENTS, 1000 + k, 0);
        nsym_splot_options o = options_of(NSYM_MASS_LIKELIHOOD, 30, 0);
        nsym_splot_result result;
        nsym_splot_score score;
        assert_int_equal(nsym_splot_run(&result, &score, NULL, &o, s.masses, NULL, s.scores, EVENTS, 1), NSYM_OK);
        double off = score.value.auc - true_auc;
        sum += off / SAMPLES, squares += off * off / SAMPLES;
        pulls += off * off / (score.bootstrap.auc * score.bootstrap.auc) / SAMPLES;
        assert_int_equal(result.bootstraps, 30);
        assert_true(score.toys.auc == 0 && result.toys == 0);
    }
    assert_near(sum, 0, 4 * sqrt(squares / SAMPLES));
    assert_near(pulls, 1, 4 * sqrt(2. / SAMPLES) + 2. / 30); /* errors of 30 draws make pulls a little wider */
}

static void workers_change_no_bit(void **state) {
    (void)state;
    static sample s;
    static double scores[2 * EVENTS], weights[2 * EVENTS], again[2 * EVENTS];
    draw(&s, EVENTS, 3, 0);
    for (size_t i = 0; i < EVENTS; i++) scores[i] = s.scores[i], scores[EVENTS + i] = -exp(-s.scores[i]);
    for (int method = 0; method < 2; method++) {
        nsym_splot_options o = options_of(method ? NSYM_MASS_PUBLISHED : NSYM_MASS_LIKELIHOOD, 10, 10);
        nsym_splot_result result;
        nsym_splot_score first[2], second[2];
        o.workers = 1;
        assert_int_equal(nsym_splot_run(&result, first, weights, &o, s.masses, NULL, scores, EVENTS, 2), NSYM_OK);
        o.workers = 3;
        assert_int_equal(nsym_splot_run(&result, second, again, &o, s.masses, NULL, scores, EVENTS, 2), NSYM_OK);
        assert_memory_equal(first, second, sizeof first);
        assert_memory_equal(weights, again, sizeof weights);
        nsym_splot_fits *fits; /* made once, for one score after the other */
        assert_int_equal(nsym_splot_fits_new(&fits, &o, s.masses, NULL, EVENTS), NSYM_OK);
        for (size_t k = 0; k < 2; k++)
            assert_int_equal(nsym_splot_measure(&result, &second[k], again, NULL, fits, scores + k * EVENTS, 1),
                             NSYM_OK);
        nsym_splot_fits_free(fits);
        second[1].less_first = first[1].less_first; /* nothing was first */
        assert_memory_equal(first, second, sizeof first);
        assert_memory_equal(weights, again, sizeof weights);
        assert_true(first[0].bootstrap.auc > 0.003 && first[0].bootstrap.tpr > 0.001);
        assert_true(first[0].toys.auc > 0 && first[0].toys.auc < first[0].bootstrap.auc);
        assert_near(first[0].value.auc, true_auc, 5 * first[0].bootstrap.auc);
        /* a rising function of a score is as good */
        if (!method) assert_near(first[1].value.auc, first[0].value.auc, 1e-12);
        if (!method) assert_near(first[1].bootstrap.tpr, first[0].bootstrap.tpr, 1e-12);
        if (!method) assert_near(first[1].less_first.auc, 0, 1e-12);
        o.seed = 2;
        assert_int_equal(nsym_splot_run(&result, second, again, &o, s.masses, NULL, scores, EVENTS, 2), NSYM_OK);
        assert_true(second[0].bootstrap.auc != first[0].bootstrap.auc && second[0].value.auc == first[0].value.auc);
    }
}

static atomic_int asked;

static bool at_the_third(void) {
    return atomic_fetch_add(&asked, 1) >= 2;
}

static void a_judgement_can_be_stopped(void **state) {
    (void)state;
    static sample s;
    nsym_splot_options o = options_of(NSYM_MASS_LIKELIHOOD, 10, 10);
    nsym_splot_result result;
    nsym_splot_score score;
    nsym_splot_fits *fits;
    draw(&s, EVENTS, 3, 0);
    o.stop = at_the_third;
    for (o.workers = 1; o.workers <= 3; o.workers++) {
        asked = 0;
        assert_int_equal(nsym_splot_fits_new(&fits, &o, s.masses, NULL, EVENTS), NSYM_EINTERRUPTED);
        assert_null(fits);
        assert_true(asked >= 3 && asked <= 2 + (int)o.workers);
    }
    asked = -10; /* of the fits; those of the curves are stopped */
    assert_int_equal(nsym_splot_run(&result, &score, NULL, &o, s.masses, NULL, s.scores, EVENTS, 1), NSYM_EINTERRUPTED);
    says("stopped on request");
}

static void events_outside_weigh_nothing_and_sums_are_yields(void **state) {
    (void)state;
    static sample s;
    static double weights[2 * EVENTS];
    double sum[2] = {0};
    draw(&s, EVENTS, 4, 0);
    for (size_t i = 0; i < 50; i++) s.masses[20 * i] = i % 2 ? 30 : 110;
    nsym_splot_options o = options_of(NSYM_MASS_LIKELIHOOD, 0, 0);
    nsym_splot_result result;
    nsym_splot_score score;
    assert_int_equal(nsym_splot_run(&result, &score, weights, &o, s.masses, NULL, s.scores, EVENTS, 1), NSYM_OK);
    assert_int_equal(result.fit.outside, 50);
    for (size_t i = 0; i < EVENTS; i++) {
        double both = weights[2 * i] + weights[2 * i + 1];
        assert_near(both, i % 20 == 0 && i < 1000 ? 0 : 1, 1e-10);
        sum[0] += weights[2 * i], sum[1] += weights[2 * i + 1];
    }
    assert_near(sum[0], result.fit.signal, 1e-7);
    assert_near(sum[1], result.fit.background, 1e-7);
    assert_true(score.bootstrap.auc == 0 && score.toys.tpr == 0);
    s.scores[7] = INFINITY;
    assert_int_equal(nsym_splot_run(&result, &score, weights, &o, s.masses, NULL, s.scores, EVENTS, 1), NSYM_ENUMERIC);
    says("score 0 of event 7 is inf");
    s.scores[7] = 0, s.masses[9] = NAN;
    assert_int_equal(nsym_splot_run(&result, &score, weights, &o, s.masses, NULL, s.scores, EVENTS, 1), NSYM_ENUMERIC);
    says("the mass of event 10 is NaN");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_of_three_species_are_those_of_numpy),
        cmocka_unit_test(the_published_weights_and_curve_are_those_of_numpy),
        cmocka_unit_test(two_species_have_a_closed_form),
        cmocka_unit_test(species_that_never_meet_get_labels),
        cmocka_unit_test(densities_and_yields_that_cannot_be_are_refused),
        cmocka_unit_test(curves_of_signed_weights_are_sums_over_pairs),
        cmocka_unit_test(curves_of_labels_are_the_usual_ones),
        cmocka_unit_test(a_score_that_knows_the_mass_is_found_out),
        cmocka_unit_test(the_curve_is_unbiased_and_its_error_covers),
        cmocka_unit_test(workers_change_no_bit),
        cmocka_unit_test(a_judgement_can_be_stopped),
        cmocka_unit_test(events_outside_weigh_nothing_and_sums_are_yields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
