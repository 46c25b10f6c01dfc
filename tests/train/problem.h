/* A small problem to train on. */
#ifndef NSYM_TESTS_TRAIN_PROBLEM_H
#define NSYM_TESTS_TRAIN_PROBLEM_H

#include "train/training.h"
#include <nearsym/random.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N = 600, WIDTH = 2, EPOCHS = 4, TRAIN = 480 };

/* Two Gaussians in the plane, 2.8 apart: the best AUC is 0.977. */
typedef struct problem {
    uint32_t offsets[N + 1];
    float event[N * WIDTH];
    double labels[N], weights[N];
    nsym_inputs inputs;
    nsym_train_card card;
    nsym_training training;
    nsym_network *network;
    nsym_epoch epochs[EPOCHS];
    nsym_validation validation;
    uint32_t all[TRAIN];
} problem;

static inline problem *new_problem_for(nsym_norm norm) {
    const nsym_model_spec spec = {
        .kind = NSYM_FCN, .event_input = {"plane", WIDTH}, .hidden = {2, {8, 8}}, .norm = norm};
    problem *p = calloc(1, sizeof *p);
    assert_non_null(p);
    nsym_random random = nsym_random_stream(41, "problem", 0);
    for (size_t i = 0; i < N; i++) {
        p->labels[i] = (double)(i % 2);
        p->weights[i] = 1;
        for (size_t k = 0; k < WIDTH; k++)
            p->event[WIDTH * i + k] = (float)(nsym_random_normal(&random) + 2 * p->labels[i] - 1);
    }
    p->inputs = (nsym_inputs){.count = N, .offsets = p->offsets, .event = p->event};
    p->card = (nsym_train_card){
        .epochs = EPOCHS, .batch = 32, .learning_rate = 0.01, .every_epoch = true, .classification = 1};
    p->training =
        (nsym_training){.card = &p->card, .inputs = &p->inputs, .labels = p->labels, .weights = p->weights, .seed = 1};
    assert_int_equal(nsym_parts_of(&p->training.parts, &(const nsym_split_card){.test = 0.2}, 0, p->labels, N),
                     NSYM_OK);
    for (size_t i = 0; i < TRAIN; i++) p->all[i] = (uint32_t)i;
    p->training.events = p->all;
    p->training.event_count = p->training.parts.train_count;
    assert_int_equal(nsym_network_new(&p->network, &spec, NSYM_PREDICT_CHUNK, 1), NSYM_OK);
    return p;
}

static inline problem *new_problem(void) {
    return new_problem_for(NSYM_NORM_FEATURE);
}

static inline void free_problem(problem *p) {
    nsym_network_free(p->network);
    free(p);
}

static inline void train(problem *p) {
    if (nsym_train(p->network, &p->training, p->epochs, &p->validation) != NSYM_OK) fail_msg("%s", nsym_message());
}

/* Logits of rows, `chunk` at a time. */
static inline void predict(const problem *p, size_t first, size_t count, size_t chunk, double *logits) {
    nsym_feed feed;
    assert_int_equal(nsym_feed_new(&feed, nsym_network_spec(p->network), &p->inputs, chunk, 0), NSYM_OK);
    nsym_predict_rows(p->network, &feed, NULL, first, count, logits, NULL);
    nsym_feed_free(&feed);
}

static inline void refused(problem *p, nsym_status status, const char *words) {
    assert_int_equal(nsym_train(p->network, &p->training, p->epochs, &p->validation), status);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
    free_problem(p);
}

#endif
