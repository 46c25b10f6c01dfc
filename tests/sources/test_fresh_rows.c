/* Copies made anew in every epoch: what they are, and on what they depend. */
#include "sources/fresh_rows.h"
#include "study/card_text.h"
#include "study/results_of.h"

static const char shower_text[] = "data: {generate: showers, events: 120}\n"
                                  "seed: 5\n"
                                  "split: {test: 0.25, reserve: 40}\n"
                                  "showers: {deposits: 6, noise: 2, points: 4}\n"
                                  "detector: {cells: [8, 8]}\n"
                                  "copies: {where: before, values: random, count: 3, fresh: true}\n"
                                  "train: {epochs: 2, batch: 12, sampling: bootstrap, invariance: 1}\n"
                                  "models:\n"
                                  "  list: {kind: fcn, event: list, padded: 64, hidden: [4]}\n"
                                  "  image: {kind: fcn, event: image, padded: 64, hidden: [4]}\n"
                                  "  set: {kind: pfn, particles: cells, particle_map: [4], latent: 4, hidden: [4]}\n"
                                  "experiments: {e: {members: 2, grid: {model: [list, image, set]}}}\n";
static const char pair_text[] = "data: {generate: dimuon, events: 60, select: \"max(energy) > 40\"}\n"
                                "seed: 5\n"
                                "split: {test: 0.25}\n"
                                "detector: {smear: {resolution: 0.1}}\n"
                                "copies: {where: before, transform: boost, values: random, count: 3, fresh: true}\n"
                                "train: {epochs: 2, batch: 12, sampling: each, invariance: 1}\n"
                                "models:\n"
                                "  pair: {kind: pfn, particles: p4, particle_map: [4], latent: 4, hidden: [4]}\n"
                                "  columns: {kind: fcn, event: columns, columns: [pt, mass], hidden: [4]}\n"
                                "experiments: {e: {members: 2, grid: {model: [pair, columns]}}}\n";

/* A sample of a card and one training's way to renew its copies. */
typedef struct {
    nsym_tree *tree;
    nsym_run_card card;
    nsym_sample sample;
    nsym_fresh_rows rows;
} opened_rows;

static void open_rows(opened_rows *o, const char *text, const char *model, const char *const *set) {
    *o = (opened_rows){.tree = opened(text, NULL, set)};
    if (nsym_card_read(&o->card, o->tree, model) != NSYM_OK ||
        nsym_sample_load(&o->sample, &o->card.data, 2, NULL) != NSYM_OK ||
        nsym_fresh_rows_open(&o->rows, o->sample.origin, &o->card.data, &o->card.spec) != NSYM_OK)
        fail_msg("%s", nsym_message());
}

static void close_rows(opened_rows *o) {
    nsym_fresh_rows_close(&o->rows);
    nsym_sample_free(&o->sample);
    nsym_tree_free(o->tree);
}

static nsym_events *made(opened_rows *o, const uint32_t *rows, uint64_t seed, size_t n) {
    uint64_t seeds[8];
    nsym_events *out;
    for (size_t i = 0; i < n; i++) seeds[i] = seed;
    if (o->rows.fresh.make(&out, o->rows.fresh.context, rows, seeds, n) != NSYM_OK) fail_msg("%s", nsym_message());
    return out;
}

/* Do two rows have the same particles? */
static bool alike(const nsym_events *a, size_t i, const nsym_events *b, size_t k) {
    size_t n = (size_t)(a->offsets[i + 1] - a->offsets[i]) * a->features;
    if (a->features != b->features || (b->offsets[k + 1] - b->offsets[k]) * b->features != n) return false;
    return memcmp(a->particles + a->offsets[i] * a->features, b->particles + b->offsets[k] * b->features,
                  n * sizeof *a->particles) == 0;
}

enum { COPIES = 3, EVENTS = 5 };

/* By the card's own seed the copies are the sample's, to the bit; by another all are others, and the event stays. */
static void check_rows(const char *text, const char *model, const char *const *set) {
    opened_rows o;
    open_rows(&o, text, model, set);
    const uint32_t rows[EVENTS] = {9 * COPIES, 0, 4 * COPIES, 9 * COPIES, 2 * COPIES};
    nsym_events *same = made(&o, rows, o.card.data.seed, EVENTS), *other = made(&o, rows, 77, EVENTS);
    assert_int_equal(same->count, EVENTS * COPIES);
    for (size_t i = 0; i < EVENTS * COPIES; i++) {
        assert_true(alike(same, i, o.sample.events, rows[i / COPIES] + i % COPIES));
        assert_true(alike(other, i, same, i) == (i % COPIES == 0));
    }
    for (size_t k = 0; k < COPIES; k++) assert_true(alike(other, k, other, 3 * COPIES + k)); /* an event by one seed */
    for (size_t i = 0; i < EVENTS * COPIES; i++)
        assert_true(o.rows.fresh.particles >= other->offsets[i + 1] - other->offsets[i]);
    nsym_events_free(same);
    nsym_events_free(other);
    close_rows(&o);
}

static void copies_are_drawn_by_a_seed_and_events_stay(void **state) {
    (void)state;
    check_rows(shower_text, "set", NULL);
    check_rows(shower_text, "set", (const char *const[]){"split.reserve=0", "split.validation=0.2", NULL});
    check_rows(pair_text, "pair", NULL);
    check_rows(pair_text, "pair", (const char *const[]){"copies.where=after", NULL});
    check_rows(pair_text, "pair", (const char *const[]){"data.repeat=3", "split.group=false", NULL});
    check_rows(pair_text, "pair",
               (const char *const[]){"copies={where: before, matrices: [1, 1, 0, 1, 2, 0, 0, 2], fresh: true}", NULL});
}

static void columns_follow_the_new_copies(void **state) {
    (void)state;
    opened_rows o;
    open_rows(&o, pair_text, "columns", NULL);
    const uint32_t rows[] = {0, 6};
    nsym_events *events = made(&o, rows, 77, 2);
    const double *pt = nsym_events_column(events, "pt")->values;
    for (size_t i = 0; i < events->count; i++) {
        const double *p = events->particles + events->offsets[i] * events->features;
        assert_true(pt[i] == hypot(p[0], p[1]));
    }
    assert_true(pt[0] == nsym_events_column(o.sample.events, "pt")->values[0]);
    assert_true(pt[1] != nsym_events_column(o.sample.events, "pt")->values[1]);
    nsym_events_free(events);
    close_rows(&o);
}

static size_t asked;

static bool soon(void) {
    return ++asked == 4;
}

/* The results of a card with settings, of so many threads, perhaps stopped and continued before. */
static json_t *ran(const char *text, const char *name, size_t jobs, const char *const *set, bool stopped) {
    char out[512];
    nsym_study_options options = {.card = card_file(text), .set = set, .jobs = jobs, .stop = stopped ? soon : NULL};
    while (set && set[options.sets]) options.sets++;
    snprintf(out, sizeof out, "%s", in_folder(name));
    options.out = out;
    asked = 0;
    if (stopped) assert_int_equal(nsym_study_run(&options), NSYM_EINTERRUPTED);
    options.stop = NULL;
    if (nsym_study_run(&options) != NSYM_OK) fail_msg("%s", nsym_message());
    return results_of(name);
}

static void check_runs(const char *text, const char *const *set) {
    static size_t number;
    char name[4][32];
    for (size_t k = 0; k < 4; k++) snprintf(name[k], sizeof name[k], "run-%zu", number++);
    json_t *one = ran(text, name[0], 1, set, false), *two = ran(text, name[1], 2, set, false),
           *again = ran(text, name[2], 1, set, true);
    assert_true(json_equal(one, two));
    assert_true(json_equal(one, again));
    json_t *kept = ran(text, name[3], 1, (const char *const[]){"copies.fresh=false", NULL}, false);
    assert_false(json_equal(one, kept));
    json_decref(one);
    json_decref(two);
    json_decref(again);
    json_decref(kept);
}

static void any_number_of_threads_and_a_stop_give_the_same(void **state) {
    (void)state;
    check_runs(shower_text, NULL);
    check_runs(pair_text, NULL);
    check_runs(pair_text, (const char *const[]){"split.folds=2", NULL});
}

static void what_would_not_be_new_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *set[3], *words;
    } cases[] = {
        {shower_text, {"copies.values=even"}, "nothing in these copies is random: set copies.values: random"},
        {shower_text, {"copies.values=even", "copies.where=after"}, "images after the detector are all rotated"},
        {shower_text, {"copies={where: before, matrices: [0, 1, -1, 0], fresh: true}"}, "copies.matrices are fixed"},
        {pair_text, {"copies.values=even", "copies.where=after"}, "set copies.values: random"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        nsym_run_card card = {0};
        nsym_tree *tree = opened(cases[i].text, NULL, cases[i].set);
        assert_int_equal(nsym_card_read(&card, tree, i < 3 ? "set" : "pair"), NSYM_EINVAL);
        assert_says(cases[i].words);
        assert_says("copies.fresh");
        nsym_tree_free(tree);
    }
    nsym_run_card card = {0}; /* the smearing draws */
    nsym_tree *tree = opened(pair_text, NULL, (const char *const[]){"copies.values=even", NULL});
    assert_int_equal(nsym_card_read(&card, tree, "pair"), NSYM_OK);
    nsym_tree_free(tree);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_are_drawn_by_a_seed_and_events_stay),
        cmocka_unit_test(columns_follow_the_new_copies),
        cmocka_unit_test(any_number_of_threads_and_a_stop_give_the_same),
        cmocka_unit_test(what_would_not_be_new_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
