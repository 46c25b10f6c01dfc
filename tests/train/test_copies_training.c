/* Training on copies, bootstraps and folds: which events there are, what the loss is, and when it stops. */
#include "train/training.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TRAINS = 90, COPIES = 3, TEST = 30, ROWS = TRAINS * COPIES + TEST, WIDTH = 2, EPOCHS = 6 };

/* Two Gaussians in the plane; copies of an event are the same, or each a little away. */
typedef struct problem {
    uint32_t offsets[ROWS + 1];
    float event[ROWS * WIDTH];
    double labels[ROWS], weights[ROWS];
    nsym_inputs inputs;
    nsym_train_card card;
    nsym_training training;
    uint32_t *events, *checked;
    nsym_network *network;
    nsym_epoch epochs[EPOCHS];
    nsym_validation validation;
} problem;

static const nsym_train_card plain = {
    .epochs = EPOCHS, .batch = 32, .learning_rate = 0.01, .sampling = NSYM_EACH, .shuffle = true, .classification = 1};

static problem *new_problem(nsym_train_card card, size_t folds, double apart) {
    const nsym_model_spec spec = {.kind = NSYM_FCN, .event_input = {"plane", WIDTH}, .hidden = {1, {8}}};
    problem *p = calloc(1, sizeof *p);
    assert_non_null(p);
    nsym_random random = nsym_random_stream(43, "problem", 0);
    for (size_t i = 0; i < ROWS; i++) {
        size_t event = i < TRAINS * COPIES ? i / COPIES : i, copy = i < TRAINS * COPIES ? i % COPIES : 0;
        p->labels[i] = (double)(event % 2);
        p->weights[i] = 1;
        for (size_t k = 0; k < WIDTH; k++) {
            double first = nsym_random_normal(&random) + 2 * p->labels[i] - 1;
            p->event[WIDTH * i + k] =
                copy ? p->event[WIDTH * (i - copy) + k] + (float)(apart * (double)copy) : (float)first;
        }
    }
    p->inputs = (nsym_inputs){.count = ROWS, .offsets = p->offsets, .event = p->event};
    p->card = card;
    p->training = (nsym_training){
        .card = &p->card,
        .inputs = &p->inputs,
        .labels = p->labels,
        .weights = p->weights,
        .parts = {.train_count = TRAINS, .copies = COPIES, .test_first = TRAINS * COPIES, .test_count = TEST},
        .seed = 1,
        .start = 2};
    assert_int_equal(nsym_training_events(&p->events, &p->training.event_count, &p->checked, &p->training.checked_count,
                                          &p->card, folds, &p->training.parts, p->labels, 9, 0),
                     NSYM_OK);
    p->training.events = p->events;
    p->training.checked = p->checked;
    assert_int_equal(nsym_network_new(&p->network, &spec, NSYM_PREDICT_CHUNK, 1), NSYM_OK);
    return p;
}

static void free_problem(problem *p) {
    nsym_network_free(p->network);
    free(p->events);
    free(p->checked);
    free(p);
}

static void train(problem *p) {
    if (nsym_train(p->network, &p->training, p->epochs, &p->validation) != NSYM_OK) fail_msg("%s", nsym_message());
}

static problem *trained(nsym_train_card card, size_t folds, double apart) {
    problem *p = new_problem(card, folds, apart);
    train(p);
    return p;
}

static bool same_network(const problem *a, const problem *b) {
    size_t n = nsym_network_parameters(a->network);
    return memcmp(nsym_network_values(a->network), nsym_network_values(b->network), n * sizeof(real)) == 0;
}

/* The loss of events (n) with all their copies, by plain arithmetic on what the network answers now. */
static double loss_of(problem *p, const uint32_t *events, size_t n) {
    nsym_feed feed;
    double logits[ROWS];
    double entropy = 0, spread = 0;
    assert_int_equal(nsym_feed_new(&feed, nsym_network_spec(p->network), &p->inputs, NSYM_PREDICT_CHUNK, 0), NSYM_OK);
    nsym_predict_rows(p->network, &feed, NULL, 0, ROWS, logits, NULL);
    nsym_feed_free(&feed);
    for (size_t i = 0; i < n; i++) {
        double outputs[COPIES], mean = 0, squares = 0;
        for (size_t c = 0; c < COPIES; c++) {
            size_t row = events[i] * COPIES + c;
            outputs[c] = 1 / (1 + exp(-logits[row]));
            entropy -= log(p->labels[row] == 1 ? outputs[c] : 1 - outputs[c]) / (double)(n * COPIES);
            if (p->card.invariance.on_logits) outputs[c] = logits[row];
            mean += outputs[c] / COPIES;
        }
        for (size_t c = 0; c < COPIES; c++) squares += (outputs[c] - mean) * (outputs[c] - mean);
        spread += squares / (p->card.invariance.population ? COPIES : COPIES - 1) / (double)n;
    }
    return p->card.classification * entropy + p->card.invariance.weight * spread;
}

static void identical_copies_have_no_spread_so_they_are_in_one_batch(void **state) {
    (void)state;
    nsym_train_card penalised = plain, bootstrap = plain;
    penalised.invariance.weight = 100; /* two events taken for copies would cost many times the cross entropy */
    bootstrap.sampling = NSYM_BOOTSTRAP;
    for (int k = 0; k < 2; k++) {
        problem *a = trained(k ? bootstrap : plain, 0, 0), *b;
        penalised.sampling = k ? NSYM_BOOTSTRAP : NSYM_EACH;
        b = trained(penalised, 0, 0);
        for (int e = 0; e < EPOCHS; e++) assert_true(fabs(a->epochs[e].train_loss - b->epochs[e].train_loss) < 1e-5);
        free_problem(a);
        free_problem(b);
    }
    penalised.classification = 0; /* nothing else is left to learn */
    problem *p = trained(penalised, 0, 0);
    assert_true(p->epochs[EPOCHS - 1].train_loss < 1e-9);
    free_problem(p);
    p = trained(penalised, 0, 0.3);
    assert_true(p->epochs[0].train_loss > 1e-3 && p->epochs[EPOCHS - 1].train_loss < 0.5 * p->epochs[0].train_loss);
    free_problem(p);
}

static void the_loss_is_both_factors_times_entropy_and_variance(void **state) {
    (void)state;
    static const nsym_invariance how[] = {{0, false, false}, {2, false, false}, {2, true, false}, {3, true, true}};
    for (size_t k = 0; k < 8; k++) {
        nsym_train_card card = plain;
        card.epochs = 1;
        card.batch = TRAINS * COPIES; /* one step: the loss is of the first weights */
        card.classification = k < 4 ? 1 : 0.25;
        card.invariance = how[k % 4];
        problem *p = trained(card, 0, 0.3);
        nsym_network_initialise(p->network, p->training.start);
        assert_true(fabs(p->epochs[0].train_loss - loss_of(p, p->events, TRAINS)) < 1e-5);
        free_problem(p);
    }
}

static void a_batch_in_pieces_has_the_same_loss(void **state) {
    (void)state;
    const nsym_model_spec wide = {.kind = NSYM_PFN,
                                  .particle_input = {"plane", WIDTH},
                                  .particle_map = {1, {1 << 14}},
                                  .latent = 4,
                                  .hidden = {1, {8}}};
    nsym_train_card card = plain;
    card.epochs = 2;
    card.batch = TRAINS * COPIES;
    card.invariance.weight = 2;
    problem *p = new_problem(card, 0, 0.3);
    for (size_t i = 0; i <= ROWS; i++) p->offsets[i] = (uint32_t)i; /* each row one particle */
    p->inputs = (nsym_inputs){.count = ROWS, .offsets = p->offsets, .particles = p->event};
    nsym_network_free(p->network);
    assert_int_equal(nsym_network_new(&p->network, &wide, NSYM_PREDICT_CHUNK, NSYM_PREDICT_CHUNK + 1), NSYM_OK);
    assert_true(nsym_network_piece(p->network, true) < TRAINS); /* several pieces */
    train(p);
    assert_true(p->epochs[1].train_loss < p->epochs[0].train_loss);
    nsym_network_initialise(p->network, p->training.start);
    assert_true(fabs(p->epochs[0].train_loss - loss_of(p, p->events, TRAINS)) < 1e-5);
    free_problem(p);
}

static void first_weights_are_those_of_the_start_whatever_the_seed(void **state) {
    (void)state;
    nsym_train_card still = plain;
    still.learning_rate = 1e-30;
    problem *a = new_problem(still, 0, 0), *b = new_problem(still, 0, 0), *c = new_problem(still, 0, 0);
    b->training.seed = 77;
    c->training.start = 77;
    train(a);
    train(b);
    train(c);
    assert_true(same_network(a, b));
    assert_false(same_network(a, c));
    free_problem(a);
    free_problem(b);
    free_problem(c);
}

/* The events of a member; labels alternate from event to event. */
static void events_of(uint32_t **events, size_t *n, uint32_t **checked, size_t *n_checked, nsym_train_card card,
                      size_t folds, size_t member) {
    double labels[TRAINS * COPIES];
    const nsym_parts parts = {.train_count = TRAINS, .copies = COPIES, .test_first = TRAINS * COPIES};
    for (size_t i = 0; i < TRAINS * COPIES; i++) labels[i] = (double)(i / COPIES % 2);
    if (nsym_training_events(events, n, checked, n_checked, &card, folds, &parts, labels, 5, member) != NSYM_OK)
        fail_msg("%s", nsym_message());
}

static void a_bootstrap_draws_as_many_with_replacement_for_each_member(void **state) {
    (void)state;
    nsym_train_card card = plain;
    uint32_t *events[3], *checked;
    size_t n, n_checked, distinct = 0;
    bool seen[TRAINS] = {false};
    card.sampling = NSYM_BOOTSTRAP;
    card.size = 80;
    for (size_t k = 0; k < 3; k++) {
        events_of(&events[k], &n, &checked, &n_checked, card, 0, k % 2);
        assert_true(n == 80 && n_checked == 0 && !checked);
    }
    for (size_t i = 0; i < 80; i++) {
        assert_true(events[0][i] < 80); /* of the first */
        distinct += !seen[events[0][i]];
        seen[events[0][i]] = true;
    }
    assert_true(distinct > 38 && distinct < 63); /* 1 - 1/e of 80, 50.6, five times 2.5 at most */
    assert_memory_not_equal(events[0], events[1], 80 * sizeof(uint32_t));
    assert_memory_equal(events[0], events[2], 80 * sizeof(uint32_t));
    for (size_t k = 0; k < 3; k++) free(events[k]);
}

/* As many of either label as there are, here one in three, and of each about 1 - 1/e of its events. */
static void a_bootstrap_of_classes_keeps_their_numbers(void **state) {
    (void)state;
    enum { ALL = 300, SIGNAL = ALL / 3, FIRST = 2 };
    double labels[FIRST + 2 * ALL];
    const nsym_parts parts = {.train_first = FIRST, .train_count = ALL, .copies = 2, .test_first = FIRST + 2 * ALL};
    for (size_t i = 0; i < FIRST + 2 * ALL; i++) labels[i] = i >= FIRST && (i - FIRST) / 2 % 3 == 0;
    nsym_train_card card = plain;
    card.sampling = NSYM_BOOTSTRAP_CLASS;
    uint32_t *events[3], *checked;
    size_t n, n_checked;
    for (size_t k = 0; k < 3; k++) {
        size_t times[ALL] = {0}, signal = 0, distinct[2] = {0};
        assert_int_equal(nsym_training_events(&events[k], &n, &checked, &n_checked, &card, 0, &parts, labels, 5, k % 2),
                         NSYM_OK);
        assert_int_equal(n, ALL);
        for (size_t i = 0; i < ALL; i++) {
            assert_true(events[k][i] < ALL);
            assert_int_equal(events[k][i] % 3 == 0, i % 3 == 0);
            signal += events[k][i] % 3 == 0;
            distinct[events[k][i] % 3 == 0] += times[events[k][i]]++ == 0;
        }
        assert_int_equal(signal, SIGNAL);
        assert_true(distinct[1] > 48 && distinct[1] < 79);   /* 63.4 of 100, five times 3.1 */
        assert_true(distinct[0] > 104 && distinct[0] < 149); /* 126.6 of 200, five times 4.4 */
    }
    assert_memory_not_equal(events[0], events[1], ALL * sizeof(uint32_t));
    assert_memory_equal(events[0], events[2], ALL * sizeof(uint32_t));
    for (size_t k = 0; k < 3; k++) free(events[k]);
    for (size_t i = 0; i < FIRST + 2 * ALL; i++) labels[i] = 1;
    assert_int_equal(nsym_training_events(&events[0], &n, &checked, &n_checked, &card, 0, &parts, labels, 5, 0),
                     NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "300 of 300 training events are signal; both classes are needed"));
}

static void folds_share_the_events_out_and_never_train_on_what_they_check(void **state) {
    (void)state;
    for (int k = 0; k < 4; k++) {
        nsym_train_card card = plain;
        size_t times[TRAINS] = {0}, n, n_checked, folds = 7; /* of 12 or 13 events */
        uint32_t *events, *checked;
        card.sampling = k % 2 ? NSYM_BOOTSTRAP : NSYM_EACH;
        card.size = k / 2 ? 60 : 0;
        for (size_t member = 0; member < folds; member++) {
            bool validates[TRAINS] = {false};
            events_of(&events, &n, &checked, &n_checked, card, folds, member);
            assert_true(n_checked == 12 || n_checked == 13);
            assert_int_equal(n, card.size ? 60 : TRAINS - n_checked);
            for (size_t i = 0; i < n_checked; i++) validates[checked[i]] = true, times[checked[i]]++;
            for (size_t i = 0; i < n; i++) assert_true(events[i] < TRAINS && !validates[events[i]]);
            free(events);
            free(checked);
        }
        for (size_t i = 0; i < TRAINS; i++) assert_int_equal(times[i], 1);
    }
}

static void events_refused(size_t size, size_t folds, const double *labels, const char *words) {
    const nsym_train_card card = {.size = size};
    const nsym_parts parts = {.train_count = TRAINS, .copies = 1, .test_first = TRAINS};
    uint32_t *events, *checked;
    size_t n, n_checked;
    assert_int_equal(nsym_training_events(&events, &n, &checked, &n_checked, &card, folds, &parts, labels, 5, 0),
                     NSYM_EINVAL);
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

static void trainings_that_cannot_be_are_refused(void **state) {
    (void)state;
    double late[TRAINS], mixed[TRAINS], none[TRAINS] = {0};
    for (size_t i = 0; i < TRAINS; i++) late[i] = i >= 30, mixed[i] = (double)(i % 2);
    events_refused(91, 0, mixed, "train.size is 91, but there are only 90 training events; raise split.reserve");
    events_refused(61, 3, mixed,
                   "train.size is 61, but there are only 60 training events, the others are validation events");
    events_refused(20, 0, late, "0 of 20 training events are signal; both classes");
    events_refused(0, 3, late, "60 of 60 training events are signal; both classes");
    events_refused(0, 9, late, "0 of 10 validation events are signal; both classes");
    events_refused(0, 0, none, "0 of 90 training events are signal");
}

static void what_validates_does_not_train(void **state) {
    (void)state;
    nsym_train_card card = plain;
    card.epochs = 1; /* the best epoch is the only one */
    problem *a = trained(card, 3, 0.1), *b = new_problem(card, 3, 0.1);
    for (size_t i = 0; i < b->training.checked_count; i++)
        for (size_t k = 0; k < COPIES * WIDTH; k++) b->event[b->checked[i] * COPIES * WIDTH + k] += 5;
    train(b);
    assert_true(same_network(a, b));
    assert_true(a->validation.loss != b->validation.loss && a->epochs[0].train_loss == b->epochs[0].train_loss);
    free_problem(a);
    free_problem(b);
}

static void the_validation_loss_is_that_of_the_fold(void **state) {
    (void)state;
    nsym_train_card card = plain;
    card.classification = 0.5;
    card.invariance.weight = 2;
    problem *p = trained(card, 3, 0.3);
    assert_true(fabs(p->validation.loss - loss_of(p, p->checked, p->training.checked_count)) < 1e-5);
    assert_true(p->validation.auc > 0.5 && p->validation.auc <= 1);
    assert_true(p->validation.epoch >= 1 && p->validation.epoch <= EPOCHS);
    free_problem(p);
}

/* A fold of wrong labels: the better the training, the worse it gets. */
static problem *misled(nsym_train_card card) {
    problem *p = new_problem(card, 3, 0);
    for (size_t i = 0; i < p->training.checked_count; i++)
        for (size_t c = 0; c < COPIES; c++) {
            double *label = &p->labels[p->checked[i] * COPIES + c];
            *label = 1 - *label;
        }
    train(p);
    return p;
}

static void a_training_stops_after_its_patience_and_goes_back_to_its_best_epoch(void **state) {
    (void)state;
    nsym_train_card card = plain, once = plain;
    once.epochs = 1;
    card.patience = 2;
    problem *first = trained(once, 3, 0), *p = misled(card);
    assert_int_equal(p->validation.epoch, 1);
    assert_true(p->epochs[2].train_loss > 0 && p->epochs[3].train_loss == 0); /* epochs 2 and 3 in vain */
    assert_true(same_network(first, p));
    free_problem(p);
    card.patience = 0; /* never stops, but goes back all the same */
    p = misled(card);
    assert_true(p->epochs[EPOCHS - 1].train_loss > 0 && p->validation.epoch == 1 && same_network(first, p));
    free_problem(p);
    card.patience = 3;
    card.min_change = 1; /* no epoch improves so much */
    p = trained(card, 3, 0);
    assert_true(p->validation.epoch == 1 && p->epochs[3].train_loss > 0 && p->epochs[4].train_loss == 0);
    assert_true(same_network(first, p));
    free_problem(p);
    card.min_change = 0;
    p = trained(card, 3, 0); /* an easy problem gets better from epoch to epoch */
    assert_int_equal(p->validation.epoch, EPOCHS);
    free_problem(p);
    free_problem(first);
}

static void batches_are_as_many_whole_events_as_fit(void **state) {
    (void)state;
    nsym_train_card card = plain;
    card.batch = 32;
    problem *a = trained(card, 0, 0.1), *b, *c;
    card.batch = 30; /* ten events either way */
    b = trained(card, 0, 0.1);
    card.batch = 29;
    c = trained(card, 0, 0.1);
    assert_true(same_network(a, b));
    assert_false(same_network(a, c));
    free_problem(a);
    free_problem(b);
    free_problem(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identical_copies_have_no_spread_so_they_are_in_one_batch),
        cmocka_unit_test(the_loss_is_both_factors_times_entropy_and_variance),
        cmocka_unit_test(a_batch_in_pieces_has_the_same_loss),
        cmocka_unit_test(first_weights_are_those_of_the_start_whatever_the_seed),
        cmocka_unit_test(a_bootstrap_draws_as_many_with_replacement_for_each_member),
        cmocka_unit_test(a_bootstrap_of_classes_keeps_their_numbers),
        cmocka_unit_test(folds_share_the_events_out_and_never_train_on_what_they_check),
        cmocka_unit_test(trainings_that_cannot_be_are_refused),
        cmocka_unit_test(what_validates_does_not_train),
        cmocka_unit_test(the_validation_loss_is_that_of_the_fold),
        cmocka_unit_test(a_training_stops_after_its_patience_and_goes_back_to_its_best_epoch),
        cmocka_unit_test(batches_are_as_many_whole_events_as_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
