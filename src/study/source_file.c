/* A sample that is ready to be trained on: labelled events, shuffled or in the order of their file. */
#include "study/source.h"

#include "base/fail.h"
#include "transform/lorentz.h"
#include <nearsym/io.h>

#include <math.h>
#include <stdlib.h>

/* The columns that figures show of four-momenta, where the file does not bring them: pT of the first particle and mass
   of all. */
static nsym_status add_kinematics(nsym_events *events) {
    static const char *const names[4] = {"px", "py", "pz", "energy"};
    double *pt = NULL, *mass = NULL, p4[4 * 64];
    size_t feature[4];
    for (size_t k = 0; k < 4; k++) {
        feature[k] = events->offsets ? nsym_events_feature(events, names[k]) : NSYM_NONE;
        if (feature[k] == NSYM_NONE) return NSYM_OK;
    }
    if (!nsym_events_column(events, "pt"))
        NSYM_TRY(nsym_events_add_column(events, "pt", "GeV", "pT of the first particle", 1, &pt));
    if (!nsym_events_column(events, "mass"))
        NSYM_TRY(nsym_events_add_column(events, "mass", "GeV", "mass of all particles", 1, &mass));
    for (size_t i = 0; i < events->count; i++) {
        size_t n = (size_t)(events->offsets[i + 1] - events->offsets[i]);
        if (n > 64)
            return nsym_fail(NSYM_EINVAL, "row %zu has %zu particles, at most 64 are read", nsym_events_row(events, i),
                             n);
        for (size_t j = 0; j < n; j++)
            for (size_t k = 0; k < 4; k++)
                p4[4 * j + k] = events->particles[(events->offsets[i] + j) * events->features + feature[k]];
        if (pt) pt[i] = n > 0 ? hypot(p4[0], p4[1]) : 0;
        if (mass) mass[i] = nsym_mass(p4, n);
    }
    return NSYM_OK;
}

nsym_status nsym_source_file(nsym_sample *out, const nsym_data_card *card, size_t workers) {
    nsym_events *events = NULL;
    if (!card->file[0]) return nsym_fail(NSYM_EINVAL, "the source 'file' needs data.file, a file of labelled events");
    NSYM_TRY(nsym_events_read(&events, card->file, NULL));
    nsym_status status = add_kinematics(events);
    if (status == NSYM_OK) status = nsym_labelled_prepare(&events, card, workers);
    if (status == NSYM_OK) {
        out->events = events;
        return NSYM_OK;
    }
    nsym_events_free(events);
    return nsym_fail_in(status, "%s: ", card->file);
}
