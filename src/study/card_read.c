/* What a card says about one training. */
#include "study/card.h"

#include "base/fail.h"
#include "nn/models.h"
#include "study/names.h"
#include "train/inputs.h"

#include <math.h>
#include <string.h>

enum { MANY = 1000000000 };

nsym_status nsym_card_section(nsym_reader *out, const nsym_tree *card, const char *path, const char *const *known) {
    *out = (nsym_reader){card, nsym_node_at(card->root, path), path};
    return nsym_check_keys(*out, known);
}

/* A section that the source does not read would be ignored in silence. */
static nsym_status refuse_sections(const nsym_tree *card, const char *const *sections, const char *source) {
    for (; *sections; sections++) {
        const nsym_node *node = nsym_node_at(card->root, *sections);
        if (node) return nsym_fail_at(card, node, "the source '%s' has no section '%s'", source, *sections);
    }
    return NSYM_OK;
}

/* Events of both classes that are shuffled, split and trained on as they are. */
static nsym_status read_events(nsym_data_card *data, nsym_train_card *train, const nsym_tree *card) {
    static const char *const known[] = {"signal", "background", "file",  "shuffle", "events",     "copies",
                                        "size",   "split",      "group", "test",    "validation", NULL};
    static const char *const splits[] = {"last", "first", NULL};
    nsym_reader r;
    size_t split = 0;
    NSYM_TRY(nsym_card_section(&r, card, "data", known));
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
    NSYM_TRY(nsym_read_number(r, "validation", 0, 0.999, &train->validation));
    train->split = (nsym_split)split;
    nsym_reader root = {card, card->root, ""};
    bool file = strcmp(data->source, "file") == 0;
    if (file) return nsym_read_names(root, "observables", data->observables);
    return refuse_sections(card, (const char *const[]){"observables", NULL}, data->source);
}

/* Calorimeter events: a test sample, and a pool of which each training takes its first events. */
static nsym_status read_pool(nsym_data_card *data, const nsym_tree *card) {
    static const char *const known[] = {"file", "shuffle", "events", "test", "pool", "overlap", NULL};
    nsym_reader r;
    data->events = 600000;
    data->pool = 4800;
    data->test_part = 0.2;
    NSYM_TRY(nsym_card_section(&r, card, "data", known));
    NSYM_TRY(nsym_read_text(r, "file", &data->file));
    NSYM_TRY(nsym_read_size(r, "events", 4, MANY, &data->events));
    NSYM_TRY(nsym_read_size(r, "pool", 2, MANY, &data->pool));
    NSYM_TRY(nsym_read_number(r, "test", 0.001, 0.999, &data->test_part));
    NSYM_TRY(nsym_read_bool(r, "shuffle", &data->shuffle));
    NSYM_TRY(nsym_read_bool(r, "overlap", &data->overlap));
    return nsym_calorimeter_read(data, card);
}

static nsym_status read_detector(nsym_data_card *data, const nsym_tree *card) {
    static const char *const smear[] = {"resolution", "shared", "keep", NULL}, *const keeps[] = {"eta", "pz", NULL};
    static const char *const reweight[] = {"binning", "bins", "low", "high", NULL}, *const binnings[] = {
                                                                                        "none", "equal", "quantile",
                                                                                        NULL};
    nsym_reader r;
    size_t keep = 0, binning = 0;
    NSYM_TRY(nsym_card_section(&r, card, "smear", smear));
    NSYM_TRY(nsym_read_number(r, "resolution", 0, 1, &data->smear.resolution));
    NSYM_TRY(nsym_read_bool(r, "shared", &data->smear.shared));
    NSYM_TRY(nsym_read_choice(r, "keep", keeps, &keep));
    data->smear.keep = (nsym_smear_keep)keep;
    data->reweight.bins = 100;
    NSYM_TRY(nsym_card_section(&r, card, "reweight", reweight));
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

/* loss = classification x cross entropy + invariance x variance of an event's copies */
static nsym_status read_loss(nsym_train_card *train, nsym_reader r) {
    static const char *const spaces[] = {"output", "logit", NULL}, *const variances[] = {"sample", "population", NULL};
    size_t space = 0, variance = 0;
    train->classification = 1;
    NSYM_TRY(nsym_read_number(r, "classification", 0, 1e6, &train->classification));
    NSYM_TRY(nsym_read_number(r, "invariance", 0, 1e6, &train->invariance.weight));
    NSYM_TRY(nsym_read_choice(r, "invariance_of", spaces, &space));
    NSYM_TRY(nsym_read_choice(r, "variance", variances, &variance));
    train->invariance.on_logits = space == 1;
    train->invariance.population = variance == 1;
    return NSYM_OK;
}

static nsym_status read_sampling(nsym_train_card *train, nsym_reader r) {
    static const char *const samplings[] = {"weight", "bootstrap", "each", "bootstrap_class", NULL};
    size_t sampling = 0;
    train->every_epoch = true;
    NSYM_TRY(nsym_read_choice(r, "sampling", samplings, &sampling));
    train->sampling = (nsym_sampling)sampling;
    NSYM_TRY(nsym_read_size(r, "size", 0, MANY, &train->size));
    NSYM_TRY(nsym_read_bool(r, "shuffle", &train->shuffle));
    NSYM_TRY(nsym_read_bool(r, "same_start", &train->same_start));
    NSYM_TRY(nsym_read_bool(r, "scale", &train->scale));
    NSYM_TRY(nsym_read_bool(r, "every_epoch", &train->every_epoch));
    NSYM_TRY(nsym_read_bool(r, "weighted", &train->weighted));
    return nsym_read_bool(r, "redraw_test", &train->redraw_test);
}

static nsym_status read_train(nsym_train_card *train, const nsym_tree *card) {
    static const char *const known[] = {
        "epochs",         "batch",      "learning_rate", "weight_decay", "size",     "redraw_test", "sampling",
        "shuffle",        "same_start", "scale",         "every_epoch",  "folds",    "patience",    "min_change",
        "classification", "invariance", "invariance_of", "variance",     "weighted", NULL};
    nsym_reader r;
    train->epochs = 100;
    train->batch = 128;
    train->learning_rate = 1e-3;
    train->weight_decay = 0.01;
    NSYM_TRY(nsym_card_section(&r, card, "train", known));
    NSYM_TRY(read_rates(train, r));
    NSYM_TRY(read_sampling(train, r));
    NSYM_TRY(read_loss(train, r));
    NSYM_TRY(nsym_read_size(r, "folds", 0, 1000, &train->folds));
    NSYM_TRY(nsym_read_size(r, "patience", 0, MANY, &train->patience));
    NSYM_TRY(nsym_read_number(r, "min_change", 0, 1, &train->min_change));
    if (train->folds == 1)
        return nsym_fail_at(card, nsym_node_at(r.node, "folds"), "train.folds is 1, must be 0 (none) or at least 2");
    return NSYM_OK;
}

static nsym_status read_layers(nsym_reader r, const char *key, nsym_sizes *out) {
    return nsym_read_sizes(r, key, 1, 65536, NSYM_SIZES_MAX, out->size, &out->count);
}

/* Every layer and the latent are `width` wide where the model says so: one number to search over. */
static nsym_status read_width(nsym_reader r, nsym_model_spec *spec) {
    size_t width = 0;
    nsym_sizes *const lists[] = {&spec->particle_map, &spec->event_map, &spec->weight_map, &spec->hidden};
    NSYM_TRY(nsym_read_size(r, "width", 1, 65536, &width));
    if (!width) return NSYM_OK;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t k = 0; k < lists[i]->count; k++) lists[i]->size[k] = width;
    spec->latent = width;
    return NSYM_OK;
}

static nsym_status read_input(nsym_reader r, const char *key, nsym_input_place place, const nsym_model_spec *spec,
                              nsym_input *out) {
    const char *name = "";
    NSYM_TRY(nsym_read_text(r, key, &name));
    if (strlen(name) >= sizeof out->name)
        return nsym_fail_at(r.tree, r.node, "%s.%s: '%s' is too long a name", r.where, key, name);
    strcpy(out->name, name);
    if (nsym_input_resolve(out, place, spec) == NSYM_OK) return NSYM_OK;
    return nsym_fail_at(r.tree, nsym_node_at(r.node, key), "%s.%s: %s", r.where, key, nsym_message());
}

static nsym_status read_options(nsym_reader r, nsym_model_spec *spec) {
    static const char *const norms[] = {"none", "feature", "slot", NULL}, *const activations[] = {"relu", "leaky_relu",
                                                                                                  NULL};
    static const char *const pools[] = {"sum", "mean", NULL};
    static const char *const mixes[] = {"sum", "concat_weighted", "concat_weights", "concat_input", NULL};
    static const char *const initialisations[] = {"pytorch",   "glorot_uniform", "glorot_normal",
                                                  "he_normal", "orthogonal",     NULL};
    size_t norm = 0, activation = 0, pool = 0, mix = 0, initialisation = 0;
    NSYM_TRY(nsym_read_choice(r, "norm", norms, &norm));
    NSYM_TRY(nsym_read_choice(r, "activation", activations, &activation));
    NSYM_TRY(nsym_read_choice(r, "pool", pools, &pool));
    NSYM_TRY(nsym_read_choice(r, "mix", mixes, &mix));
    NSYM_TRY(nsym_read_number(r, "leak", 0, 1, &spec->leak));
    NSYM_TRY(nsym_read_choice(r, "initialisation", initialisations, &initialisation));
    spec->initialisation = (nsym_initialisation)initialisation;
    spec->norm = (nsym_norm)norm;
    spec->activation = (nsym_activation)activation;
    spec->pool = (nsym_pool)pool;
    spec->mix = (nsym_mix)mix;
    return NSYM_OK;
}

/* What a kind of model cannot do without, by the card's own keys. */
static nsym_status check_needs(nsym_reader r, const nsym_model_spec *spec, const char *kind) {
    const bool particles = nsym_spec_reads_particles(spec), event = nsym_spec_reads_event(spec);
    const bool weight = spec->kind == NSYM_HYBRID, image = spec->kind == NSYM_CNN;
    const struct {
        bool needed;
        size_t has;
        const char *key, *example;
    } needs[] = {{particles, spec->particle_input.width, "particles", spec->kind == NSYM_EFN ? "objects" : "p4"},
                 {event, spec->event_input.width, "event", image ? "image" : "lorentz"},
                 {weight, spec->weight_input.width, "weight", "pt"},
                 {particles, spec->latent, "latent", "16"},
                 {image, spec->filters.count, "filters", "[48, 48, 48]"}};
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (needs[i].needed && !needs[i].has)
            return nsym_fail_at(r.tree, r.node, "%s: a model of kind %s needs '%s', such as %s: %s", r.where, kind,
                                needs[i].key, needs[i].key, needs[i].example);
    return NSYM_OK;
}

/* Is there a network of this spec? */
static nsym_status check_spec(nsym_reader r, const nsym_model_spec *spec) {
    nsym_plan plan;
    if (nsym_plan_build(&plan, spec) == NSYM_OK) return NSYM_OK;
    return nsym_fail_at(r.tree, r.node, "%s: %s", r.where, nsym_message());
}

/* A CNN's image is the detector's, unless the card says how many cells it has. */
static nsym_status read_convolutions(nsym_reader r, const nsym_run_card *card, nsym_model_spec *spec) {
    const nsym_cells_card *cells = &card->data.cells;
    if (cells->nx == 0)
        return nsym_fail_at(r.tree, r.node,
                            "%s: a model of kind cnn reads a calorimeter's image; the source '%s' has none", r.where,
                            card->data.source);
    spec->image_rows = cells->nx;
    spec->image_columns = cells->ny;
    if (spec->padded == 0) spec->padded = cells->nx * cells->ny;
    spec->convolutions = spec->kernel = 3;
    NSYM_TRY(read_layers(r, "filters", &spec->filters));
    NSYM_TRY(nsym_read_size(r, "convolutions", 1, NSYM_CONVOLUTIONS_MAX, &spec->convolutions));
    return nsym_read_size(r, "kernel", 1, 31, &spec->kernel);
}

/* Keys that only a CNN has. */
static nsym_status refuse_convolutions(nsym_reader r, const char *kind) {
    static const char *const keys[] = {"filters", "convolutions", "kernel"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const nsym_node *node = nsym_node_at(r.node, keys[i]);
        if (node)
            return nsym_fail_at(r.tree, node, "%s.%s is for a model of kind cnn; this one is of kind %s", r.where,
                                keys[i], kind);
    }
    return NSYM_OK;
}

/* Are the events of this source pairs of momenta, unless a model says otherwise? */
static bool has_pairs(const nsym_data_card *data) {
    return strcmp(data->source, "dimuon") == 0 || strcmp(data->source, "file") == 0;
}

static nsym_status read_network(nsym_run_card *out, nsym_reader r) {
    static const char *const known[] = {"slots",        "kind",         "particles",      "event",         "weight",
                                        "event_map",    "particle_map", "weight_map",     "latent",        "hidden",
                                        "norm",         "activation",   "leak",           "pool",          "mix",
                                        "epochs",       "batch",        "weight_decay",   "learning_rate", "width",
                                        "padded",       "linear_first", "masked",         "dropout",       "filters",
                                        "convolutions", "kernel",       "initialisation", "columns",       NULL};
    static const char *const kinds[] = {"fcn", "pfn", "hybrid", "cnn", "efn", NULL};
    nsym_model_spec *spec = &out->spec;
    NSYM_TRY(nsym_check_keys(r, known));
    *spec = (nsym_model_spec){.slots = has_pairs(&out->data) ? 2 : 0, .leak = 0.01};
    size_t kind = 0;
    bool masked = false;
    NSYM_TRY(nsym_read_choice(r, "kind", kinds, &kind));
    spec->kind = (nsym_model_kind)kind;
    NSYM_TRY(nsym_read_size(r, "slots", 0, 1024, &spec->slots));
    NSYM_TRY(nsym_read_size(r, "padded", 0, 65536, &spec->padded));
    NSYM_TRY(nsym_read_bool(r, "masked", &masked));
    if (masked && spec->kind != NSYM_PFN)
        return nsym_fail_at(r.tree, nsym_node_at(r.node, "masked"),
                            "%s.masked leaves the padding out of a pfn's sum; a model of kind %s has none", r.where,
                            kinds[kind]);
    if (masked) spec->padded = 0;
    NSYM_TRY(spec->kind == NSYM_CNN ? read_convolutions(r, out, spec) : refuse_convolutions(r, kinds[kind]));
    NSYM_TRY(nsym_read_bool(r, "linear_first", &spec->linear_first));
    NSYM_TRY(nsym_read_number(r, "dropout", 0, 0.999, &spec->dropout));
    NSYM_TRY(nsym_read_names(r, "columns", spec->columns));
    NSYM_TRY(read_input(r, "particles", NSYM_PER_PARTICLE, spec, &spec->particle_input));
    NSYM_TRY(read_input(r, "event", NSYM_PER_EVENT, spec, &spec->event_input));
    NSYM_TRY(read_input(r, "weight", NSYM_PER_EVENT, spec, &spec->weight_input));
    NSYM_TRY(read_layers(r, "particle_map", &spec->particle_map));
    NSYM_TRY(read_layers(r, "event_map", &spec->event_map));
    NSYM_TRY(read_layers(r, "weight_map", &spec->weight_map));
    NSYM_TRY(read_layers(r, "hidden", &spec->hidden));
    NSYM_TRY(nsym_read_size(r, "latent", 1, 65536, &spec->latent));
    NSYM_TRY(read_width(r, spec));
    NSYM_TRY(read_options(r, spec));
    NSYM_TRY(check_needs(r, spec, kinds[kind]));
    NSYM_TRY(check_spec(r, spec));
    return read_rates(&out->train, r);
}

/* A model of kind column trains nothing: a column of the sample is its score. */
static nsym_status read_model(nsym_run_card *out, const nsym_tree *card, const char *model) {
    static const char *const known[] = {"kind", "column", "falling", NULL};
    char where[128];
    const char *kind = "";
    snprintf(where, sizeof where, "models.%s", model);
    nsym_reader r = {card, nsym_node_at(card->root, where), where};
    if (!r.node)
        return nsym_fail_at(card, nsym_node_at(card->root, "models"), "there is no model '%s' under 'models'", model);
    out->column = NULL;
    out->falling = false;
    if (r.node->kind == NSYM_MAP && nsym_node_at(r.node, "kind")) NSYM_TRY(nsym_read_text(r, "kind", &kind));
    if (strcmp(kind, "column") != 0) return read_network(out, r);
    NSYM_TRY(nsym_check_keys(r, known));
    NSYM_TRY(nsym_read_text(r, "column", &out->column));
    NSYM_TRY(nsym_read_bool(r, "falling", &out->falling));
    if (out->column && out->column[0]) return NSYM_OK;
    return nsym_fail_at(card, r.node, "%s: a model of kind column needs 'column', such as column: log_ratio", where);
}

/* Copies that stand side by side must not be parted by the end of the sample, of its test part or of what validates. */
static nsym_status check_groups(const nsym_run_card *card, const nsym_tree *tree) {
    const nsym_data_card *data = &card->data;
    bool copied = strcmp(data->source, "dimuon") == 0 && data->copies > 1;
    if (!data->group || !copied) return NSYM_OK;
    size_t used = card->train.sample ? card->train.sample : 2 * data->events * data->copies;
    size_t test = (size_t)llround((double)used * card->train.test);
    size_t checks = (size_t)llround((double)used * card->train.validation);
    if (used % data->copies == 0 && test % data->copies == 0 && checks % data->copies == 0) return NSYM_OK;
    return nsym_fail_at(
        tree, nsym_node_at(tree->root, "data"),
        "data.group keeps the %zu copies of an event together, but %zu events with %zu for the test and %zu that "
        "validate part them; choose data.size, data.test and data.validation so that all are multiples of data.copies",
        data->copies, used, test, checks);
}

/* Symmetry copies of an event stay in one step, and a loss of their spread needs them. */
static nsym_status check_copies(const nsym_run_card *card, const nsym_tree *tree) {
    if (card->column) return NSYM_OK;
    size_t copies = nsym_copies_of(&card->data);
    if (card->train.batch < copies)
        return nsym_fail_at(tree, nsym_node_at(tree->root, "train"),
                            "train.batch is %zu rows, and the %zu copies of an event stay in one batch; raise it to "
                            "at least %zu",
                            card->train.batch, copies, copies);
    if (card->train.invariance.weight > 0 && copies < 2)
        return nsym_fail_at(tree, nsym_node_at(tree->root, "train.invariance"),
                            "train.invariance is %g and an event has no copies; see the section 'copies'",
                            card->train.invariance.weight);
    if (card->train.folds && !card->data.pool)
        return nsym_fail_at(tree, nsym_node_at(tree->root, "train.folds"),
                            "train.folds divides the pool of the source 'showers'; '%s' has none", card->data.source);
    return NSYM_OK;
}

/* Something is left to train beside what tests and validates. */
static nsym_status check_division(const nsym_train_card *train, const nsym_tree *tree) {
    if (train->test + train->validation < 0.9999) return NSYM_OK;
    return nsym_fail_at(tree, nsym_node_at(tree->root, "data"),
                        "data.test is %g and data.validation %g; together they must leave events that train",
                        train->test, train->validation);
}

/* The pool has the events that train, beside those of a fold. */
static nsym_status check_pool(const nsym_run_card *card, const nsym_tree *tree) {
    size_t pool = card->data.pool, folds = card->train.folds, size = card->train.size;
    if (!pool || card->column) return NSYM_OK;
    if (folds > pool)
        return nsym_fail_at(tree, nsym_node_at(tree->root, "train.folds"),
                            "train.folds is %zu, must be at most data.pool, %zu", folds, pool);
    size_t left = folds ? pool - (pool + folds - 1) / folds : pool;
    if (size <= left) return NSYM_OK;
    return nsym_fail_at(tree, nsym_node_at(tree->root, "train.size"),
                        "train.size is %zu and of data.pool, %zu events, %zu can train%s; raise data.pool", size, pool,
                        left, folds ? " beside a fold that validates" : "");
}

/* A source has the particle features that the model's inputs are made of. */
static nsym_status check_inputs(const nsym_run_card *card, const nsym_tree *tree, const char *model) {
    static const char *const cells[] = {"x", "y", "energy", "cell", NULL};
    static const char *const momenta[] = {"px", "py", "pz", "energy", NULL};
    static const char *const deposits[] = {"pt", "d_eta", "d_phi", "cell", NULL};
    static const char *const objects[] = {"pt", "d_eta", "d_phi", "kind", NULL};
    static const char *const any[] = {"px", "py", "pz", "energy", "pt", "d_eta", "d_phi", "kind", NULL};
    const nsym_data_card *data = &card->data;
    const char *const *features = data->pool                            ? cells
                                  : strcmp(data->source, "dimuon") == 0 ? momenta
                                  : strcmp(data->source, "file") == 0   ? any
                                  : data->particle_level                ? objects
                                                                        : deposits;
    const struct {
        const char *key, *input;
    } inputs[] = {{"particles", card->spec.particle_input.name},
                  {"event", card->spec.event_input.name},
                  {"weight", card->spec.weight_input.name}};
    for (size_t i = 0; !card->column && i < sizeof inputs / sizeof *inputs; i++) {
        const char *missing = nsym_input_missing(inputs[i].input, features);
        char path[256], names[128] = "";
        if (!missing) continue;
        snprintf(path, sizeof path, "models.%s.%s", model, inputs[i].key);
        for (const char *const *f = features; *f; f++) {
            strcat(names, f == features ? "" : ", ");
            strcat(names, *f);
        }
        return nsym_fail_at(tree, nsym_node_at(tree->root, path),
                            "%s: input '%s' is made of the particles' '%s', which the source '%s' does not have; its "
                            "particles have %s",
                            path, inputs[i].input, missing, data->source, names);
    }
    return NSYM_OK;
}

/* An image has a place for every cell, and a column that is a score is one of the sample's. */
static nsym_status check_reads(const nsym_run_card *card, const nsym_tree *tree, const char *model) {
    const nsym_data_card *data = &card->data;
    const nsym_model_spec *spec = &card->spec;
    size_t cells = data->cells.nx * data->cells.ny;
    char path[256];
    if (!cells) return NSYM_OK;
    snprintf(path, sizeof path, "models.%s.%s", model, card->column ? "column" : "padded");
    const nsym_node *node = nsym_node_at(tree->root, path);
    if (!card->column && strcmp(spec->event_input.name, "image") == 0 && spec->padded != cells)
        return nsym_fail_at(tree, node, "%s is %zu, must be %zu, the number of the detector's cells, %zu x %zu", path,
                            spec->padded, cells, data->cells.nx, data->cells.ny);
    if (!card->column || !data->pool) return NSYM_OK;
    if (strcmp(card->column, "log_ratio") != 0 && strcmp(card->column, "log_ratio_energies") != 0)
        return nsym_fail_at(tree, node, "%s is '%s', must be one of log_ratio, log_ratio_energies", path, card->column);
    if (!data->file[0]) return NSYM_OK;
    return nsym_fail_at(tree, node,
                        "%s is '%s', which only built-in events have, and data.file is '%s'; take the model out of the "
                        "experiments' grids, or skip those: --set experiments.NAME.skip=true",
                        path, card->column, data->file);
}

size_t nsym_copies_of(const nsym_data_card *data) {
    const nsym_copies_card *copying = &data->copying;
    if (!data->pool || copying->where == NSYM_COPIES_NONE) return 1;
    return copying->matrices ? 1 + copying->matrices : copying->count * (copying->reflect ? 2 : 1);
}

nsym_status nsym_card_read(nsym_run_card *out, const nsym_tree *card, const char *model) {
    static const char *const sources[] = {"dimuon", "file", "showers", "muons", "mixture", NULL};
    static const char *const refused[][9] = {
        {"shower", "detector", "copies", "measure", "mixture", "splot", NULL},
        {"shower", "detector", "copies", "measure", "mixture", "splot", NULL},
        {"smear", "reweight", "observables", "mixture", "splot", NULL},
        {"smear", "reweight", "shower", "copies", "measure", "mixture", "splot", NULL},
        {"smear", "reweight", "shower", "detector", "copies", "measure", NULL}};
    nsym_reader root = {card, card->root, ""};
    size_t source = 0, seed = 1;
    NSYM_TRY(nsym_read_choice(root, "source", sources, &source));
    NSYM_TRY(nsym_read_size(root, "seed", 0, (size_t)1 << 53, &seed));
    bool showers = strcmp(sources[source], "showers") == 0, muons = strcmp(sources[source], "muons") == 0;
    bool mixture = strcmp(sources[source], "mixture") == 0;
    NSYM_TRY(refuse_sections(card, refused[source], sources[source]));
    out->train = (nsym_train_card){.test = 0.2};
    out->data = (nsym_data_card){.source = sources[source],
                                 .seed = seed,
                                 .signal = "",
                                 .background = "",
                                 .file = "",
                                 .shuffle = true,
                                 .events = 50000,
                                 .copies = 1,
                                 .group = true};
    if (showers) NSYM_TRY(read_pool(&out->data, card));
    if (muons) NSYM_TRY(nsym_muons_read(&out->data, &out->train, card));
    if (mixture) NSYM_TRY(nsym_mixture_read(&out->data, &out->train, card));
    if (!showers && !muons && !mixture) NSYM_TRY(read_events(&out->data, &out->train, card));
    if (!showers && !muons && !mixture) NSYM_TRY(read_detector(&out->data, card));
    NSYM_TRY(read_train(&out->train, card));
    NSYM_TRY(check_division(&out->train, card));
    NSYM_TRY(read_model(out, card, model));
    NSYM_TRY(check_groups(out, card));
    NSYM_TRY(check_pool(out, card));
    NSYM_TRY(check_inputs(out, card, model));
    NSYM_TRY(check_reads(out, card, model));
    return check_copies(out, card);
}
