#include "study/run_classes.h"

#include "base/fail.h"
#include "stats/influence.h"
#include "stats/one_vs_rest.h"
#include "study/coordinates.h"

#include <math.h>
#include <stdlib.h>

typedef enum { MEAN, ACCURACY, BRIER, OF_CLASS, BETWEEN, CONFUSION, KINDS } kind;

static const struct {
    const char *metric;
    size_t places; /* classes that it is of */
} kinds[KINDS] = {[MEAN] = {"auc_final", 0},        [ACCURACY] = {"accuracy_final", 0}, [BRIER] = {"brier", 0},
                  [OF_CLASS] = {"auc_of_class", 1}, [BETWEEN] = {"auc_between", 2},     [CONFUSION] = {"confusion", 2}};

/* One number, of classes i and j where it is of some. The influence (events) is that of the error, where this is known.
 */
typedef struct {
    kind kind;
    size_t i, j;
    double value, error;
    const double *influence;
    size_t events;
} found;

typedef void (*visitor)(void *context, const found *number);

static nsym_status measure(found *out, double *influence, const nsym_class_scores *s, const nsym_class_scores *likely) {
    switch (out->kind) {
    case MEAN:
        return nsym_one_vs_rest_mean(&out->value, &out->error, influence, s);
    case ACCURACY:
        return nsym_class_accuracy(&out->value, &out->error, influence, s);
    case BRIER:
        return nsym_class_brier(&out->value, &out->error, influence, likely);
    case OF_CLASS:
        return nsym_one_vs_rest(&out->value, &out->error, influence, s, out->i);
    case BETWEEN:
        return nsym_one_vs_one(&out->value, &out->error, influence, s, out->i, out->j);
    case CONFUSION:
    case KINDS:
        break;
    }
    return nsym_confusion(&out->value, &out->error, influence, s, out->i, out->j);
}

/* All numbers in the order of their kinds; `likely`: with the logits at the network's temperature. */
static nsym_status visit_all(const nsym_test_part *r, const nsym_class_scores *s, const nsym_class_scores *likely,
                             visitor visit, void *context) {
    double *influence = malloc((s->n + 1) * sizeof *influence);
    nsym_status status =
        influence ? nsym_class_check(s) : nsym_fail(NSYM_ENOMEM, "no memory for the influence of %zu events", s->n);
    for (kind which = MEAN; status == NSYM_OK && which < KINDS; which++)
        for (size_t i = 0; i < (kinds[which].places > 0 ? s->classes : 1); i++)
            for (size_t j = 0; status == NSYM_OK && j < (kinds[which].places > 1 ? s->classes : 1); j++) {
                found number = {.kind = which, .i = i, .j = j, .influence = influence};
                if (which == BETWEEN && i == j) continue;
                status = measure(&number, influence, s, likely);
                if (status != NSYM_OK) continue;
                if (isfinite(number.error)) number.events = nsym_test_part_join(influence, r, &number.error);
                visit(context, &number);
            }
    free(influence);
    return status;
}

static nsym_class_scores scores_of(const nsym_test_part *r, const double *logits, size_t classes) {
    return (nsym_class_scores){.n = r->parts.test_count,
                               .classes = classes,
                               .logits = logits,
                               .labels = r->test_labels,
                               .weights = r->test_weights};
}

/* ---- Of a run ---- */

typedef struct {
    nsym_measures *measures;
    uint64_t seed;
} recorder;

static void record(void *context, const found *number) {
    const recorder *to = context;
    size_t places = kinds[number->kind].places, place = places ? nsym_class_number(number->i, number->j) : 0;
    size_t at =
        nsym_measures_add_known(to->measures, kinds[number->kind].metric, place, number->value, number->error, 0);
    bool shared = places < 2 && isfinite(number->error);
    double *draws = shared ? nsym_measures_draw(to->measures, at, NSYM_INFLUENCE_DRAWS) : NULL;
    if (draws) nsym_influence_draw(draws, number->influence, number->events, to->seed);
}

static nsym_status add_curves(nsym_measures *f, const nsym_test_part *r, const nsym_class_scores *s,
                              const double *permille, size_t m) {
    double fpr[NSYM_ROC_MAX], tpr[NSYM_ROC_MAX], errors[NSYM_ROC_MAX], *scores = malloc((s->n + 1) * sizeof *scores);
    float *labels = malloc((s->n + 1) * sizeof *labels);
    nsym_status status =
        scores && labels ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the scores of %zu events", s->n);
    for (size_t p = 0; p < m && p < NSYM_ROC_MAX; p++) fpr[p] = permille[p] / 1000;
    for (size_t k = 0; status == NSYM_OK && k < s->classes; k++) {
        nsym_one_vs_rest_scores(scores, labels, s, k);
        status = nsym_test_part_roc(tpr, errors, r, scores, labels, fpr, m);
        for (size_t p = 0; status == NSYM_OK && p < m; p++)
            nsym_measures_add_known(f, "roc_of_class", nsym_class_number(k, (size_t)permille[p]), tpr[p], errors[p], 0);
    }
    free(scores);
    free(labels);
    return status;
}

nsym_status nsym_run_measure_classes(nsym_measures *f, const nsym_test_part *r, const double *logits,
                                     const double *likely, size_t classes, const double *permille, size_t m,
                                     uint64_t seed) {
    const nsym_class_scores s = scores_of(r, logits, classes), at_temperature = scores_of(r, likely, classes);
    recorder to = {f, seed};
    NSYM_TRY(visit_all(r, &s, &at_temperature, record, &to));
    return add_curves(f, r, &s, permille, m);
}

/* ---- For a reader ---- */

static void note(void *context, const found *number) {
    nsym_class_results *out = context;
    size_t i = number->i, j = number->j;
    double *const values[KINDS] = {[MEAN] = &out->auc,
                                   [ACCURACY] = &out->accuracy,
                                   [OF_CLASS] = &out->auc_of[i],
                                   [BETWEEN] = &out->auc_of_pair[i][j],
                                   [CONFUSION] = &out->confusion[i][j]};
    double *const errors[KINDS] = {[MEAN] = &out->auc_error,
                                   [ACCURACY] = &out->accuracy_error,
                                   [OF_CLASS] = &out->auc_of_error[i],
                                   [BETWEEN] = &out->auc_of_pair_error[i][j],
                                   [CONFUSION] = &out->confusion_error[i][j]};
    if (!values[number->kind]) return;
    *values[number->kind] = number->value;
    *errors[number->kind] = number->error;
}

nsym_status nsym_run_class_results(nsym_class_results *out, const nsym_test_part *r, const double *logits,
                                   size_t classes) {
    const nsym_class_scores s = scores_of(r, logits, classes);
    *out = (nsym_class_results){.classes = classes};
    NSYM_TRY(visit_all(r, &s, &s, note, out));
    for (size_t i = 0; i < s.n; i++) out->events[(size_t)s.labels[i]]++;
    for (size_t k = 0; k < classes; k++) out->auc_of_pair[k][k] = out->auc_of_pair_error[k][k] = NAN;
    return NSYM_OK;
}
