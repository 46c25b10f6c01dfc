#include "stats/one_vs_rest.h"

#include "base/fail.h"
#include "base/softmax.h"
#include "stats/influence.h"
#include <nearsym/stats.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

double nsym_class_log_odds(const double *logits, size_t classes, size_t k) {
    double largest = -INFINITY, sum = 0;
    for (size_t j = 0; j < classes; j++)
        if (j != k) largest = fmax(largest, logits[j]);
    for (size_t j = 0; j < classes; j++)
        if (j != k) sum += exp(logits[j] - largest);
    return logits[k] - (largest + log(sum));
}

size_t nsym_class_called(const double *logits, size_t classes) {
    size_t called = 0;
    for (size_t k = 1; k < classes; k++)
        if (logits[k] > logits[called]) called = k;
    return called;
}

void nsym_class_probabilities(double *probabilities, const double *logits, size_t classes) {
    memmove(probabilities, logits, classes * sizeof *probabilities);
    nsym_softmax(probabilities, classes);
}

static double weight_of(const nsym_class_scores *s, size_t i) {
    return s->weights ? s->weights[i] : 1;
}

static const double *logits_of(const nsym_class_scores *s, size_t i) {
    return s->logits + i * s->classes;
}

static nsym_status check_event(const nsym_class_scores *s, size_t i) {
    double label = (double)s->labels[i];
    if (!(label >= 0 && label < (double)s->classes) || label != floor(label))
        return nsym_fail(NSYM_EINVAL, "label %zu is %g, must be 0 to %zu", i, label, s->classes - 1);
    if (!isfinite(weight_of(s, i)))
        return nsym_fail(NSYM_EINVAL, "weight %zu is %g, must be finite", i, weight_of(s, i));
    for (size_t k = 0; k < s->classes; k++)
        if (isnan(logits_of(s, i)[k]))
            return nsym_fail(NSYM_ENUMERIC, "the logit of class %zu of event %zu is NaN", k, i);
    return NSYM_OK;
}

nsym_status nsym_class_check(const nsym_class_scores *s) {
    double total[NSYM_CLASSES_MAX] = {0};
    if (s->classes < 2 || s->classes > NSYM_CLASSES_MAX)
        return nsym_fail(NSYM_EINVAL, "there are %zu classes, must be 2 to %d", s->classes, (int)NSYM_CLASSES_MAX);
    for (size_t i = 0; i < s->n; i++) {
        NSYM_TRY(check_event(s, i));
        total[(size_t)s->labels[i]] += weight_of(s, i);
    }
    for (size_t k = 0; k < s->classes; k++)
        if (!(total[k] * total[0] > 0))
            return nsym_fail(NSYM_EINVAL,
                             "the weights of class %zu add up to %g and those of class 0 to %g; every class must have "
                             "events, with sums of one sign",
                             k, total[k], total[0]);
    return NSYM_OK;
}

/* Some of the events as scores of two classes. Owned. */
typedef struct two_classes {
    size_t n;
    double *scores, *weights; /* (n) weights NULL: ones */
    float *labels;            /* (n) */
    size_t *place;            /* (n) which event it is */
} two_classes;

static void free_two(two_classes *t) {
    free(t->scores);
    free(t->weights);
    free(t->labels);
    free(t->place);
}

static nsym_status new_two(two_classes *t, const nsym_class_scores *s) {
    *t = (two_classes){.scores = malloc((s->n + 1) * sizeof *t->scores),
                       .weights = s->weights ? malloc((s->n + 1) * sizeof *t->weights) : NULL,
                       .labels = malloc((s->n + 1) * sizeof *t->labels),
                       .place = malloc((s->n + 1) * sizeof *t->place)};
    if (t->scores && t->labels && t->place && (t->weights || !s->weights)) return NSYM_OK;
    free_two(t);
    return nsym_fail(NSYM_ENOMEM, "no memory for the scores of %zu events", s->n);
}

static void add_event(two_classes *t, const nsym_class_scores *s, size_t i, double score, bool signal) {
    t->scores[t->n] = score;
    t->labels[t->n] = signal;
    t->place[t->n] = i;
    if (t->weights) t->weights[t->n] = s->weights[i];
    t->n++;
}

/* The AUC of those events; the influences of all n, which are 0 for the others. */
static nsym_status measure_two(double *value, double *error, double *influence, const two_classes *t, size_t n) {
    NSYM_TRY(nsym_auc(value, error, t->scores, t->labels, t->weights, t->n));
    if (!error || !isfinite(*error) || !influence) return NSYM_OK;
    double *own = malloc((t->n + 1) * sizeof *own);
    if (!own) return nsym_fail(NSYM_ENOMEM, "no memory for the influence of %zu events", t->n);
    nsym_status status = nsym_auc_influence(own, t->scores, t->labels, t->weights, t->n);
    memset(influence, 0, n * sizeof *influence);
    for (size_t i = 0; status == NSYM_OK && i < t->n; i++) influence[t->place[i]] = own[i];
    free(own);
    return status;
}

nsym_status nsym_one_vs_rest(double *value, double *error, double *influence, const nsym_class_scores *s, size_t k) {
    two_classes t;
    NSYM_TRY(new_two(&t, s));
    for (size_t i = 0; i < s->n; i++)
        add_event(&t, s, i, nsym_class_log_odds(logits_of(s, i), s->classes, k), (size_t)s->labels[i] == k);
    nsym_status status = measure_two(value, error, influence, &t, s->n);
    free_two(&t);
    return status;
}

nsym_status nsym_class_tally_of(nsym_class_tally *out, const double *labels, const double *weights, size_t n) {
    *out = (nsym_class_tally){.least = INFINITY};
    for (size_t i = 0; i < n; i++) {
        double label = labels[i], weight = weights ? weights[i] : 1;
        if (!(label >= 0 && label < NSYM_CLASSES_MAX) || label != floor(label))
            return nsym_fail(NSYM_EINVAL, "label %zu is %g, must be a whole number from 0 to %d", i, label,
                             (int)NSYM_CLASSES_MAX - 1);
        out->count[(size_t)label]++;
        out->sum[(size_t)label] += weight;
        out->total += weight;
    }
    for (size_t k = 0; k < NSYM_CLASSES_MAX; k++) {
        if (!out->count[k]) continue;
        out->classes++;
        out->least = fmin(out->least, out->sum[k]);
        out->most = fmax(out->most, out->sum[k]);
    }
    return NSYM_OK;
}

nsym_status nsym_one_vs_one(double *value, double *error, double *influence, const nsym_class_scores *s, size_t i,
                            size_t j) {
    two_classes t;
    NSYM_TRY(new_two(&t, s));
    for (size_t e = 0; e < s->n; e++) {
        size_t own = (size_t)s->labels[e];
        if (own == i || own == j) add_event(&t, s, e, logits_of(s, e)[i] - logits_of(s, e)[j], own == i);
    }
    nsym_status status = measure_two(value, error, influence, &t, s->n);
    free_two(&t);
    return status;
}

nsym_status nsym_one_vs_rest_mean(double *value, double *error, double *influence, const nsym_class_scores *s) {
    double classes = (double)s->classes, of_class = 0, own_error = 0, squares = 0;
    double *own = error ? calloc(s->n + 1, sizeof *own) : NULL, *sum = error ? calloc(s->n + 1, sizeof *sum) : NULL;
    bool known = error != NULL;
    nsym_status status =
        !error || (own && sum) ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the influence of %zu events", s->n);
    *value = 0;
    for (size_t k = 0; status == NSYM_OK && k < s->classes; k++) {
        status = nsym_one_vs_rest(&of_class, error ? &own_error : NULL, own, s, k);
        *value += of_class / classes;
        known = known && isfinite(own_error);
        for (size_t i = 0; status == NSYM_OK && known && i < s->n; i++) sum[i] += own[i] / classes;
    }
    for (size_t i = 0; status == NSYM_OK && known && i < s->n; i++) {
        squares += sum[i] * sum[i];
        if (influence) influence[i] = sum[i];
    }
    if (error) *error = known ? sqrt(squares) : (double)NAN;
    free(own);
    free(sum);
    return status;
}

/* A weighted mean over the events of one class, or of all (class NSYM_CLASSES_MAX), of what x gives. A share that is 0
   or 1 is known no better than to half an event, as the rates of a ROC curve. */
static void measure_mean(double *value, double *error, double *influence, const nsym_class_scores *s, size_t of,
                         bool share, double (*x)(const nsym_class_scores *s, size_t event, size_t j), size_t j) {
    double sum = 0, total = 0, weights = 0, squares = 0;
    size_t counted = 0;
    for (size_t i = 0; i < s->n; i++) {
        double w = weight_of(s, i);
        if (of < NSYM_CLASSES_MAX && (size_t)s->labels[i] != of) continue;
        sum += w * x(s, i, j);
        total += w;
        weights += w * w;
        counted += w != 0;
    }
    *value = sum / total;
    for (size_t i = 0; error && i < s->n; i++) {
        bool own = of == NSYM_CLASSES_MAX || (size_t)s->labels[i] == of;
        double part = own ? weight_of(s, i) * (x(s, i, j) - *value) / total : 0;
        if (influence) influence[i] = part;
        squares += part * part;
    }
    double least = share ? 0.5 * weights / (total * total) : 0;
    if (error) *error = counted > 1 ? fmax(sqrt(squares), least) : (double)NAN;
}

static double is_called(const nsym_class_scores *s, size_t event, size_t j) {
    return nsym_class_called(logits_of(s, event), s->classes) == j;
}

static double is_right(const nsym_class_scores *s, size_t event, size_t j) {
    (void)j;
    return is_called(s, event, (size_t)s->labels[event]);
}

static double distance(const nsym_class_scores *s, size_t event, size_t j) {
    double p[NSYM_CLASSES_MAX], sum = 0;
    (void)j;
    nsym_class_probabilities(p, logits_of(s, event), s->classes);
    for (size_t k = 0; k < s->classes; k++) {
        double far = p[k] - (k == (size_t)s->labels[event]);
        sum += far * far;
    }
    return sum;
}

nsym_status nsym_confusion(double *value, double *error, double *influence, const nsym_class_scores *s, size_t i,
                           size_t j) {
    measure_mean(value, error, influence, s, i, true, is_called, j);
    return NSYM_OK;
}

nsym_status nsym_class_accuracy(double *value, double *error, double *influence, const nsym_class_scores *s) {
    measure_mean(value, error, influence, s, NSYM_CLASSES_MAX, true, is_right, 0);
    return NSYM_OK;
}

nsym_status nsym_class_brier(double *value, double *error, double *influence, const nsym_class_scores *s) {
    measure_mean(value, error, influence, s, NSYM_CLASSES_MAX, false, distance, 0);
    return NSYM_OK;
}

void nsym_one_vs_rest_scores(double *scores, float *labels, const nsym_class_scores *s, size_t k) {
    for (size_t i = 0; i < s->n; i++) {
        scores[i] = nsym_class_log_odds(logits_of(s, i), s->classes, k);
        labels[i] = (size_t)s->labels[i] == k;
    }
}

static nsym_status measure_pairs(nsym_class_results *out, const nsym_class_scores *s) {
    for (size_t i = 0; i < s->classes; i++)
        for (size_t j = 0; j < s->classes; j++) {
            NSYM_TRY(nsym_confusion(&out->confusion[i][j], &out->confusion_error[i][j], NULL, s, i, j));
            if (i == j)
                out->auc_of_pair[i][j] = out->auc_of_pair_error[i][j] = NAN;
            else
                NSYM_TRY(nsym_one_vs_one(&out->auc_of_pair[i][j], &out->auc_of_pair_error[i][j], NULL, s, i, j));
        }
    return NSYM_OK;
}

nsym_status nsym_class_measure(nsym_class_results *out, const nsym_class_scores *s) {
    *out = (nsym_class_results){.classes = s->classes};
    NSYM_TRY(nsym_class_check(s));
    for (size_t i = 0; i < s->n; i++) out->events[(size_t)s->labels[i]]++;
    NSYM_TRY(nsym_class_accuracy(&out->accuracy, &out->accuracy_error, NULL, s));
    NSYM_TRY(nsym_one_vs_rest_mean(&out->auc, &out->auc_error, NULL, s));
    for (size_t k = 0; k < s->classes; k++)
        NSYM_TRY(nsym_one_vs_rest(&out->auc_of[k], &out->auc_of_error[k], NULL, s, k));
    return measure_pairs(out, s);
}
