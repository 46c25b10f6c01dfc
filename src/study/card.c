#include "study/card.h"

#include "base/fail.h"
#include "symmetry/inputs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 1000000000 };

static void copy_value(nsym_node *to, const nsym_node *from) {
    char *key = to->key;
    *to = *from;
    to->key = key;
}

/* Sets a dotted path in the card, and wherever a recipe or an experiment would set that same path again: what a preset
   or the command line says holds everywhere. */
static nsym_status lay(nsym_tree *card, const char *path, const char *value, const char *origin) {
    NSYM_TRY(nsym_tree_set(card, path, value, origin));
    static const struct {
        const char *holder, *map;
    } places[] = {{"recipes", NULL}, {"experiments", "set"}, {"experiments", "grid"}};
    for (size_t h = 0; h < sizeof places / sizeof *places; h++) {
        const nsym_node *holder = nsym_node_at(card->root, places[h].holder);
        for (size_t i = 0; holder && holder->kind == NSYM_MAP && i < holder->count; i++) {
            nsym_node *map = places[h].map ? nsym_node_at(holder->child[i], places[h].map) : holder->child[i];
            for (size_t k = 0; map && map->kind == NSYM_MAP && k < map->count; k++)
                if (strcmp(map->child[k]->key, path) == 0) copy_value(map->child[k], nsym_node_at(card->root, path));
        }
    }
    return NSYM_OK;
}

/* A section laid over a section would silently take away the keys it does not name. */
static nsym_status check_laid(const nsym_tree *card, const nsym_node *map) {
    static const char *const sections[] = {"data", "smear", "reweight", "train"};
    for (size_t i = 0; map && map->kind == NSYM_MAP && i < map->count; i++)
        for (size_t k = 0; k < sizeof sections / sizeof *sections; k++)
            if (strcmp(map->child[i]->key, sections[k]) == 0)
                return nsym_fail_at(
                    card, map->child[i],
                    "'%s' as a whole would replace all of that section; write one line a key, such as "
                    "%s.%s: ...",
                    sections[k], sections[k],
                    map->child[i]->count > 0 && map->child[i]->kind == NSYM_MAP ? map->child[i]->child[0]->key : "key");
    return NSYM_OK;
}

static nsym_status check_overrides(const nsym_tree *card) {
    static const char *const holders[] = {"presets", "recipes", "experiments"};
    for (size_t h = 0; h < 3; h++) {
        const nsym_node *holder = nsym_node_at(card->root, holders[h]);
        for (size_t i = 0; holder && holder->kind == NSYM_MAP && i < holder->count; i++)
            NSYM_TRY(check_laid(card, h < 2 ? holder->child[i] : nsym_node_at(holder->child[i], "set")));
    }
    return NSYM_OK;
}

static nsym_status lay_preset(nsym_tree *card, const char *preset) {
    const nsym_node *presets = nsym_node_at(card->root, "presets"), *chosen = NULL;
    const char *known[64] = {NULL};
    if (presets && presets->kind != NSYM_MAP) return nsym_fail_at(card, presets, "presets must be a map of presets");
    for (size_t i = 0; presets && i < presets->count; i++) {
        if (i < 63) known[i] = presets->child[i]->key;
        if (strcmp(presets->child[i]->key, preset) == 0) chosen = presets->child[i];
    }
    if (!chosen) {
        const char *near = nsym_nearest(preset, known);
        return nsym_fail(NSYM_ENOTFOUND, "%s has no preset '%s' under 'presets'%s%s%s", card->name, preset,
                         near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    if (chosen->kind != NSYM_MAP) return nsym_fail_at(card, chosen, "preset '%s' must be a map of settings", preset);
    for (size_t i = 0; i < chosen->count; i++) {
        char *value;
        NSYM_TRY(nsym_node_text(&value, chosen->child[i]));
        nsym_status status = lay(card, chosen->child[i]->key, value, preset);
        free(value);
        NSYM_TRY(status);
    }
    return NSYM_OK;
}

static nsym_status lay_setting(nsym_tree *card, const char *setting) {
    const char *equals = strchr(setting, '=');
    if (!equals || equals == setting)
        return nsym_fail(NSYM_EINVAL, "--set %s: write it as path=value, such as train.epochs=10", setting);
    char *path = strndup(setting, (size_t)(equals - setting));
    if (!path) return nsym_fail(NSYM_ENOMEM, "no memory for --set %s", setting);
    char origin[256];
    snprintf(origin, sizeof origin, "--set %s", setting);
    nsym_status status = lay(card, path, equals + 1, origin);
    free(path);
    return status;
}

nsym_status nsym_card_open(nsym_tree **out, const nsym_study_options *options) {
    char *path;
    NSYM_TRY(nsym_study_find(options->card, &path));
    nsym_tree *card = NULL;
    nsym_status status = nsym_tree_read(&card, path);
    free(path);
    if (status == NSYM_OK) status = check_overrides(card);
    if (status == NSYM_OK && options->preset) status = lay_preset(card, options->preset);
    for (size_t i = 0; status == NSYM_OK && i < options->sets; i++) status = lay_setting(card, options->set[i]);
    if (status == NSYM_OK)
        *out = card;
    else
        nsym_tree_free(card);
    return status;
}

/* The reader of a section of the card, its keys checked. */
static nsym_status section(nsym_reader *out, const nsym_tree *card, const char *path, const char *const *known) {
    *out = (nsym_reader){card, nsym_node_at(card->root, path), path};
    return nsym_check_keys(*out, known);
}

static nsym_status read_data(nsym_data_card *data, nsym_train_card *train, const nsym_tree *card) {
    static const char *const known[] = {"signal", "background", "file",  "shuffle", "events", "copies",
                                        "size",   "split",      "group", "test",    NULL};
    static const char *const splits[] = {"last", "first", NULL};
    nsym_reader r;
    size_t split = 0;
    *data = (nsym_data_card){
        .signal = "", .background = "", .file = "", .shuffle = true, .events = 50000, .copies = 1, .group = true};
    *train = (nsym_train_card){.test = 0.2};
    NSYM_TRY(section(&r, card, "data", known));
    NSYM_TRY(nsym_read_text(r, "signal", &data->signal));
    NSYM_TRY(nsym_read_text(r, "background", &data->background));
    NSYM_TRY(nsym_read_text(r, "file", &data->file));
    NSYM_TRY(nsym_read_size(r, "events", 2, MANY, &data->events));
    NSYM_TRY(nsym_read_size(r, "copies", 1, 1000, &data->copies));
    NSYM_TRY(nsym_read_bool(r, "shuffle", &data->shuffle));
    NSYM_TRY(nsym_read_bool(r, "group", &data->group));
    NSYM_TRY(nsym_read_size(r, "size", 0, MANY, &train->sample));
    NSYM_TRY(nsym_read_choice(r, "split", splits, &split));
    NSYM_TRY(nsym_read_number(r, "test", 0.001, 0.999, &train->test));
    train->split = (nsym_split)split;
    return NSYM_OK;
}

static nsym_status read_detector(nsym_data_card *data, const nsym_tree *card) {
    static const char *const smear[] = {"resolution", "shared", "keep", NULL}, *const keeps[] = {"eta", "pz", NULL};
    static const char *const reweight[] = {"binning", "bins", "low", "high", NULL}, *const binnings[] = {
                                                                                        "none", "equal", "quantile",
                                                                                        NULL};
    nsym_reader r;
    size_t keep = 0, binning = 0;
    NSYM_TRY(section(&r, card, "smear", smear));
    NSYM_TRY(nsym_read_number(r, "resolution", 0, 1, &data->smear.resolution));
    NSYM_TRY(nsym_read_bool(r, "shared", &data->smear.shared));
    NSYM_TRY(nsym_read_choice(r, "keep", keeps, &keep));
    data->smear.keep = (nsym_smear_keep)keep;
    data->reweight.bins = 100;
    NSYM_TRY(section(&r, card, "reweight", reweight));
    NSYM_TRY(nsym_read_choice(r, "binning", binnings, &binning));
    NSYM_TRY(nsym_read_size(r, "bins", 1, 1000000, &data->reweight.bins));
    NSYM_TRY(nsym_read_number(r, "low", -1e9, 1e9, &data->reweight.low));
    NSYM_TRY(nsym_read_number(r, "high", -1e9, 1e9, &data->reweight.high));
    if (data->reweight.high < data->reweight.low)
        return nsym_fail_at(card, nsym_node_at(r.node, "low"), "reweight.low is %g, must be below reweight.high, %g",
                            data->reweight.low, data->reweight.high);
    data->reweight.binning = (nsym_binning)binning;
    return NSYM_OK;
}

/* The training settings that a model may have of its own. */
static nsym_status read_rates(nsym_train_card *train, nsym_reader r) {
    NSYM_TRY(nsym_read_size(r, "epochs", 1, MANY, &train->epochs));
    NSYM_TRY(nsym_read_size(r, "batch", 2, 1000000, &train->batch));
    NSYM_TRY(nsym_read_number(r, "learning_rate", 1e-12, 1e3, &train->learning_rate));
    return nsym_read_number(r, "weight_decay", 0, 1e3, &train->weight_decay);
}

static nsym_status read_train(nsym_train_card *train, const nsym_tree *card) {
    static const char *const known[] = {"epochs",      "batch", "learning_rate", "weight_decay", "size",
                                        "redraw_test", NULL};
    nsym_reader r;
    train->epochs = 100;
    train->batch = 128;
    train->learning_rate = 1e-3;
    train->weight_decay = 0.01;
    NSYM_TRY(section(&r, card, "train", known));
    NSYM_TRY(read_rates(train, r));
    NSYM_TRY(nsym_read_size(r, "size", 0, MANY, &train->size));
    return nsym_read_bool(r, "redraw_test", &train->redraw_test);
}

static nsym_status read_layers(nsym_reader r, const char *key, nsym_sizes *out) {
    return nsym_read_sizes(r, key, 1, 65536, NSYM_SIZES_MAX, out->size, &out->count);
}

static nsym_status read_input(nsym_reader r, const char *key, nsym_input_place place, size_t slots, nsym_input *out) {
    const char *name = "";
    NSYM_TRY(nsym_read_text(r, key, &name));
    if (strlen(name) >= sizeof out->name)
        return nsym_fail_at(r.tree, r.node, "%s.%s: '%s' is too long a name", r.where, key, name);
    strcpy(out->name, name);
    if (nsym_input_resolve(out, place, slots) == NSYM_OK) return NSYM_OK;
    return nsym_fail_at(r.tree, nsym_node_at(r.node, key), "%s.%s: %s", r.where, key, nsym_message());
}

static nsym_status read_options(nsym_reader r, nsym_model_spec *spec) {
    static const char *const norms[] = {"none", "feature", "slot", NULL}, *const activations[] = {"relu", "leaky_relu",
                                                                                                  NULL};
    static const char *const pools[] = {"sum", "mean", NULL};
    static const char *const mixes[] = {"sum", "concat_weighted", "concat_weights", "concat_input", NULL};
    size_t norm = 0, activation = 0, pool = 0, mix = 0;
    NSYM_TRY(nsym_read_choice(r, "norm", norms, &norm));
    NSYM_TRY(nsym_read_choice(r, "activation", activations, &activation));
    NSYM_TRY(nsym_read_choice(r, "pool", pools, &pool));
    NSYM_TRY(nsym_read_choice(r, "mix", mixes, &mix));
    NSYM_TRY(nsym_read_number(r, "leak", 0, 1, &spec->leak));
    spec->norm = (nsym_norm)norm;
    spec->activation = (nsym_activation)activation;
    spec->pool = (nsym_pool)pool;
    spec->mix = (nsym_mix)mix;
    return NSYM_OK;
}

/* What a kind of model cannot do without, by the card's own keys. */
static nsym_status check_needs(nsym_reader r, const nsym_model_spec *spec, const char *kind) {
    const bool particles = spec->kind != NSYM_FCN, event = spec->kind != NSYM_PFN, weight = spec->kind == NSYM_HYBRID;
    const struct {
        bool needed;
        size_t has;
        const char *key, *example;
    } needs[] = {{particles, spec->particle_input.width, "particles", "p4"},
                 {event, spec->event_input.width, "event", "lorentz"},
                 {weight, spec->weight_input.width, "weight", "pt"},
                 {particles, spec->latent, "latent", "16"}};
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (needs[i].needed && !needs[i].has)
            return nsym_fail_at(r.tree, r.node, "%s: a model of kind %s needs '%s', such as %s: %s", r.where, kind,
                                needs[i].key, needs[i].key, needs[i].example);
    return NSYM_OK;
}

static nsym_status read_model(nsym_run_card *out, const nsym_tree *card, const char *model) {
    static const char *const known[] = {"slots",        "kind",       "particles",     "event",        "weight",
                                        "particle_map", "event_map",  "weight_map",    "latent",       "hidden",
                                        "norm",         "activation", "leak",          "pool",         "mix",
                                        "epochs",       "batch",      "learning_rate", "weight_decay", NULL};
    static const char *const kinds[] = {"fcn", "pfn", "hybrid", NULL};
    nsym_model_spec *spec = &out->spec;
    char where[128];
    snprintf(where, sizeof where, "models.%s", model);
    nsym_reader r;
    NSYM_TRY(section(&r, card, where, known));
    if (!r.node)
        return nsym_fail_at(card, nsym_node_at(card->root, "models"), "there is no model '%s' under 'models'", model);
    *spec = (nsym_model_spec){.slots = 2, .leak = 0.01};
    size_t kind = 0;
    NSYM_TRY(nsym_read_choice(r, "kind", kinds, &kind));
    spec->kind = (nsym_model_kind)kind;
    NSYM_TRY(nsym_read_size(r, "slots", 0, 1024, &spec->slots));
    NSYM_TRY(read_input(r, "particles", NSYM_PER_PARTICLE, spec->slots, &spec->particle_input));
    NSYM_TRY(read_input(r, "event", NSYM_PER_EVENT, spec->slots, &spec->event_input));
    NSYM_TRY(read_input(r, "weight", NSYM_PER_EVENT, spec->slots, &spec->weight_input));
    NSYM_TRY(read_layers(r, "particle_map", &spec->particle_map));
    NSYM_TRY(read_layers(r, "event_map", &spec->event_map));
    NSYM_TRY(read_layers(r, "weight_map", &spec->weight_map));
    NSYM_TRY(read_layers(r, "hidden", &spec->hidden));
    NSYM_TRY(nsym_read_size(r, "latent", 1, 65536, &spec->latent));
    NSYM_TRY(read_options(r, spec));
    NSYM_TRY(check_needs(r, spec, kinds[kind]));
    return read_rates(&out->train, r);
}

/* Copies that stand side by side must not be parted by the end of the sample or of its test part. */
static nsym_status check_copies(const nsym_run_card *card, const nsym_tree *tree) {
    const nsym_data_card *data = &card->data;
    bool copied = strcmp(data->source, "dimuon") == 0 && data->copies > 1;
    if (!data->group || !copied) return NSYM_OK;
    size_t used = card->train.sample ? card->train.sample : 2 * data->events * data->copies;
    size_t test = (size_t)llround((double)used * card->train.test);
    if (used % data->copies == 0 && test % data->copies == 0) return NSYM_OK;
    return nsym_fail_at(
        tree, nsym_node_at(tree->root, "data"),
        "data.group keeps the %zu copies of an event together, but %zu events with %zu for the test part them; "
        "choose data.size and data.test so that both are multiples of data.copies",
        data->copies, used, test);
}

nsym_status nsym_card_read(nsym_run_card *out, const nsym_tree *card, const char *model) {
    static const char *const sources[] = {"dimuon", "file", NULL};
    nsym_reader root = {card, card->root, ""};
    size_t source = 0, seed = 1;
    NSYM_TRY(read_data(&out->data, &out->train, card));
    NSYM_TRY(nsym_read_choice(root, "source", sources, &source));
    NSYM_TRY(nsym_read_size(root, "seed", 0, (size_t)1 << 53, &seed));
    out->data.source = sources[source];
    out->data.seed = seed;
    NSYM_TRY(read_detector(&out->data, card));
    NSYM_TRY(read_train(&out->train, card));
    NSYM_TRY(read_model(out, card, model));
    return check_copies(out, card);
}
