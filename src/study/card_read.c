/* What a card says about one training: its sections, and what follows from them together. */
#include "study/card.h"

#include "base/arena.h"
#include "base/fail.h"
#include "nn/models.h"
#include "observables/names.h"
#include "options/lay.h"
#include "sources/checks.h"
#include "sources/source.h"
#include "study/sections.h"
#include "study/start.h"
#include "train/features.h"
#include "train/inputs.h"
#include "transform/references.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* Adds a word to a list with commas between, (room). */
static bool add_word(char *list, size_t room, bool first, const char *word) {
    size_t used = strlen(list);
    return snprintf(list + used, room - used, "%s%s", first ? "" : ",", word) < (int)(room - used);
}

/* "clip -1 1" of {clip: [-1, 1]}, "log" of log. */
static nsym_status read_transform(char *out, size_t size, nsym_reader r, const nsym_node *value) {
    const nsym_node *numbers = value->kind == NSYM_MAP && value->count == 1 ? value->child[0] : NULL;
    const char *word = numbers ? numbers->key : value->kind == NSYM_SCALAR ? value->text : NULL;
    bool one = numbers && numbers->kind == NSYM_SCALAR;
    if (!word || (numbers && numbers->kind == NSYM_MAP))
        return nsym_fail_at(r.tree, value,
                            "%s: a transformation is a word such as log, or one with numbers such as {clip: [-1, 1]}",
                            r.where);
    size_t used = (size_t)snprintf(out, size, "%s", word);
    for (size_t i = 0; numbers && i < (one ? 1 : numbers->count) && used < size; i++) {
        const nsym_node *at = one ? numbers : numbers->child[i];
        double number;
        if (at->kind != NSYM_SCALAR || !nsym_text_number(at->text, &number))
            return nsym_fail_at(r.tree, at, "%s: %s takes numbers", r.where, word);
        used += (size_t)snprintf(out + used, size - used, " %.17g", number);
    }
    return used < size ? NSYM_OK : nsym_fail_at(r.tree, value, "%s: too many numbers for %s", r.where, word);
}

/* A list of features, each a name or {name: transformation}. */
static nsym_status read_features(nsym_reader r, const char *key, const nsym_node *list, char *names, char *transforms,
                                 size_t room) {
    char how[1024];
    names[0] = transforms[0] = '\0';
    for (size_t i = 0; i < list->count; i++) {
        const nsym_node *entry = list->child[i], *value = entry->kind == NSYM_MAP ? entry->child[0] : NULL;
        const char *name = value ? value->key : entry->kind == NSYM_SCALAR ? entry->text : "";
        how[0] = '\0';
        if (!name[0] || (value && entry->count != 1) || strchr(name, ','))
            return nsym_fail_at(r.tree, entry,
                                "%s.%s[%zu] must be a name, or a name with its transformation such as "
                                "pt: log",
                                r.where, key, i);
        if (value) NSYM_TRY(read_transform(how, sizeof how, r, value));
        if (!add_word(names, room, i == 0, name) || !add_word(transforms, room, i == 0, how))
            return nsym_fail_at(r.tree, entry, "%s.%s: the names are longer than %zu letters together", r.where, key,
                                room - 1);
    }
    return NSYM_OK;
}

/* An input by name, or by a list of features. */
static nsym_status set_input(nsym_reader r, const char *key, size_t part, nsym_model_spec *spec) {
    const nsym_node *node = nsym_node_at(r.node, key);
    nsym_input *out = part == 0 ? &spec->particle_input : part == 1 ? &spec->event_input : &spec->gate_input;
    const char *name = node && node->kind == NSYM_SCALAR ? node->text : "";
    if (node && node->kind == NSYM_MAP)
        return nsym_fail_at(r.tree, node, "%s.%s must be a name or a list of names", r.where, key);
    if (node && node->kind == NSYM_LIST) {
        name = part == 0 ? "features" : "columns";
        if (part == 1 && nsym_node_at(r.node, "columns"))
            return nsym_fail_at(r.tree, node, "%s.event lists columns, and so does %s.columns; keep one", r.where,
                                r.where);
        char *names = part == 0 ? spec->features : part == 1 ? spec->columns : spec->gate_columns;
        char *how = part == 0 ? spec->feature_transforms : part == 1 ? spec->column_transforms : spec->gate_transforms;
        NSYM_TRY(read_features(r, key, node, names, how, part == 1 ? NSYM_COLUMNS_SIZE : NSYM_FEATURES_SIZE));
    }
    if (strlen(name) >= sizeof out->name)
        return nsym_fail_at(r.tree, r.node, "%s.%s: '%s' is too long a name", r.where, key, name);
    strcpy(out->name, name);
    if (nsym_input_resolve(out, part == 0 ? NSYM_PER_PARTICLE : NSYM_PER_EVENT, spec) == NSYM_OK) return NSYM_OK;
    return nsym_fail_at(r.tree, node, "%s.%s: %s", r.where, key, nsym_message());
}

/* Four numbers as a text, "1 0 0 1". */
static nsym_status read_vector(char *out, size_t size, nsym_reader r, const nsym_node *list) {
    size_t used = 0;
    out[0] = '\0';
    for (size_t k = 0; k < list->count && used < size; k++) {
        double number;
        if (list->child[k]->kind != NSYM_SCALAR || !nsym_text_number(list->child[k]->text, &number))
            return nsym_fail_at(r.tree, list->child[k], "%s.references: a vector is four numbers, E, px, py, pz",
                                r.where);
        used += (size_t)snprintf(out + used, size - used, "%s%.17g", k ? " " : "", number);
    }
    return used < size ? NSYM_OK : nsym_fail_at(r.tree, list, "%s.references: a vector is too long", r.where);
}

/* The vectors that the model's products know, where it reads products: a name, or a list of names and vectors. */
static nsym_status set_references(nsym_reader r, const nsym_model_card *m, nsym_model_spec *spec) {
    const nsym_node *node = nsym_node_at(r.node, "references");
    nsym_references references;
    char vector[128];
    if (!node || !nsym_model_is_referred(m)) return NSYM_OK;
    for (size_t i = 0; i < (node->kind == NSYM_LIST ? node->count : 1); i++) {
        const nsym_node *entry = node->kind == NSYM_LIST ? node->child[i] : node;
        if (entry->kind == NSYM_MAP || strchr(entry->kind == NSYM_SCALAR ? entry->text : "", ','))
            return nsym_fail_at(r.tree, entry,
                                "%s.references must be a list of names and vectors, such as [time, beam, [1, 0, 0, 1]]",
                                r.where);
        if (entry->kind == NSYM_LIST) NSYM_TRY(read_vector(vector, sizeof vector, r, entry));
        if (!add_word(spec->references, sizeof spec->references, i == 0,
                      entry->kind == NSYM_LIST ? vector : entry->text))
            return nsym_fail_at(r.tree, entry, "%s.references is longer than %zu letters", r.where,
                                sizeof spec->references - 1);
    }
    if (nsym_references_parse(&references, spec->references) == NSYM_OK) return NSYM_OK;
    return nsym_fail_at(r.tree, node, "%s.references: %s", r.where, nsym_message());
}

/* What a kind of model cannot do without, by the card's own keys. */
static nsym_status check_needs(nsym_reader r, const nsym_model_spec *spec, const char *kind) {
    const bool set = spec->kind == NSYM_PFN || spec->kind == NSYM_EFN;
    const bool particles = nsym_spec_reads_particles(spec), event = !set && nsym_spec_reads_event(spec);
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
                            "%s: a model of kind cnn reads an image: sum the events in cells with detector.cells, or "
                            "give the grid of their cells with data.cells",
                            r.where);
    if (spec->padded == 0) spec->padded = spec->image_rows * spec->image_columns;
    return NSYM_OK;
}

/* Is an input of the model made of momenta? Then an event is a pair of them, unless the model says otherwise. */
static bool reads_momenta(const nsym_model_card *m) {
    const char *const names[] = {m->particles, m->event, m->gate};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i] && nsym_input_reads(names[i], "px") && !nsym_input_of_pairs(names[i])) return true;
    return false;
}

bool nsym_model_is_referred(const nsym_model_card *m) {
    return (m->particles && nsym_input_is_referred(m->particles)) || (m->event && nsym_input_is_referred(m->event)) ||
           (m->gate && nsym_input_is_referred(m->gate));
}

/* What follows from the values of a network. */
static nsym_status finish_network(nsym_run_card *out, nsym_reader r) {
    const nsym_model_card *m = &out->model;
    nsym_model_spec *spec = &out->spec;
    const char *kind = nsym_kind_names[m->kind];
    if (m->masked && spec->kind != NSYM_PFN)
        return nsym_fail_at(
            r.tree, nsym_node_at(r.node, "masked"),
            "%s.masked leaves the padding out of a pfn's sum over particles; a model of kind %s has no such sum",
            r.where, kind);
    spec->padded = m->masked ? 0 : m->padded;
    spec->classes = out->data.split.classes;
    if (spec->kind == NSYM_CNN) NSYM_TRY(set_image(r, &out->data, spec));
    NSYM_TRY(nsym_names_spread_at(r, "columns", spec->columns));
    NSYM_TRY(set_references(r, m, spec));
    NSYM_TRY(set_input(r, "particles", 0, spec));
    NSYM_TRY(set_input(r, "event", 1, spec));
    NSYM_TRY(set_input(r, "gate", 2, spec));
    if (strcmp(spec->event_input.name, "momenta") != 0) spec->lola = 0;
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
        return nsym_fail_at(
            card, r.node,
            "%s: a model of kind column gives one score per event, but labels.classes names %zu classes; leave "
            "the model out, or name two classes",
            where, nsym_classes_of(&out->data));
    if (out->column && out->column[0]) return NSYM_OK;
    return nsym_fail_at(card, r.node, "%s: a model of kind column needs 'column', such as column: log_ratio", where);
}

/* Symmetry copies of an event stay in one step, and a loss of their spread needs them. */
static nsym_status check_copies(const nsym_run_card *card, const nsym_tree *tree) {
    if (card->column) return NSYM_OK;
    size_t copies = nsym_copies_of(&card->data);
    if (card->train.batch < copies)
        return nsym_fail_at(
            tree, nsym_node_at(tree->root, "train"),
            "train.batch is %zu rows, but the %zu copies of an event must fit in one batch; raise it to "
            "at least %zu",
            card->train.batch, copies, copies);
    if (card->train.invariance.weight > 0 && copies < 2 && !card->data.copies.group[0])
        return nsym_fail_at(tree, nsym_node_at(tree->root, "train.invariance"),
                            "train.invariance is %g, but events have no copies; see the section 'copies'",
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
    return nsym_fail_at(
        tree, nsym_node_at(tree->root, "train.size"),
        "train.size is %zu, but split.reserve is %zu events, of which %zu can train%s; raise split.reserve", size,
        reserve, left, left < reserve ? " (the others validate)" : "");
}

/* The particle features that a source's events have after the detector; NULL: not known before they are read. */
static const char *const *features_of(const nsym_data_card *data) {
    static const char *const points[] = {"x", "y", "energy", "cell", NULL};
    static const char *const deposits[] = {"pt", "d_eta", "d_phi", "cell", NULL};
    const char *const *has = data->define[0] ? NULL : nsym_source_features(data);
    if (!has || !data->detector.cells.nx) return has;
    return strcmp(has[0], "x") == 0 ? points : deposits;
}

/* The first particle feature that the model lists and that is not there. */
static bool missing_feature(char name[NSYM_FEATURE_NAME], const nsym_model_spec *spec, const char *const *features) {
    nsym_feature *all;
    size_t n;
    bool missing = false;
    if (strcmp(spec->particle_input.name, "features") != 0) return false;
    if (nsym_features_parse(&all, &n, spec->features, spec->feature_transforms) != NSYM_OK) return false;
    for (size_t k = 0; k < n && !missing; k++) {
        const char *const *f = features;
        while (*f && strcmp(*f, all[k].name) != 0) f++;
        missing = !*f;
        strcpy(name, all[k].name);
    }
    free(all);
    return missing;
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
        char named[NSYM_FEATURE_NAME] = "";
        const char *missing = nsym_input_missing(inputs[i].input, features);
        if (i == 0 && missing_feature(named, &card->spec, features)) missing = named;
        char path[256], names[128] = "";
        if (!missing) continue;
        snprintf(path, sizeof path, "models.%s.%s", model, inputs[i].key);
        for (const char *const *f = features; *f; f++) {
            strcat(names, f == features ? "" : ", ");
            strcat(names, *f);
        }
        return nsym_fail_at(
            tree, nsym_node_at(tree->root, path),
            "%s: input '%s' needs the particle feature '%s', which '%s' does not have; its particles have %s%s", path,
            inputs[i].input, missing, data->source->name, names,
            strcmp(missing, "cell") == 0 ? "; use detector.cells to sum them in cells" : "");
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
    if (!nsym_data_reads_files(data) && !data->generate)
        return nsym_fail_at(card, nsym_node_at(card->root, "data"),
                            "there are no events: set data.file to a file, data.files to several, or data.generate to "
                            "dimuon, showers, muons or muon_pairs%s",
                            nsym_node_at(card->root, "data.signal")
                                ? "; data.signal is for dimuon only, for other files with one class each use "
                                  "data.files: [{path: A, label: 1}, {path: B, label: 0}]"
                                : "");
    size_t place = 0;
    while (nsym_sources[place] != &nsym_source_file) place++;
    data->source = nsym_sources[nsym_data_reads_files(data) ? place : data->generate - 1];
    if (!data->events) data->events = data->source->usual;
    return NSYM_OK;
}

/* Paths in a card are relative to its folder, where a file of that name is there; on the command line to where one is.
 */
static nsym_status set_paths(nsym_data_card *data, const nsym_tree *card) {
    const char *slash = strrchr(card->name, '/');
    const struct {
        const char *key, **path;
    } paths[] = {{"data.file", &data->file}, {"data.signal", &data->signal}, {"data.background", &data->background}};
    if (!slash) return NSYM_OK;
    const char *folder = nsym_arena_printf(card->arena, "%.*s", (int)(slash + 1 - card->name), card->name);
    if (!folder) return nsym_fail(NSYM_ENOMEM, "no memory for the card's folder");
    const nsym_node *files = nsym_node_at(card->root, "data.files");
    if (files && nsym_lay_of(files) == NSYM_LAID_NOTHING) data->folder = folder;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const nsym_node *node = nsym_node_at(card->root, paths[i].key);
        const char *path = *paths[i].path;
        if (!node || !path[0] || path[0] == '/' || nsym_lay_of(node) != NSYM_LAID_NOTHING) continue;
        const char *beside = nsym_arena_printf(card->arena, "%s%s", folder, path);
        if (!beside) return nsym_fail(NSYM_ENOMEM, "no memory for a path");
        if (access(beside, R_OK) == 0) *paths[i].path = beside;
    }
    return NSYM_OK;
}

/* Labelled events of one's own count class by class alike, unless the card says otherwise. */
static void set_balance(nsym_data_card *data, const nsym_tree *card) {
    if (nsym_node_at(card->root, "weights.balance")) return;
    data->weights.balance =
        nsym_data_reads_files(data) && data->labels.from == NSYM_LABELS_COLUMN && !nsym_mass_judges(data);
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

nsym_status nsym_card_read_sections(nsym_run_card *out, const nsym_tree *card) {
    nsym_section_top.defaults(out, 0);
    for (const nsym_section *const *s = nsym_sections_of_sample; *s; s++) {
        nsym_reader r = {card, nsym_node_at(card->root, (*s)->name), (*s)->name};
        NSYM_TRY(nsym_section_read(out, *s, r, 0));
    }
    return nsym_section_read(out, &nsym_section_top, (nsym_reader){card, card->root, ""}, 0);
}

nsym_status nsym_card_read_sample(nsym_run_card *out, const nsym_tree *card) {
    nsym_reader root = {card, card->root, ""};
    NSYM_TRY(nsym_card_moved(card));
    NSYM_TRY(nsym_card_read_sections(out, card));
    NSYM_TRY(set_source(&out->data, card));
    NSYM_TRY(set_paths(&out->data, card));
    set_balance(&out->data, card);
    NSYM_TRY(read_options(&out->data, card));
    NSYM_TRY(nsym_names_spread_at(root, "observables", out->data.observables));
    return nsym_data_check(&out->data, card);
}

nsym_status nsym_card_read(nsym_run_card *out, const nsym_tree *card, const char *model) {
    NSYM_TRY(nsym_card_read_sample(out, card));
    nsym_reader train = {card, nsym_node_at(card->root, "train"), "train"};
    NSYM_TRY(nsym_section_read(out, &nsym_section_train, train, 0));
    out->train.every_epoch = out->every_epoch != NSYM_EPOCHS_NEVER;
    NSYM_TRY(read_model(out, card, model));
    NSYM_TRY(check_reserve(out, card));
    NSYM_TRY(check_inputs(out, card, model));
    NSYM_TRY(check_image(out, card, model));
    NSYM_TRY(check_copies(out, card));
    return nsym_card_start(out, card, model);
}
