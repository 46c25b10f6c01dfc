/* The built-in muon pairs with what surrounds the first muon. */
#include "sources/source.h"

#include <nearsym/generate/muon_pairs.h>

typedef struct {
    double purity, pile_up;
} options;

static const nsym_field fields[] = {
    {"purity", NSYM_FIELD_NUMBER, offsetof(options, purity), .low = 0.01, .high = 0.99, .help = "fraction of signal"},
    {"pile_up", NSYM_FIELD_NUMBER, offsetof(options, pile_up), .high = 1000, .quiet = true,
     .help = "mean number of pile-up interactions in an event"}};

static void defaults(void *out, unsigned scope) {
    (void)scope;
    *(options *)out = (options){.purity = 0.956, .pile_up = nsym_muon_pairs_defaults().activity.pile_up};
}

static const nsym_section section = {
    "muon_pairs", fields, sizeof fields / sizeof *fields, NULL, NULL, 0, sizeof(options), defaults, NULL};

static const char *const *features(const nsym_data_card *data) {
    static const char *const particles[] = {"pt", "d_eta", "d_phi", "kind", NULL};
    (void)data;
    return particles;
}

static nsym_status load(nsym_events **out, const nsym_data_card *data, bool (*stop)(void)) {
    nsym_muon_pairs_options o = nsym_muon_pairs_defaults();
    o.activity.seed = data->seed;
    const options *own = (const void *)data->options;
    o.stop = stop;
    o.signal = own->purity;
    o.activity.pile_up = own->pile_up;
    return nsym_muon_pairs_generate(out, &o, 0, data->events);
}

const nsym_source nsym_source_muon_pairs = {
    .name = "muon_pairs", .section = &section, .usual = 300000, .features = features, .load = load};
