/* Samples of points and pairs whose symmetry is known. */
#ifndef TESTS_SYMMETRY_VERSIONS_H
#define TESTS_SYMMETRY_VERSIONS_H

#include <nearsym/events.h>
#include <nearsym/random.h>
#include <nearsym/symmetry.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Events of one point each, x and y Gaussian of these widths about (shift, 0), from a stream of `seed`. */
static inline nsym_events *new_points(size_t n, double width_x, double width_y, double shift, uint64_t seed) {
    static const char *const names[] = {"x", "y"};
    uint64_t *offsets = calloc(n + 1, sizeof *offsets);
    nsym_events *events;
    nsym_random random = nsym_random_stream(seed, "points of a test", 0);
    assert_non_null(offsets);
    for (size_t i = 0; i <= n; i++) offsets[i] = i;
    assert_int_equal(nsym_events_new(&events, n), NSYM_OK);
    assert_int_equal(nsym_events_set_particles(events, 2, names, NULL, offsets), NSYM_OK);
    for (size_t i = 0; i < n; i++) {
        events->particles[2 * i] = shift + width_x * nsym_random_normal(&random);
        events->particles[2 * i + 1] = width_y * nsym_random_normal(&random);
    }
    free(offsets);
    return events;
}

static inline void assert_ok(nsym_status status) {
    if (status != NSYM_OK) fail_msg("%s", nsym_message());
}

static inline void assert_fails(nsym_status status, const char *words) {
    assert_int_not_equal(status, NSYM_OK);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

static inline void assert_near(double a, double b, double apart) {
    if (!(fabs(a - b) <= apart)) fail_msg("%.15g is not %.15g within %.2g", a, b, apart);
}

/* Mean and standard deviation of pulls (n). */
static inline void pulls_of(double *mean, double *width, const double *pulls, size_t n) {
    *mean = *width = 0;
    for (size_t i = 0; i < n; i++) *mean += pulls[i] / (double)n;
    for (size_t i = 0; i < n; i++) *width += (pulls[i] - *mean) * (pulls[i] - *mean) / (double)(n - 1);
    *width = sqrt(*width);
}

#endif
