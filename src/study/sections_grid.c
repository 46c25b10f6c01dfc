/* The sections that say what is run: experiments, their searches, chosen settings. */
#include "study/grid.h"
#include "study/sections.h"

static const char *const metrics[] = {"validation_auc", "validation_loss", "auc_final", "signal_efficiency", NULL};

static const nsym_field experiment[] = {
    {"grid", .help = "axes: `model`, `recipe`, a name under `choices`, or any dotted path, each with its values"},
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
    {"compare", .help = "an axis and one of its values, such as `{model: general}`: results are also given as "
                        "[differences](errors.md#differences-of-methods) from that place"},
    {"skip", NSYM_FIELD_BOOL, offsetof(nsym_experiment_card, skip),
     .help = "leave it out; a preset or `--set` brings it in"},
    {"search", .help = "[a random search](#chosen-settings-and-their-search) at every point"},
};

static const nsym_field tries[] = {
    {"space", .help = "dotted paths, each with a list of values"},
    {"tries", NSYM_FIELD_SIZE, offsetof(nsym_tries_card, tries), .low = 1, .high = 10000,
     .help = "distinct combinations, drawn by the card's seed, the same at every point; all of them where there are "
             "fewer"},
    {"metric", NSYM_FIELD_WORD, offsetof(nsym_tries_card, metric), .words = metrics,
     .help = "what is to be large, or, of `validation_loss`, small"},
};

static const nsym_field chosen[] = {
    {"where", .help = "coordinates of points, each with a value or a list of them"},
    {"set", .help = "dotted paths and values for these points"},
    {"metric", .help = "what the search made large, for the reader"},
    {"mean", .help = "of it, over members"},
    {"std", .help = "of it"},
};

static void set_tries(void *out, unsigned scope) {
    (void)scope;
    *(nsym_tries_card *)out = (nsym_tries_card){.tries = 20};
}

#define FIELDS(table) table, sizeof table / sizeof *table, NULL, NULL, 0

const nsym_section nsym_section_experiment = {"experiments.NAME", FIELDS(experiment), sizeof(nsym_experiment_card),
                                              NULL, NULL};
const nsym_section nsym_section_tries = {"experiments.NAME.search", FIELDS(tries), sizeof(nsym_tries_card), set_tries,
                                         NULL};
const nsym_section nsym_section_chosen = {"chosen.ENTRY", FIELDS(chosen), 0, NULL, NULL};
