/* Differences between results, with the errors of pairs. */
#include "study/outcome.h"

#include "base/fail.h"
#include <nearsym/stats.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Does `other` stand where `point` does, but for the coordinate that it is compared along? */
static bool is_base(const nsym_point *other, const nsym_point *point) {
    const char *experiment = other->experiment;
    if (!experiment || strcmp(experiment, point->experiment) != 0 || other->coordinates != point->coordinates)
        return false;
    for (size_t c = 0; c < point->coordinates; c++) {
        bool compared = strcmp(point->coordinate[c].name, point->compare.name) == 0;
        const char *wanted = compared ? point->compare.value : point->coordinate[c].value;
        if (strcmp(other->coordinate[c].value, wanted) != 0) return false;
    }
    return true;
}

/* What a result is compared with, or NULL. */
static const nsym_outcome_row *base_of(const nsym_outcome *results, size_t n, const nsym_outcome_row *result) {
    for (size_t i = 0; i < n; i++) {
        const nsym_outcome_row *other = &results->result[i];
        if (other->number == result->number && strcmp(other->metric, result->metric) == 0 &&
            is_base(other->point, result->point))
            return other == result ? NULL : other;
    }
    return NULL;
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

nsym_status nsym_outcome_subtract(nsym_outcome *results) {
    size_t n = results->count;
    for (size_t i = 0; i < n; i++) {
        const nsym_outcome_row a = results->result[i];
        if (!a.draws || !a.point->compare.name) continue;
        const nsym_outcome_row *b = base_of(results, n, &results->result[i]);
        if (!b) continue;
        char metric[sizeof a.metric + sizeof "_difference"];
        snprintf(metric, sizeof metric, "%s_difference", a.metric);
        nsym_outcome_row out = {.point = a.point,
                                .number = a.number,
                                .mean = a.mean - b->mean,
                                .members = a.members,
                                .minus = &a.point->compare,
                                .tolerance = NAN};
        NSYM_TRY(subtract_members(&out, &a, b));
        subtract_draws(&out, &a, b);
        NSYM_TRY(nsym_outcome_add(results, &out, metric));
    }
    return NSYM_OK;
}
