/* The questions about a sample and a detector. */
#include "base/fail.h"
#include "data/events.h"
#include "study/model_chain.h"
#include "symmetry/action.h"
#include "symmetry/compare.h"
#include "symmetry/network.h"
#include <nearsym/random.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the versions of the events are made of. Borrowed. */
typedef struct {
    const nsym_data_card *card; /* NULL: events as they were measured */
    const nsym_events *events;
    nsym_action action;
    const nsym_element *g; /* (events) */
    const nsym_symmetry_options *options;
} scene;

/* Versions of the events that answers compare. Owned. */
typedef struct {
    nsym_events *z, *gz, *d_z, *d_gz, *g_d_z, *other; /* other: D'(z); or NULL */
    nsym_events *shuffled[2];                         /* D(g z) and g D(z) in a random order */
} versions;

static void free_versions(versions *v) {
    nsym_events *const all[] = {v->z, v->gz, v->d_z, v->d_gz, v->g_d_z, v->other, v->shuffled[0], v->shuffled[1]};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) nsym_events_free(all[i]);
}

/* Two samples of the same events, which change places in a random half of them. */
static nsym_status shuffle(nsym_events *out[2], const nsym_events *a, const nsym_events *b, uint64_t seed) {
    nsym_events *both;
    size_t n = a->count, *index = malloc((2 * n + 1) * sizeof *index);
    if (!index) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", n);
    nsym_random random = nsym_random_stream(seed, "symmetry order", 0);
    for (size_t i = 0; i < n; i++) {
        size_t turned = nsym_random_u32(&random) >> 31;
        index[i] = turned ? n + i : i;
        index[n + i] = turned ? i : n + i;
    }
    nsym_status status = nsym_events_concat(&both, a, b);
    if (status == NSYM_OK) {
        for (size_t k = 0; status == NSYM_OK && k < 2; k++)
            status = nsym_events_select(&out[k], both, index + k * n, n);
        nsym_events_free(both);
    }
    free(index);
    return status;
}

/* Draws of the detector for D(z), and others for D(g z) and D'(z): the same where the one is to be told from the
   other. */
static uint64_t draws(const scene *s, const char *purpose) {
    nsym_random random = nsym_random_stream(s->options->seed, purpose, 0);
    return nsym_random_u32(&random) | (uint64_t)nsym_random_u32(&random) << 32;
}

/* Can measured events be transformed as they are? */
static bool acts_on_measured(const scene *s) {
    return !nsym_act_is_of_images(&s->card->detector, s->options->style) || nsym_act_can_images(s->action.symmetry);
}

static nsym_status make_versions(versions *v, const scene *s) {
    const nsym_symmetry *symmetry = s->action.symmetry;
    uint64_t first = draws(s, "symmetry detector"), second = draws(s, "symmetry detector again");
    NSYM_TRY(nsym_act(&v->gz, s->events, symmetry, s->g));
    NSYM_TRY(nsym_act_measure(&v->d_z, s->card, s->events, first));
    if (!acts_on_measured(s)) return NSYM_OK;
    NSYM_TRY(nsym_act_measure(&v->d_gz, s->card, v->gz, second));
    NSYM_TRY(nsym_act_measure_then_act(&v->g_d_z, s->card, s->events, first, symmetry, s->g, s->options->style));
    if (nsym_detector_draws(&s->card->detector)) return nsym_act_measure(&v->other, s->card, s->events, second);
    return shuffle(v->shuffled, v->d_gz, v->g_d_z, s->options->seed);
}

static void add(nsym_versions *list, size_t *n, nsym_symmetry_result *out, nsym_symmetry_question question,
                const nsym_events *a, const nsym_events *b) {
    list[(*n)++] = (nsym_versions){nsym_symmetry_question_name(question), a, b, &out->answer[question]};
    out->asked[question] = true;
}

static nsym_status compare(nsym_symmetry_result *out, const versions *v, const scene *s) {
    nsym_versions list[NSYM_SYMMETRY_QUESTIONS];
    size_t n = 0;
    bool detector = s->card && nsym_detector_acts(&s->card->detector);
    if (detector) add(list, &n, out, NSYM_SYMMETRY_TRUE, s->events, v->gz);
    if (!detector) add(list, &n, out, NSYM_SYMMETRY_MEASURED, s->events, v->gz);
    if (detector && v->g_d_z) add(list, &n, out, NSYM_SYMMETRY_MEASURED, v->d_z, v->g_d_z);
    if (v->g_d_z) add(list, &n, out, NSYM_SYMMETRY_COMMUTATOR, v->d_gz, v->g_d_z);
    if (v->other) add(list, &n, out, NSYM_SYMMETRY_FLOOR, v->d_z, v->other);
    if (v->shuffled[0]) add(list, &n, out, NSYM_SYMMETRY_FLOOR, v->shuffled[0], v->shuffled[1]);
    return nsym_compare_all(list, n, s->options);
}

/* Adds a line to the note, where it fits. */
static void tell(nsym_symmetry_result *out, const char *text) {
    size_t used = strlen(out->note);
    snprintf(out->note + used, sizeof out->note - used, "%s\n", text);
}

static void tell_what(nsym_symmetry_result *out, const scene *s) {
    const nsym_column *weight = nsym_events_column(s->events, "weight");
    bool below = false;
    for (size_t i = 0; weight && weight->width == 1 && i < s->events->count; i++) below |= !(weight->values[i] >= 0);
    if (below) tell(out, "some weights are below 0, which no classifier trains with: every event counts once");
    if (s->action.symmetry->remark) tell(out, s->action.symmetry->remark);
    if (s->card && nsym_detector_acts(&s->card->detector) && !acts_on_measured(s))
        tell(out, "images are only rotated and mirrored: what g does to measured events is not asked (unbinned images "
                  "turn cells as "
                  "points)");
    if (s->card && s->card->align) tell(out, "data.align is left out: it would take the rotation out again");
    bool cells = s->events->offsets && nsym_events_feature(s->events, "cell") != NSYM_NONE;
    if (cells)
        tell(out, "the particles are cells: transformed, their centres leave the grid, which a classifier sees; to ask "
                  "about the detector, take a card whose detector makes the cells");
}

static void describe_detector(char *text, size_t size, const nsym_detector_card *d) {
    size_t used = 0;
    text[0] = '\0';
    if (d->smear.resolution > 0)
        used += (size_t)snprintf(text + used, size - used, "pT smeared by %g %% (%s kept%s)", 100 * d->smear.resolution,
                                 d->smear.keep == NSYM_KEEP_PZ ? "pz" : "eta",
                                 d->smear.shared ? ", one draw an event" : "");
    if (d->cells.nx > 0 && used < size)
        used += (size_t)snprintf(text + used, size - used, "%s%zu x %zu cells over [%g, %g] x [%g, %g]",
                                 used ? ", " : "", d->cells.nx, d->cells.ny, d->cells.x[0], d->cells.x[d->cells.nx],
                                 d->cells.y[0], d->cells.y[d->cells.ny]);
    if (d->threshold > 0 && used < size)
        snprintf(text + used, size - used, "%sthreshold %g", used ? ", " : "", d->threshold);
}

static void name_detector(nsym_symmetry_result *out, const nsym_data_card *card) {
    describe_detector(out->detector, sizeof out->detector, &card->detector);
    if (!out->detector[0]) snprintf(out->detector, sizeof out->detector, "none");
}

/* Answers the questions that the versions of a scene allow. */
static nsym_status answer(nsym_symmetry_result *out, const scene *s) {
    versions v = {0};
    tell_what(out, s);
    nsym_status status = nsym_act_check(s->events, s->action.symmetry);
    if (status == NSYM_OK)
        status = s->card ? make_versions(&v, s) : nsym_act(&v.gz, s->events, s->action.symmetry, s->g);
    if (status == NSYM_OK) status = compare(out, &v, s);
    free_versions(&v);
    return status;
}

static void tell_trained(nsym_symmetry_result *out) {
    char text[128];
    snprintf(text, sizeof text, "about %.0f of %zu events trained the network, whose AUC is too good on them",
             out->network.trained, out->network.events);
    tell(out, text);
}

/* The scene with its transformations, and what the result says of it. */
static nsym_status measure(nsym_symmetry_result *out, scene *s, nsym_model *model) {
    const nsym_symmetry *symmetry = s->action.symmetry;
    bool steps = s->card && nsym_act_is_of_images(&s->card->detector, s->options->style) && symmetry == &nsym_rotate;
    nsym_element *g = malloc((s->events->count + 1) * sizeof *g);
    if (!g) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", s->events->count);
    snprintf(out->transform, sizeof out->transform, "%s", symmetry->name);
    snprintf(out->unit, sizeof out->unit, "%s", symmetry->unit);
    out->range = symmetry->period > 0 ? 0 : s->action.range;
    nsym_act_draw(g, s->events, &s->action, steps, s->options->seed);
    s->g = g;
    nsym_status status = answer(out, s);
    if (status == NSYM_OK && model) {
        const nsym_network_scene network = {.card = s->card,
                                            .events = s->events,
                                            .action = &s->action,
                                            .g = g,
                                            .draws = draws(s, "symmetry detector"),
                                            .options = s->options};
        status = nsym_network_measure(&out->network, model, &network);
        if (status == NSYM_OK && out->network.trained > 0) tell_trained(out);
    }
    free(g);
    return status;
}

nsym_status nsym_symmetry_of_events(nsym_symmetry_result *out, const nsym_events *events, nsym_model *model,
                                    const nsym_symmetry_options *options) {
    scene s = {.options = options};
    nsym_events *some;
    *out = (nsym_symmetry_result){0};
    NSYM_TRY(nsym_action_named(&s.action, options));
    NSYM_TRY(nsym_some_events(&some, events, options->events, options->seed));
    s.events = some;
    snprintf(out->sample, sizeof out->sample, "%zu of %zu events, as they were measured", some->count, events->count);
    nsym_status status = measure(out, &s, model);
    nsym_events_free(some);
    return status;
}

nsym_status nsym_symmetry_of_detector(nsym_symmetry_result *out, const nsym_events *events, const char *detector,
                                      nsym_model *model, const nsym_symmetry_options *options) {
    nsym_run_card *card = calloc(1, sizeof *card);
    nsym_tree *tree = NULL;
    nsym_events *some = NULL;
    scene s = {.options = options};
    *out = (nsym_symmetry_result){0};
    nsym_status status = card ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a detector");
    if (status == NSYM_OK) status = nsym_tree_parse(&tree, detector, strlen(detector), "card");
    for (size_t k = 0; status == NSYM_OK && k < tree->root->count; k++)
        if (strcmp(tree->root->child[k]->key, "detector") != 0)
            status =
                nsym_fail_at(tree, tree->root->child[k], "%s has no effect here, where the section detector counts",
                             tree->root->child[k]->key);
    if (status == NSYM_OK) status = nsym_chain_read(card, tree);
    if (status == NSYM_OK) status = nsym_action_named(&s.action, options);
    if (status == NSYM_OK) status = nsym_some_events(&some, events, options->events, options->seed);
    if (status == NSYM_OK) {
        s.events = some;
        s.card = &card->data;
        snprintf(out->sample, sizeof out->sample, "%zu of %zu events", some->count, events->count);
        name_detector(out, s.card);
        status = measure(out, &s, model);
    }
    nsym_events_free(some);
    nsym_tree_free(tree);
    free(card);
    return status;
}

/* "encouraged-invariance (recipe published, binning uniform), 10000 events". */
static void describe_sample(nsym_symmetry_result *out, const nsym_card_events *c, const char *path) {
    size_t used = (size_t)snprintf(out->sample, sizeof out->sample, "%s, %zu events",
                                   c->card->top.study ? c->card->top.study : path, c->events->count);
    for (size_t k = 0; c->point && k < c->point->coordinates && used < sizeof out->sample; k++) {
        const nsym_coordinate *at = &c->point->coordinate[k];
        if (strcmp(at->name, "model") == 0) continue;
        used += (size_t)snprintf(out->sample + used, sizeof out->sample - used, ", %s %s", at->name, at->value);
    }
    name_detector(out, &c->card->data);
    snprintf(out->note, sizeof out->note, "%s", c->note);
}

static nsym_status measure_card(nsym_symmetry_result *out, const nsym_card_events *c, const char *path,
                                nsym_model *model, const nsym_symmetry_options *o) {
    scene s = {.card = &c->card->data, .events = c->events, .options = o};
    NSYM_TRY(nsym_action_of_card(&s.action, c, o));
    describe_sample(out, c, path);
    return measure(out, &s, model);
}

nsym_status nsym_symmetry_of_card(nsym_symmetry_result *out, const nsym_study_options *study, const char *where,
                                  nsym_model *model, const nsym_symmetry_options *options) {
    nsym_card_events *c = calloc(1, sizeof *c);
    *out = (nsym_symmetry_result){0};
    if (!c) return nsym_fail(NSYM_ENOMEM, "no memory for a card");
    nsym_status status = nsym_card_events_open(c, study, where, options);
    if (status == NSYM_OK) status = measure_card(out, c, study->card, model, options);
    nsym_card_events_close(c);
    free(c);
    return status;
}
