/* Momentum smearing: what it keeps, how wide it is, and that it is the same every time. */
#include "detector/smear.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { EVENTS = 20000 };

/* A pair of particles of some mass in a random direction. */
static void draw(double *p4, uint64_t index) {
    nsym_random random = nsym_random_stream(21, "pair", index);
    for (int i = 0; i < 2; i++, p4 += 4) {
        double pt = 15 + 60 * nsym_random_uniform(&random), phi = 2 * acos(-1) * nsym_random_uniform(&random);
        double eta = 5 * nsym_random_uniform(&random) - 2.5, mass = i * 5;
        p4[0] = pt * cos(phi), p4[1] = pt * sin(phi), p4[2] = pt * sinh(eta);
        p4[3] = sqrt(mass * mass + pow(pt * cosh(eta), 2));
    }
}

static double pt_of(const double *p4) {
    return hypot(p4[0], p4[1]);
}

static double mass2_of(const double *p4) {
    return p4[3] * p4[3] - p4[0] * p4[0] - p4[1] * p4[1] - p4[2] * p4[2];
}

/* Event `index` before and after. */
static void smeared(const nsym_smear *smear, uint64_t index, double before[8], double after[8]) {
    draw(before, index);
    memcpy(after, before, 8 * sizeof *after);
    nsym_random random = nsym_random_stream(1, "smear", index);
    nsym_smear_event(smear, &random, after, 2);
}

static void no_resolution_is_the_identity(void **state) {
    (void)state;
    double before[8], after[8];
    for (int k = 0; k < 4; k++) {
        const nsym_smear smear = {0, k % 2 == 0, k / 2 ? NSYM_KEEP_PZ : NSYM_KEEP_ETA};
        smeared(&smear, 3, before, after);
        assert_memory_equal(before, after, sizeof before);
    }
}

static void phi_and_mass_are_kept_and_eta_or_pz(void **state) {
    (void)state;
    double before[8], after[8];
    for (int k = 0; k < 4; k++) {
        const nsym_smear smear = {0.3, k % 2 == 0, k / 2 ? NSYM_KEEP_PZ : NSYM_KEEP_ETA};
        for (uint64_t e = 0; e < 1000; e++) {
            smeared(&smear, e, before, after);
            for (double *p = before, *q = after; p < before + 8; p += 4, q += 4) {
                double pt = pt_of(p), pt_after = pt_of(q);
                assert_true(pt_after > 0 && fabs(pt_after / pt - 1) > 1e-9);
                /* the same direction, not only the same line */
                assert_true(hypot(p[0] / pt - q[0] / pt_after, p[1] / pt - q[1] / pt_after) < 1e-12);
                assert_true(fabs(mass2_of(p) - mass2_of(q)) < 1e-12 * (p[3] * p[3] + q[3] * q[3]));
                if (smear.keep == NSYM_KEEP_PZ)
                    assert_true(p[2] == q[2]);
                else
                    assert_true(fabs(p[2] / pt - q[2] / pt_after) < 1e-12 * (1 + fabs(p[2] / pt)));
            }
        }
    }
}

static void a_shared_draw_shifts_all_by_the_firsts(void **state) {
    (void)state;
    const nsym_smear shared = {0.1, true, NSYM_KEEP_PZ}, alone = {0.1, false, NSYM_KEEP_PZ};
    double before[8], after[8], again[8];
    for (uint64_t e = 0; e < 1000; e++) {
        smeared(&shared, e, before, after);
        double first = pt_of(after) - pt_of(before), second = pt_of(after + 4) - pt_of(before + 4);
        assert_true(fabs(first - second) < 1e-11);
        smeared(&alone, e, before, again);
        assert_memory_equal(after, again, 4 * sizeof *after); /* the first draws the same either way */
        assert_true(fabs(pt_of(again + 4) - pt_of(after + 4)) > 0);
    }
}

static void the_width_of_the_ratio_is_the_resolution(void **state) {
    (void)state;
    const double resolutions[] = {0.01, 0.1, 0.2};
    for (int r = 0; r < 3; r++) {
        const nsym_smear smear = {resolutions[r], false, NSYM_KEEP_ETA};
        double before[8], after[8], sum[2] = {0}, squares[2] = {0}, product = 0;
        for (uint64_t e = 0; e < EVENTS; e++) {
            smeared(&smear, e, before, after);
            double x[2];
            for (int i = 0; i < 2; i++) {
                x[i] = (pt_of(after + 4 * i) / pt_of(before + 4 * i) - 1) / smear.resolution;
                sum[i] += x[i], squares[i] += x[i] * x[i];
            }
            product += x[0] * x[1];
        }
        /* five standard errors of a mean, a variance and a correlation */
        for (int i = 0; i < 2; i++) {
            assert_true(fabs(sum[i] / EVENTS) < 5 / sqrt(EVENTS));
            assert_true(fabs(squares[i] / EVENTS - 1) < 5 * sqrt(2. / EVENTS));
        }
        assert_true(fabs(product / EVENTS) < 5 / sqrt(EVENTS));
    }
}

static void a_stream_smears_the_same_every_time(void **state) {
    (void)state;
    const nsym_smear smear = {0.1, false, NSYM_KEEP_ETA};
    double before[8], once[8], twice[8], other[8];
    smeared(&smear, 7, before, once);
    smeared(&smear, 7, before, twice);
    assert_memory_equal(once, twice, sizeof once);
    memcpy(other, before, sizeof other);
    nsym_random random = nsym_random_stream(2, "smear", 7);
    nsym_smear_event(&smear, &random, other, 2);
    assert_true(pt_of(once) != pt_of(other) && pt_of(once + 4) != pt_of(other + 4));
}

static void a_particle_along_the_beam_stays(void **state) {
    (void)state;
    double p4[] = {0, 0, 100, 100, 30, 0, 0, 30};
    const nsym_smear smear = {0.1, false, NSYM_KEEP_ETA};
    nsym_random random = nsym_random_stream(1, "smear", 0);
    nsym_smear_event(&smear, &random, p4, 2);
    const double along[] = {0, 0, 100, 100};
    assert_memory_equal(p4, along, sizeof along);
    assert_true(p4[4] != 30 && p4[5] == 0 && fabs(p4[4] - p4[7]) < 1e-12);
}

static void no_event_is_no_event(void **state) {
    (void)state;
    const nsym_smear smear = {0.1, true, NSYM_KEEP_ETA};
    nsym_random random = nsym_random_stream(1, "smear", 0);
    double *last = malloc(sizeof *last); /* an empty array may stand where memory ends */
    nsym_smear_event(&smear, &random, last + 1, 0);
    free(last);
}

/* A massless particle written with six digits may have E < |p|; a draw near -1 / resolution must not make E a NaN. */
static void a_rounded_energy_stays_a_number(void **state) {
    (void)state;
    const nsym_smear smear = {1, false, NSYM_KEEP_ETA};
    for (uint64_t e = 0; e < EVENTS; e++) {
        double p4[] = {30, 0, 40, 50 * (1 - 1e-5)};
        nsym_random random = nsym_random_stream(1, "smear", e);
        nsym_smear_event(&smear, &random, p4, 1);
        assert_true(isfinite(p4[3]) && p4[3] >= 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_resolution_is_the_identity),
        cmocka_unit_test(phi_and_mass_are_kept_and_eta_or_pz),
        cmocka_unit_test(a_shared_draw_shifts_all_by_the_firsts),
        cmocka_unit_test(the_width_of_the_ratio_is_the_resolution),
        cmocka_unit_test(a_stream_smears_the_same_every_time),
        cmocka_unit_test(a_particle_along_the_beam_stays),
        cmocka_unit_test(no_event_is_no_event),
        cmocka_unit_test(a_rounded_energy_stays_a_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
