#include "symmetry/compare.h"

#include "base/fail.h"
#include "base/workers.h"
#include "symmetry/inputs.h"
#include "symmetry/pairs.h"
#include <nearsym/random.h>
#include <nearsym/train.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_EVENTS = 100, MOST_BATCH = 128, LEAST_BATCH = 16, STEPS = 16, PATIENCE = 5, CHECK_ONE_IN = 5 };

nsym_symmetry_options nsym_symmetry_defaults(void) {
    return (nsym_symmetry_options){
        .events = 10000, .style = NSYM_IMAGE_EXACT, .epochs = 30, .learning_rate = 1e-3, .steps = 13, .seed = 1};
}

/* Two halves of the events: `order` (count), the first `half` of them and the others. */
typedef struct {
    const nsym_versions *versions;
    const nsym_symmetry_options *options;
    size_t **order;                /* (versions) */
    const double **weights;        /* (versions) of the events, or NULL */
    nsym_distinguished (*half)[2]; /* (versions) */
} work;

static bool are_same(const nsym_events *a, const nsym_events *b) {
    size_t n = a->count + 1;
    return memcmp(a->offsets, b->offsets, n * sizeof *a->offsets) == 0 &&
           memcmp(a->particles, b->particles, a->offsets[a->count] * a->features * sizeof *a->particles) == 0;
}

/* Weights that a classifier can be trained with; or NULL. */
static const double *weights_of(const nsym_events *events) {
    const nsym_column *column = nsym_events_column(events, "weight");
    if (!column || column->width != 1) return NULL;
    for (size_t i = 0; i < events->count; i++)
        if (!(column->values[i] >= 0) || isinf(column->values[i])) return NULL;
    return column->values;
}

/* Labels, weights and what validates, of rows that alternate between the versions; the last events of the half do. */
typedef struct {
    double *labels, *weights;
    bool *validates;
} roles;

static void free_roles(roles *r) {
    free(r->labels);
    free(r->weights);
    free(r->validates);
}

static nsym_status make_roles(roles *r, const size_t *index, size_t n, const double *weights) {
    *r = (roles){malloc((2 * n + 1) * sizeof *r->labels), malloc((2 * n + 1) * sizeof *r->weights),
                 malloc((2 * n + 1) * sizeof *r->validates)};
    if (!r->labels || !r->weights || !r->validates) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", n);
    for (size_t row = 0; row < 2 * n; row++) {
        r->labels[row] = (double)(row % 2);
        r->weights[row] = weights ? weights[index[row / 2]] : 1;
        r->validates[row] = row / 2 >= n - n / CHECK_ONE_IN;
    }
    return NSYM_OK;
}

static nsym_model_spec classifier(const nsym_pair_inputs *inputs) {
    nsym_model_spec spec = {.kind = NSYM_PFN,
                            .particle_input = {"versions", inputs->width},
                            .particle_map = {2, {32, 32}},
                            .latent = 16,
                            .hidden = {2, {32, 32}}};
    if (inputs->columns) spec.event_input = (nsym_input){"columns of versions", inputs->columns};
    return spec;
}

static nsym_status train(nsym_model **out, const nsym_pair_inputs *inputs, const roles *r, uint64_t seed, bool weighted,
                         const nsym_symmetry_options *o) {
    const nsym_model_spec spec = classifier(inputs);
    nsym_train_options options = nsym_train_defaults();
    size_t batch = inputs->inputs.events / STEPS;
    options.batch = batch < LEAST_BATCH ? LEAST_BATCH : batch > MOST_BATCH ? MOST_BATCH : batch;
    options.epochs = o->epochs;
    options.learning_rate = o->learning_rate;
    options.patience = PATIENCE;
    options.seed = seed;
    options.stop = o->stop;
    const nsym_train_data data = {.inputs = inputs->inputs,
                                  .labels = r->labels,
                                  .weights = weighted ? r->weights : NULL,
                                  .validates = r->validates};
    return nsym_train_arrays(out, NULL, &spec, &options, &data);
}

/* Trains on the events `learn` (n). */
static nsym_status learn_half(nsym_model **out, const nsym_versions *v, const double *weights, const size_t *learn,
                              size_t n, uint64_t seed, const nsym_symmetry_options *o) {
    nsym_pair_inputs inputs;
    roles r = {0};
    nsym_status status = nsym_pair_inputs_new(&inputs, v->a, v->b, o->columns, learn, n);
    if (status == NSYM_OK) status = make_roles(&r, learn, n, weights);
    if (status == NSYM_OK) status = train(out, &inputs, &r, seed, weights != NULL, o);
    free_roles(&r);
    nsym_pair_inputs_free(&inputs);
    return status;
}

static nsym_status judge_half(nsym_distinguished *out, nsym_model *model, const nsym_versions *v, const double *weights,
                              const size_t *judged, size_t n, const nsym_symmetry_options *o) {
    nsym_pair_inputs inputs;
    double *logits = malloc((5 * n + 1) * sizeof *logits), *a = logits + 2 * n, *b = a + n, *w = b + n;
    nsym_status status = nsym_pair_inputs_new(&inputs, v->a, v->b, o->columns, judged, n);
    if (status == NSYM_OK && !logits) status = nsym_fail(NSYM_ENOMEM, "no memory for %zu scores", n);
    if (status == NSYM_OK) status = nsym_model_logits(model, &inputs.inputs, logits, NULL);
    for (size_t i = 0; status == NSYM_OK && i < n; i++) {
        a[i] = logits[2 * i], b[i] = logits[2 * i + 1];
        w[i] = weights ? weights[judged[i]] : 1;
    }
    if (status == NSYM_OK) status = nsym_pairs_judge(out, a, b, weights ? w : NULL, n);
    free(logits);
    nsym_pair_inputs_free(&inputs);
    return status;
}

/* Job 2 k + h: comparison k, trained on half h. */
static nsym_status work_on(void *context, size_t index, size_t worker) {
    work *w = context;
    const nsym_versions *v = &w->versions[index / 2];
    if (are_same(v->a, v->b)) return NSYM_OK;
    size_t n = v->a->count, half = n / 2, fold = index % 2, *order = w->order[index / 2];
    const size_t *learn = fold ? order + half : order, *judged = fold ? order : order + half;
    nsym_random random = nsym_random_stream(w->options->seed, "symmetry classifier", index);
    uint64_t seed = nsym_random_u32(&random);
    nsym_model *model = NULL;
    (void)worker;
    nsym_status status = learn_half(&model, v, w->weights[index / 2], learn, fold ? n - half : half, seed, w->options);
    if (status == NSYM_OK)
        status = judge_half(&w->half[index / 2][fold], model, v, w->weights[index / 2], judged, fold ? half : n - half,
                            w->options);
    nsym_model_free(model);
    nsym_progress_add(w->options->progress, 1);
    return status == NSYM_OK ? NSYM_OK : nsym_fail_in(status, "%s: ", v->name);
}

static nsym_status check(const nsym_versions *v, const nsym_symmetry_options *o) {
    NSYM_TRY(nsym_pair_inputs_check(v->a, v->b, o->columns));
    if (v->a->count >= LEAST_EVENTS) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL,
                     "there are %zu events, too few to train a classifier on one half and judge it on the "
                     "other; at least %d are needed",
                     v->a->count, LEAST_EVENTS);
}

/* The same division for every comparison of as many events. */
static nsym_status divide(size_t **out, size_t n, uint64_t seed) {
    uint32_t *drawn = malloc((n + 1) * sizeof *drawn);
    *out = malloc((n + 1) * sizeof **out);
    if (!drawn || !*out) {
        free(drawn);
        return nsym_fail(NSYM_ENOMEM, "no memory to divide %zu events", n);
    }
    nsym_random random = nsym_random_stream(seed, "symmetry halves", 0);
    for (size_t i = 0; i < n; i++) drawn[i] = (uint32_t)i;
    nsym_random_shuffle(&random, drawn, n);
    for (size_t i = 0; i < n; i++) (*out)[i] = drawn[i];
    free(drawn);
    return NSYM_OK;
}

static nsym_status run(work *w, size_t n) {
    for (size_t k = 0; k < n; k++) {
        NSYM_TRY(check(&w->versions[k], w->options));
        NSYM_TRY(divide(&w->order[k], w->versions[k].a->count, w->options->seed));
        w->weights[k] = weights_of(w->versions[k].a);
    }
    nsym_progress_start(w->options->progress, "classifiers", (double)(2 * n), 0);
    NSYM_TRY(nsym_workers_run(w->options->jobs, 2 * n, work_on, w, NULL));
    for (size_t k = 0; k < n; k++) {
        const nsym_versions *v = &w->versions[k];
        *v->out = are_same(v->a, v->b)
                      ? (nsym_distinguished){.events = v->a->count, .same = true, .auc = 0.5, .accuracy = 0.5}
                      : nsym_pairs_combine(&w->half[k][0], &w->half[k][1]);
    }
    return NSYM_OK;
}

nsym_status nsym_compare_all(const nsym_versions *versions, size_t n, const nsym_symmetry_options *options) {
    work w = {.versions = versions,
              .options = options,
              .order = calloc(n + 1, sizeof *w.order),
              .weights = calloc(n + 1, sizeof *w.weights),
              .half = calloc(n + 1, sizeof *w.half)};
    nsym_status status = w.order && w.weights && w.half ? run(&w, n) : nsym_fail(NSYM_ENOMEM, "no memory to compare");
    for (size_t k = 0; w.order && k < n; k++) free(w.order[k]);
    free(w.order);
    free(w.weights);
    free(w.half);
    return status;
}

nsym_status nsym_symmetry_compare(nsym_distinguished *out, const nsym_events *a, const nsym_events *b,
                                  const nsym_symmetry_options *options) {
    const nsym_versions versions = {"versions", a, b, out};
    *out = (nsym_distinguished){0};
    return nsym_compare_all(&versions, 1, options);
}
