/* The built-in muons and what surrounds them: cells, or particles. */
#include "sources/source.h"

#include <nearsym/generate/muons.h>

typedef struct {
    bool particles; /* not cells */
    double pile_up;
} options;

static const char *const levels[] = {"cells", "particles", NULL};
static const nsym_field fields[] = {{"level", NSYM_FIELD_EITHER, offsetof(options, particles), .words = levels,
                                     .help = "what the particles are: `cells` of a 32 × 32 image (`data.cells`), or "
                                             "`particles`, which a detector may sum in cells"},
                                    {"pile_up", NSYM_FIELD_NUMBER, offsetof(options, pile_up), .high = 1000,
                                     .quiet = true, .help = "mean number of pile-up interactions in an event"}};

static void defaults(void *out, unsigned scope) {
    (void)scope;
    *(options *)out = (options){.pile_up = nsym_muons_defaults().activity.pile_up};
}

static const nsym_section section = {"muons",  fields, sizeof fields / sizeof *fields, NULL, NULL, 0, sizeof(options),
                                     defaults, NULL};

static const options *options_of(const nsym_data_card *data) {
    return (const options *)(const void *)data->options;
}

static const char *const *features(const nsym_data_card *data) {
    static const char *const cells[] = {"pt", "d_eta", "d_phi", "cell", NULL};
    static const char *const particles[] = {"pt", "d_eta", "d_phi", "kind", NULL};
    return options_of(data)->particles ? particles : cells;
}

static nsym_status load(nsym_events **out, const nsym_data_card *data, bool (*stop)(void)) {
    nsym_muons_options o = nsym_muons_defaults();
    o.activity.seed = data->seed;
    o.activity.pile_up = options_of(data)->pile_up;
    o.stop = stop;
    o.level = options_of(data)->particles ? NSYM_MUONS_PARTICLES : NSYM_MUONS_CELLS;
    return nsym_muons_generate(out, &o, 0, data->events);
}

const nsym_source nsym_source_muons = {
    .name = "muons", .section = &section, .usual = 100000, .features = features, .load = load};
