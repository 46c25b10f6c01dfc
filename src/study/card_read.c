/* What a card says about one training: its sections, and what follows from them together. */
#include "study/card.h"

#include "base/fail.h"
#include "nn/models.h"
#include "observables/names.h"
#include "sources/checks.h"
#include "sources/source.h"
#include "study/sections.h"
#include "train/inputs.h"

#include <math.h>
#include <string.h>

/* Every layer and the latent are `width` wide where the model says so: one number to search over. */
static void set_width(nsym_model_spec *spec, size_t width) {
    nsym_sizes *const lists[] = {&spec->particle_map, &spec->event_map, &spec->gate_map, &spec->hidden};
    if (!width) return;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t k = 0; k < lists[i]->count; k++) lists[i]->size[k] = width;
    spec->latent = width;
}

/* A list of sizes is `count` long, each as large as the first; 0, or an empty list: it is as long as it is. */
static void set_count(nsym_sizes *list, size_t *count) {
    if (*count && list->count) {
        list->count = *count;
        for (size_t k = 1; k < *count; k++) list->size[k] = list->size[0];
    }
    *count = list->count;
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
    const bool gate = nsym_spec_reads_gate(spec), image = spec->kind == NSYM_CNN;
    const struct {
        bool needed;
        size_t has;
        const char *key, *example;
    } needs[] = {{particles, spec->particle_input.width, "particles", spec->kind == NSYM_EFN ? "objects" : "p4"},
                 {event, spec->event_input.width, "event", image ? "image" : "lorentz"},
                 {gate, spec->gate_input.width, "gate", "pt"},
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

/* A CNN's image is the detector's, or that of cells that are there. */
static nsym_status set_image(nsym_reader r, const nsym_data_card *data, nsym_model_spec *spec) {
    if (!nsym_grid_of(data, &spec->image_rows, &spec->image_columns))
        return nsym_fail_at(r.tree, r.node,
                            "%s: a model of kind cnn reads an image, and the events are not summed in cells "
                            "(detector.cells), nor does data.cells say of which grid they are",
                            r.where);
    if (spec->padded == 0) spec->padded = spec->image_rows * spec->image_columns;
    return NSYM_OK;
}

/* Is an input of the model made of momenta? Then an event is a pair of them, unless the model says otherwise. */
static bool reads_momenta(const nsym_model_card *m) {
    const char *const names[] = {m->particles, m->event, m->gate};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i] && nsym_input_reads(names[i], "px")) return true;
    return false;
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
    spec->classes = out->data.split.classes;
    if (spec->kind == NSYM_CNN) NSYM_TRY(set_image(r, &out->data, spec));
    NSYM_TRY(nsym_names_spread_at(r, "columns", spec->columns));
    NSYM_TRY(set_input(r, "particles", m->particles, NSYM_PER_PARTICLE, spec, &spec->particle_input));
    NSYM_TRY(set_input(r, "event", m->event, NSYM_PER_EVENT, spec, &spec->event_input));
    NSYM_TRY(set_input(r, "gate", m->gate, NSYM_PER_EVENT, spec, &spec->gate_input));
    set_count(&spec->hidden, &out->model.layers);
    set_count(&spec->filters, &out->model.blocks);
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
    out->spec.slots = NSYM_NONE;
    NSYM_TRY(nsym_section_read(out, &nsym_section_model, r, column ? NSYM_IS_COLUMN : NSYM_IS_NETWORK));
    if (out->spec.slots == NSYM_NONE) out->spec.slots = !column && reads_momenta(&out->model) ? 2 : 0;
    if (!column) return finish_network(out, r);
    if (nsym_classes_of(&out->data) > 2)
        return nsym_fail_at(card, r.node,
                            "%s: a column is one score an event, and labels.classes names %zu classes, which are told "
                            "apart by as many; leave the model out, or name two classes",
                            where, nsym_classes_of(&out->data));
    if (out->column && out->column[0]) return NSYM_OK;
    return nsym_fail_at(card, r.node, "%s: a model of kind column needs 'column', such as column: log_ratio", where);
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
    if (card->train.invariance.weight > 0 && copies < 2 && !card->data.copies.group[0])
        return nsym_fail_at(tree, nsym_node_at(tree->root, "train.invariance"),
                            "train.invariance is %g and an event has no copies; see the section 'copies'",
                            card->train.invariance.weight);
    return NSYM_OK;
}

/* The reserve has the events that train, beside those of a fold. */
static nsym_status check_reserve(const nsym_run_card *card, const nsym_tree *tree) {
    size_t reserve = card->data.split.reserve, folds = card->data.split.folds, size = card->train.size;
    if (!reserve || card->column) return NSYM_OK;
    if (folds > reserve)
        return nsym_fail_at(tree, nsym_node_at(tree->root, "split.folds"),
                            "split.folds is %zu, must be at most split.reserve, %zu", folds, reserve);
    size_t left = folds ? reserve - (reserve + folds - 1) / folds : reserve;
    if (!folds) left -= (size_t)llround((double)reserve * card->data.split.validation);
    if (size <= left) return NSYM_OK;
    return nsym_fail_at(tree, nsym_node_at(tree->root, "train.size"),
                        "train.size is %zu and of split.reserve, %zu events, %zu can train%s; raise split.reserve",
                        size, reserve, left, left < reserve ? " beside those that validate" : "");
}

/* The particle features that a source's events have after the detector; NULL: not known before they are read. */
static const char *const *features_of(const nsym_data_card *data) {
    static const char *const points[] = {"x", "y", "energy", "cell", NULL};
    static const char *const deposits[] = {"pt", "d_eta", "d_phi", "cell", NULL};
    const char *const *has = nsym_source_features(data);
    if (!has || !data->detector.cells.nx) return has;
    return strcmp(has[0], "x") == 0 ? points : deposits;
}

/* A source has the particle features that the model's inputs are made of. */
static nsym_status check_inputs(const nsym_run_card *card, const nsym_tree *tree, const char *model) {
    const nsym_data_card *data = &card->data;
    const char *const *features = features_of(data);
    const struct {
        const char *key, *input;
    } inputs[] = {{"particles", card->spec.particle_input.name},
                  {"event", card->spec.event_input.name},
                  {"gate", card->spec.gate_input.name}};
    for (size_t i = 0; !card->column && features && i < sizeof inputs / sizeof *inputs; i++) {
        const char *missing = nsym_input_missing(inputs[i].input, features);
        char path[256], names[128] = "";
        if (!missing) continue;
        snprintf(path, sizeof path, "models.%s.%s", model, inputs[i].key);
        for (const char *const *f = features; *f; f++) {
            strcat(names, f == features ? "" : ", ");
            strcat(names, *f);
        }
        return nsym_fail_at(tree, nsym_node_at(tree->root, path),
                            "%s: input '%s' is made of the particles' '%s', which '%s' does not have; its particles "
                            "have %s%s",
                            path, inputs[i].input, missing, data->source->name, names,
                            strcmp(missing, "cell") == 0 ? "; detector.cells sums them in cells" : "");
    }
    return NSYM_OK;
}

/* An image has a place for every cell. */
static nsym_status check_image(const nsym_run_card *card, const nsym_tree *tree, const char *model) {
    const nsym_model_spec *spec = &card->spec;
    size_t nx, ny;
    char path[256];
    if (card->column || strcmp(spec->event_input.name, "image") != 0 || !nsym_grid_of(&card->data, &nx, &ny))
        return NSYM_OK;
    if (spec->padded == nx * ny) return NSYM_OK;
    snprintf(path, sizeof path, "models.%s.padded", model);
    return nsym_fail_at(tree, nsym_node_at(tree->root, path), "%s is %zu, must be %zu, the number of cells, %zu x %zu",
                        path, spec->padded, nx * ny, nx, ny);
}

/* The file, or the generator that is named. */
static nsym_status set_source(nsym_data_card *data, const nsym_tree *card) {
    if (!data->file[0] && !data->generate)
        return nsym_fail_at(card, nsym_node_at(card->root, "data"),
                            "there are no events: set data.file to a file, or data.generate to dimuon, showers, muons "
                            "or muon_pairs");
    size_t place = 0;
    while (nsym_sources[place] != &nsym_source_file) place++;
    data->source = nsym_sources[data->file[0] ? place : data->generate - 1];
    if (!data->events) data->events = data->source->usual;
    return NSYM_OK;
}

/* The source's own options; those of others are checked, and nobody reads them. */
static nsym_status read_options(nsym_data_card *data, const nsym_tree *card) {
    for (size_t i = 0; nsym_sources[i]; i++) {
        const nsym_section *own = nsym_sources[i]->section;
        if (!own) continue;
        nsym_reader r = {card, nsym_node_at(card->root, own->name), own->name};
        if (nsym_sources[i] != data->source) {
            NSYM_TRY(nsym_section_check(own, r, 0));
            continue;
        }
        own->defaults(data->options, 0);
        NSYM_TRY(nsym_section_read(data->options, own, r, 0));
    }
    return NSYM_OK;
}

nsym_status nsym_card_read(nsym_run_card *out, const nsym_tree *card, const char *model) {
    nsym_reader root = {card, card->root, ""};
    NSYM_TRY(nsym_card_moved(card));
    nsym_section_top.defaults(out, 0);
    for (const nsym_section *const *s = nsym_sections_of_sample; *s; s++) {
        nsym_reader r = {card, nsym_node_at(card->root, (*s)->name), (*s)->name};
        NSYM_TRY(nsym_section_read(out, *s, r, 0));
    }
    NSYM_TRY(nsym_section_read(out, &nsym_section_top, root, 0));
    NSYM_TRY(set_source(&out->data, card));
    NSYM_TRY(read_options(&out->data, card));
    NSYM_TRY(nsym_names_spread_at(root, "observables", out->data.observables));
    NSYM_TRY(nsym_data_check(&out->data, card));
    nsym_reader train = {card, nsym_node_at(card->root, "train"), "train"};
    NSYM_TRY(nsym_section_read(out, &nsym_section_train, train, 0));
    NSYM_TRY(read_model(out, card, model));
    NSYM_TRY(check_reserve(out, card));
    NSYM_TRY(check_inputs(out, card, model));
    NSYM_TRY(check_image(out, card, model));
    return check_copies(out, card);
}
