/* The background rejection at chosen signal efficiencies. */
#include "study/outcome.h"

#include "base/fail.h"
#include <string.h>

/* What is less is 0 but for the rounding of weights' sums, and the rejection infinite. */
static const double LEAST = 1e-12;

nsym_status nsym_outcome_add_rejection(nsym_outcome *results, const nsym_point *point) {
    size_t first = results->count;
    while (first > 0 && results->result[first - 1].point == point) first--;
    for (size_t i = first, n = results->count; i < n; i++) {
        const nsym_outcome_row *row = &results->result[i];
        if (strcmp(row->metric, "background_efficiency") != 0 || !(row->mean > LEAST)) continue;
        const double slope = 1 / (row->mean * row->mean); /* |d(1/x)/dx| */
        const nsym_error_parts *e = &row->error;
        const nsym_outcome_row fresh = {.point = point,
                                        .number = row->number,
                                        .members = row->members,
                                        .mean = 1 / row->mean,
                                        .std = row->std * slope,
                                        .standard_error = row->standard_error * slope,
                                        .error = {.trainings = e->trainings * slope,
                                                  .training_sample = e->training_sample * slope,
                                                  .test_sample = e->test_sample * slope,
                                                  .fit = e->fit * slope},
                                        .tolerance = row->tolerance};
        NSYM_TRY(nsym_outcome_add(results, &fresh, "rejection"));
    }
    return NSYM_OK;
}
