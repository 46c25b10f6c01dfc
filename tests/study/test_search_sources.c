/* Five-fold searches of every source: folds part no event from its copies, and what is chosen has the best mean over
   them. */
#include "sources/sample.h"
#include "study/card_text.h"
#include "study/results_of.h"
#include <nearsym/random.h>
#include <nearsym/stats.h>
#include <nearsym/study.h>

#include <jansson.h>
#include <math.h>

enum { FOLDS = 5 };

#define SEARCH                                                                                                         \
    "seed: 3\ntrain: {epochs: 2, batch: 50, sampling: each, every_epoch: false}\nexperiments: {a: {members: 5, set: "  \
    "{split.folds: 5}, grid: {model: [m]}, search: {tries: 3, space: {train.learning_rate: {from: 0.001, to: 0.1, "    \
    "scale: log}, models.m.layers: {from: 1, to: 3, step: 1}, models.m.width: [4, 8]}}}}\n"
#define PAIRS "models: {m: {kind: pfn, particles: p4, particle_map: [4], latent: 2, hidden: [4]}}\n"
#define CELLS "models: {m: {kind: pfn, particles: cells, particle_map: [4], latent: 2, hidden: [4]}}\n"
#define OBJECTS "models: {m: {kind: pfn, particles: objects, particle_map: [4], latent: 2, hidden: [4]}}\n"
#define COLUMN "models: {m: {kind: fcn, event: columns, columns: x, hidden: [4]}}\n"

static const char *const cards[] = {
    SEARCH "data: {generate: dimuon, events: 250}\nsplit: {test: 0.2}\n" PAIRS,
    SEARCH "data: {generate: dimuon, events: 50, repeat: 5}\ndetector: {smear: {resolution: 0.1}}\nsplit: {test: 0.2, "
           "group: true}\n" PAIRS,
    SEARCH "data: {generate: dimuon, events: 250}\ncopies: {where: before, transform: boost, count: 3}\nsplit: {test: "
           "0.2, order: first}\n" PAIRS,
    SEARCH "data: {generate: showers, events: 500}\ndetector: {cells: [8, 8]}\nsplit: {test: 0.2}\n" CELLS,
    SEARCH
    "data: {generate: showers, events: 600}\ndetector: {cells: [8, 8]}\ncopies: {where: after}\nsplit: {test: 0.2, "
    "reserve: 200}\n" CELLS,
    SEARCH "data: {generate: muons, events: 500}\nweights: {flatten: 3}\nsplit: {test: 0.2, stratify: true}\n" OBJECTS,
    SEARCH "data: {generate: muon_pairs, events: 3000}\nlabels: {from: mixtures}\nsplit: {test: 0.4, stratify: true}\n"
           "weights: {kde: described, balance: true}\nsplot: {bootstraps: 0}\n" OBJECTS,
    SEARCH "data: {file: copies.csv}\ncopies: {group: event}\nsplit: {test: 0.25}\n" COLUMN,
    SEARCH "data: {file: copies.csv}\ncopies: {group: event}\nsplit: {test: 0.25, reserve: 150}\n" COLUMN,
};
enum { CARDS = sizeof cards / sizeof *cards };

/* 240 physical events, 1 to 3 rows each in a random order. */
static void write_copies(void) {
    FILE *file = fopen(in_folder("copies.csv"), "w");
    nsym_random random = nsym_random_stream(1, "copies", 0);
    fprintf(file, "event,label,x\n");
    for (size_t c = 0; c < 3; c++)
        for (size_t i = 0; i < 240; i++) {
            size_t e = (i * 77 + 13) % 240; /* all of them, far from one another */
            if (c <= e % 3) fprintf(file, "%zu,%zu,%g\n", e, e % 2, nsym_random_uniform(&random) + (double)(e % 2) / 2);
        }
    fclose(file);
}

/* The card with its file in the tests' folder. */
static const char *card_text(size_t i) {
    static char text[2048];
    const char *at = strstr(cards[i], "copies.csv");
    if (!at) return cards[i];
    write_copies();
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - cards[i]), cards[i], in_folder("copies.csv"),
             at + strlen("copies.csv"));
    return text;
}

/* The physical event that a row of the sample is of. */
static double physical(const nsym_events *events, size_t row) {
    const nsym_column *event = nsym_events_column(events, "event"), *group = nsym_events_column(events, "group");
    return event ? event->values[row] : group ? group->values[row] : (double)nsym_events_row(events, row);
}

/* Every event validates in one fold, and none of its rows trains there. */
static void folds_part_no_event(void **state) {
    (void)state;
    for (size_t i = 0; i < CARDS; i++) {
        nsym_tree *tree = opened(card_text(i), NULL, (const char *const[]){"split.folds=5", NULL});
        nsym_run_card card;
        nsym_sample s;
        nsym_parts parts;
        uint32_t *tests;
        size_t checked_in_all = 0;
        if (nsym_card_read(&card, tree, "m") != NSYM_OK) fail_msg("%s", nsym_message());
        if (nsym_sample_load(&s, &card.data, 2, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
        assert_int_equal(nsym_sample_parts(&parts, &tests, &s, &card.data, 0), NSYM_OK);
        const double *labels = nsym_events_column(s.events, "label")->values;
        bool *seen = calloc(s.events->count, sizeof *seen);
        for (size_t member = 0; member < FOLDS; member++) {
            uint32_t *events, *checked;
            size_t n, n_checked;
            if (nsym_training_events(&events, &n, &checked, &n_checked, &card.train, FOLDS, &parts, labels, 3, member))
                fail_msg("card %zu: %s", i, nsym_message());
            assert_true(n + n_checked == parts.train_count && n_checked >= parts.train_count / FOLDS);
            for (size_t c = 0; c < n_checked; c++) {
                double own = physical(s.events, nsym_part_first(&parts, checked[c]));
                assert_false(seen[checked[c]]);
                seen[checked[c]] = true;
                for (size_t k = 0; k < n; k++)
                    if (physical(s.events, nsym_part_first(&parts, events[k])) == own)
                        fail_msg("card %zu, fold %zu: event %g trains and validates", i, member, own);
            }
            checked_in_all += n_checked;
            free(events);
            free(checked);
        }
        assert_int_equal(checked_in_all, parts.train_count);
        free(seen);
        free(tests);
        nsym_sample_free(&s);
        nsym_tree_free(tree);
    }
}

static json_t *ran(const char *text, const char *name, const char *const *set) {
    char out[512];
    nsym_study_options options = {.card = card_file(text), .set = set, .jobs = 2};
    while (set && set[options.sets]) options.sets++;
    snprintf(out, sizeof out, "%s", in_folder(name));
    options.out = out;
    if (nsym_study_run(&options) != NSYM_OK) fail_msg("%s: %s", text, nsym_message());
    return results_of(name);
}

/* The mean over folds of the validation AUC decides, and what was chosen says it. */
static void every_source_is_searched_by_the_mean_over_folds(void **state) {
    (void)state;
    for (size_t i = 0; i < CARDS; i++) {
        char name[32];
        double spread = 0, best = -1, chosen = -2;
        size_t k, tries = 0;
        json_t *row;
        snprintf(name, sizeof name, "search-%zu", i);
        json_t *results = ran(card_text(i), name, NULL);
        for (int pass = 0; pass < 2; pass++) json_array_foreach(results, k, row) {
                double mean = json_number_value(json_object_get(row, "mean"));
                double std = json_number_value(json_object_get(row, "std"));
                if (strcmp(json_string_value(json_object_get(row, "metric")), "validation_auc") != 0) continue;
                assert_int_equal(json_integer_value(json_object_get(row, "members")), FOLDS);
                if (json_object_get(row, "chosen")) chosen = mean;
                if (!json_object_get(row, "candidate")) continue;
                if (pass == 0) spread += std, tries++;
                if (pass == 1 && std <= spread / (double)tries * (1 + 1e-12)) best = fmax(best, mean);
            }
        assert_int_equal(tries, 3);
        if (chosen != best) fail_msg("card %zu: %g was chosen, the best is %g", i, chosen, best);
        json_decref(results);
    }
}

/* Folds are of all events that do not test; a size is of those outside the fold. */
static void a_size_is_of_the_events_outside_the_fold(void **state) {
    (void)state;
    json_t *row, *results = ran(cards[0], "sizes",
                                (const char *const[]){"experiments.a.grid={model: m, train.size: [100, 320]}", NULL});
    size_t k, n = 0;
    json_array_foreach(results, k, row) n += json_object_get(row, "chosen") != NULL;
    assert_int_equal(n, 2 * 3);
    json_decref(results);
    nsym_study_options options = {.card = card_file(cards[0]),
                                  .jobs = 1,
                                  .sets = 1,
                                  .out = in_folder("too-many"),
                                  .set = (const char *const[]){"train.size=321"}};
    assert_int_equal(nsym_study_run(&options), NSYM_EINVAL);
    assert_says("train.size is 321, but there are only 320 training events, the others are validation events");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folds_part_no_event),
        cmocka_unit_test(every_source_is_searched_by_the_mean_over_folds),
        cmocka_unit_test(a_size_is_of_the_events_outside_the_fold),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
