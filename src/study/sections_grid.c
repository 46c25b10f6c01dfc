/* The sections that say what is run: experiments, their searches, chosen settings. */
#include "study/axis_steps.h"
#include "study/grid.h"
#include "study/sections.h"

enum { RANDOM = 1u << NSYM_RANDOM, HALVING = 1u << NSYM_HALVING };

const char *const nsym_method_words[] = {"random", "halving", NULL};

static const char *const scales[] = {"linear", "log", NULL};
static const char *const metrics[] = {"validation_auc", "validation_loss", "auc_final", "signal_efficiency", NULL};

static const nsym_field experiment[] = {
    {"grid", .help =
                 "axes: `model`, `recipe`, a name under `choices`, or any dotted path, each with its values, a list or "
                 "[even steps](#even-steps)"},
    {"set", .help = "dotted paths and values for all its points"},
    {"members", NSYM_FIELD_SIZE, offsetof(nsym_experiment_card, members), .low = 1, .high = 10000,
     .standard = "the card's", .help = "of its own"},
    {"restarts", NSYM_FIELD_SIZE, offsetof(nsym_experiment_card, restarts), .high = 10000, .standard = "the card's",
     .help = "of its own"},
    {"keep", NSYM_FIELD_BOOL, offsetof(nsym_experiment_card, keep), .help = "keep models, scores and samples as files"},
    {"ado", NSYM_FIELD_BOOL, offsetof(nsym_experiment_card, ado),
     .help =
         "[decision ordering](ado.md) between all networks that stand at one place of the grid, on the test sample; "
         "needs `keep: true`"},
    {"average", NSYM_FIELD_BOOL, offsetof(nsym_experiment_card, average),
     .help =
         "the [mean score of the members](calibration.md#the-mean-of-several-networks) of every point is measured as "
         "a network of its own: `auc_final_average` and so on; needs `keep: true` and two members or more"},
    {"compare", .help = "an axis and one of its values, such as `{model: general}`: results are also given as "
                        "[differences](errors.md#differences-of-methods) from that place"},
    {"skip", NSYM_FIELD_BOOL, offsetof(nsym_experiment_card, skip),
     .help = "leave it out; a preset or `--set` brings it in"},
    {"search", .help = "[a search](#chosen-settings-and-their-search) at every point"},
};

static const nsym_field tries[] = {
    {"method", NSYM_FIELD_WORD, offsetof(nsym_tries_card, method), .words = nsym_method_words, .standard = "`random`",
     .help =
         "`random`: every try is trained in full; `halving`: in rungs, of which each takes on the best tries of the "
         "rung before and trains them longer (successive halving, as in arXiv:1810.05934)"},
    {"space", .help = "dotted paths, each with a list of values or [a range](#ranges)"},
    {"tries", NSYM_FIELD_SIZE, offsetof(nsym_tries_card, tries), .low = 1, .high = 10000,
     .help = "distinct combinations, drawn by the card's seed, the same at every point; all of them where there are "
             "fewer"},
    {"reduction", NSYM_FIELD_SIZE, offsetof(nsym_tries_card, reduction), .low = 2, .high = 100, .scope = HALVING,
     .help = "one try in so many goes on to the next rung, which trains so many times as long; the last rung trains "
             "for `train.epochs`"},
    {"min_epochs", NSYM_FIELD_SIZE, offsetof(nsym_tries_card, min_epochs), .low = 1, .high = 1000000, .scope = HALVING,
     .help = "of the first rung, at least: there are as many rungs as this and `tries` allow"},
    {"metric", NSYM_FIELD_WORD, offsetof(nsym_tries_card, metric), .words = metrics,
     .help = "what is to be large, or, of `validation_loss`, small"},
};

static const nsym_field range[] = {
    {"from", NSYM_FIELD_NUMBER, offsetof(nsym_range_card, from), .standard = "", .help = "the smallest value"},
    {"to", NSYM_FIELD_NUMBER, offsetof(nsym_range_card, to), .standard = "", .help = "the largest"},
    {"scale", NSYM_FIELD_EITHER, offsetof(nsym_range_card, logarithmic), .words = scales,
     .help = "drawn evenly in the number, or in its logarithm"},
    {"step", NSYM_FIELD_NUMBER, offsetof(nsym_range_card, step), .standard = "any number between, to four digits",
     .help = "between two values, counted from the smallest: 1 for whole numbers"},
};

static const nsym_field steps[] = {
    {"from", NSYM_FIELD_NUMBER, offsetof(nsym_steps_card, from), .standard = "", .help = "the first value"},
    {"to", NSYM_FIELD_NUMBER, offsetof(nsym_steps_card, to), .standard = "", .help = "the last"},
    {"steps", NSYM_FIELD_SIZE, offsetof(nsym_steps_card, steps), .low = 2, .high = 1000, .standard = "",
     .help = "how many values there are, both ends among them"},
    {"scale", NSYM_FIELD_EITHER, offsetof(nsym_steps_card, logarithmic), .words = scales,
     .help = "even in the number, or in its logarithm"},
};

static const nsym_field chosen[] = {
    {"where", .help = "coordinates of points, each with a value or a list of them"},
    {"set", .help = "dotted paths and values for these points"},
    {"metric", .help = "what the search made large, for the reader"},
    {"mean", .help = "of it, over members"},
    {"std", .help = "of it"},
    {"tries", .help = "among so many"},
    {"rungs", .help = "in so many rungs, where the search went by halving"},
};

static void set_tries(void *out, unsigned scope) {
    *(nsym_tries_card *)out = (nsym_tries_card){
        .method = scope == HALVING ? NSYM_HALVING : NSYM_RANDOM, .tries = 20, .reduction = 3, .min_epochs = 1};
}

static void set_range(void *out, unsigned scope) {
    (void)scope;
    *(nsym_range_card *)out = (nsym_range_card){0};
}

static void set_steps(void *out, unsigned scope) {
    (void)scope;
    *(nsym_steps_card *)out = (nsym_steps_card){0};
}

#define FIELDS(table) table, sizeof table / sizeof *table, NULL, NULL, 0

const nsym_section nsym_section_experiment = {"experiments.NAME", FIELDS(experiment), sizeof(nsym_experiment_card),
                                              NULL, NULL};
const nsym_section nsym_section_tries = {"experiments.NAME.search",
                                         tries,
                                         sizeof tries / sizeof *tries,
                                         "search's method",
                                         nsym_method_words,
                                         RANDOM | HALVING,
                                         sizeof(nsym_tries_card),
                                         set_tries,
                                         NULL};
const nsym_section nsym_section_range = {"experiments.NAME.search.space.PATH", FIELDS(range), sizeof(nsym_range_card),
                                         set_range, NULL};
const nsym_section nsym_section_steps = {"experiments.NAME.grid.PATH", FIELDS(steps), sizeof(nsym_steps_card),
                                         set_steps, NULL};
const nsym_section nsym_section_chosen = {"chosen.ENTRY", FIELDS(chosen), 0, NULL, NULL};
