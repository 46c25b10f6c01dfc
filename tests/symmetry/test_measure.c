/* Samples and detectors of cards, and networks: what commutes, what does not, and what is refused. */
#include "study/card_text.h"
#include "symmetry/act.h"
#include "symmetry/card_events.h"
#include "symmetry/versions.h"
#include <nearsym/train.h>

static nsym_symmetry_options options_of(const char *transform, size_t events) {
    nsym_symmetry_options options = nsym_symmetry_defaults();
    options.transform = transform;
    options.events = events;
    options.jobs = 2;
    return options;
}

static nsym_symmetry_result *measured(const char *card, const char *where, nsym_model *model,
                                      const nsym_symmetry_options *options) {
    const nsym_study_options study = {.card = card_file(card)};
    nsym_symmetry_result *r = malloc(sizeof *r);
    assert_non_null(r);
    if (nsym_symmetry_of_card(r, &study, where, model, options) != NSYM_OK) fail_msg("%s", nsym_message());
    return r;
}

static const char momenta[] = "study: s\ndata: {generate: dimuon, events: 6000}\n";
static const char deposits[] = "study: s\nseed: 5\ndata: {generate: showers, events: 3000}\n"
                               "showers: {deposits: 4, noise: 0, points: 4}\n";

static void no_detector_commutes_with_everything(void **state) {
    (void)state;
    static const char *const transforms[] = {"rotate", "boost", "boost_transverse", "rotate_3d", "reflect"};
    for (size_t k = 0; k < sizeof transforms / sizeof *transforms; k++) {
        nsym_symmetry_options options = options_of(transforms[k], 600);
        nsym_symmetry_result *r = measured(momenta, NULL, NULL, &options);
        const nsym_distinguished *d = &r->answer[NSYM_SYMMETRY_COMMUTATOR];
        assert_true(r->asked[NSYM_SYMMETRY_COMMUTATOR] && d->same && d->auc == 0.5 && d->auc_error == 0);
        assert_string_equal(r->detector, "none");
        free(r);
    }
}

/* Rotations about the beam commute with the smearing of pT, whatever its size; 10 cards of 1000 events. */
static void smearing_commutes_with_rotations(void **state) {
    (void)state;
    enum { CARDS = 10 };
    double pulls[CARDS], floors[CARDS], mean, width;
    char text[256];
    for (size_t k = 0; k < CARDS; k++) {
        nsym_symmetry_options options = options_of("rotate", 1000);
        snprintf(text, sizeof text, "%sseed: %zu\ndetector: {smear: {resolution: 0.2}}\n", momenta, k);
        nsym_symmetry_result *r = measured(text, NULL, NULL, &options);
        const nsym_distinguished *d = &r->answer[NSYM_SYMMETRY_COMMUTATOR], *f = &r->answer[NSYM_SYMMETRY_FLOOR];
        assert_true(!d->same && !f->same);
        pulls[k] = (d->auc - 0.5) / d->auc_error;
        floors[k] = (f->auc - 0.5) / f->auc_error;
        free(r);
    }
    pulls_of(&mean, &width, pulls, CARDS); /* of ten, a mean is known to 0.32 and a width to 0.24: four of these */
    if (!(fabs(mean) < 1.28 && width < 1.9)) fail_msg("pulls are %.2f wide about %.2f", width, mean);
    pulls_of(&mean, &width, floors, CARDS);
    if (!(fabs(mean) < 1.28 && width < 1.9)) fail_msg("the floor's pulls are %.2f wide about %.2f", width, mean);
}

/* With pz kept, the smearing of pT shifts rapidities by what depends on them: the worse the resolution, the better
   boosted copies of measured muons are told from measured muons of boosted events. */
static void commutator_with_boosts_rises_with_the_resolution(void **state) {
    (void)state;
    static const double resolutions[] = {0.05, 0.2, 0.4};
    double area[3], error[3];
    char text[256];
    for (size_t k = 0; k < 3; k++) {
        nsym_symmetry_options options = options_of("boost", 12000);
        options.range = 3;
        snprintf(text, sizeof text, "%sdetector: {smear: {resolution: %g, keep: pz}}\n", momenta, resolutions[k]);
        nsym_symmetry_result *r = measured(text, NULL, NULL, &options);
        area[k] = r->answer[NSYM_SYMMETRY_COMMUTATOR].auc;
        error[k] = r->answer[NSYM_SYMMETRY_COMMUTATOR].auc_error;
        assert_true(r->answer[NSYM_SYMMETRY_TRUE].auc > 0.6); /* a boost changes the beams' spectra in any case */
        free(r);
    }
    if (!(area[0] < 0.5 + 3 * error[0] && area[1] > 0.5 + 4 * error[1] &&
          area[2] > area[1] + 2 * hypot(error[1], error[2])))
        fail_msg("AUC %.4f ± %.4f, %.4f ± %.4f, %.4f ± %.4f", area[0], error[0], area[1], error[1], area[2], error[2]);
}

/* Cells are taken for what they are: an isotropic sample, and images that are told from rotated ones. */
static void cells_do_not_commute_with_rotations(void **state) {
    (void)state;
    static const nsym_image_style styles[] = {NSYM_IMAGE_EXACT, NSYM_IMAGE_NEAREST, NSYM_IMAGE_UNBINNED};
    char text[256];
    snprintf(text, sizeof text, "%sdetector: {cells: [16, 16]}\n", deposits);
    for (size_t k = 0; k < 3; k++) {
        nsym_symmetry_options options = options_of("rotate", 1500);
        options.style = styles[k];
        nsym_symmetry_result *r = measured(text, NULL, NULL, &options);
        const nsym_distinguished *z = &r->answer[NSYM_SYMMETRY_TRUE], *d = &r->answer[NSYM_SYMMETRY_COMMUTATOR],
                                 *f = &r->answer[NSYM_SYMMETRY_FLOOR], *x = &r->answer[NSYM_SYMMETRY_MEASURED];
        assert_true(fabs(z->auc - 0.5) < 4 * z->auc_error);
        assert_true(fabs(f->auc - 0.5) < 4 * f->auc_error);
        assert_true(d->auc > 0.5 + 6 * d->auc_error);
        assert_true(x->auc > 0.5 + 4 * x->auc_error);
        free(r);
    }
}

/* A square grid has quarter turns: images of turned points are turned images, but for points within rounding of an
   edge and for the order of sums. */
static void quarter_turns_commute_with_a_square_grid(void **state) {
    (void)state;
    static const nsym_image_style styles[] = {NSYM_IMAGE_EXACT, NSYM_IMAGE_NEAREST};
    char text[256];
    snprintf(text, sizeof text, "%sdetector: {cells: [10, 10]}\n", deposits);
    const nsym_study_options study = {.card = card_file(text)};
    nsym_symmetry_options options = options_of(NULL, 120);
    nsym_card_events *c = calloc(1, sizeof *c);
    nsym_element values[120];
    assert_non_null(c);
    assert_ok(nsym_card_events_open(c, &study, NULL, &options));
    for (size_t i = 0; i < 120; i++) values[i] = nsym_symmetry_element(90 * (double)(i % 4));
    for (size_t k = 0; k < 2; k++) {
        nsym_events *turned, *before, *after;
        assert_ok(nsym_act(&turned, c->events, &nsym_rotate, values));
        assert_ok(nsym_act_measure(&before, &c->card->data, turned, 1));
        assert_ok(nsym_act_measure_then_act(&after, &c->card->data, c->events, 2, &nsym_rotate, values, styles[k]));
        assert_memory_equal(before->offsets, after->offsets, 121 * sizeof *before->offsets);
        for (size_t j = 0; j < 4 * before->offsets[120]; j++)
            assert_near(before->particles[j], after->particles[j], 1e-9);
        nsym_events_free(turned);
        nsym_events_free(before);
        nsym_events_free(after);
    }
    nsym_card_events_close(c);
    free(c);
}

/* A grid is its own mirror image, and so is smearing of pT. */
static void the_mirror_image_commutes_with_cells_and_smearing(void **state) {
    (void)state;
    static const nsym_image_style styles[] = {NSYM_IMAGE_EXACT, NSYM_IMAGE_UNBINNED};
    char text[256];
    snprintf(text, sizeof text, "%sdetector: {cells: [10, 10]}\n", deposits);
    for (size_t k = 0; k < 2; k++) {
        nsym_symmetry_options options = options_of("reflect", 600);
        options.style = styles[k];
        nsym_symmetry_result *r = measured(text, NULL, NULL, &options);
        const nsym_distinguished *d = &r->answer[NSYM_SYMMETRY_COMMUTATOR];
        assert_true(r->asked[NSYM_SYMMETRY_COMMUTATOR] && fabs(d->auc - 0.5) <= 4 * d->auc_error);
        assert_string_equal(r->transform, "reflect");
        free(r);
    }
    nsym_symmetry_options options = options_of(NULL, 1000);
    snprintf(text, sizeof text,
             "%sdetector: {smear: {resolution: 0.2}}\n"
             "copies: {where: before, transform: rotate, count: 1, reflect: true}\n",
             momenta);
    nsym_symmetry_result *r = measured(text, NULL, NULL, &options);
    const nsym_distinguished *d = &r->answer[NSYM_SYMMETRY_COMMUTATOR];
    assert_string_equal(r->transform, "reflect"); /* the only copy is the mirror image */
    assert_true(!d->same && fabs(d->auc - 0.5) < 4 * d->auc_error);
    free(r);
}

/* Matrices of a card: turns by quarters, which a square grid has, and a stretch, which it has not. */
static void matrices_of_a_card_are_asked(void **state) {
    (void)state;
    static const char *const lists[] = {"[0, -1, 1, 0, -1, 0, 0, -1]", "[1.5, 0, 0, 0.5]"};
    char text[512];
    for (size_t k = 0; k < 2; k++) {
        nsym_symmetry_options options = options_of(NULL, 1000);
        options.style = NSYM_IMAGE_UNBINNED;
        snprintf(text, sizeof text, "%sdetector: {cells: [10, 10]}\ncopies: {where: before, matrices: %s}\n", deposits,
                 lists[k]);
        nsym_symmetry_result *r = measured(text, NULL, NULL, &options);
        const nsym_distinguished *z = &r->answer[NSYM_SYMMETRY_TRUE], *d = &r->answer[NSYM_SYMMETRY_COMMUTATOR];
        assert_string_equal(r->transform, "matrices");
        if (k == 0)
            assert_true(fabs(z->auc - 0.5) <= 4 * z->auc_error && fabs(d->auc - 0.5) <= 4 * d->auc_error);
        else
            assert_true(z->auc > 0.5 + 4 * z->auc_error && d->auc > 0.5 + 4 * d->auc_error);
        free(r);
    }
}

/* A network that reads products of momenta alone, trained for an epoch. */
static nsym_model *invariant_network(const nsym_events *events) {
    nsym_model_spec spec = {.kind = NSYM_FCN, .event_input = {.name = "lorentz"}, .slots = 2, .hidden = {2, {16, 16}}};
    nsym_train_options options = nsym_train_defaults();
    nsym_model *model;
    options.epochs = 2;
    assert_ok(nsym_train_events(&model, NULL, &spec, &options, events));
    return model;
}

static nsym_model *general_network(const nsym_events *events) {
    nsym_model_spec spec = {.kind = NSYM_PFN,
                            .particle_input = {.name = "p4"},
                            .slots = 2,
                            .particle_map = {1, {16}},
                            .latent = 8,
                            .hidden = {1, {16}}};
    nsym_train_options options = nsym_train_defaults();
    nsym_model *model;
    options.epochs = 2;
    assert_ok(nsym_train_events(&model, NULL, &spec, &options, events));
    return model;
}

static nsym_events *pairs(void) {
    const nsym_study_options study = {.card = card_file(momenta)};
    nsym_symmetry_options options = options_of(NULL, 2000);
    nsym_card_events *c = calloc(1, sizeof *c);
    assert_non_null(c);
    assert_ok(nsym_card_events_open(c, &study, NULL, &options));
    nsym_events *events = c->events;
    c->events = NULL;
    nsym_card_events_close(c);
    free(c);
    return events;
}

/* Each event gets one of the list: those of a mirror image are all mirrored, and of two matrices both occur. */
static void an_event_gets_one_matrix_of_the_list(void **state) {
    (void)state;
    static const double list[8] = {0, -1, 1, 0, 2, 0, 0, 2};
    const nsym_action action = {.symmetry = &nsym_matrices, .matrix = list, .matrices = 2};
    nsym_events *events = pairs();
    nsym_element *g = malloc(events->count * sizeof *g);
    size_t second = 0;
    assert_non_null(g);
    nsym_act_draw(g, events, &action, false, 1);
    for (size_t i = 0; i < events->count; i++) {
        assert_true(g[i].matrix == list + (g[i].value == 2 ? 4 : 0));
        second += g[i].value == 2;
    }
    assert_true(fabs((double)second - 1000) < 4 * sqrt(500)); /* of 2000 */
    nsym_act_resize(g, &action, 0);
    assert_null(g->matrix);
    free(g);
    nsym_events_free(events);
}

/* A network is asked about the identity and every matrix; there is no slope. */
static void a_network_is_asked_about_every_matrix(void **state) {
    (void)state;
    nsym_events *events = pairs();
    nsym_model *invariant = invariant_network(events), *general = general_network(events);
    nsym_symmetry_options options = options_of("reflect", 500);
    nsym_symmetry_result *r = malloc(sizeof *r);
    assert_non_null(r);
    assert_ok(nsym_symmetry_of_events(r, events, invariant, &options));
    const nsym_network_invariance *n = &r->network;
    assert_true(n->sizes == 2 && n->at[1].size == 1 && isnan(n->local) && n->spread < 1e-6);
    assert_ok(nsym_symmetry_of_events(r, events, general, &options));
    assert_true(n->spread > 1e-4 && n->at[0].relative == 0 && n->at[1].relative > 1e-3);
    options.range = 1;
    assert_fails(nsym_symmetry_of_events(r, events, NULL, &options), "'reflect' has no values, so no range");
    free(r);
    nsym_model_free(invariant);
    nsym_model_free(general);
    nsym_events_free(events);
}

/* Products of boosted momenta lose digits to cancellation, as E^2 - p^2 of muons does: at beta 0.9 energies grow by at
   most 4.4, squares by 19, of single precision's 6e-8 times a sum of hundreds of terms. */
static void network_of_invariants_is_invariant_to_rounding(void **state) {
    (void)state;
    static const char *const transforms[] = {"boost", "rotate", "boost_transverse", "rotate_3d"};
    nsym_events *events = pairs();
    nsym_model *invariant = invariant_network(events), *general = general_network(events);
    for (size_t k = 0; k < sizeof transforms / sizeof *transforms; k++) {
        nsym_symmetry_options options = options_of(transforms[k], 1000);
        nsym_symmetry_result *r = malloc(sizeof *r);
        assert_non_null(r);
        assert_ok(nsym_symmetry_of_events(r, events, invariant, &options));
        const nsym_network_invariance *n = &r->network;
        assert_int_equal(n->events, 1000);
        assert_int_equal(n->sizes, 13);
        assert_true(n->spread < 1e-6 && n->local < 1e-4);
        for (size_t i = 0; i < n->sizes; i++) {
            assert_true(n->at[i].relative < 1e-5 && n->at[i].agreement > 0.995);
            assert_near(n->at[i].auc, n->at[0].auc, 1e-3);
        }
        assert_true(n->at[0].relative == 0 && n->at[0].agreement == 1);
        assert_ok(nsym_symmetry_of_events(r, events, general, &options));
        assert_true(n->spread > 1e-3 && n->local > 1e-3);
        assert_true(n->at[12].relative > 0.01 && n->at[12].agreement < 1);
        free(r);
    }
    nsym_model_free(invariant);
    nsym_model_free(general);
    nsym_events_free(events);
}

/* d sigmoid(f) / dt of the first moments: a network's local error is what a difference of its outputs at two small
   angles, made by hand, says. */
static void local_error_is_the_slope_at_zero(void **state) {
    (void)state;
    nsym_events *events = pairs();
    nsym_model *model = general_network(events);
    nsym_symmetry_options options = options_of("rotate", 2000);
    nsym_symmetry_result *r = malloc(sizeof *r);
    nsym_element *values = malloc(events->count * sizeof *values);
    double sum = 0, *logits[2];
    assert_true(r && values);
    assert_ok(nsym_symmetry_of_events(r, events, model, &options));
    for (size_t k = 0; k < 2; k++) {
        nsym_events *turned;
        float *p4 = malloc((events->count * 8 + 1) * sizeof *p4);
        logits[k] = malloc(events->count * sizeof *logits[k]);
        assert_true(p4 && logits[k]);
        for (size_t i = 0; i < events->count; i++) values[i] = nsym_symmetry_element(k ? 1 : -1); /* degrees */
        assert_ok(nsym_act(&turned, events, &nsym_rotate, values));
        for (size_t j = 0; j < events->count * 8; j++) p4[j] = (float)turned->particles[j];
        const nsym_model_inputs inputs = {.events = events->count, .offsets = turned->offsets, .particles = p4};
        assert_ok(nsym_model_logits(model, &inputs, logits[k], NULL));
        nsym_events_free(turned);
        free(p4);
    }
    for (size_t i = 0; i < events->count; i++)
        sum += fabs(1 / (1 + exp(-logits[1][i])) - 1 / (1 + exp(-logits[0][i]))) / (2 * acos(-1) / 180) /
               (double)events->count;
    assert_near(r->network.local, sum, 0.02 * sum); /* kinks of the ReLU lie between the steps */
    free(logits[0]);
    free(logits[1]);
    free(values);
    free(r);
    nsym_model_free(model);
    nsym_events_free(events);
}

static void the_run_is_the_one_asked_for(void **state) {
    (void)state;
    nsym_symmetry_options options = options_of("rotate", 200);
    nsym_symmetry_result *r = measured(small_card, "recipe=rough", NULL, &options);
    assert_non_null(strstr(r->detector, "30 %"));
    assert_non_null(strstr(r->sample, "recipe rough"));
    free(r);
    r = measured(small_card, NULL, NULL, &options);
    assert_non_null(strstr(r->detector, "10 %"));
    free(r);
    const nsym_study_options study = {.card = card_file(small_card)};
    r = malloc(sizeof *r);
    assert_non_null(r);
    assert_fails(nsym_symmetry_of_card(r, &study, "recipe=smooth", NULL, &options),
                 "no run of the card has recipe=smooth");
    assert_fails(nsym_symmetry_of_card(r, &study, "recipes=rough", NULL, &options), "no axis 'recipes'");
    options.transform = NULL;
    assert_fails(nsym_symmetry_of_card(r, &study, NULL, NULL, &options), "which transformation?");
    options.transform = "rotat";
    assert_fails(nsym_symmetry_of_card(r, &study, NULL, NULL, &options), "did you mean 'rotate'?");
    options.transform = "rotate";
    options.range = 1;
    assert_fails(nsym_symmetry_of_card(r, &study, NULL, NULL, &options), "has a period");
    options = options_of("shift_phi", 200);
    assert_fails(nsym_symmetry_of_card(r, &study, NULL, NULL, &options),
                 "'shift_phi' acts on particles with phi and eta");
    options = options_of("rotate", 99);
    assert_fails(nsym_symmetry_of_card(r, &study, NULL, NULL, &options), "at least 100");
    free(r);
}

/* Events in memory behind a detector are a card's, but for the draws of events that another generator makes. */
static void a_detector_of_events_in_memory_is_that_of_a_card(void **state) {
    (void)state;
    nsym_events *events = pairs();
    nsym_symmetry_options options = options_of("rotate", 400);
    nsym_symmetry_result *r = malloc(sizeof *r);
    assert_non_null(r);
    assert_ok(
        nsym_symmetry_of_detector(r, events, "{\"detector\": {\"smear\": {\"resolution\": 0.3}}}", NULL, &options));
    assert_non_null(strstr(r->detector, "smeared by 30 %"));
    for (size_t k = 0; k < NSYM_SYMMETRY_QUESTIONS; k++) assert_true(r->asked[k] && r->answer[k].events == 400);
    assert_true(!r->answer[NSYM_SYMMETRY_COMMUTATOR].same);
    assert_ok(nsym_symmetry_of_detector(r, events, "{}", NULL, &options));
    assert_true(r->answer[NSYM_SYMMETRY_COMMUTATOR].same && !r->asked[NSYM_SYMMETRY_TRUE]);
    assert_fails(nsym_symmetry_of_detector(r, events, "data: {select: x > 1}", NULL, &options),
                 "data has no effect here");
    assert_fails(nsym_symmetry_of_detector(r, events, "detector: {cells: [4, 4]}", NULL, &options), "detector.cells");
    options.transform = NULL;
    assert_fails(nsym_symmetry_of_detector(r, events, "{}", NULL, &options), "which transformation?");
    free(r);
    nsym_events_free(events);
}

static void verdicts_are_words(void **state) {
    (void)state;
    char text[NSYM_SYMMETRY_TEXT];
    const nsym_distinguished clear = {.events = 50, .auc = 0.6, .auc_error = 0.02},
                             hint = {.auc = 0.55, .auc_error = 0.02},
                             none = {.events = 50, .auc = 0.49, .auc_error = 0.02}, same = {.same = true},
                             plain = {.auc = 1, .auc_error = 1e-4};
    nsym_symmetry_verdict(text, NSYM_SYMMETRY_MEASURED, &clear);
    assert_string_equal(text, "broken: 5.0 sigma");
    nsym_symmetry_verdict(text, NSYM_SYMMETRY_MEASURED, &plain);
    assert_string_equal(text, "broken: more than 100 sigma");
    nsym_symmetry_verdict(text, NSYM_SYMMETRY_MEASURED, &hint);
    assert_string_equal(text, "perhaps broken: 2.5 sigma; take more events");
    nsym_symmetry_verdict(text, NSYM_SYMMETRY_COMMUTATOR, &none);
    assert_string_equal(text, "commutes as far as 50 events can tell: AUC below 0.5329 (95 %)");
    nsym_symmetry_verdict(text, NSYM_SYMMETRY_COMMUTATOR, &same);
    assert_string_equal(text, "commutes exactly: both are the same in every event");
    nsym_symmetry_verdict(text, NSYM_SYMMETRY_FLOOR, &clear);
    assert_string_equal(text, "5.0 sigma from 0.5: distrust the lines above");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_detector_commutes_with_everything),
        cmocka_unit_test(smearing_commutes_with_rotations),
        cmocka_unit_test(commutator_with_boosts_rises_with_the_resolution),
        cmocka_unit_test(cells_do_not_commute_with_rotations),
        cmocka_unit_test(quarter_turns_commute_with_a_square_grid),
        cmocka_unit_test(the_mirror_image_commutes_with_cells_and_smearing),
        cmocka_unit_test(matrices_of_a_card_are_asked),
        cmocka_unit_test(an_event_gets_one_matrix_of_the_list),
        cmocka_unit_test(a_network_is_asked_about_every_matrix),
        cmocka_unit_test(network_of_invariants_is_invariant_to_rounding),
        cmocka_unit_test(local_error_is_the_slope_at_zero),
        cmocka_unit_test(the_run_is_the_one_asked_for),
        cmocka_unit_test(a_detector_of_events_in_memory_is_that_of_a_card),
        cmocka_unit_test(verdicts_are_words),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
