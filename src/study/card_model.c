/* What a trained model's file says of the card that it was trained by. */
#include "study/card.h"

#include "base/fail.h"
#include "sources/sample.h"
#include "sources/source.h"
#include "study/model_chain.h"
#include "train/fingerprints.h"
#include "train/fit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Does the network read particles? Columns are numbers whatever the grid. */
static bool reads_particles(const nsym_model_spec *spec) {
    const nsym_input *const inputs[] = {&spec->particle_input, &spec->event_input, &spec->gate_input};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
        if (inputs[i]->name[0] && strcmp(inputs[i]->name, "columns") != 0) return true;
    return false;
}

/* Are the particles a generator's final ones, and all of them that? */
static bool are_final(const nsym_events *events) {
    size_t status = events->offsets ? nsym_events_feature(events, "status") : NSYM_NONE;
    if (status == NSYM_NONE) return false;
    for (uint64_t i = 0; i < events->offsets[events->count]; i++)
        if (events->particles[i * events->features + status] != 1) return false;
    return true;
}

static nsym_status tell_chain(nsym_model *model, const nsym_tree *tree) {
    char *chain;
    NSYM_TRY(nsym_model_chain_text(&chain, tree));
    nsym_status status = nsym_model_set_attribute(model, "chain", chain);
    free(chain);
    return status;
}

nsym_status nsym_card_tell_events(nsym_model *model, const nsym_run_card *card, const nsym_tree *tree) {
    const nsym_data_card *data = &card->data;
    char number[64];
    size_t nx, ny;
    NSYM_TRY(nsym_model_set_attribute(model, "source", data->source->name));
    snprintf(number, sizeof number, "%" PRIu64, data->seed);
    NSYM_TRY(nsym_model_set_attribute(model, "seed", number));
    if (reads_particles(&card->spec) && nsym_grid_of(data, &nx, &ny)) {
        snprintf(number, sizeof number, "%zux%zu", nx, ny);
        NSYM_TRY(nsym_model_set_attribute(model, "grid", number));
    }
    if (nsym_classes_of(data) > 2) NSYM_TRY(nsym_model_set_attribute(model, "classes", data->labels.classes));
    return tell_chain(model, tree);
}

nsym_status nsym_card_tell_model(nsym_model *model, const nsym_run_card *card, const nsym_tree *tree,
                                 const nsym_sample *sample, const nsym_fit *fit, const char *key) {
    const char *grid = nsym_events_attribute(sample->events, "grid");
    NSYM_TRY(nsym_card_tell_events(model, card, tree));
    NSYM_TRY(nsym_model_set_attribute(model, "cpu", nsym_card_cpu(card)));
    NSYM_TRY(nsym_model_set_attribute(model, "card", key));
    if (grid && reads_particles(&card->spec)) NSYM_TRY(nsym_model_set_attribute(model, "grid", grid));
    if (are_final(sample->events)) NSYM_TRY(nsym_model_set_attribute(model, "particles", "final"));
    return nsym_fingerprints_keep(model, sample->events, sample->identity, fit->own, fit->training.event_count);
}
