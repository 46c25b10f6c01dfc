/* What a card says about one training: its sections, and what follows from them together. */
#include "study/card.h"

#include "base/fail.h"
#include "nn/models.h"
#include "study/names.h"
#include "study/sections.h"
#include "train/inputs.h"

#include <math.h>
#include <string.h>

/* Every layer and the latent are `width` wide where the model says so: one number to search over. */
static void set_width(nsym_model_spec *spec, size_t width) {
    nsym_sizes *const lists[] = {&spec->particle_map, &spec->event_map, &spec->weight_map, &spec->hidden};
    if (!width) return;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t k = 0; k < lists[i]->count; k++) lists[i]->size[k] = width;
    spec->latent = width;
}

static nsym_status set_input(nsym_reader r, const char *key, const char *name, nsym_input_place place,
                             const nsym_model_spec *spec, nsym_input *out) {
    if (!name) name = "";
    if (strlen(name) >= sizeof out->name)
        return nsym_fail_at(r.tree, r.node, "%s.%s: '%s' is too long a name", r.where, key, name);
    strcpy(out->name, name);
    if (nsym_input_resolve(out, place, spec) == NSYM_OK) return NSYM_OK;
    return nsym_fail_at(r.tree, nsym_node_at(r.node, key), "%s.%s: %s", r.where, key, nsym_message());
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
static nsym_status set_image(nsym_reader r, const nsym_data_card *data, nsym_model_spec *spec) {
    if (data->cells.nx == 0)
        return nsym_fail_at(r.tree, r.node,
                            "%s: a model of kind cnn reads a calorimeter's image; the source '%s' has none", r.where,
                            data->source);
    spec->image_rows = data->cells.nx;
    spec->image_columns = data->cells.ny;
    if (spec->padded == 0) spec->padded = data->cells.nx * data->cells.ny;
    return NSYM_OK;
}

/* Are the events of this source pairs of momenta, unless a model says otherwise? */
static bool has_pairs(const nsym_data_card *data) {
    return strcmp(data->source, "dimuon") == 0 || strcmp(data->source, "file") == 0;
}

/* What follows from the values of a network. */
static nsym_status finish_network(nsym_run_card *out, nsym_reader r) {
    const nsym_model_card *m = &out->model;
    nsym_model_spec *spec = &out->spec;
    const char *kind = nsym_kind_names[m->kind];
    if (m->masked && spec->kind != NSYM_PFN)
        return nsym_fail_at(r.tree, nsym_node_at(r.node, "masked"),
                            "%s.masked leaves the padding out of a pfn's sum; a model of kind %s has none", r.where,
                            kind);
    spec->padded = m->masked ? 0 : m->padded;
    if (spec->kind == NSYM_CNN) NSYM_TRY(set_image(r, &out->data, spec));
    NSYM_TRY(nsym_names_spread_at(r, "columns", spec->columns));
    NSYM_TRY(set_input(r, "particles", m->particles, NSYM_PER_PARTICLE, spec, &spec->particle_input));
    NSYM_TRY(set_input(r, "event", m->event, NSYM_PER_EVENT, spec, &spec->event_input));
    NSYM_TRY(set_input(r, "weight", m->weight, NSYM_PER_EVENT, spec, &spec->weight_input));
    set_width(spec, m->width);
    NSYM_TRY(check_needs(r, spec, kind));
    return check_spec(r, spec);
}

/* A model of kind column trains nothing: a column of the sample is its score. */
static nsym_status read_model(nsym_run_card *out, const nsym_tree *card, const char *model) {
    char where[128];
    size_t kind = 0;
    snprintf(where, sizeof where, "models.%s", model);
    nsym_reader r = {card, nsym_node_at(card->root, where), where};
    if (!r.node)
        return nsym_fail_at(card, nsym_node_at(card->root, "models"), "there is no model '%s' under 'models'", model);
    NSYM_TRY(nsym_read_choice(r, "kind", nsym_kind_names, &kind));
    nsym_section_model.defaults(out, 1u << kind);
    bool column = 1u << kind == NSYM_IS_COLUMN;
    if (!column && has_pairs(&out->data)) out->spec.slots = 2;
    NSYM_TRY(nsym_section_read(out, &nsym_section_model, r, column ? NSYM_IS_COLUMN : NSYM_IS_NETWORK));
    if (!column) return finish_network(out, r);
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

/* What a source's sections say together. */
static nsym_status check_sample(nsym_run_card *out, const nsym_tree *card) {
    nsym_data_card *data = &out->data;
    const nsym_reweight *reweight = &data->reweight;
    NSYM_TRY(nsym_names_spread_at((nsym_reader){card, card->root, ""}, "observables", data->observables));
    if (reweight->high < reweight->low)
        return nsym_fail_at(card, nsym_node_at(card->root, "reweight.low"),
                            "reweight.low is %g, must be below reweight.high, %g", reweight->low, reweight->high);
    if (data->pool) return nsym_calorimeter_check(data, card);
    if (data->mixture.used) return nsym_mixture_check(data, &out->train, card);
    return strcmp(data->source, "muons") == 0 ? nsym_muons_check(data, card) : NSYM_OK;
}

nsym_status nsym_card_read(nsym_run_card *out, const nsym_tree *card, const char *model) {
    nsym_reader root = {card, card->root, ""};
    size_t source = 0;
    NSYM_TRY(nsym_read_choice(root, "source", nsym_source_names, &source));
    nsym_section_top.defaults(out, 1u << source);
    out->data.source = nsym_source_names[source];
    for (const nsym_section *const *s = nsym_sections_of_sample; *s; s++) {
        nsym_reader r = {card, nsym_node_at(card->root, (*s)->name), (*s)->name};
        NSYM_TRY(nsym_section_read(out, *s, r, 1u << source));
    }
    NSYM_TRY(nsym_section_read(out, &nsym_section_top, root, 1u << source));
    out->data.shower.seed = out->data.seed;
    NSYM_TRY(check_sample(out, card));
    nsym_reader train = {card, nsym_node_at(card->root, "train"), "train"};
    NSYM_TRY(nsym_section_read(out, &nsym_section_train, train, 0));
    if (out->train.folds == 1)
        return nsym_fail_at(card, nsym_node_at(train.node, "folds"),
                            "train.folds is 1, must be 0 (none) or at least 2");
    NSYM_TRY(check_division(&out->train, card));
    NSYM_TRY(read_model(out, card, model));
    NSYM_TRY(check_groups(out, card));
    NSYM_TRY(check_pool(out, card));
    NSYM_TRY(check_inputs(out, card, model));
    NSYM_TRY(check_reads(out, card, model));
    return check_copies(out, card);
}
