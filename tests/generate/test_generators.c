/* The built-in generators among each other: samples of one seed by two of them have nothing to do with each other. */
#include <nearsym/generate/dimuon.h>
#include <nearsym/generate/muon_pairs.h>
#include <nearsym/generate/muons.h>
#include <nearsym/generate/showers.h>
#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { GENERATORS = 6, EVENTS = 2000, KEPT = EVENTS / 2, QUANTITIES = 24 };

static const char *const names[GENERATORS] = {"Z", "photon", "showers", "muons", "mixture", "surroundings"};

/* Ranks of an event's quantities among the events, from -1 to 1. */
typedef struct sample {
    size_t quantities;
    double rank[QUANTITIES][KEPT];
} sample;

static const double *sorted_by;

static int by_value(const void *a, const void *b) {
    double x = sorted_by[*(const size_t *)a], y = sorted_by[*(const size_t *)b];
    return (x > y) - (x < y);
}

/* Takes a quantity of all events in, unless it is the same in all. */
static void take(sample *s, const double *values) {
    size_t order[KEPT];
    for (size_t i = 0; i < KEPT; i++) order[i] = i;
    sorted_by = values;
    qsort(order, KEPT, sizeof *order, by_value);
    if (values[order[0]] == values[order[KEPT - 1]]) return;
    assert_true(s->quantities < QUANTITIES);
    for (size_t k = 0, end; k < KEPT; k = end) {
        for (end = k; end < KEPT && values[order[end]] == values[order[k]];) end++;
        for (size_t i = k; i < end; i++) s->rank[s->quantities][order[i]] = (double)(k + end) / KEPT - 1;
    }
    s->quantities++;
}

/* Columns, how many particles there are, and their first feature summed up: of every second event, as odd ones are of
   another class by design. */
static void take_events(sample *s, nsym_events *events) {
    double values[KEPT];
    for (size_t c = 0; c < events->columns; c++) {
        if (events->column[c].width != 1) continue;
        for (size_t i = 0; i < KEPT; i++) values[i] = events->column[c].values[2 * i];
        take(s, values);
    }
    for (size_t i = 0; i < KEPT; i++) values[i] = (double)(events->offsets[2 * i + 1] - events->offsets[2 * i]);
    take(s, values);
    for (size_t f = 0; f < events->features; f++) {
        for (size_t i = 0; i < KEPT; i++) {
            values[i] = 0;
            for (uint64_t p = events->offsets[2 * i]; p < events->offsets[2 * i + 1]; p++)
                values[i] += events->particles[p * events->features + f];
        }
        take(s, values);
    }
    nsym_events_free(events);
}

static void take_activity(sample *s, uint64_t seed) {
    nsym_activity_options o = nsym_activity_defaults();
    nsym_activity around = {0};
    const nsym_muon muon = {true, 1, 30, 0.5, 0};
    double count[KEPT], sum[KEPT], interactions[KEPT];
    o.seed = seed;
    for (size_t i = 0; i < KEPT; i++) {
        uint64_t n = nsym_activity_interactions(&o, 2 * i);
        assert_int_equal(nsym_activity_draw(&around, &o, 2 * i, &muon, n), NSYM_OK);
        interactions[i] = (double)n, count[i] = (double)around.count, sum[i] = 0;
        for (size_t k = 0; k < around.count; k++) sum[i] += around.neighbour[k].pt;
    }
    take(s, interactions);
    take(s, count);
    take(s, sum);
    nsym_activity_free(&around);
}

static void generate(sample *s, int generator, uint64_t seed) {
    nsym_events *events = NULL;
    nsym_status status = NSYM_OK;
    nsym_dimuon_options dimuon = nsym_dimuon_defaults(generator == 1 ? NSYM_DIMUON_PHOTON : NSYM_DIMUON_Z);
    nsym_showers_options showers = nsym_showers_defaults();
    nsym_muons_options muons = nsym_muons_defaults();
    nsym_muon_pairs_options mixture = nsym_muon_pairs_defaults();
    dimuon.events = EVENTS, mixture.signal = 1;
    dimuon.seed = showers.shower.seed = muons.activity.seed = mixture.activity.seed = seed;
    if (generator < 2) status = nsym_dimuon_generate(&events, &dimuon);
    if (generator == 2) status = nsym_showers_generate(&events, &showers, 0, EVENTS);
    if (generator == 3) status = nsym_muons_generate(&events, &muons, 0, EVENTS);
    if (generator == 4) status = nsym_muon_pairs_generate(&events, &mixture, 0, EVENTS);
    assert_int_equal(status, NSYM_OK);
    if (generator < 5)
        take_events(s, events);
    else
        take_activity(s, seed);
}

/* Uniform ranks from -1 to 1 have variance 1/3. Some 800 correlations, each of 1000 events: 5 standard deviations. */
static void samples_of_one_seed_are_independent(void **state) {
    (void)state;
    sample *all = calloc(GENERATORS, sizeof *all);
    double worst = 0;
    for (int g = 0; g < GENERATORS; g++) generate(&all[g], g, 7);
    for (int g = 0; g < GENERATORS; g++)
        for (int h = 0; h < g; h++)
            for (size_t a = 0; a < all[g].quantities; a++)
                for (size_t b = 0; b < all[h].quantities; b++) {
                    double sum = 0;
                    for (size_t i = 0; i < KEPT; i++) sum += all[g].rank[a][i] * all[h].rank[b][i];
                    if (!(fabs(3 * sum / KEPT) < 5 / sqrt(KEPT)))
                        fail_msg("%s, quantity %zu, and %s, quantity %zu: correlation %.3f", names[g], a, names[h], b,
                                 3 * sum / KEPT);
                    worst = fmax(worst, fabs(3 * sum / KEPT));
                }
    print_message("largest correlation: %.3f\n", worst);
    free(all);
}

/* A stream's name is hashed to 32 bits. */
static void names_of_streams_have_hashes_of_their_own(void **state) {
    (void)state;
    static const char *const streams[] = {"dimuon Z",
                                          "dimuon photon",
                                          "shower",
                                          "spread",
                                          "muon",
                                          "muon calorimeter",
                                          "mixture muon",
                                          "mixture mass",
                                          "muon interactions",
                                          "muon pile-up",
                                          "muon underlying",
                                          "muon jet",
                                          "muons interactions",
                                          "muons pile-up",
                                          "muons underlying",
                                          "muons jet",
                                          "surroundings interactions",
                                          "surroundings pile-up",
                                          "surroundings underlying",
                                          "surroundings jet",
                                          "smear",
                                          "order",
                                          "angle",
                                          "mixture label",
                                          "draw",
                                          "redraw",
                                          "bootstrap",
                                          "weights",
                                          "dropout",
                                          "search",
                                          "member",
                                          "splot bootstrap",
                                          "splot toy",
                                          "ado_signal",
                                          "ado_background"};
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++)
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(nsym_random_stream(1, streams[i], 0).purpose,
                                 nsym_random_stream(1, streams[k], 0).purpose);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_of_one_seed_are_independent),
        cmocka_unit_test(names_of_streams_have_hashes_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
