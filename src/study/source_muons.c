/* Muons and what surrounds them: built-in events or those of a file. */
#include "study/source.h"

#include "base/fail.h"
#include "study/muon_pictures.h"
#include <nearsym/io.h>
#include <nearsym/muons.h>

#include <math.h>

static nsym_status generate(nsym_events **out, const nsym_data_card *card) {
    nsym_muons_options options = nsym_muons_defaults();
    options.surroundings.seed = card->seed;
    options.level = card->particle_level ? NSYM_MUONS_PARTICLES : NSYM_MUONS_CELLS;
    return nsym_muons_generate(out, &options, 0, card->events);
}

nsym_status nsym_muons_cut(nsym_events *events, double threshold) {
    size_t pt = events->offsets ? nsym_events_feature(events, "pt") : NSYM_NONE, width = events->features;
    if (pt == NSYM_NONE) return nsym_fail(NSYM_EFORMAT, "the particles have no 'pt', which data.threshold cuts on");
    uint64_t kept = 0, first = 0;
    double sum = 0;
    for (size_t i = 0; i < events->count; i++) {
        uint64_t end = events->offsets[i + 1];
        for (uint64_t row = first; row < end; row++) {
            const double *from = events->particles + row * width;
            if (!(from[pt] >= 0) || isinf(from[pt]))
                return nsym_fail(NSYM_EINVAL, "row %zu: pt of particle %zu is %g, must be a number >= 0",
                                 nsym_events_row(events, i), (size_t)(row - first) + 1, from[pt]);
            if (from[pt] < threshold) continue;
            for (size_t k = 0; k < width; k++) events->particles[kept * width + k] = from[k];
            sum += from[pt];
            kept++;
        }
        first = end;
        events->offsets[i + 1] = kept;
    }
    if (!(sum > 0))
        return nsym_fail(NSYM_EINVAL, "no event has a particle with pt above 0 and of at least %g GeV (data.threshold)",
                         threshold);
    return NSYM_OK;
}

nsym_status nsym_source_muons(nsym_sample *out, const nsym_data_card *card, size_t workers) {
    nsym_events *events = NULL;
    NSYM_TRY(card->file[0] ? nsym_events_read(&events, card->file, NULL) : generate(&events, card));
    nsym_status status = nsym_muons_cut(events, card->threshold);
    if (status == NSYM_OK) status = nsym_labelled_prepare(&events, card, workers);
    bool cells = !card->particle_level && card->cells.nx > 0;
    if (status == NSYM_OK && cells) status = nsym_grid_set(events, card);
    if (status == NSYM_OK) status = nsym_events_columns(&out->shown, events, 0, events->count);
    if (status == NSYM_OK && cells) status = nsym_muon_pictures(&out->pictures, events, card);
    if (status == NSYM_OK) {
        out->events = events;
        return NSYM_OK;
    }
    nsym_sample_free(out);
    nsym_events_free(events);
    return card->file[0] ? nsym_fail_in(status, "%s: ", card->file) : status;
}
