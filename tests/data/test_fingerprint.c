/* Which events a model has seen: how well 1024 hashes tell, and what changes no hash. */
#include "data/fingerprint.h"

#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 40000 };

/* Events first ... first + n - 1 of two to six particles x, y and a column mass; label and weight are the place's. */
/* About how many of the hashes (n) are fingerprinted, looked up in two parts. */
static double overlap(const nsym_fingerprints *f, const uint64_t *hashes, size_t n) {
    nsym_fingerprint_tally tally = {0};
    nsym_fingerprints_look(&tally, f, hashes, n / 3);
    nsym_fingerprints_look(&tally, f, hashes + n / 3, n - n / 3);
    return nsym_fingerprints_estimate(&tally);
}

static nsym_events *sample(size_t first, size_t n) {
    static const char *const names[] = {"x", "y"};
    nsym_events *events;
    double *mass, *label, *weight;
    uint64_t *offsets = calloc(n + 1, sizeof *offsets);
    for (size_t i = 0; i < n; i++) offsets[i + 1] = offsets[i] + 2 + (first + i) % 5;
    assert_int_equal(nsym_events_new(&events, n), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 2, names, NULL, offsets), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "mass", "", "", 1, &mass), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "label", "", "", 1, &label), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "weight", "", "", 1, &weight), NSYM_OK);
    for (size_t i = 0; i < n; i++) {
        nsym_random random = nsym_random_stream(8, "events", first + i);
        for (uint64_t k = 2 * offsets[i]; k < 2 * offsets[i + 1]; k++)
            events->particles[k] = nsym_random_normal(&random);
        mass[i] = nsym_random_normal(&random);
        label[i] = (double)(i % 2), weight[i] = (double)i;
    }
    free(offsets);
    return events;
}

static uint64_t *hashes_of(const nsym_events *events, const char *fields) {
    uint64_t *hashes = calloc(events->count + 1, sizeof *hashes);
    assert_int_equal(nsym_events_hash(hashes, events, fields), NSYM_OK);
    return hashes;
}

/* Each event an origin of its own. */
static void take(nsym_fingerprints *f, const uint64_t *hashes, size_t n) {
    double *origin = calloc(n + 1, sizeof *origin);
    for (size_t i = 0; i < n; i++) origin[i] = (double)i;
    assert_int_equal(nsym_fingerprints_take(f, hashes, origin, n), NSYM_OK);
    free(origin);
}

/* Samples that share 0 to all of their events, of sizes alike and not: within four standard errors of the truth. */
static void the_overlap_is_as_near_as_1024_hashes_tell(void **state) {
    (void)state;
    static const size_t sizes[][2] = {{4800, 4800}, {30000, 30000}, {30000, 5000}, {3000, 30000}, {500, 700}};
    nsym_events *events = sample(0, 2 * MANY);
    uint64_t *all = hashes_of(events, "x,y");
    nsym_fingerprints f;
    for (size_t s = 0; s < 5; s++)
        for (size_t tenths = 0; tenths <= 10; tenths++) {
            size_t trained = sizes[s][0], asked = sizes[s][1], fewer = trained < asked ? trained : asked;
            size_t shared = fewer * tenths / 10;
            take(&f, all, trained);
            assert_int_equal(f.count, trained < 1024 ? trained : 1024);
            double found = overlap(&f, all + trained - shared, asked);
            double fraction = (double)shared / (double)asked, n = (double)asked;
            double looked = trained > 1024 ? 1024 * n / (double)trained : INFINITY;
            assert_true(fabs(found - (double)shared) <= 4 * n * sqrt(fraction * (1 - fraction) / looked) + 1e-9);
        }
    free(all);
    nsym_events_free(events);
}

static void places_labels_weights_and_precision_change_no_hash(void **state) {
    (void)state;
    nsym_events *a = sample(0, 200), *b = sample(0, 200), *c = sample(100, 200);
    for (size_t i = 0; i < 200; i++) {
        double *row = b->particles + 2 * b->offsets[i], first[2] = {row[0], row[1]};
        size_t last = 2 * (size_t)(b->offsets[i + 1] - b->offsets[i] - 1);
        row[0] = row[last], row[1] = row[last + 1];
        row[last] = (double)(float)first[0], row[last + 1] = (double)(float)first[1];
        nsym_events_column(b, "label")->values[i] = 7;
        nsym_events_column(b, "mass")->values[i] *= 1 + 1e-12;
    }
    static const char *const fields[] = {"x,y", "mass", "y,x,mass"};
    for (size_t k = 0; k < 3; k++) {
        uint64_t *of_a = hashes_of(a, fields[k]), *of_b = hashes_of(b, fields[k]), *of_c = hashes_of(c, fields[k]);
        for (size_t i = 0; i < 200; i++) assert_true(of_a[i] == of_b[i]);
        for (size_t i = 0; i < 100; i++) assert_true(of_a[100 + i] == of_c[i]);
        for (size_t i = 1; i < 200; i++) assert_true(of_a[i] != of_a[i - 1]);
        b->particles[0] *= k == 0 ? 1.001 : 1;
        nsym_events_column(b, "mass")->values[0] *= 1.001;
        uint64_t *other = hashes_of(b, fields[k]);
        assert_true(other[0] != of_a[0] && other[1] == of_a[1]);
        nsym_events_column(b, "mass")->values[0] /= 1.001;
        b->particles[0] /= k == 0 ? 1.001 : 1;
        free(of_a), free(of_b), free(of_c), free(other);
    }
    uint64_t hash[200];
    assert_int_equal(nsym_events_hash(hash, a, "x,z"), NSYM_ENOTFOUND);
    nsym_events_free(a), nsym_events_free(b), nsym_events_free(c);
}

static void a_value_of_a_wide_column_counts_as_a_column_of_its_own(void **state) {
    (void)state;
    static char *labels[] = {"energy", "mass_of_it"};
    nsym_events *events = sample(0, 300);
    double *wide;
    assert_int_equal(nsym_events_add_column(events, "wide", "", "", 2, &wide), NSYM_OK);
    nsym_column *column = nsym_events_column(events, "wide");
    for (size_t i = 0; i < 300; i++) wide[2 * i + 1] = nsym_events_column(events, "mass")->values[i];
    column->labels = labels;
    uint64_t *own = hashes_of(events, "mass"), *labelled = hashes_of(events, "mass_of_it");
    assert_memory_equal(own, labelled, 300 * sizeof *own);
    column->labels = NULL;
    free(own), free(labelled);
    nsym_events_free(events);
}

/* Copies are one event; what is the same in several events, such as emptiness, belongs to none of them. */
static void an_event_may_have_any_number_of_fields(void **state) {
    (void)state;
    enum { FIELDS = 600 };
    char fields[8 * FIELDS] = "";
    nsym_events *events;
    assert_int_equal(nsym_events_new(&events, 2), NSYM_OK);
    for (size_t k = 0; k < FIELDS; k++) {
        char name[32];
        double *values;
        snprintf(name, sizeof name, "c%zu", k);
        if (k > 0) strcat(fields, ",");
        strcat(fields, name);
        assert_int_equal(nsym_events_add_column(events, name, "", "", 1, &values), NSYM_OK);
        values[0] = values[1] = (double)k;
    }
    uint64_t *same = hashes_of(events, fields);
    assert_true(same[0] == same[1]);
    events->column[FIELDS - 1].values[1] += 1; /* the last one counts */
    uint64_t *other = hashes_of(events, fields);
    assert_true(other[0] == same[0] && other[1] != same[1]);
    free(same);
    free(other);
    nsym_events_free(events);
}

static void contents_that_tell_no_event_are_left_out(void **state) {
    (void)state;
    uint64_t hash[3000];
    double origin[3000];
    nsym_fingerprints f;
    for (size_t i = 0; i < 3000; i++) hash[i] = 1000 + i / 3, origin[i] = (double)(i / 3);
    assert_int_equal(nsym_fingerprints_take(&f, hash, origin, 3000), NSYM_OK);
    assert_int_equal(f.count, 1000);
    for (size_t i = 0; i < 3000; i++) origin[i] = (double)i;
    assert_int_equal(nsym_fingerprints_take(&f, hash, origin, 3000), NSYM_OK);
    assert_int_equal(f.count, 0); /* few contents for many events */
    assert_true(overlap(&f, hash, 3000) == 0);
    for (size_t i = 0; i < 3000; i++) hash[i] = i < 1000 ? 0 : i < 1015 ? 5 : i; /* empty, and one content of 15 */
    assert_int_equal(nsym_fingerprints_take(&f, hash, origin, 3000), NSYM_OK);
    assert_int_equal(f.count, 1024);
    assert_true(f.hash[0] == 1015);
    assert_true(overlap(&f, hash, 1015) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_overlap_is_as_near_as_1024_hashes_tell),
        cmocka_unit_test(places_labels_weights_and_precision_change_no_hash),
        cmocka_unit_test(a_value_of_a_wide_column_counts_as_a_column_of_its_own),
        cmocka_unit_test(an_event_may_have_any_number_of_fields),
        cmocka_unit_test(contents_that_tell_no_event_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
