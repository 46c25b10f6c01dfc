#include "study/varied.h"

#include "base/fail.h"
#include "data/events.h"
#include "stats/influence.h"
#include "study/variations.h"
#include "train/training.h"

#include <math.h>
#include <stdlib.h>

/* One variation of a run. Shapes: influences (tests), scores (tests, outputs). */
typedef struct {
    const nsym_judged *judged;
    const nsym_variation *variation;
    const nsym_sample *sample; /* its events, of which these test: */
    nsym_test_part part;
    double *scores, *influence;
    const double *base; /* the influence of the events as they are */
    double auc, error;  /* of these; NaN: the error is not known */
} task;

static nsym_status no_memory(size_t n) {
    return nsym_fail(NSYM_ENOMEM, "no memory for %zu scores under a variation", n);
}

/* The same events test, in the same order. */
static nsym_status check_pairs(const task *t) {
    const nsym_test_part *own = t->judged->part, *other = &t->part;
    const char *name = t->variation->name;
    if (own->parts.test_count != other->parts.test_count)
        return nsym_fail(
            NSYM_EINVAL,
            "variations.%s: the test sample has %zu rows in place of %zu; a variation must keep the events, so "
            "it must not change a number that data.select or labels cut on",
            name, other->parts.test_count, own->parts.test_count);
    for (size_t i = 0; i < own->parts.test_count; i++) {
        size_t row = nsym_events_row(t->judged->sample->events, nsym_test_row(&own->parts, i)),
               varied = nsym_events_row(t->sample->events, nsym_test_row(&other->parts, i));
        if (row != varied || own->test_labels[i] != other->test_labels[i])
            return nsym_fail(
                NSYM_EINVAL,
                "variations.%s: test event %zu is row %zu with label %g in place of row %zu with label %g; a "
                "variation must keep the events and their labels",
                name, i + 1, varied, (double)other->test_labels[i], row, (double)own->test_labels[i]);
    }
    return NSYM_OK;
}

/* Inputs of the test events as the network's own are standardised, in batches of the same size. */
static nsym_status predict(task *t, const nsym_material *material) {
    nsym_fit *fit = t->judged->fit;
    nsym_inputs inputs;
    nsym_feed feed;
    const double *const scaling[NSYM_INPUT_PARTS] = {fit->inputs.scaling[0], fit->inputs.scaling[1],
                                                     fit->inputs.scaling[2]};
    size_t rows = nsym_feed_rows(&fit->inputs, NSYM_PREDICT_CHUNK);
    NSYM_TRY(nsym_inputs_make(&inputs, fit->spec, material, scaling));
    nsym_status status = NSYM_OK;
    if (nsym_feed_rows(&inputs, 1) > rows)
        status = nsym_fail(NSYM_EINVAL, "an event has %zu particles, and the network was made for batches of %zu",
                           nsym_feed_rows(&inputs, 1) - 1, rows - 1);
    if (status == NSYM_OK) status = nsym_feed_new(&feed, fit->spec, &inputs, NSYM_PREDICT_CHUNK, rows);
    if (status == NSYM_OK) {
        nsym_predict_rows(fit->network, &feed, NULL, 0, material->count, t->scores, NULL);
        nsym_feed_free(&feed);
    }
    nsym_inputs_free(&inputs);
    return status;
}

static nsym_status score_network(task *t) {
    size_t n = t->part.parts.test_count, *index = malloc((n + 1) * sizeof *index);
    nsym_material material = nsym_material_of_events(t->sample->events);
    if (!index) return no_memory(n);
    for (size_t i = 0; i < n; i++) index[i] = nsym_test_row(&t->part.parts, i);
    material.index = index;
    material.count = n;
    nsym_status status = predict(t, &material);
    free(index);
    return status;
}

static nsym_status score(task *t) {
    const nsym_run_card *card = &t->judged->run->point->card;
    if (t->judged->fit) return score_network(t);
    return nsym_test_part_column(t->scores, &t->part, t->sample->events, card->column, card->falling);
}

/* Adds a number of the variation with its error and draws, of influences that are joined in place. */
static void add(nsym_measures *f, const task *t, const char *metric, double value, bool known, double *influence) {
    const nsym_test_part *part = t->judged->part;
    double squares = 0, error = NAN;
    size_t events = part->parts.test_count;
    for (size_t i = 0; known && i < events; i++) squares += influence[i] * influence[i];
    if (known) {
        error = sqrt(squares);
        events = nsym_test_part_join(influence, part, &error);
    }
    size_t at = nsym_measures_add_known(f, metric, t->variation->number, value, error, 0);
    double *draws = known ? nsym_measures_draw(f, at, NSYM_INFLUENCE_DRAWS) : NULL;
    if (draws) nsym_influence_draw(draws, influence, events, t->judged->run->point->card.data.seed);
}

static nsym_status measure(nsym_measures *f, task *t) {
    size_t n = t->part.parts.test_count, outputs = t->judged->outputs;
    double auc, error;
    nsym_status status = nsym_test_part_auc(&auc, &error, t->influence, &t->part, t->scores, outputs);
    double *difference = malloc((n + 1) * sizeof *difference);
    if (!difference) status = no_memory(n);
    if (status == NSYM_OK) {
        bool known = isfinite(error) && isfinite(t->error);
        for (size_t i = 0; known && i < n; i++) difference[i] = t->influence[i] - t->base[i];
        add(f, t, "auc_varied", auc, isfinite(error), t->influence);
        add(f, t, "auc_shift", auc - t->auc, known, difference);
    }
    free(difference);
    return status;
}

/* Finds the variation's test events, which are the run's own; the part is to be closed whatever the status. */
static nsym_status open_part(task *t) {
    nsym_run_card card = t->judged->run->point->card;
    card.data = t->variation->data;
    NSYM_TRY(nsym_test_part_open(&t->part, &card, t->sample));
    return check_pairs(t);
}

static nsym_status check(nsym_measures *f, task *t) {
    (void)f;
    nsym_status status = open_part(t);
    nsym_test_part_close(&t->part);
    return status;
}

static nsym_status judge(nsym_measures *f, task *t) {
    nsym_status status = open_part(t);
    size_t n = t->judged->part->parts.test_count;
    t->scores = malloc((n * t->judged->outputs + 1) * sizeof *t->scores);
    t->influence = malloc((n + 1) * sizeof *t->influence);
    if (status == NSYM_OK && !(t->scores && t->influence)) status = no_memory(n);
    if (status == NSYM_OK) status = score(t);
    if (status == NSYM_OK) status = measure(f, t);
    free(t->scores);
    free(t->influence);
    nsym_test_part_close(&t->part);
    return status;
}

/* Does something under every variation, whose sample is there meanwhile. */
static nsym_status visit(nsym_measures *f, task *t, const nsym_run_context *context,
                         nsym_status (*act)(nsym_measures *f, task *t)) {
    const nsym_point *point = t->judged->run->point;
    for (size_t v = 0; v < point->variations; v++) {
        t->variation = &point->variation[v];
        nsym_status status = context->take_varied(context->recorder, v, &t->sample);
        if (status == NSYM_OK) status = act(f, t);
        context->give_back_varied(context->recorder, v);
        if (status != NSYM_OK) return nsym_fail_in(status, "under variations.%s: ", t->variation->name);
    }
    return NSYM_OK;
}

nsym_status nsym_varied_check(const nsym_judged *judged, const nsym_run_context *context) {
    task t = {.judged = judged};
    return context->take_varied ? visit(NULL, &t, context, check) : NSYM_OK;
}

nsym_status nsym_varied_measure(nsym_measures *f, const nsym_judged *judged, const nsym_run_context *context) {
    size_t n = judged->part->parts.test_count;
    task t = {.judged = judged};
    if (judged->run->point->variations == 0 || !context->take_varied) return NSYM_OK;
    double *base = calloc(n + 1, sizeof *base);
    if (!base) return no_memory(n);
    t.base = base;
    nsym_status status = nsym_test_part_auc(&t.auc, &t.error, base, judged->part, judged->scores, judged->outputs);
    if (status == NSYM_OK) status = visit(f, &t, context, judge);
    free(base);
    return status;
}
