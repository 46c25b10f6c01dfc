#include "data/expression.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Three events of 2, 0 and 3 particles. */
static nsym_events *sample(void) {
    static const char *const names[] = {"pt", "eta"};
    static const uint64_t offsets[] = {0, 2, 2, 5};
    static const double particles[] = {10, -1, 20, 2, 5, 0.5, 50, -3, 7, 0};
    nsym_events *events;
    double *mu, *odd, *two;
    assert_int_equal(nsym_events_new(&events, 3), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 2, names, NULL, offsets), NSYM_OK);
    memcpy(events->particles, particles, sizeof particles);
    assert_int_equal(nsym_events_add_column(events, "mu_pt", "GeV", "", 1, &mu), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "efp_k1_b2_3-3-0", "", "", 1, &odd), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "scales", "", "", 2, &two), NSYM_OK);
    for (size_t i = 0; i < 3; i++) {
        mu[i] = 20 + (double)i;
        odd[i] = 0.5 * (double)i;
    }
    return events;
}

static void expect(const char *text, size_t n, const double *values) {
    nsym_events *events = sample();
    nsym_expression *e;
    double got[5];
    assert_int_equal(nsym_expression_new(&e, text, events), NSYM_OK);
    assert_int_equal(nsym_expression_per_particle(e), n == 5);
    assert_int_equal(nsym_expression_values(got, e), NSYM_OK);
    for (size_t i = 0; i < n; i++) {
        if (isnan(values[i]))
            assert_true(isnan(got[i]));
        else
            assert_true(fabs(got[i] - values[i]) <= 1e-14 * fabs(values[i])); /* the order of two roundings */
    }
    nsym_expression_free(e);
    nsym_events_free(events);
}

static void refuse(const char *text, const char *part) {
    nsym_events *events = sample();
    nsym_expression *e;
    assert_int_equal(nsym_expression_new(&e, text, events), NSYM_EINVAL);
    if (!strstr(nsym_message(), part)) fail_msg("%s: %s", text, nsym_message());
    nsym_events_free(events);
}

static void columns_and_numbers_make_a_value_of_each_event(void **state) {
    (void)state;
    expect("mu_pt", 3, (const double[]){20, 21, 22});
    expect("mu_pt / 1e1 + 2 ** 3 - 2^2", 3, (const double[]){6, 6.1, 6.2});
    expect("`efp_k1_b2_3-3-0` * 2", 3, (const double[]){0, 1, 2});
    expect("cos(pi) + log(exp(mu_pt)) + max(1, 2)", 3, (const double[]){21, 22, 23});
    expect("mu_pt > 20 ? 1 : -1", 3, (const double[]){-1, 1, 1});
}

static void words_and_signs_of_logic_agree(void **state) {
    (void)state;
    const double middle[] = {0, 1, 0};
    expect("mu_pt > 20 && mu_pt < 22", 3, middle);
    expect("mu_pt > 20 and not mu_pt == 22", 3, middle);
    expect("!(mu_pt <= 20 || mu_pt >= 22)", 3, middle);
    expect("!(mu_pt == 20) && !(mu_pt == 22)", 3, middle);
    expect("!!(mu_pt == 21) and !max(0, mu_pt - 21)", 3, middle);
    expect("not mu_pt == 20 and not (mu_pt == 22 or mu_pt == 23)", 3, middle);
}

static void columns_are_the_same_for_all_particles_of_an_event(void **state) {
    (void)state;
    expect("pt / mu_pt", 5, (const double[]){0.5, 1, 5. / 22, 50. / 22, 7. / 22});
    expect("abs(eta) < 1", 5, (const double[]){0, 0, 1, 0, 1});
}

static void reductions_go_over_an_events_particles(void **state) {
    (void)state;
    expect("count()", 3, (const double[]){2, 0, 3});
    expect("count(pt > 6)", 3, (const double[]){2, 0, 2});
    expect("sum(pt * cosh(eta)) - sum(pt*cosh(eta))", 3, (const double[]){0, 0, 0});
    expect("sum(pt)", 3, (const double[]){30, 0, 62});
    expect("max(pt) - min(pt)", 3, (const double[]){10, NAN, 45});
    expect("sum(pt / mu_pt)", 3, (const double[]){1.5, 0, 62. / 22});
    expect("max(sum(pt), 40)", 3, (const double[]){40, 40, 62});
    expect("pt / sum(pt)", 5, (const double[]){1. / 3, 2. / 3, 5. / 62, 50. / 62, 7. / 62});
}

static void nan_in_a_reduction_stays_wherever_it_stands(void **state) {
    (void)state;
    for (size_t place = 0; place < 5; place++) {
        nsym_events *events = sample();
        const char *const texts[] = {"sum(pt)", "min(pt)", "max(pt)", "count(pt > 0)"};
        size_t own = place < 2 ? 0 : 2;
        events->particles[2 * place] = NAN;
        for (size_t k = 0; k < 4; k++) {
            nsym_expression *e;
            double got[3];
            assert_int_equal(nsym_expression_new(&e, texts[k], events), NSYM_OK);
            assert_int_equal(nsym_expression_values(got, e), NSYM_OK);
            if (k < 3)
                assert_true(isnan(got[own]) && !isnan(got[2 - own]) && nsym_expression_reads_nan(e, own));
            else
                assert_true(got[own] == (own ? 2 : 1));
            nsym_expression_free(e);
        }
        nsym_events_free(events);
    }
}

static void what_reads_two_ways_is_refused(void **state) {
    (void)state;
    refuse("mu_pt = 25", "== compares");
    refuse("0 < mu_pt < 25", "join them with &&");
    refuse("mu_pt, 2", "comma");
    refuse("mu_pt & 2", "&&");
}

static void mistakes_are_named(void **state) {
    (void)state;
    refuse("mu_ptt > 2", "did you mean 'mu_pt'");
    refuse("sqr(mu_pt)", "did you mean 'sqrt'");
    refuse("scales", "2 values per event");
    refuse("(mu_pt", "not closed");
    refuse("mu_pt)", "has no opening bracket");
    refuse("mu_pt +", "\"mu_pt +\"");
    refuse("", "empty");
    refuse("`mu_pt", "backtick");
    refuse("mu_pt # 2", "'#'");
    refuse("2x", "not a number");
    refuse("! + 2", "must stand before");
    refuse("count(mu_pt > 2)", "names no particle feature");
    refuse("sum()", "needs an argument");
}

static void events_without_particles_have_none_to_go_over(void **state) {
    (void)state;
    nsym_events *events;
    nsym_expression *e;
    assert_int_equal(nsym_events_new(&events, 2), NSYM_OK);
    assert_int_equal(nsym_expression_new(&e, "count() > 1", events), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "have no particles"));
    nsym_events_free(events);
}

/* The values 20, 21, 22: "not" speaks of a comparison, ! of what stands behind it. */
static void negations_nest_as_they_are_written(void **state) {
    (void)state;
    const double none[] = {0, 0, 0}, all[] = {1, 1, 1}, last[] = {0, 0, 1}, others[] = {1, 1, 0};
    expect("not mu_pt < 22", 3, last);
    expect("not not mu_pt < 22", 3, others);
    expect("!mu_pt < 22", 3, all);      /* 0 < 22 */
    expect("not !mu_pt < 22", 3, none); /* not (0 < 22) */
    expect("not (!mu_pt) < 1", 3, none);
    expect("!(not mu_pt < 22)", 3, others);
    expect("!(not !(mu_pt < 22))", 3, last);
    expect("!!(not mu_pt < 22)", 3, last);
    expect("not (not mu_pt < 22) and not mu_pt == 20", 3, (const double[]){0, 1, 0});
    expect("(not mu_pt < 22) == 1", 3, last);
    expect("1 + (not mu_pt < 22)", 3, (const double[]){1, 1, 2});
    expect("not mu_pt < 22 ? 5 : not 0", 3, (const double[]){1, 1, 5});
    expect("max(not mu_pt < 22, !(mu_pt > 20))", 3, (const double[]){1, 0, 1});
    expect("!mu_pt ** 2 + 1", 3, all);
    refuse("!not mu_pt < 22", "write !(not ...)");
    refuse("! not mu_pt", "write !(not ...)");
    refuse("!!not mu_pt", "write !(not ...)");
    refuse("!and mu_pt", "not before 'and'");
    refuse("1 + not mu_pt < 22", "'not' begins a condition");
    refuse("-not mu_pt", "'not' begins a condition");
    refuse("1 == not mu_pt", "'not' begins a condition");
    refuse("mu_pt not 3", "'not' begins a condition");
    refuse("not", "\"not\"");
    refuse("mu_pt > 2 and not", "and not");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_and_numbers_make_a_value_of_each_event),
        cmocka_unit_test(words_and_signs_of_logic_agree),
        cmocka_unit_test(columns_are_the_same_for_all_particles_of_an_event),
        cmocka_unit_test(reductions_go_over_an_events_particles),
        cmocka_unit_test(nan_in_a_reduction_stays_wherever_it_stands),
        cmocka_unit_test(what_reads_two_ways_is_refused),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(events_without_particles_have_none_to_go_over),
        cmocka_unit_test(negations_nest_as_they_are_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
