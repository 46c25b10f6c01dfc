/* Which part of a sample each of its rows is in, as a column. */
#include "sources/sample.h"

#include "base/fail.h"
#include "data/part.h"

#include <stdlib.h>

/* The rows of events first ... first + n - 1 of those that train or validate. */
static void fill(double *values, const nsym_parts *parts, size_t first, size_t n, nsym_part part) {
    for (size_t e = first; e < first + n; e++)
        for (size_t k = 0; k < nsym_part_rows(parts, e); k++) values[nsym_part_first(parts, e) + k] = part;
}

static nsym_status tell(nsym_events *events, const nsym_parts *parts, bool folds) {
    double *values;
    NSYM_TRY(nsym_part_add(&values, events, folds));
    if (!values) return NSYM_OK;
    for (size_t i = 0; i < events->count; i++) values[i] = -1;
    fill(values, parts, 0, parts->train_count, NSYM_PART_TRAIN);
    fill(values, parts, parts->check_first, parts->check_count, NSYM_PART_VALIDATION);
    for (size_t i = 0; i < parts->test_count; i++) values[nsym_test_row(parts, i)] = NSYM_PART_TEST;
    return NSYM_OK;
}

nsym_status nsym_sample_tell_parts(nsym_sample *sample, const nsym_data_card *card) {
    nsym_parts parts;
    uint32_t *tests;
    bool folds = card->split.folds > 0;
    NSYM_TRY(nsym_sample_parts(&parts, &tests, sample, card, 0));
    nsym_status status = NSYM_OK;
    if (sample->shown && sample->shown->count == sample->events->count) status = tell(sample->shown, &parts, folds);
    bool own = nsym_events_column(sample->events, "part") != NULL; /* a model may read it */
    if (status == NSYM_OK && !own) status = tell(sample->events, &parts, folds);
    free(tests);
    return status;
}
