/* Differences between results, with the errors of pairs. */
#include "study/outcome.h"

#include "base/fail.h"
#include <nearsym/stats.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The coordinate of a point that it is compared along. */
static const nsym_coordinate *compared(const nsym_point *point) {
    for (size_t c = 0; c < point->coordinates; c++)
        if (strcmp(point->coordinate[c].name, point->compare.name) == 0) return &point->coordinate[c];
    return NULL;
}

static bool is_base(const nsym_point *point) {
    const nsym_coordinate *at = compared(point);
    return at && strcmp(at->value, point->compare.value) == 0;
}

static double quadrature(double a, double b) {
    return sqrt(a * a + b * b);
}

/* The trainings' parts, from the members' differences where they are pairs. */
static nsym_status subtract_members(nsym_outcome_row *out, const nsym_outcome_row *a, const nsym_outcome_row *b) {
    size_t runs = a->members + a->point->restarts;
    if (runs != b->members + b->point->restarts || a->members != b->members) {
        out->std = quadrature(a->std, b->std);
        out->standard_error = quadrature(a->standard_error, b->standard_error);
        out->error.trainings = quadrature(a->error.trainings, b->error.trainings);
        out->error.training_sample = quadrature(a->error.training_sample, b->error.training_sample);
        return NSYM_OK;
    }
    double *differences = malloc(runs * sizeof *differences);
    if (!differences) return nsym_fail(NSYM_ENOMEM, "no memory for %zu members", runs);
    for (size_t m = 0; m < runs; m++) differences[m] = a->values[m] - b->values[m];
    nsym_spread spread = nsym_spread_of(differences, a->members);
    out->std = spread.std;
    out->standard_error = spread.standard_error;
    out->error = nsym_error_of_members(nsym_point_bootstraps(a->point) ? a->point : b->point, differences);
    free(differences);
    return NSYM_OK;
}

/* The test sample's part. Draws hold what a fit to the sample adds. */
static void subtract_draws(nsym_outcome_row *out, const nsym_outcome_row *a, const nsym_outcome_row *b) {
    double sum = 0;
    if (!b->draws || a->draw_count != b->draw_count) {
        out->error.test_sample = quadrature(a->error.test_sample, b->error.test_sample);
        out->error.fit = quadrature(a->error.fit, b->error.fit);
        return;
    }
    for (size_t k = 0; k < a->draw_count; k++) sum += (a->draws[k] - b->draws[k]) * (a->draws[k] - b->draws[k]);
    out->error.test_sample = sqrt(sum);
}

/* Adds a less b, as metric METRICending. */
static nsym_status add_difference(nsym_outcome *results, const nsym_outcome_row *a, const nsym_outcome_row *b,
                                  const char *ending) {
    char metric[sizeof a->metric + sizeof "_difference"];
    snprintf(metric, sizeof metric, "%s%s", a->metric, ending);
    nsym_outcome_row out = {.point = a->point,
                            .number = a->number,
                            .mean = a->mean - b->mean,
                            .members = a->members,
                            .minus = compared(b->point),
                            .tolerance = NAN};
    NSYM_TRY(subtract_members(&out, a, b));
    subtract_draws(&out, a, b);
    return nsym_outcome_add(results, &out, metric);
}

nsym_status nsym_outcome_subtract(nsym_outcome *results) {
    size_t n = results->count;
    for (size_t i = 0; i < n; i++) {
        const nsym_outcome_row a = results->result[i];
        if (!a.draws || !a.point->compare.name || is_base(a.point)) continue;
        for (size_t k = 0; k < n; k++) {
            const nsym_outcome_row *other = &results->result[k];
            if (k == i || other->number != a.number || strcmp(a.metric, other->metric) != 0 ||
                !nsym_point_beside(other->point, a.point, a.point->compare.name))
                continue;
            const nsym_outcome_row b = *other; /* the results move as they grow */
            bool base = b.point->compare.name && is_base(b.point);
            if (!base && k > i) continue;
            NSYM_TRY(add_difference(results, &a, &b, base ? "_difference" : "_pair"));
        }
    }
    return NSYM_OK;
}
