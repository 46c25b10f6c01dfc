/* One training: its parts, that it learns, that it repeats, and what ends it. */
#include "train/problem.h"
#include <nearsym/stats.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void parts_are_the_ends_of_the_sample_that_the_card_names(void **state) {
    (void)state;
    static const struct {
        nsym_split_card split;
        size_t size;
        nsym_parts parts;
    } cases[] = {
        {{.test = 0.25}, 0, {0, 75, 1, NULL, 75, 25, NULL, 0, 0, 0}},
        {{.test = 0.25, .order = NSYM_SPLIT_FIRST}, 0, {25, 75, 1, NULL, 0, 25, NULL, 0, 0, 0}},
        {{.test = 0.25, .size = 40}, 0, {0, 30, 1, NULL, 30, 10, NULL, 0, 0, 0}},
        {{.test = 0.25, .size = 40}, 12, {0, 12, 1, NULL, 30, 10, NULL, 0, 0, 0}},
        {{.test = 0.25, .size = 40, .order = NSYM_SPLIT_FIRST}, 12, {10, 12, 1, NULL, 0, 10, NULL, 0, 0, 0}},
        {{.test = 0.333, .size = 10}, 0, {0, 7, 1, NULL, 7, 3, NULL, 0, 0, 0}},
        {{.test = 0.25, .validation = 0.1}, 0, {0, 65, 1, NULL, 75, 25, NULL, 65, 10, 0}},
        {{.test = 0.25, .validation = 0.1}, 12, {0, 12, 1, NULL, 75, 25, NULL, 65, 10, 0}},
        {{.test = 0.25, .validation = 0.1, .order = NSYM_SPLIT_FIRST}, 0, {25, 65, 1, NULL, 0, 25, NULL, 65, 10, 0}},
    };
    double labels[100];
    for (int i = 0; i < 100; i++) labels[i] = i % 2;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        nsym_parts parts;
        assert_int_equal(nsym_parts_of(&parts, &cases[i].split, cases[i].size, labels, 100), NSYM_OK);
        assert_memory_equal(&parts, &cases[i].parts, sizeof parts);
    }
}

static void parts_refused(nsym_split_card split, size_t size, const double *labels, const char *words) {
    nsym_parts parts;
    assert_int_equal(nsym_parts_of(&parts, &split, size, labels, 100), NSYM_EINVAL);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

static void parts_that_cannot_be_are_refused(void **state) {
    (void)state;
    double mixed[100], sorted[100], ones[100];
    for (int i = 0; i < 100; i++) mixed[i] = i % 2, sorted[i] = i >= 80, ones[i] = 1;
    parts_refused((nsym_split_card){.test = 0.2, .size = 101}, 0, mixed,
                  "split.size is 101, but the sample has 100 events");
    parts_refused((nsym_split_card){.test = 0.2}, 81, mixed, "train.size is 81, but only 80 events are left");
    parts_refused((nsym_split_card){.test = 0.2}, 0, sorted, "0 of 80 training and 20 of 20 test events are signal");
    parts_refused((nsym_split_card){.test = 0.2}, 0, ones, "80 of 80 training");
    parts_refused((nsym_split_card){.test = 0.001}, 0, mixed, "0 of 0 test events");
    parts_refused((nsym_split_card){.test = 0.999}, 0, mixed, "0 of 0 training");
    parts_refused((nsym_split_card){.test = 0.2}, 1, mixed, "of 1 training");
    parts_refused((nsym_split_card){.test = 0.2, .validation = 0.004}, 0, mixed,
                  "split.validation is 0.004, less than one of 100 events");
}

static void an_easy_problem_is_learned(void **state) {
    (void)state;
    problem *p = new_problem();
    train(p);
    const nsym_epoch *first = &p->epochs[0], *last = &p->epochs[EPOCHS - 1];
    assert_true(last->train_loss < 0.6 * first->train_loss && last->loss < first->loss);
    assert_true(last->auc > 0.95 && last->accuracy > 0.85 && last->loss < 0.4);
    assert_true(first->auc_pooled == first->auc); /* the pool is one epoch old */
    assert_true(last->auc_error > 0.001 && last->auc_error < 0.03);
    free_problem(p);
}

static void measures_are_those_of_the_test_rows(void **state) {
    (void)state;
    problem *p = new_problem();
    for (size_t i = TRAIN; i < N; i++) p->weights[i] = 1 + (double)(i % 3);
    train(p);
    float labels[N - TRAIN];
    double logits[N - TRAIN];
    predict(p, TRAIN, N - TRAIN, 7, logits);
    double loss = 0, right = 0, total = 0, auc;
    for (size_t i = 0; i < N - TRAIN; i++) {
        double weight = p->weights[TRAIN + i], output = 1 / (1 + exp(-logits[i]));
        labels[i] = (float)p->labels[TRAIN + i];
        loss -= weight * log(labels[i] == 1 ? output : 1 - output);
        right += weight * ((output > 0.5) == (labels[i] == 1));
        total += weight;
    }
    assert_int_equal(nsym_auc(&auc, NULL, logits, labels, p->weights + TRAIN, N - TRAIN), NSYM_OK);
    const nsym_epoch *last = &p->epochs[EPOCHS - 1];
    /* logits are floats, and batches of 7 may round otherwise than batches of 512 */
    assert_true(fabs(last->loss - loss / total) < 1e-5 && fabs(last->auc - auc) < 1e-4);
    assert_true(fabs(last->accuracy - right / total) < 1e-9);
    free_problem(p);
}

static void a_seed_gives_the_same_bits_and_another_others(void **state) {
    (void)state;
    problem *a = new_problem(), *b = new_problem(), *c = new_problem();
    a->card.redraw_test = b->card.redraw_test = c->card.redraw_test = true;
    c->training.seed = 2;
    train(b);
    train(a);
    train(b); /* whatever the network was before */
    train(c);
    size_t parameters = nsym_network_parameters(a->network);
    assert_memory_equal(a->epochs, b->epochs, sizeof a->epochs);
    assert_memory_equal(nsym_network_values(a->network), nsym_network_values(b->network), parameters * sizeof(real));
    for (int e = 0; e < EPOCHS; e++) assert_true(a->epochs[e].train_loss != c->epochs[e].train_loss);
    free_problem(a);
    free_problem(b);
    free_problem(c);
}

static void events_of_weight_0_are_never_drawn(void **state) {
    (void)state;
    problem *p = new_problem();
    p->card.redraw_test = true;
    for (size_t i = 0; i < N; i += 3) {
        p->weights[i] = 0;
        if (i < TRAIN) p->event[WIDTH * i] = NAN; /* one draw would end the training */
        if (i >= TRAIN) p->labels[i] = 7;         /* and the test */
    }
    p->weights[0] = p->weights[TRAIN - 1] = p->weights[TRAIN] = 0;
    p->event[WIDTH * (TRAIN - 1)] = NAN;
    train(p);
    free_problem(p);
}

static void draws_follow_the_weights(void **state) {
    (void)state;
    problem *p = new_problem();
    p->card.redraw_test = true; /* signal is drawn nine times as often: always saying so is right in 90 % */
    for (size_t i = 0; i < N; i++) {
        p->weights[i] = p->labels[i] == 1 ? 9 : 1;
        p->event[WIDTH * i] = p->event[WIDTH * i + 1] = 0;
    }
    p->card.learning_rate = 0.1;
    train(p);
    double accuracy = 0, expected = -0.9 * log(0.9) - 0.1 * log(0.1);
    for (int e = 1; e < EPOCHS; e++) accuracy += p->epochs[e].accuracy / (EPOCHS - 1);
    assert_true(fabs(accuracy - 0.9) < 5 * sqrt(0.09 / (EPOCHS - 1) / (N - TRAIN)));
    /* the spread of one event's loss is 0.3 ln 9; five standard errors of the last epoch's mean, and what is not
     * learned */
    assert_true(fabs(p->epochs[EPOCHS - 1].train_loss - expected) < 5 * 0.3 * log(9) / sqrt(TRAIN) + 0.03);
    free_problem(p);
}

static void a_loss_that_is_no_number_ends_the_training_with_epoch_and_rate(void **state) {
    (void)state;
    problem *p = new_problem();
    p->event[WIDTH * 5] = NAN; /* drawn in some epoch: of 480 rows drawn 480 times, missed with probability 1/e */
    p->event[WIDTH * 8] = p->event[WIDTH * 9] = p->event[WIDTH * 10] = NAN;
    p->training.file = "plane.csv";
    refused(
        p, NSYM_ENUMERIC,
        "in epoch 1 at learning rate 0.01; plane.csv: row 6: the network reads value 1 of the input 'plane' as nan: "
        "correct it or leave the row out");
    p = new_problem_for(NSYM_NORM_NONE); /* a norm would bring any size back to 1 */
    p->card.learning_rate = 1e3;
    for (size_t i = 0; i < N * WIDTH; i++) p->event[i] *= 1e37f;
    refused(p, NSYM_ENUMERIC, ": correct it or leave the row out, or standardise the inputs (train.scale: true)");
    p = new_problem_for(NSYM_NORM_NONE);
    p->card.learning_rate = 1e30;
    refused(p, NSYM_ENUMERIC, "at learning rate 1e+30; lower the learning rate"); /* no value is to blame */
}

static void a_test_loss_that_is_no_number_does_too(void **state) {
    (void)state;
    const float bad[] = {NAN, 3e38f};
    for (int k = 0; k < 2; k++) {
        problem *p = new_problem();
        for (size_t i = TRAIN; i < TRAIN + 20; i++) p->event[WIDTH * i] = p->event[WIDTH * i + 1] = bad[k];
        for (size_t i = 0; i < TRAIN * WIDTH; i++) p->event[i] *= 1e-3f; /* batch norm makes the others large */
        refused(p, NSYM_ENUMERIC, "in epoch 1 at learning rate 0.01");
    }
}

static int asked, stops_at;

static bool at_last(void) {
    return ++asked == stops_at;
}

/* A training of 480 events has 15 batches of 32 in an epoch. */
static void a_training_stops_on_request_before_a_batch(void **state) {
    (void)state;
    problem *p = new_problem();
    asked = 0;
    stops_at = 15 + 3;
    p->training.stop = at_last;
    assert_int_equal(nsym_train(p->network, &p->training, p->epochs, &p->validation), NSYM_EINTERRUPTED);
    assert_string_equal(nsym_message(), "stopped in epoch 2");
    assert_int_equal(asked, stops_at);
    assert_true(p->epochs[0].auc > 0 && p->epochs[1].auc == 0);
    free_problem(p);
}

/* 352 events train in 11 batches, 128 validate in one. */
static void a_training_stops_on_request_while_it_validates(void **state) {
    (void)state;
    problem *p = new_problem();
    uint32_t checked[128];
    for (uint32_t i = 0; i < 128; i++) checked[i] = TRAIN - 128 + i;
    p->training.event_count = TRAIN - 128;
    p->training.checked = checked;
    p->training.checked_count = 128;
    asked = 0;
    stops_at = 12;
    p->training.stop = at_last;
    assert_int_equal(nsym_train(p->network, &p->training, p->epochs, &p->validation), NSYM_EINTERRUPTED);
    assert_string_equal(nsym_message(), "stopped in epoch 1");
    assert_int_equal(p->validation.epochs, 0);
    free_problem(p);
}

static void a_last_batch_of_one_is_left_out(void **state) {
    (void)state;
    problem *p = new_problem();
    p->training.event_count = 97; /* three of 32, and one */
    train(p);
    assert_true(isfinite(p->epochs[0].train_loss) && p->epochs[0].train_loss < 2);
    free_problem(p);
}

static void predictions_do_not_depend_on_the_chunk(void **state) {
    (void)state;
    problem *p = new_problem();
    train(p);
    double whole[N], pieces[N];
    predict(p, 0, N, NSYM_PREDICT_CHUNK, whole);
    predict(p, 0, N, 1, pieces);
    for (int i = 0; i < N; i++) assert_true(fabs(whole[i] - pieces[i]) < 1e-4 * (1 + fabs(whole[i])));
    predict(p, 100, 50, 16, pieces);
    for (int i = 0; i < 50; i++) assert_true(fabs(whole[100 + i] - pieces[i]) < 1e-4 * (1 + fabs(whole[100 + i])));
    free_problem(p);
}

/* Every event once with its weight, in one batch, or as often as its weight says. */
static void an_integer_weight_is_a_repeated_event(void **state) {
    (void)state;
    enum { EVENTS_ONCE = 100 };
    problem *weighted = new_problem_for(NSYM_NORM_NONE), *repeated = new_problem_for(NSYM_NORM_NONE);
    problem *both[] = {weighted, repeated};
    size_t n = 0;
    for (size_t i = 0; i < N; i++) weighted->weights[i] = repeated->weights[i] = (double)(1 + i % 4);
    for (size_t i = 0; i < EVENTS_ONCE; i++)
        for (size_t k = 0; k < 1 + i % 4; k++) repeated->all[n++] = (uint32_t)i;
    for (size_t i = 0; i < 2; i++) {
        both[i]->card.sampling = NSYM_EACH;
        both[i]->card.batch = NSYM_PREDICT_CHUNK;
        both[i]->card.learning_rate = 0.03;
    }
    weighted->card.weighted = true;
    weighted->training.event_count = EVENTS_ONCE;
    repeated->training.event_count = n;
    train(weighted);
    train(repeated);
    for (int e = 0; e < EPOCHS; e++) {
        assert_true(fabs(weighted->epochs[e].train_loss / repeated->epochs[e].train_loss - 1) < 1e-5);
        assert_true(fabs(weighted->epochs[e].loss / repeated->epochs[e].loss - 1) < 1e-5);
    }
    double with = weighted->epochs[EPOCHS - 1].train_loss;
    weighted->card.weighted = false;
    train(weighted);
    assert_true(fabs(weighted->epochs[EPOCHS - 1].train_loss / with - 1) > 1e-3);
    free_problem(weighted);
    free_problem(repeated);
}

/* Batches of two, some of weight 0 together: they say nothing, and their loss does not count. */
static void a_batch_of_no_weight_teaches_nothing(void **state) {
    (void)state;
    problem *some = new_problem_for(NSYM_NORM_NONE), *none = new_problem_for(NSYM_NORM_NONE);
    some->card = none->card = (nsym_train_card){.epochs = EPOCHS,
                                                .batch = 2,
                                                .learning_rate = 1e-9, /* first weights, to float's precision */
                                                .every_epoch = true,
                                                .classification = 1,
                                                .sampling = NSYM_EACH,
                                                .weighted = true};
    for (size_t i = 0; i < 8; i++) some->weights[4 * i] = some->weights[4 * i + 1] = 0;
    for (size_t i = 0; i < 16; i++) none->all[i] = (uint32_t)(4 * (i / 2) + 2 + i % 2);
    some->training.event_count = 32;
    none->training.event_count = 16;
    train(some);
    train(none);
    for (int e = 0; e < EPOCHS; e++)
        assert_true(fabs(some->epochs[e].train_loss / none->epochs[e].train_loss - 1) < 1e-5);
    free_problem(some);
    free_problem(none);
}

enum { CHECKED = 100, LONG = 30 };

/* Loss and AUC of the last training rows, which validate. */
static double checked_loss(const problem *p, double *auc) {
    float labels[CHECKED];
    double logits[CHECKED], loss = 0, total = 0;
    predict(p, TRAIN - CHECKED, CHECKED, 64, logits);
    for (size_t i = 0; i < CHECKED; i++) {
        size_t row = TRAIN - CHECKED + i;
        double weight = p->card.weighted ? p->weights[row] : 1, z = logits[i];
        labels[i] = (float)p->labels[row];
        loss += weight * log1p(exp(labels[i] == 1 ? -z : z));
        total += weight;
    }
    const double *weights = p->card.weighted ? p->weights + TRAIN - CHECKED : NULL;
    assert_int_equal(nsym_auc(auc, NULL, logits, labels, weights, CHECKED), NSYM_OK);
    return loss / total;
}

/* A few events are learned by heart, so that those that validate are answered worse and worse. */
static problem *new_overtraining(bool weighted) {
    problem *p = new_problem_for(NSYM_NORM_NONE);
    nsym_random random = nsym_random_stream(5, "noise", 0);
    for (size_t i = 0; i < N; i++) {
        if (nsym_random_uniform(&random) < 0.2) p->labels[i] = 1 - p->labels[i];
        p->weights[i] = 0.5 + nsym_random_uniform(&random);
    }
    p->card.weighted = weighted;
    p->card.sampling = NSYM_EACH;
    p->card.shuffle = true;
    p->card.learning_rate = 0.03;
    p->card.batch = 16;
    p->card.every_epoch = false;
    p->training.event_count = 60;
    return p;
}

static void long_training(problem *p, size_t epochs) {
    nsym_epoch all[LONG];
    p->card.epochs = epochs;
    if (nsym_train(p->network, &p->training, all, &p->validation) != NSYM_OK) fail_msg("%s", nsym_message());
}

static void a_training_ends_by_patience_and_has_the_weights_of_its_best_epoch(void **state) {
    (void)state;
    for (int weighted = 0; weighted < 2; weighted++) {
        problem *p = new_overtraining(weighted), *best = new_overtraining(weighted);
        uint32_t checked[CHECKED];
        double loss[LONG + 1], auc[LONG + 1];
        for (uint32_t i = 0; i < CHECKED; i++) checked[i] = TRAIN - CHECKED + i;
        for (size_t e = 1; e <= LONG; e++) {
            long_training(best, e);
            loss[e] = checked_loss(best, &auc[e]);
        }
        const size_t patiences[] = {0, 1, 3};
        for (size_t k = 0; k < 3; k++) {
            size_t expected = 1, waited = 0;
            for (size_t e = 2; e <= LONG && (patiences[k] == 0 || waited < patiences[k]); e++) {
                waited = loss[e] < loss[expected] ? 0 : waited + 1;
                if (!waited) expected = e;
            }
            p->card.patience = patiences[k];
            p->training.checked = checked;
            p->training.checked_count = CHECKED;
            long_training(p, LONG);
            assert_int_equal(p->validation.epoch, expected);
            assert_true(expected < LONG);
            assert_true(fabs(p->validation.loss - loss[expected]) < 1e-5);
            assert_true(fabs(p->validation.auc - auc[expected]) < 1e-3);
            long_training(best, expected);
            assert_memory_equal(nsym_network_values(p->network), nsym_network_values(best->network),
                                nsym_network_parameters(p->network) * sizeof(real));
        }
        free_problem(p);
        free_problem(best);
    }
}

static void patience_saves_epochs(void **state) {
    (void)state;
    problem *p = new_overtraining(false);
    uint32_t checked[CHECKED];
    for (uint32_t i = 0; i < CHECKED; i++) checked[i] = TRAIN - CHECKED + i;
    p->training.checked = checked;
    p->training.checked_count = CHECKED;
    p->card.patience = 2;
    long_training(p, LONG);
    assert_int_equal(p->validation.epochs, p->validation.epoch + 2);
    free_problem(p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_the_ends_of_the_sample_that_the_card_names),
        cmocka_unit_test(parts_that_cannot_be_are_refused),
        cmocka_unit_test(an_easy_problem_is_learned),
        cmocka_unit_test(measures_are_those_of_the_test_rows),
        cmocka_unit_test(a_seed_gives_the_same_bits_and_another_others),
        cmocka_unit_test(events_of_weight_0_are_never_drawn),
        cmocka_unit_test(draws_follow_the_weights),
        cmocka_unit_test(a_loss_that_is_no_number_ends_the_training_with_epoch_and_rate),
        cmocka_unit_test(a_test_loss_that_is_no_number_does_too),
        cmocka_unit_test(a_training_stops_on_request_before_a_batch),
        cmocka_unit_test(a_training_stops_on_request_while_it_validates),
        cmocka_unit_test(a_last_batch_of_one_is_left_out),
        cmocka_unit_test(predictions_do_not_depend_on_the_chunk),
        cmocka_unit_test(an_integer_weight_is_a_repeated_event),
        cmocka_unit_test(a_batch_of_no_weight_teaches_nothing),
        cmocka_unit_test(a_training_ends_by_patience_and_has_the_weights_of_its_best_epoch),
        cmocka_unit_test(patience_saves_epochs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
