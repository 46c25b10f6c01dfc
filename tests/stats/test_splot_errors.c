/* sWeights of weighted events, and the test that a score does not depend on the mass. */
#include "stats/golden.h"

#include <nearsym/random.h>
#include <nearsym/splot.h>

static const double low = 70, high = 110;

typedef struct {
    double *masses, *weights, *scores;
    size_t n;
} sample;

static sample sample_of(const json_t *root) {
    sample s;
    s.masses = golden_numbers(json_object_get(root, "masses"), &s.n);
    s.weights = golden_numbers(json_object_get(root, "weights"), &s.n);
    s.scores = golden_numbers(json_object_get(root, "scores"), &s.n);
    return s;
}

static void sample_free(sample *s) {
    free(s->masses);
    free(s->weights);
    free(s->scores);
}

static nsym_splot_options options_of(size_t bootstraps, size_t toys) {
    nsym_splot_options o = nsym_splot_defaults(NSYM_MASS_LIKELIHOOD, low, high);
    o.bootstraps = bootstraps, o.toys = toys;
    return o;
}

static void weighted_sweights_are_those_of_numpy(void **state) {
    (void)state;
    static const char *const names[] = {"plain", "weighted"};
    json_t *root = golden_load("weighted.json");
    for (int k = 0; k < 2; k++) {
        const json_t *golden = json_object_get(root, names[k]);
        sample s = sample_of(golden);
        size_t rows;
        double *wanted = golden_numbers(json_object_get(golden, "sweights"), &rows), sum[2] = {0};
        double *sweights = calloc(2 * s.n, sizeof *sweights);
        nsym_splot_options o = options_of(0, 0);
        nsym_splot_result result;
        nsym_splot_score score;
        assert_int_equal(nsym_splot_run(&result, &score, sweights, &o, s.masses, s.weights, s.scores, s.n, 1), NSYM_OK);
        for (size_t i = 0; i < 2 * rows; i++) /* the golden fit is known to 1e-5 of its errors */
            assert_near(sweights[i], s.weights[i / 2] * wanted[i], 2e-4 * fabs(s.weights[i / 2]));
        for (size_t i = 0; i < s.n; i++)
            for (size_t species = 0; species < 2; species++) sum[species] += sweights[2 * i + species];
        assert_near(sum[0], result.fit.signal, 1e-8 * result.fit.weight);
        assert_near(sum[1], result.fit.background, 1e-8 * result.fit.weight);
        free(wanted);
        free(sweights);
        sample_free(&s);
    }
    json_decref(root);
}

static void slopes_and_their_errors_are_those_of_stacked_equations(void **state) {
    (void)state;
    enum { P = NSYM_MASS_PARAMETERS };
    static const char *const names[] = {"plain", "weighted"};
    json_t *root = golden_load("weighted.json");
    for (int k = 0; k < 2; k++) {
        const json_t *golden = json_object_get(root, names[k]), *wanted = json_object_get(golden, "slopes");
        sample s = sample_of(golden);
        size_t two;
        double *slope = golden_numbers(json_object_get(wanted, "slope"), &two);
        double *error = golden_numbers(json_object_get(wanted, "error"), &two);
        double *exact = golden_numbers(json_object_get(wanted, "exact_error"), &two);
        double *p = calloc(2 * s.n, sizeof *p), *by = calloc(2 * P * s.n, sizeof *by);
        double *influence = calloc(P * s.n, sizeof *influence);
        nsym_mass_options o = nsym_mass_defaults(NSYM_MASS_LIKELIHOOD, low, high);
        nsym_mass_fit fit;
        nsym_splot_slope ours[2];
        assert_int_equal(nsym_mass_fit_events(&fit, &o, s.masses, s.weights, s.n), NSYM_OK);
        assert_int_equal(nsym_mass_probabilities(p, by, influence, &fit, s.masses, s.weights, s.n), NSYM_OK);
        const nsym_splot_fitted fitted = {P, by, influence};
        for (int known = 0; known < 2; known++) {
            assert_int_equal(
                nsym_splot_independence(ours, s.scores, s.masses, p, s.weights, known ? NULL : &fitted, s.n, 2),
                NSYM_OK);
            for (int i = 0; i < 2; i++) {
                double sd = known ? exact[i] : error[i];
                assert_near(ours[i].slope, slope[i], 1e-3 * sd);
                assert_near(ours[i].slope / ours[i].significance, sd, 2e-3 * sd);
            }
        }
        free(slope), free(error), free(exact), free(p), free(by), free(influence);
        sample_free(&s);
    }
    json_decref(root);
}

/* A simplex from the fit's minimum may find a little less than we do, and we stop at 1e-3 of the square. */
static void significances_are_those_of_a_general_minimiser(void **state) {
    (void)state;
    json_t *root = golden_load("weighted.json");
    const json_t *golden = json_object_get(root, "plain");
    sample s = sample_of(golden);
    size_t two;
    double *wanted = golden_numbers(json_object_get(golden, "significance"), &two);
    nsym_splot_options o = options_of(0, 0);
    nsym_splot_result result;
    nsym_splot_score score;
    assert_int_equal(nsym_splot_run(&result, &score, NULL, &o, s.masses, NULL, s.scores, s.n, 1), NSYM_OK);
    for (int i = 0; i < 2; i++) assert_near(fabs(score.slope[i].significance), wanted[i], 0.01);
    free(wanted);
    sample_free(&s);
    json_decref(root);
}

enum { EVENTS = 3000 };

typedef struct {
    double masses[EVENTS], weights[EVENTS], scores[EVENTS];
} drawn;

/* Independent scores N(1.3, 1) of signal and N(0, 1) of background, AUC 0.8210; weights 3 and 1, one in twenty
   negative. */
static void draw(drawn *s, double fraction, uint64_t index) {
    nsym_random random = nsym_random_stream(78, "pairs", index);
    for (size_t i = 0; i < EVENTS; i++) {
        bool signal = nsym_random_uniform(&random) < fraction;
        do {
            double u = nsym_random_uniform(&random);
            s->masses[i] = signal
                               ? 90.8 + 0.891 * nsym_random_normal(&random) + 1.551 * tan(3.14159265358979 * (u - 0.5))
                               : low - 17 * log1p(-u);
        } while (!(s->masses[i] > low && s->masses[i] < high));
        s->scores[i] = nsym_random_normal(&random) + (signal ? 1.3 : 0);
        s->weights[i] = (signal ? 3 : 1) * (i % 20 == 7 ? -1 : 1);
    }
}

/* With little background the probabilities are badly known, and independent scores seem to depend on the mass unless
   the test knows that. 30 samples know the mean square to 0.26; bench/coverage/massfit.c has 400 of each kind. */
static void independent_scores_are_not_accused(void **state) {
    (void)state;
    enum { SAMPLES = 30 };
    static drawn s;
    double squares[2] = {0};
    for (uint64_t k = 0; k < SAMPLES; k++) {
        nsym_splot_options o = options_of(0, 0);
        nsym_splot_result result;
        nsym_splot_score score;
        draw(&s, 0.93, k);
        assert_int_equal(nsym_splot_run(&result, &score, NULL, &o, s.masses, NULL, s.scores, EVENTS, 1), NSYM_OK);
        for (int i = 0; i < 2; i++) squares[i] += pow(score.slope[i].significance, 2) / SAMPLES;
    }
    for (int i = 0; i < 2; i++) assert_near(squares[i], 1, 0.8);
}

static void a_constant_score_depends_on_nothing(void **state) {
    (void)state;
    static drawn s;
    nsym_splot_options o = options_of(0, 0);
    nsym_splot_result result;
    nsym_splot_score score;
    draw(&s, 0.8, 50);
    for (int weighted = 0; weighted < 2; weighted++)
        for (int k = 0; k < 2; k++) {
            for (size_t i = 0; i < EVENTS; i++) s.scores[i] = k ? 0.1 + 1e-15 * (double)(i % 2) : 0.5;
            assert_int_equal(
                nsym_splot_run(&result, &score, NULL, &o, s.masses, weighted ? s.weights : NULL, s.scores, EVENTS, 1),
                NSYM_OK);
            for (int i = 0; i < 2; i++) assert_true(score.slope[i].significance == 0 && score.slope[i].slope == 0);
        }
}

/* The AUC is that of the species whatever their weights are, and the bootstrap's error covers it. */
static void a_curve_of_weighted_events_is_unbiased_and_its_error_covers(void **state) {
    (void)state;
    enum { SAMPLES = 20 };
    static drawn s;
    double sum = 0, squares = 0, pulls = 0, far = 0;
    for (uint64_t k = 0; k < SAMPLES; k++) {
        nsym_splot_options o = options_of(25, 0);
        nsym_splot_result result;
        nsym_splot_score score;
        draw(&s, 0.6, 60 + k);
        assert_int_equal(nsym_splot_run(&result, &score, NULL, &o, s.masses, s.weights, s.scores, EVENTS, 1), NSYM_OK);
        double off = score.value.auc - 0.8210146637;
        sum += off / SAMPLES, squares += off * off / SAMPLES;
        pulls += off * off / (score.bootstrap.auc * score.bootstrap.auc) / SAMPLES;
        far = fmax(far, fmax(fabs(score.slope[0].significance), fabs(score.slope[1].significance)));
    }
    assert_near(sum, 0, 4 * sqrt(squares / SAMPLES));
    assert_near(pulls, 1, 4 * sqrt(2. / SAMPLES) + 2. / 25); /* errors of 25 draws make pulls a little wider */
    assert_true(far < 4);
}

static void weights_of_1_change_no_bit_nor_do_workers(void **state) {
    (void)state;
    static drawn s;
    static double one[2 * EVENTS], other[2 * EVENTS];
    draw(&s, 0.7, 90);
    for (int method = 0; method < 2; method++) {
        nsym_splot_options o = nsym_splot_defaults(method ? NSYM_MASS_PUBLISHED : NSYM_MASS_LIKELIHOOD, low, high);
        nsym_splot_result result;
        nsym_splot_score a, b;
        o.bootstraps = o.toys = 8;
        o.workers = 1;
        assert_int_equal(nsym_splot_run(&result, &a, one, &o, s.masses, s.weights, s.scores, EVENTS, 1), NSYM_OK);
        assert_true(a.bootstrap.auc > 0.001 && a.toys.auc > 0);
        o.workers = 3;
        assert_int_equal(nsym_splot_run(&result, &b, other, &o, s.masses, s.weights, s.scores, EVENTS, 1), NSYM_OK);
        assert_memory_equal(&a, &b, sizeof a);
        assert_memory_equal(one, other, sizeof one);
        for (size_t i = 0; i < EVENTS; i++) other[i] = 1;
        assert_int_equal(nsym_splot_run(&result, &a, one, &o, s.masses, other, s.scores, EVENTS, 1), NSYM_OK);
        assert_int_equal(nsym_splot_run(&result, &b, other, &o, s.masses, NULL, s.scores, EVENTS, 1), NSYM_OK);
        assert_memory_equal(&a, &b, sizeof a);
        assert_memory_equal(one, other, sizeof one);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weighted_sweights_are_those_of_numpy),
        cmocka_unit_test(slopes_and_their_errors_are_those_of_stacked_equations),
        cmocka_unit_test(significances_are_those_of_a_general_minimiser),
        cmocka_unit_test(independent_scores_are_not_accused),
        cmocka_unit_test(a_constant_score_depends_on_nothing),
        cmocka_unit_test(a_curve_of_weighted_events_is_unbiased_and_its_error_covers),
        cmocka_unit_test(weights_of_1_change_no_bit_nor_do_workers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
