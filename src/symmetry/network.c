#include "symmetry/network.h"

#include "base/fail.h"
#include "data/events.h"
#include <nearsym/predict.h>
#include <nearsym/stats.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_BETA 0.9
#define STEP 0.01 /* of the central difference: radians, or rapidity */
#define EPSILON 1e-12

/* Logits of all events at all sizes, then, if there is a slope, at -STEP and +STEP; NaN where the model's cuts leave an
 * event out. */
typedef struct {
    size_t sizes, events;
    bool slope;                           /* -STEP and +STEP are asked, too; not of matrices of a list */
    double size[NSYM_SYMMETRY_SIZES + 2]; /* (sizes + 2) */
    double *logits;                       /* (sizes + 2, events) */
    size_t kept, *row;                    /* events that have a logit everywhere */
    float *labels;                        /* (kept), or NULL */
    double *weights;                      /* (kept), or NULL */
    double *work;                         /* (events) */
    nsym_element *g;                      /* (events) */
    double temperature;                   /* the model's */
} answers;

static void free_answers(answers *a) {
    free(a->logits);
    free(a->row);
    free(a->labels);
    free(a->weights);
    free(a->work);
    free(a->g);
}

static double per_unit(const nsym_symmetry *g) {
    return g->period > 0 ? g->period / (2 * acos(-1)) : 1; /* degrees in a radian */
}

/* Half a period in even steps; of a boost, velocities from 0 to 0.9; the identity and the matrices of a list. */
static void set_sizes(answers *a, const nsym_action *action, size_t steps) {
    const nsym_symmetry *g = action->symmetry;
    a->sizes = action->matrices < NSYM_SYMMETRY_SIZES ? action->matrices + 1 : NSYM_SYMMETRY_SIZES;
    for (size_t k = 0; action->matrices && k < a->sizes; k++) a->size[k] = (double)k;
    if (action->matrices) return;
    a->sizes = steps;
    for (size_t k = 0; k < steps; k++) {
        double part = (double)k / (double)(steps - 1);
        a->size[k] = g->period > 0 ? g->period / 2 * part : atanh(LARGEST_BETA * part);
    }
    a->slope = true;
    a->size[steps] = -STEP * per_unit(g);
    a->size[steps + 1] = STEP * per_unit(g);
}

/* The events at a size, as they are measured; new. */
static nsym_status transform(nsym_events **out, const nsym_network_scene *s, double size, nsym_element *g) {
    nsym_events *moved;
    for (size_t i = 0; i < s->events->count; i++) {
        g[i] = s->g[i];
        nsym_act_resize(&g[i], s->action, size);
    }
    NSYM_TRY(nsym_act(&moved, s->events, s->action->symmetry, g));
    nsym_status status = NSYM_OK;
    if (s->card) {
        status = nsym_act_measure(out, s->card, moved, s->draws);
        nsym_events_free(moved);
    } else {
        *out = moved;
    }
    return status;
}

static nsym_status predict(double *logits, double *trained, nsym_model *model, const nsym_network_scene *s, double size,
                           nsym_element *work) {
    nsym_prediction told = {0};
    nsym_events *events, *scores = NULL;
    NSYM_TRY(transform(&events, s, size, work));
    free(events->origin); /* so that scores say in which of these rows they stand */
    events->origin = NULL;
    nsym_status status = nsym_predict_events(trained ? &told : NULL, &scores, model, events);
    if (trained) *trained = told.trained;
    for (size_t i = 0; i < s->events->count; i++) logits[i] = NAN;
    const nsym_column *logit = status == NSYM_OK ? nsym_events_column(scores, "logit") : NULL;
    if (status == NSYM_OK && (!logit || logit->width != 1))
        status = nsym_fail(NSYM_EINVAL, "a network of several classes is not measured, only one of two");
    for (size_t i = 0; status == NSYM_OK && i < scores->count; i++)
        logits[scores->origin ? scores->origin[i] : i] = logit->values[i];
    nsym_events_free(scores);
    nsym_events_free(events);
    return status;
}

/* Sizes that are asked, with those of the slope. */
static size_t rows_of(const answers *a) {
    return a->sizes + (a->slope ? 2 : 0);
}

static void find_kept(answers *a) {
    for (size_t i = 0; i < a->events; i++) {
        bool all = true;
        for (size_t k = 0; all && k < rows_of(a); k++) all = !isnan(a->logits[k * a->events + i]);
        if (all) a->row[a->kept++] = i;
    }
}

/* Labels 0 and 1 of both classes, and weights, of the events that are kept. */
static nsym_status find_labels(answers *a, const nsym_events *events) {
    const nsym_column *label = nsym_events_column(events, "label"), *weight = nsym_events_column(events, "weight");
    const double *weights = weight && weight->width == 1 ? weight->values : NULL;
    size_t signal = 0;
    if (!label || label->width != 1) return NSYM_OK;
    for (size_t i = 0; i < a->kept; i++) {
        double value = label->values[a->row[i]];
        if (value != 0 && value != 1) return NSYM_OK;
        signal += value == 1;
    }
    if (signal < 2 || a->kept - signal < 2) return NSYM_OK;
    a->labels = malloc((a->kept + 1) * sizeof *a->labels);
    if (weights) a->weights = malloc((a->kept + 1) * sizeof *a->weights);
    if (!a->labels || (weights && !a->weights)) return nsym_fail(NSYM_ENOMEM, "no memory for labels");
    for (size_t i = 0; i < a->kept; i++) {
        a->labels[i] = (float)label->values[a->row[i]];
        if (weights) a->weights[i] = weights[a->row[i]];
    }
    return NSYM_OK;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The quantile of sorted values, between neighbours. */
static double quantile(const double *sorted, size_t n, double part) {
    double place = part * (double)(n - 1);
    size_t low = (size_t)place, high = low + 1 < n ? low + 1 : low;
    return sorted[low] + (place - (double)low) * (sorted[high] - sorted[low]);
}

/* The answers of size k against those of size 0. */
static nsym_status measure_at(nsym_invariance_at *out, const answers *a, size_t k) {
    const double *logits = a->logits + k * a->events, *first = a->logits;
    double stay = 0;
    *out = (nsym_invariance_at){.size = a->size[k], .auc = NAN, .auc_error = NAN};
    for (size_t i = 0; i < a->kept; i++) a->work[i] = logits[a->row[i]];
    if (a->labels) NSYM_TRY(nsym_auc(&out->auc, &out->auc_error, a->work, a->labels, a->weights, a->kept));
    for (size_t i = 0; i < a->kept; i++) {
        double f = first[a->row[i]], moved = logits[a->row[i]];
        stay += (f > 0) == (moved > 0);
        a->work[i] = fabs(moved - f) / (fabs(f) + EPSILON);
    }
    qsort(a->work, a->kept, sizeof *a->work, by_value);
    out->relative = quantile(a->work, a->kept, 0.5);
    out->relative_low = quantile(a->work, a->kept, 0.16);
    out->relative_high = quantile(a->work, a->kept, 0.84);
    out->agreement = stay / (double)a->kept;
    return NSYM_OK;
}

static double output(const answers *a, double logit) {
    return 1 / (1 + exp(-logit / a->temperature));
}

/* Means over the events of the spread over sizes, and of the change around 0. */
static void measure_means(nsym_network_invariance *out, const answers *a) {
    for (size_t i = 0; i < a->kept; i++) {
        double sum = 0, squares = 0, n = (double)a->sizes;
        for (size_t k = 0; k < a->sizes; k++) sum += output(a, a->logits[k * a->events + a->row[i]]) / n;
        for (size_t k = 0; k < a->sizes; k++) {
            double less = output(a, a->logits[k * a->events + a->row[i]]) - sum;
            squares += less * less / n;
        }
        a->work[i] = sqrt(squares);
    }
    nsym_spread spread = nsym_spread_of(a->work, a->kept);
    out->spread = spread.mean;
    out->spread_error = spread.standard_error;
    out->local = out->local_error = NAN;
    if (!a->slope) return;
    const double *down = a->logits + a->sizes * a->events, *up = down + a->events;
    for (size_t i = 0; i < a->kept; i++)
        a->work[i] = fabs(output(a, up[a->row[i]]) - output(a, down[a->row[i]])) / (2 * STEP);
    spread = nsym_spread_of(a->work, a->kept);
    out->local = spread.mean;
    out->local_error = spread.standard_error;
}

static nsym_status measure(nsym_network_invariance *out, answers *a, nsym_model *model, const nsym_network_scene *s) {
    nsym_progress_start(s->options->progress, "the network", (double)rows_of(a), 0);
    for (size_t k = 0; k < rows_of(a); k++) {
        if (s->options->stop && s->options->stop()) return nsym_fail(NSYM_EINTERRUPTED, "stopped");
        NSYM_TRY(predict(a->logits + k * a->events, k ? NULL : &out->trained, model, s, a->size[k], a->g));
        nsym_progress_add(s->options->progress, 1);
    }
    find_kept(a);
    if (a->kept == 0)
        return nsym_fail(NSYM_EINVAL, "the network's cuts leave none of %zu events at every size of the transformation",
                         a->events);
    NSYM_TRY(find_labels(a, s->events));
    for (size_t k = 0; k < a->sizes; k++) NSYM_TRY(measure_at(&out->at[k], a, k));
    measure_means(out, a);
    out->sizes = a->sizes;
    out->events = a->kept;
    return NSYM_OK;
}

nsym_status nsym_network_measure(nsym_network_invariance *out, nsym_model *model, const nsym_network_scene *scene) {
    answers a = {.events = scene->events->count, .temperature = nsym_model_temperature(model)};
    *out = (nsym_network_invariance){0};
    set_sizes(&a, scene->action, scene->options->steps);
    a.logits = malloc((rows_of(&a) * a.events + 1) * sizeof *a.logits);
    a.row = calloc(a.events + 1, sizeof *a.row);
    a.work = malloc((a.events + 1) * sizeof *a.work);
    a.g = malloc((a.events + 1) * sizeof *a.g);
    nsym_status status = a.logits && a.row && a.work && a.g
                             ? measure(out, &a, model, scene)
                             : nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", a.events);
    free_answers(&a);
    return status;
}
