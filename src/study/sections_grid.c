/* The sections that say what is run: experiments, their searches, chosen settings. */
#include "study/axis_steps.h"
#include "study/grid.h"
#include "study/sections.h"

enum { RANDOM = 1u << NSYM_RANDOM, HALVING = 1u << NSYM_HALVING };

const char *const nsym_method_words[] = {"random", "halving", NULL};

static const char *const scales[] = {"linear", "log", NULL};
static const char *const metrics[] = {"validation_auc", "validation_loss", "auc_final", "signal_efficiency", NULL};

static const nsym_field experiment[] = {
    {"grid", .help = "axes of the grid: `model`, `recipe`, a name of `choices`, or any dotted path, each with its "
                     "values as a list or as [even steps](#even-steps)"},
    {"set", .help = "dotted paths and values for all points of the experiment"},
    {"members", NSYM_FIELD_SIZE, offsetof(nsym_experiment_card, members), .low = 1, .high = 10000,
     .standard = "the card's", .help = "number of trainings per point, in place of the card's `members`"},
    {"restarts", NSYM_FIELD_SIZE, offsetof(nsym_experiment_card, restarts), .high = 10000, .standard = "the card's",
     .help = "number of restarts, in place of the card's `restarts`"},
    {"keep", NSYM_FIELD_BOOL, offsetof(nsym_experiment_card, keep), .help = "keep models, scores and samples as files"},
    {"ado", NSYM_FIELD_BOOL, offsetof(nsym_experiment_card, ado),
     .help = "measure the [decision ordering](ado.md) between all networks at the same place of the grid, on the test "
             "sample; needs `keep: true`"},
    {"average", NSYM_FIELD_BOOL, offsetof(nsym_experiment_card, average),
     .help =
         "also measure the [mean score of the members](calibration.md#the-mean-of-several-networks) of every point, as "
         "a network of its own: `auc_final_average` and so on; needs `keep: true` and at least two members"},
    {"compare", .help = "an axis and one of its values, such as `{model: general}`: results are also given as "
                        "[differences](errors.md#differences-of-methods) from that value"},
    {"skip", NSYM_FIELD_BOOL, offsetof(nsym_experiment_card, skip),
     .help = "leave the experiment out, unless a preset or `--set` turns it on"},
    {"search", .help = "[search for settings](#chosen-settings-and-their-search) at every point"},
};

static const nsym_field tries[] = {
    {"method", NSYM_FIELD_WORD, offsetof(nsym_tries_card, method), .words = nsym_method_words, .standard = "`random`",
     .help = "`random`: train every try in full; `halving`: train in rungs, each of which takes the best tries of the "
             "rung before and trains them longer (successive halving, as in arXiv:1810.05934)"},
    {"space", .help = "dotted paths to search over, each with a list of values or [a range](#ranges)"},
    {"tries", NSYM_FIELD_SIZE, offsetof(nsym_tries_card, tries), .low = 1, .high = 10000,
     .help = "number of distinct combinations, drawn with the card's seed and the same at every point; all "
             "combinations if there are fewer"},
    {"reduction", NSYM_FIELD_SIZE, offsetof(nsym_tries_card, reduction), .low = 2, .high = 100, .scope = HALVING,
     .help = "one try in this many goes on to the next rung, which trains this many times as long; the last rung "
             "trains for `train.epochs`"},
    {"min_epochs", NSYM_FIELD_SIZE, offsetof(nsym_tries_card, min_epochs), .low = 1, .high = 1000000, .scope = HALVING,
     .help = "minimum number of epochs of the first rung. There are as many rungs as this and `tries` allow"},
    {"metric", NSYM_FIELD_WORD, offsetof(nsym_tries_card, metric), .words = metrics,
     .help = "metric that the search maximises (`validation_loss`: minimises)"},
};

static const nsym_field range[] = {
    {"from", NSYM_FIELD_NUMBER, offsetof(nsym_range_card, from), .standard = "", .help = "smallest value"},
    {"to", NSYM_FIELD_NUMBER, offsetof(nsym_range_card, to), .standard = "", .help = "largest value"},
    {"scale", NSYM_FIELD_EITHER, offsetof(nsym_range_card, logarithmic), .words = scales,
     .help = "draw evenly in the number or in its logarithm"},
    {"step", NSYM_FIELD_NUMBER, offsetof(nsym_range_card, step), .standard = "any number between, to four digits",
     .help = "distance between two values, counted from the smallest: 1 for whole numbers"},
};

static const nsym_field steps[] = {
    {"from", NSYM_FIELD_NUMBER, offsetof(nsym_steps_card, from), .standard = "", .help = "first value"},
    {"to", NSYM_FIELD_NUMBER, offsetof(nsym_steps_card, to), .standard = "", .help = "last value"},
    {"steps", NSYM_FIELD_SIZE, offsetof(nsym_steps_card, steps), .low = 2, .high = 1000, .standard = "",
     .help = "number of values, including both ends"},
    {"scale", NSYM_FIELD_EITHER, offsetof(nsym_steps_card, logarithmic), .words = scales,
     .help = "even steps in the number or in its logarithm"},
};

static const nsym_field chosen[] = {
    {"where", .help = "coordinates of the points, each with a value or a list of values"},
    {"set", .help = "dotted paths and values for these points"},
    {"metric", .help = "metric of the search; for the reader, as are the keys below"},
    {"mean", .help = "mean of the metric over members"},
    {"std", .help = "standard deviation of the metric over members"},
    {"tries", .help = "number of tries in the search"},
    {"rungs", .help = "number of rungs, if the search was by halving"},
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
