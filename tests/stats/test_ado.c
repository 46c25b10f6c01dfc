/* Decision ordering over all pairs, over drawn ones, and of many candidates at once. */
#include <nearsym/ado.h>
#include <nearsym/random.h>
#include <nearsym/stats.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N = 150 };

typedef struct {
    double f[N], g[N], weights[N];
    float labels[N];
} sample;

/* Events whose scores take few values, so that many are tied, and weights that are small whole multiples of 1/4: sums
   and products of them are exact. */
static sample draw(uint64_t index) {
    sample s;
    nsym_random random = nsym_random_stream(7, "ado", index);
    for (size_t i = 0; i < N; i++) {
        s.labels[i] = nsym_random_below(&random, 3) == 0 ? 1 : 0;
        s.f[i] = nsym_random_below(&random, 12) / 4. + (double)s.labels[i];
        s.g[i] = s.f[i] + nsym_random_below(&random, 9) - 4;
        s.weights[i] = nsym_random_below(&random, 9) / 4.;
    }
    return s;
}

/* The same without ties. */
static sample draw_untied(uint64_t index) {
    sample s = draw(index);
    nsym_random random = nsym_random_stream(8, "ado", index);
    for (size_t i = 0; i < N; i++) {
        s.f[i] = nsym_random_normal(&random);
        s.g[i] = s.f[i] + nsym_random_normal(&random);
    }
    return s;
}

static double theta(double product) {
    return product > 0 ? 1 : product == 0 ? 0.5 : 0;
}

/* The definition, summed over all pairs. */
static double counted(const sample *s, const double *weights) {
    double sum = 0, all = 0;
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            if (s->labels[i] != 1 || s->labels[j] != 0) continue;
            double weight = weights ? weights[i] * weights[j] : 1;
            sum += weight * theta((s->f[i] - s->f[j]) * (s->g[i] - s->g[j]));
            all += weight;
        }
    return sum / all;
}

static double ado(const double *f, const double *g, const float *labels, const double *weights, size_t n) {
    double found = NAN;
    if (nsym_ado(&found, f, g, labels, weights, n) != NSYM_OK) fail_msg("%s", nsym_message());
    return found;
}

static void it_is_the_mean_over_all_pairs(void **state) {
    (void)state;
    for (uint64_t k = 0; k < 20; k++) {
        sample s = draw(k), untied = draw_untied(k);
        assert_true(ado(s.f, s.g, s.labels, NULL, N) == counted(&s, NULL));
        assert_true(ado(s.f, s.g, s.labels, s.weights, N) == counted(&s, s.weights));
        assert_true(ado(untied.f, untied.g, untied.labels, s.weights, N) == counted(&untied, s.weights));
    }
}

static void of_a_classifier_with_itself_only_ties_are_missing(void **state) {
    (void)state;
    for (uint64_t k = 0; k < 5; k++) {
        sample s = draw_untied(k);
        double minus[N];
        for (size_t i = 0; i < N; i++) minus[i] = -s.f[i];
        assert_true(ado(s.f, s.f, s.labels, s.weights, N) == 1);
        assert_true(ado(s.f, minus, s.labels, s.weights, N) == 0);
        s = draw(k);
        double tied = 0, pairs = 0;
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++) {
                if (s.labels[i] != 1 || s.labels[j] != 0) continue;
                tied += s.f[i] == s.f[j];
                pairs++;
            }
        assert_true(tied > 0);
        assert_true(fabs(ado(s.f, s.f, s.labels, NULL, N) - (1 - 0.5 * tied / pairs)) < 1e-15);
    }
}

static void rising_functions_change_nothing(void **state) {
    (void)state;
    for (uint64_t k = 0; k < 5; k++) {
        sample s = draw(k);
        double f[N], g[N], before = ado(s.f, s.g, s.labels, s.weights, N);
        for (size_t i = 0; i < N; i++) f[i] = exp(s.f[i]), g[i] = s.g[i] * s.g[i] * s.g[i] - 5;
        assert_true(ado(f, g, s.labels, s.weights, N) == before);
        assert_true(ado(g, f, s.labels, s.weights, N) == before); /* nor does the order of the two */
        for (size_t i = 0; i < N; i++) f[i] = s.f[i] == 0 ? -INFINITY : s.f[i] == 3.75 ? INFINITY : s.f[i]; /* ends */
        assert_true(ado(f, g, s.labels, s.weights, N) == before);
    }
}

static void with_the_labels_it_is_the_auc(void **state) {
    (void)state;
    for (uint64_t k = 0; k < 5; k++) {
        sample s = draw(k);
        double truth[N], auc;
        for (size_t i = 0; i < N; i++) truth[i] = (double)s.labels[i];
        for (size_t i = 0; i < N / 10; i++) s.weights[10 * i] *= -1; /* signs count as they are */
        assert_int_equal(nsym_auc(&auc, NULL, s.f, s.labels, s.weights, N), NSYM_OK);
        assert_true(fabs(ado(s.f, truth, s.labels, s.weights, N) - auc) < 1e-14);
    }
}

static void refused(const sample *s, const double *weights, nsym_status status, const char *words) {
    double found;
    assert_int_equal(nsym_ado(&found, s->f, s->g, s->labels, weights, N), status);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
    if (status != NSYM_EINVAL) return; /* pairs are drawn by labels and weights alone */
    nsym_ado_pairs pairs;
    assert_int_equal(nsym_ado_pairs_draw(&pairs, s->labels, weights, N, 10, 1), status);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
    assert_null(pairs.signal);
}

static void what_has_no_order_is_refused(void **state) {
    (void)state;
    sample s = draw(0);
    s.f[3] = NAN;
    refused(&s, NULL, NSYM_ENUMERIC, "score 3 of the first classifier is NaN");
    s = draw(0), s.g[149] = NAN;
    refused(&s, NULL, NSYM_ENUMERIC, "score 149 of the second classifier is NaN");
    s = draw(0), s.labels[2] = 2;
    refused(&s, NULL, NSYM_EINVAL, "label 2 is 2, must be 0 or 1");
    nsym_ado_pairs pairs;
    s = draw(0), s.weights[7] = -1;
    assert_int_equal(nsym_ado_pairs_draw(&pairs, s.labels, s.weights, N, 10, 1), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "weight 7 is -1; pairs are drawn in proportion"));
    s.weights[7] = NAN;
    refused(&s, s.weights, NSYM_EINVAL, "weight 7 is nan");
    s.weights[7] = INFINITY;
    refused(&s, s.weights, NSYM_EINVAL, "weight 7 is inf");
    for (size_t i = 0; i < N; i++) s.weights[i] = s.labels[i] == 1 ? 0 : 1;
    refused(&s, s.weights, NSYM_EINVAL, "of the signal 0");
    for (size_t i = 0; i < N; i++) s.labels[i] = 1;
    refused(&s, NULL, NSYM_EINVAL, "both classes: weight of the background 0, of the signal 150");
    double found;
    assert_int_equal(nsym_ado(&found, s.f, s.g, s.labels, NULL, 0), NSYM_EINVAL);
}

static nsym_ado_pairs all_of(const sample *s) {
    nsym_ado_pairs pairs;
    assert_int_equal(nsym_ado_pairs_all(&pairs, s->labels, N), NSYM_OK);
    return pairs;
}

static void all_pairs_are_all(void **state) {
    (void)state;
    sample s = draw(1);
    nsym_ado_pairs pairs = all_of(&s);
    size_t at = 0;
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t j = 0; j < N; j++) {
            if (s.labels[i] != 1 || s.labels[j] != 0) continue;
            assert_true(at < pairs.count && pairs.signal[at] == i && pairs.background[at] == j);
            at++;
        }
    assert_int_equal(at, pairs.count);
    double mean;
    assert_int_equal(nsym_ado_of_pairs(&mean, &pairs, s.f, s.g), NSYM_OK);
    assert_true(mean == counted(&s, NULL));
    nsym_ado_pairs_free(&pairs);
}

static void drawn_pairs_follow_the_weights(void **state) {
    (void)state;
    enum { COUNT = 200000 };
    sample s = draw(2);
    for (int weighted = 0; weighted < 2; weighted++) {
        const double *weights = weighted ? s.weights : NULL;
        nsym_ado_pairs pairs, again, other;
        assert_int_equal(nsym_ado_pairs_draw(&pairs, s.labels, weights, N, COUNT, 1), NSYM_OK);
        assert_int_equal(nsym_ado_pairs_draw(&again, s.labels, weights, N, COUNT, 1), NSYM_OK);
        assert_int_equal(nsym_ado_pairs_draw(&other, s.labels, weights, N, COUNT, 2), NSYM_OK);
        assert_int_equal(pairs.count, COUNT);
        assert_memory_equal(pairs.signal, again.signal, COUNT * sizeof *pairs.signal);
        assert_memory_equal(pairs.background, again.background, COUNT * sizeof *pairs.background);
        assert_memory_not_equal(pairs.background, other.background, COUNT * sizeof *pairs.background);
        double total[2] = {0}, chi2 = 0, times[N] = {0};
        for (size_t i = 0; i < N; i++) total[s.labels[i] == 1] += weights ? weights[i] : 1;
        for (size_t i = 0; i < COUNT; i++) {
            assert_true(s.labels[pairs.signal[i]] == 1 && s.labels[pairs.background[i]] == 0);
            assert_true(i == 0 || pairs.signal[i] >= pairs.signal[i - 1]);
            times[pairs.signal[i]]++, times[pairs.background[i]]++;
        }
        for (size_t i = 0; i < N; i++) {
            double expected = COUNT * (weights ? weights[i] : 1) / total[s.labels[i] == 1];
            if (expected == 0)
                assert_true(times[i] == 0);
            else
                chi2 += (times[i] - expected) * (times[i] - expected) / expected;
        }
        assert_true(fabs(chi2 - N) < 5 * sqrt(2. * N)); /* of about N degrees of freedom */
        double mean, truth = counted(&s, weights);
        assert_int_equal(nsym_ado_of_pairs(&mean, &pairs, s.f, s.g), NSYM_OK);
        assert_true(fabs(mean - truth) < 5 * sqrt(truth * (1 - truth) / COUNT));
        nsym_ado_pairs_free(&pairs);
        nsym_ado_pairs_free(&again);
        nsym_ado_pairs_free(&other);
    }
}

static void disordered_pairs_are_those_of_opposite_order(void **state) {
    (void)state;
    sample s = draw(3);
    nsym_ado_pairs pairs = all_of(&s), found;
    assert_int_equal(nsym_ado_pairs_disordered(&found, &pairs, s.f, s.g), NSYM_OK);
    size_t at = 0;
    for (size_t i = 0; i < pairs.count; i++) {
        uint32_t a = pairs.signal[i], b = pairs.background[i];
        if (!((s.f[a] - s.f[b]) * (s.g[a] - s.g[b]) < 0)) continue;
        assert_true(at < found.count && found.signal[at] == a && found.background[at] == b);
        at++;
    }
    assert_true(at > 0 && at == found.count);
    double mean;
    assert_int_equal(nsym_ado_of_pairs(&mean, &found, s.f, s.g), NSYM_OK);
    assert_true(mean == 0);
    nsym_ado_pairs none;
    assert_int_equal(nsym_ado_pairs_disordered(&none, &pairs, s.f, s.f), NSYM_OK);
    assert_int_equal(none.count, 0);
    assert_int_equal(nsym_ado_of_pairs(&mean, &none, s.f, s.g), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "no pairs"));
    uint32_t event = found.background[0];
    s.g[event] = NAN;
    char words[64];
    snprintf(words, sizeof words, "event %u is NaN", (unsigned)event);
    nsym_ado_pairs nothing;
    assert_int_equal(nsym_ado_pairs_disordered(&nothing, &found, s.f, s.g), NSYM_ENUMERIC);
    assert_non_null(strstr(nsym_message(), words));
    assert_null(nothing.signal);
    assert_int_equal(nsym_ado_of_pairs(&mean, &found, s.g, s.f), NSYM_ENUMERIC);
    assert_non_null(strstr(nsym_message(), words));
    nsym_ado_pairs_free(&pairs);
    nsym_ado_pairs_free(&found);
    nsym_ado_pairs_free(&none);
}

/* Enough background events for several blocks, and a count of candidates that is no multiple of a vector's. */
enum { EVENTS = 9000, PAIRS = 30000, CANDIDATES = 37 };

typedef struct {
    float *labels, *values; /* (EVENTS), (CANDIDATES, EVENTS) */
    double *guide;          /* (EVENTS) with ties */
    int8_t *order;
    nsym_ado_pairs pairs;
} search;

static search search_new(void) {
    search s = {malloc(EVENTS * sizeof(float)),
                malloc((size_t)CANDIDATES * EVENTS * sizeof(float)),
                malloc(EVENTS * sizeof(double)),
                malloc(PAIRS),
                {0}};
    assert_true(s.labels && s.values && s.guide && s.order);
    nsym_random random = nsym_random_stream(9, "search", 0);
    for (size_t i = 0; i < EVENTS; i++) {
        s.labels[i] = (float)nsym_random_below(&random, 2);
        s.guide[i] = nsym_random_below(&random, 30) + (double)s.labels[i];
        for (size_t k = 0; k < CANDIDATES; k++) /* from little noise to much, some with ties and infinities */
            s.values[k * EVENTS + i] = (float)s.guide[i] + (float)k * (float)nsym_random_normal(&random);
        if (i % 7 == 0) s.values[5 * EVENTS + i] = i % 2 ? INFINITY : -INFINITY;
        s.values[6 * EVENTS + i] = floorf(s.values[6 * EVENTS + i] / 8);
    }
    assert_int_equal(nsym_ado_pairs_draw(&s.pairs, s.labels, NULL, EVENTS, PAIRS, 3), NSYM_OK);
    assert_int_equal(nsym_ado_order(s.order, &s.pairs, s.guide), NSYM_OK);
    return s;
}

static void search_free(search *s) {
    free(s->labels);
    free(s->values);
    free(s->guide);
    free(s->order);
    nsym_ado_pairs_free(&s->pairs);
}

static void ranking_is_the_ado_with_the_guide(void **state) {
    (void)state;
    search s = search_new();
    nsym_ado_ranking *ranking;
    double found[CANDIDATES], again[CANDIDATES], candidate[EVENTS], mean;
    assert_int_equal(nsym_ado_ranking_new(&ranking, &s.pairs, s.order, EVENTS), NSYM_OK);
    assert_int_equal(nsym_ado_ranking_run(found, ranking, s.values, CANDIDATES, 1, NULL, NULL), NSYM_OK);
    for (size_t k = 0; k < CANDIDATES; k++) {
        for (size_t i = 0; i < EVENTS; i++) candidate[i] = (double)s.values[k * EVENTS + i];
        assert_int_equal(nsym_ado_of_pairs(&mean, &s.pairs, candidate, s.guide), NSYM_OK);
        assert_true(found[k] == mean);
    }
    assert_true(found[0] > found[30] && found[30] > 0.5); /* noise makes them worse */
    for (size_t workers = 0; workers < 5; workers++) {
        memset(again, 0, sizeof again);
        assert_int_equal(nsym_ado_ranking_run(again, ranking, s.values, CANDIDATES, workers, NULL, NULL), NSYM_OK);
        assert_memory_equal(found, again, sizeof found);
    }
    assert_int_equal(nsym_ado_ranking_run(again, ranking, s.values, 0, 1, NULL, NULL), NSYM_OK);
    assert_int_equal(nsym_ado_ranking_run(again, ranking, s.values + EVENTS, 1, 1, NULL, NULL), NSYM_OK);
    assert_true(again[0] == found[1]);
    nsym_ado_ranking_free(ranking);
    search_free(&s);
}

/* Pairs out of order, and an event that is signal in one and background in another. */
static void any_pairs_can_be_ranked_by(void **state) {
    (void)state;
    uint32_t signal[] = {4, 0, 2, 4}, background[] = {1, 4, 0, 2};
    const int8_t order[] = {1, -1, 0, 1};
    const float values[] = {1, 2, 3, NAN, 4}; /* event 3 is in no pair */
    nsym_ado_pairs pairs = {4, signal, background};
    nsym_ado_ranking *ranking;
    double found;
    assert_int_equal(nsym_ado_ranking_new(&ranking, &pairs, order, 5), NSYM_OK);
    assert_int_equal(nsym_ado_ranking_run(&found, ranking, values, 1, 1, NULL, NULL), NSYM_OK);
    assert_true(found == 3.5 / 4);
    nsym_ado_ranking_free(ranking);
    const int8_t ties[4] = {0};
    assert_int_equal(nsym_ado_ranking_new(&ranking, &pairs, ties, 5), NSYM_OK);
    assert_int_equal(nsym_ado_ranking_run(&found, ranking, values, 1, 1, NULL, NULL), NSYM_OK);
    assert_true(found == 0.5);
    nsym_ado_ranking_free(ranking);
}

static bool at_once(void) {
    return true;
}

static void what_cannot_be_ranked_is_refused(void **state) {
    (void)state;
    search s = search_new();
    nsym_ado_ranking *ranking;
    double found[CANDIDATES];
    const nsym_ado_pairs none = {0};
    assert_int_equal(nsym_ado_ranking_new(&ranking, &none, s.order, EVENTS), NSYM_EINVAL);
    assert_null(ranking);
    assert_int_equal(nsym_ado_ranking_new(&ranking, &s.pairs, s.order, EVENTS / 2), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "but there are only 4500 events"));
    s.order[11] = 3;
    assert_int_equal(nsym_ado_ranking_new(&ranking, &s.pairs, s.order, EVENTS), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "the order of pair 11 is 3"));
    s.order[11] = 1;
    assert_int_equal(nsym_ado_ranking_new(&ranking, &s.pairs, s.order, EVENTS), NSYM_OK);
    assert_int_equal(nsym_ado_ranking_run(found, ranking, s.values, CANDIDATES, 2, NULL, at_once), NSYM_EINTERRUPTED);
    s.values[36 * EVENTS + s.pairs.background[9]] = NAN; /* the last candidate, whose lines are filled up */
    char words[96];
    snprintf(words, sizeof words, "candidate 36 for event %u is NaN", (unsigned)s.pairs.background[9]);
    assert_int_equal(nsym_ado_ranking_run(found, ranking, s.values, CANDIDATES, 2, NULL, NULL), NSYM_ENUMERIC);
    assert_non_null(strstr(nsym_message(), words));
    nsym_ado_ranking_free(ranking);
    nsym_ado_ranking_free(NULL);
    s.guide[s.pairs.signal[0]] = NAN;
    assert_int_equal(nsym_ado_order(s.order, &s.pairs, s.guide), NSYM_ENUMERIC);
    search_free(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_mean_over_all_pairs),
        cmocka_unit_test(of_a_classifier_with_itself_only_ties_are_missing),
        cmocka_unit_test(rising_functions_change_nothing),
        cmocka_unit_test(with_the_labels_it_is_the_auc),
        cmocka_unit_test(what_has_no_order_is_refused),
        cmocka_unit_test(all_pairs_are_all),
        cmocka_unit_test(drawn_pairs_follow_the_weights),
        cmocka_unit_test(disordered_pairs_are_those_of_opposite_order),
        cmocka_unit_test(ranking_is_the_ado_with_the_guide),
        cmocka_unit_test(any_pairs_can_be_ranked_by),
        cmocka_unit_test(what_cannot_be_ranked_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
