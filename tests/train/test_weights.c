/* By what events count in a training: weights of 0, of both signs, and those that cannot train. */
#include "train/problem.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void weights_that_are_all_0_are_refused(void **state) {
    (void)state;
    problem *p = new_problem();
    for (size_t i = 0; i < TRAIN; i++) p->weights[i] = 0;
    refused(p, NSYM_EINVAL,
            "the weights of the training events add up to 0 for the background and to 0 for the signal");
}

/* A training of a seventh of its events with junk: sentinels of weight 0. */
static void events_of_weight_0_are_no_part_of_a_training(void **state) {
    (void)state;
    problem *clean = new_problem(), *junk = new_problem();
    problem *both[] = {clean, junk};
    for (size_t k = 0; k < 2; k++) {
        both[k]->card.sampling = NSYM_EACH;
        both[k]->card.weighted = both[k]->card.shuffle = true;
    }
    size_t n = 0;
    for (size_t i = 0; i < TRAIN; i++)
        if (i % 7) clean->all[n++] = (uint32_t)i;
    clean->training.event_count = n;
    for (size_t i = 0; i < TRAIN; i += 7) {
        junk->weights[i] = 0;
        junk->event[WIDTH * i] = -999;
        junk->event[WIDTH * i + 1] = 3e38f; /* would be infinite behind a layer */
    }
    junk->weights[TRAIN + 5] = 0;
    clean->weights[TRAIN + 5] = 0;
    junk->event[WIDTH * (TRAIN + 5)] = 3e38f;
    train(clean);
    train(junk);
    for (int e = 0; e < EPOCHS; e++) {
        assert_true(clean->epochs[e].train_loss == junk->epochs[e].train_loss);
        assert_true(clean->epochs[e].loss == junk->epochs[e].loss && clean->epochs[e].auc == junk->epochs[e].auc);
    }
    free_problem(clean);
    free_problem(junk);
}

/* As beyond leading order: a third of the training events is background in the signal's place, and as many events of
   negative weight, drawn alike, take it away again. */
static problem *subtracted(bool weighted) {
    problem *p = new_problem();
    nsym_random random = nsym_random_stream(42, "subtracted", 0);
    p->card.sampling = NSYM_EACH;
    p->card.weighted = weighted;
    p->card.shuffle = true;
    p->card.batch = 16;                     /* the weights of some batches add up to 0 */
    for (size_t i = 0; i < TRAIN; i += 2) { /* even rows are background */
        if (i % 6 != 2) continue;
        p->weights[i] = i % 12 == 2 ? 1 : -1;
        for (size_t k = 0; k < WIDTH; k++) p->event[WIDTH * i + k] = (float)(nsym_random_normal(&random) + 1);
    }
    return p;
}

static void negative_weights_train(void **state) {
    (void)state;
    problem *p = subtracted(true), *blind = subtracted(false), *turned = subtracted(true);
    train(p);
    train(blind);
    const nsym_epoch *last = &p->epochs[EPOCHS - 1], *unweighted = &blind->epochs[EPOCHS - 1];
    assert_true(last->auc > 0.95); /* the best is 0.977 */
    /* without weights a third of the background looks like signal, and the test's background is answered so */
    assert_true(last->loss < 0.85 * unweighted->loss);
    for (size_t i = 0; i < N; i++) turned->weights[i] *= -1; /* a common sign says nothing */
    train(turned);
    for (int e = 0; e < EPOCHS; e++)
        assert_true(p->epochs[e].train_loss == turned->epochs[e].train_loss &&
                    fabs(p->epochs[e].auc - turned->epochs[e].auc) < 1e-12);
    free_problem(p);
    free_problem(blind);
    free_problem(turned);
}

/* The loss of weights of both signs is their weighted mean, whatever the batches; validation's too. */
static void losses_of_negative_weights_are_weighted_means(void **state) {
    (void)state;
    problem *p = subtracted(true);
    uint32_t checked[60];
    for (uint32_t i = 0; i < 60; i++) checked[i] = 420 + i;
    p->training.event_count = 420;
    p->training.checked = checked;
    p->training.checked_count = 60;
    p->card.epochs = 1;
    p->card.learning_rate = 1e-9; /* first weights, to float's precision */
    p->card.shuffle = false;
    nsym_network_free(p->network);
    const nsym_model_spec spec = {.kind = NSYM_FCN, .event_input = {"plane", WIDTH}, .hidden = {1, {8}}};
    assert_int_equal(nsym_network_new(&p->network, &spec, NSYM_PREDICT_CHUNK, 1), NSYM_OK);
    train(p);
    double logits[TRAIN], loss[2] = {0}, total[2] = {0};
    predict(p, 0, TRAIN, 64, logits);
    for (size_t i = 0; i < TRAIN; i++) {
        loss[i >= 420] += p->weights[i] * log1p(exp(p->labels[i] == 1 ? -logits[i] : logits[i]));
        total[i >= 420] += p->weights[i];
    }
    assert_true(fabs(p->epochs[0].train_loss / (loss[0] / total[0]) - 1) < 1e-5);
    assert_true(fabs(p->validation.loss / (loss[1] / total[1]) - 1) < 1e-5);
    free_problem(p);
}

static void what_negative_weights_cannot_do_is_refused_with_a_way_out(void **state) {
    (void)state;
    problem *p = new_problem();
    p->weights[7] = -0.5;
    p->training.file = "nlo.csv";
    refused(p, NSYM_EINVAL,
            "nlo.csv: row 8: weight is -0.5; train.sampling: weight draws events in proportion to their");
    p = new_problem();
    p->card.sampling = NSYM_EACH;
    p->card.redraw_test = true;
    p->weights[TRAIN + 3] = -1;
    refused(p, NSYM_EINVAL, "row 484: weight is -1; train.redraw_test draws test events");
    p = new_problem();
    p->card.sampling = NSYM_EACH;
    p->card.weighted = true;
    for (size_t i = 0; i < TRAIN; i += 2) p->weights[i] = -1;
    refused(p, NSYM_EINVAL, "the training events add up to -240 for the background and to 240 for the signal");
    p = new_problem();
    p->card.sampling = NSYM_EACH;
    for (size_t i = TRAIN; i < N; i += 2) p->weights[i] = 0;
    refused(p, NSYM_EINVAL, "the test events add up to 0 for the background");
    p = new_problem();
    p->weights[3] = INFINITY;
    refused(p, NSYM_EINVAL, "row 4: weight is inf, must be finite");
    for (int all = 0; all < 2; all++) { /* one that is tiny counts for nothing, and is fine */
        p = new_problem();
        p->card.sampling = NSYM_EACH;
        p->card.weighted = true;
        p->weights[3] = 1e-265;
        train(p);
        for (size_t i = 0; all && i < N; i++) p->weights[i] = 1e-60;
        if (!all) p->weights[3] = 1e300;
        refused(p, NSYM_EINVAL,
                all ? "are at most 1e-60, which is 0 in single" : "row 4: weight is 1e+300, too large for single");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_that_are_all_0_are_refused),
        cmocka_unit_test(events_of_weight_0_are_no_part_of_a_training),
        cmocka_unit_test(negative_weights_train),
        cmocka_unit_test(losses_of_negative_weights_are_weighted_means),
        cmocka_unit_test(what_negative_weights_cannot_do_is_refused_with_a_way_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
