/* Runs a plan on events. */
#ifndef NSYM_OBSERVABLES_EFP_RUN_H
#define NSYM_OBSERVABLES_EFP_RUN_H

#include "observables/efp_kernels.h"
#include "observables/efp_measure.h"
#include "observables/efp_plan.h"

/* What one thread needs, for events of up to so many constituents; it grows. Cells are those of the kernels in use. */
typedef struct nsym_efp_workspace {
    double *memory;
    size_t room; /* doubles in it */
    double *matrix, *vector, *number, *whole, *rows, *square, *z, *scratch;
    double *pt, *place; /* of the constituents that have pt; place (3 vectors): rapidity, phi, (m / pt)^2 */
    double total[NSYM_EFP_EVENTS_MAX]; /* of all pt */
    size_t m, stride;
} nsym_efp_workspace;

/* The table that an event of m constituents goes through. */
const nsym_efp_kernels *nsym_efp_kernels_for(const nsym_efp_kernels *one, const nsym_efp_plan *plan, size_t m);

/* Numbers of a particle. */
static inline size_t nsym_efp_width(nsym_efp_coordinates coordinates) {
    return coordinates == NSYM_EFP_P4 ? 4 : 3;
}

void nsym_efp_workspace_free(nsym_efp_workspace *workspace);

/* Values (n, kappas, betas, graphs) of n checked events: the event i has the particles offsets[i] ... offsets[i + 1] -
   1 of all `particles`. Small events go beside others with as many constituents, which changes no bit of them. Tells
   each to the options' progress. Errors: no memory; NSYM_EINTERRUPTED where the options' `stop` says so before an
   event. */
NSYM_MUST_CHECK nsym_status nsym_efp_run_events(const nsym_efp_set *set, const nsym_efp_options *options,
                                                nsym_efp_workspace *workspace, size_t n, const uint64_t *offsets,
                                                const double *particles, double *values);

/* Errors: a beta or kappa out of range; a particle that is no number or cannot be, too many of them, by `event`. */
NSYM_MUST_CHECK nsym_status nsym_efp_check_options(const nsym_efp_options *options);
NSYM_MUST_CHECK nsym_status nsym_efp_check_event(const nsym_efp_options *options, uint64_t event, uint64_t n,
                                                 const double *particles);
NSYM_MUST_CHECK nsym_status nsym_efp_check_events(const nsym_efp_options *options, size_t events,
                                                  const uint64_t *offsets, const double *particles);

#endif
