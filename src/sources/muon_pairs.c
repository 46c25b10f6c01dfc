/* The built-in muon pairs with what surrounds the first muon. */
#include "sources/source.h"

#include <nearsym/generate/muon_pairs.h>

typedef struct {
    double purity;
} options;

static const nsym_field fields[] = {
    {"purity", NSYM_FIELD_NUMBER, offsetof(options, purity), .low = 0.01, .high = 0.99, .help = "the share of signal"}};

static void defaults(void *out, unsigned scope) {
    (void)scope;
    *(options *)out = (options){.purity = 0.956};
}

static const nsym_section section = {
    "muon_pairs", fields, sizeof fields / sizeof *fields, NULL, NULL, 0, sizeof(options), defaults, NULL};

static const char *const *features(const nsym_data_card *data) {
    static const char *const particles[] = {"pt", "d_eta", "d_phi", "kind", NULL};
    (void)data;
    return particles;
}

static nsym_status load(nsym_events **out, const nsym_data_card *data) {
    nsym_muon_pairs_options o = nsym_muon_pairs_defaults();
    o.activity.seed = data->seed;
    o.signal = ((const options *)(const void *)data->options)->purity;
    return nsym_muon_pairs_generate(out, &o, 0, data->events);
}

const nsym_source nsym_source_muon_pairs = {
    .name = "muon_pairs", .section = &section, .usual = 300000, .features = features, .load = load};
