#include "study/model_chain.h"

#include "base/fail.h"
#include "detector/threshold.h"
#include "observables/names.h"
#include "sources/chain.h"
#include "sources/checks.h"
#include "sources/cuts.h"
#include "sources/kinematics.h"
#include "sources/labels.h"
#include "sources/sample.h"
#include "sources/source.h"
#include "study/sections.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

nsym_status nsym_model_chain_text(char **out, const nsym_tree *card) {
    static const char *const paths[] = {"data.particles", "data.define", "data.select", "data.align",
                                        "data.cells",     "detector",    "observables", "labels.column"};
    nsym_tree *chain;
    NSYM_TRY(nsym_tree_parse(&chain, "{}", 2, "chain"));
    nsym_status status = NSYM_OK;
    for (size_t i = 0; status == NSYM_OK && i < sizeof paths / sizeof *paths; i++) {
        const nsym_node *node = nsym_node_at(card->root, paths[i]);
        char *text = NULL;
        if (!node) continue;
        status = nsym_node_text(&text, node);
        if (status == NSYM_OK) status = nsym_tree_set(chain, paths[i], text, "chain");
        free(text);
    }
    if (status == NSYM_OK) status = nsym_node_text(out, chain->root);
    nsym_tree_free(chain);
    return status;
}

nsym_status nsym_chain_read(nsym_run_card *out, const nsym_tree *tree) {
    NSYM_TRY(nsym_card_read_sections(out, tree));
    out->data.source = &nsym_source_file;
    NSYM_TRY(nsym_names_spread_at((nsym_reader){tree, tree->root, ""}, "observables", out->data.observables));
    return nsym_data_check(&out->data, tree);
}

static void tell(char *note, const char *text) {
    size_t used = strlen(note);
    snprintf(note + used, NSYM_CHAIN_NOTE - used, "%s\n", text);
}

/* The source of the model's events, where it has a way to read a generator's record; or NULL. */
static const nsym_source *reader_of(const nsym_model *model) {
    const char *name = nsym_model_attribute(model, "source");
    const nsym_source *source = name ? nsym_source_named(name) : NULL;
    return source && source->read ? source : NULL;
}

/* Are the particles a generator's record, of which the model takes the final ones? */
static bool takes_final(const nsym_model *model, const nsym_events *events, bool cut) {
    const char *taken = nsym_model_attribute(model, "particles");
    bool final = taken && strcmp(taken, "final") == 0 && !cut;
    return final && events->offsets && nsym_events_feature(events, "status") != NSYM_NONE;
}

/* A generator's record becomes what the source of the model's events made of one, or its final particles where all that
   trained were. */
static nsym_status reduce_record(nsym_events **events, const nsym_model *model, bool cut) {
    const nsym_source *source = reader_of(model);
    if (source) return source->read(events);
    if (!takes_final(model, *events, cut)) return NSYM_OK;
    const nsym_data_card keep = {.particles = "status == 1", .define = "", .select = ""};
    return nsym_cuts_define(*events, &keep);
}

/* Points are summed in the detector's cells; particles that are cells already are left as they are, of whatever grid:
   the model's own says whether that matters. */
static nsym_status measure(nsym_events **events, nsym_data_card *data, char *note) {
    bool cells = (*events)->offsets && nsym_events_feature(*events, "cell") != NSYM_NONE;
    if (data->detector.smear.resolution > 0)
        tell(note,
             "the model was trained on smeared momenta; the file's momenta are taken as measured and are not smeared");
    data->detector.smear.resolution = 0;
    if (cells && data->detector.cells.nx && (data->particles[0] || data->define[0]))
        tell(note,
             "warning: the file already has cells, so data.particles and data.define act on cells; in the model's "
             "training they acted on points");
    if (cells) data->detector.cells = (nsym_cells_card){0};
    nsym_events *made;
    NSYM_TRY(nsym_chain_run(&made, *events, data));
    if (!made) return NSYM_OK;
    nsym_events_free(*events);
    *events = made;
    return NSYM_OK;
}

/* The label that trained, where the events have what it is made of; new events may have none. */
static void set_label(nsym_events *events, const char *text) {
    if (strcmp(text, "label") == 0) return;
    size_t nan;
    nsym_status status = nsym_labels_evaluate(events, text, &nan);
    (void)status;
}

static nsym_status apply(nsym_events **events, char *note, nsym_data_card *data, const nsym_model *model) {
    char cut[NSYM_CUTS_NOTE] = "";
    NSYM_TRY(reduce_record(events, model, data->particles[0]));
    NSYM_TRY(nsym_cuts_make(events, cut, data));
    set_label(*events, data->labels.column);
    if (cut[0]) snprintf(note + strlen(note), NSYM_CHAIN_NOTE - strlen(note), "%s", cut);
    NSYM_TRY(measure(events, data, note));
    const nsym_model_spec *spec = nsym_model_spec_of(model);
    if (spec->columns[0] || spec->gate_columns[0]) NSYM_TRY(nsym_kinematics_add(*events, false));
    return data->observables[0] ? nsym_observe(*events, data->observables, 0, NULL) : NSYM_OK;
}

/* The tree and the card of a model's chain. */
static nsym_status open_chain(nsym_tree **tree, nsym_run_card *card, const nsym_model *model) {
    const char *text = nsym_model_attribute(model, "chain");
    if (!text) text = "{}"; /* of an earlier nearsym, which kept the grid and the threshold alone */
    NSYM_TRY(nsym_tree_parse(tree, text, strlen(text), "the model's chain"));
    return nsym_chain_read(card, *tree);
}

nsym_status nsym_model_chain_changes(bool *changes, const nsym_model *model, const nsym_events *events) {
    nsym_run_card card;
    nsym_tree *tree = NULL;
    nsym_status status = open_chain(&tree, &card, model);
    if (status == NSYM_OK) {
        const nsym_data_card *data = &card.data;
        bool measured = data->align || data->detector.cells.nx > 0 || data->detector.threshold > 0;
        *changes =
            reader_of(model) || takes_final(model, events, data->particles[0]) || nsym_cuts_are_made(data) || measured;
    }
    nsym_tree_free(tree);
    return status;
}

nsym_status nsym_model_chain_apply(nsym_events **events, char *note, const nsym_model *model) {
    nsym_run_card card;
    nsym_tree *tree = NULL;
    note[0] = '\0';
    nsym_status status = open_chain(&tree, &card, model);
    if (status == NSYM_OK) status = apply(events, note, &card.data, model);
    nsym_tree_free(tree);
    return status;
}
