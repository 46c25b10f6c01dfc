#include "study/ordering.h"

#include "base/fail.h"
#include "base/folder.h"
#include <nearsym/ado.h>
#include <nearsym/io.h>
#include <nearsym/stats.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double *column_of(const nsym_events *events, const char *name) {
    const nsym_column *column = nsym_events_column(events, name);
    return column && column->width == 1 ? column->values : NULL;
}

/* The logit, where files have it: it tells events apart where the output is as good as 0 or 1. */
static const double *score_of(const nsym_events *events) {
    const double *logit = column_of(events, "logit");
    return logit ? logit : column_of(events, "output");
}

static nsym_status read_scores(nsym_events **out, const char *folder, const char *file, size_t events) {
    char path[NSYM_PATH_SIZE];
    NSYM_TRY(nsym_folder_path(path, folder, "%s", file));
    NSYM_TRY(nsym_events_read(out, path, NULL));
    bool whole = column_of(*out, "output") && column_of(*out, "label") && column_of(*out, "weight");
    if (whole && (!events || (*out)->count == events)) return NSYM_OK;
    return nsym_fail(NSYM_EFORMAT, "%s: %zu events with%s label, weight and output, expected %zu", path, (*out)->count,
                     whole ? "" : "out", events);
}

/* ADO of all models (n, n) of one member. */
static nsym_status order_member(double *ado, size_t n, const nsym_events *const *scores) {
    size_t events = scores[0]->count;
    float *labels = malloc((events + 1) * sizeof *labels);
    if (!labels) return nsym_fail(NSYM_ENOMEM, "no memory for %zu labels", events);
    const double *label = column_of(scores[0], "label"), *weight = column_of(scores[0], "weight");
    for (size_t i = 0; i < events; i++) labels[i] = (float)label[i];
    nsym_status status = NSYM_OK;
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; status == NSYM_OK && b < a; b++) {
            status = nsym_ado(&ado[a * n + b], score_of(scores[a]), score_of(scores[b]), labels, weight, events);
            ado[b * n + a] = ado[a * n + b];
        }
    free(labels);
    return status;
}

/* All members' matrices: ado (members, n, n). */
static nsym_status order_members(double *ado, const nsym_point *const *points, size_t n, const char *const *scores,
                                 const char *folder) {
    size_t members = points[0]->members;
    nsym_events **read = calloc(n, sizeof *read);
    nsym_status status = read ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the scores of %zu models", n);
    for (size_t m = 0; status == NSYM_OK && m < members; m++) {
        for (size_t i = 0; status == NSYM_OK && i < n; i++)
            status = read_scores(&read[i], folder, scores[i * members + m], i ? read[0]->count : 0);
        if (status == NSYM_OK) status = order_member(ado + m * n * n, n, (const nsym_events *const *)read);
        for (size_t i = 0; i < n; i++) {
            nsym_events_free(read[i]);
            read[i] = NULL;
        }
    }
    free(read);
    return status;
}

/* The members' numbers of one pair of models as a result. */
static nsym_status add_row(nsym_outcome *results, const nsym_point *point, const char *other, const double *values) {
    char metric[sizeof results->result->metric];
    if (snprintf(metric, sizeof metric, "ado_%s", other) >= (int)sizeof metric)
        return nsym_fail(NSYM_EINVAL, "the model's name '%s' is too long for a metric, ado_NAME", other);
    nsym_spread spread = nsym_spread_of(values, point->members);
    return nsym_outcome_add(results,
                            &(nsym_outcome_row){.point = point,
                                                .mean = spread.mean,
                                                .std = spread.std,
                                                .standard_error = spread.standard_error,
                                                .members = point->members,
                                                .tolerance = NAN},
                            metric);
}

nsym_status nsym_ordering_add(nsym_outcome *results, const nsym_point *const *points, size_t n,
                              const char *const *scores, const char *folder) {
    size_t members = points[0]->members;
    double *ado = calloc(members * n * n + 1, sizeof *ado), *values = calloc(members + 1, sizeof *values);
    nsym_status status =
        ado && values ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the ordering of %zu models", n);
    if (status == NSYM_OK) status = order_members(ado, points, n, scores, folder);
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; status == NSYM_OK && b < n; b++) {
            if (a == b) continue;
            for (size_t m = 0; m < members; m++) values[m] = ado[(m * n + a) * n + b];
            status = add_row(results, points[a], points[b]->model, values);
        }
    free(ado);
    free(values);
    return status;
}
