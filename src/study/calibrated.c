#include "study/calibrated.h"

#include "base/fail.h"
#include "stats/calibration.h"
#include "stats/influence.h"
#include <nearsym/classes.h>

#include <math.h>
#include <stdlib.h>

/* What is judged. Shapes: probability, comes_true, influence (tests). Owned. */
typedef struct {
    double *probability, *influence;
    float *comes_true;
} judged;

static void free_judged(judged *j) {
    free(j->probability);
    free(j->influence);
    free(j->comes_true);
}

/* Probabilities of label 1, or those of the classes that are called. */
static nsym_status judge(judged *out, const nsym_test_part *r, const double *logits, size_t outputs) {
    size_t n = r->parts.test_count;
    double *all = malloc((n * outputs + 1) * sizeof *all);
    *out = (judged){.probability = malloc((n + 1) * sizeof *out->probability),
                    .influence = malloc((n + 1) * sizeof *out->influence),
                    .comes_true = malloc((n + 1) * sizeof *out->comes_true)};
    bool room = all && out->probability && out->influence && out->comes_true;
    for (size_t i = 0; room && i < n; i++) {
        out->comes_true[i] = r->test_labels[i];
        if (outputs == 1)
            out->probability[i] = 1 / (1 + exp(-logits[i]));
        else
            nsym_class_probabilities(all + i * outputs, logits + i * outputs, outputs);
    }
    if (room && outputs > 1) nsym_confidences(out->probability, out->comes_true, all, outputs, r->test_labels, n);
    free(all);
    return room ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the probabilities of %zu events", n);
}

static void record(nsym_measures *f, const nsym_calibration *c, const judged *j, const nsym_test_part *r, size_t bins,
                   uint64_t seed) {
    double error = c->ece_error;
    size_t events = nsym_test_part_join(j->influence, r, &error);
    size_t at = nsym_measures_add_known(f, "ece", 0, c->ece, error, 0);
    double *draws = nsym_measures_draw(f, at, NSYM_INFLUENCE_DRAWS);
    if (draws) nsym_influence_draw(draws, j->influence, events, seed);
    if (!r->test_events) {
        nsym_measures_add(f, "ece_floor", 0, c->floor);
        nsym_measures_add(f, "ece_floor_spread", 0, c->floor_spread);
    }
    for (size_t k = 0; k < bins; k++) {
        const nsym_calibration_bin *bin = nsym_calibration_at(c, k, bins);
        nsym_measures_add_known(f, "reliability", k + 1, bin->observed, bin->error, 0);
        nsym_measures_add(f, "reliability_predicted", k + 1, bin->predicted);
    }
}

nsym_status nsym_calibrated_measure(nsym_measures *f, const nsym_test_part *r, const double *logits, size_t outputs,
                                    size_t bins, uint64_t seed) {
    judged j;
    nsym_calibration curve;
    nsym_status status = judge(&j, r, logits, outputs);
    if (status == NSYM_OK)
        status = nsym_calibration_measure(&curve, j.influence, j.probability, j.comes_true, r->test_weights,
                                          r->parts.test_count, bins);
    if (status == NSYM_OK)
        record(f, &curve, &j, r, bins, seed);
    else
        status = nsym_fail_in(status, "measure.calibration: ");
    free_judged(&j);
    return status;
}
