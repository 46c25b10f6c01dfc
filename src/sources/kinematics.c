#include "sources/kinematics.h"

#include "base/fail.h"
#include "transform/lorentz.h"

#include <math.h>
#include <stdlib.h>

/* The momenta (n, 4) of an event, in p4. */
static void gather(double *p4, const nsym_events *events, const size_t feature[4], size_t event) {
    for (uint64_t row = events->offsets[event]; row < events->offsets[event + 1]; row++, p4 += 4)
        for (size_t k = 0; k < 4; k++) p4[k] = events->particles[row * events->features + feature[k]];
}

nsym_status nsym_kinematics_add(nsym_events *events, bool truth) {
    static const char *const names[4] = {"px", "py", "pz", "energy"};
    const char *pt_name = truth ? "pt_true" : "pt", *mass_name = truth ? "mass_true" : "mass";
    double *pt = NULL, *mass = NULL;
    size_t feature[4], most = 0;
    for (size_t k = 0; k < 4; k++) {
        feature[k] = events->offsets ? nsym_events_feature(events, names[k]) : NSYM_NONE;
        if (feature[k] == NSYM_NONE) return NSYM_OK;
    }
    if (!nsym_events_column(events, pt_name))
        NSYM_TRY(nsym_events_add_column(events, pt_name, "GeV", "pT of the first particle", 1, &pt));
    if (!nsym_events_column(events, mass_name))
        NSYM_TRY(nsym_events_add_column(events, mass_name, "GeV", "mass of all particles", 1, &mass));
    for (size_t i = 0; i < events->count; i++) {
        size_t n = (size_t)(events->offsets[i + 1] - events->offsets[i]);
        most = n > most ? n : most;
    }
    double *p4 = malloc((4 * most + 1) * sizeof *p4);
    if (!p4) return nsym_fail(NSYM_ENOMEM, "no memory for an event of %zu particles", most);
    for (size_t i = 0; i < events->count; i++) {
        size_t n = (size_t)(events->offsets[i + 1] - events->offsets[i]);
        gather(p4, events, feature, i);
        if (pt) pt[i] = n > 0 ? hypot(p4[0], p4[1]) : 0;
        if (mass) mass[i] = nsym_mass(p4, n);
    }
    free(p4);
    return NSYM_OK;
}
