/* What the name of an observable says (the language: nearsym/observables.h). */
#ifndef NSYM_OBSERVABLES_OBSERVABLE_NAME_H
#define NSYM_OBSERVABLES_OBSERVABLE_NAME_H

#include "observables/event_observable.h"
#include <nearsym/observables.h>

typedef enum nsym_observable_kind {
    NSYM_OBSERVABLE_COLUMN,
    NSYM_OBSERVABLE_EVENT,
    NSYM_OBSERVABLE_CONE,
    NSYM_OBSERVABLE_CONE_PILEUP,
    NSYM_OBSERVABLE_EFP
} nsym_observable_kind;

enum { NSYM_OBSERVABLE_IDENTITY = 128, NSYM_OBSERVABLE_NAME = 192, NSYM_OBSERVABLE_CONES_MAX = 1024 };

typedef struct nsym_observable {
    nsym_observable_kind kind;
    bool logarithm; /* of what follows "ln_" */
    const nsym_event_observable *event;
    double radius, kappa, beta;
    char identity[NSYM_OBSERVABLE_IDENTITY]; /* of a polynomial, "(2,1,0)(3,3,0)"; whether there is such a graph is open
                                              */
} nsym_observable;

/* A range of cones: "iso_0.025:0.45:18" has count 18, any other name 1. */
typedef struct nsym_observable_range {
    double first, last;
    size_t count;
} nsym_observable_range;

/* Reads a name, of a range its kind and how it goes. Errors: it begins as an observable does but is none. */
NSYM_MUST_CHECK nsym_status nsym_observable_read(const char *name, nsym_observable *out, nsym_observable_range *range);

/* What stands before the name of a logarithm. */
extern const char nsym_observable_logarithm[]; /* "ln_" */

/* Radius i of a range, as short a decimal as nine places allow. */
double nsym_observable_radius(const nsym_observable_range *range, size_t i);

/* Writes the name of a cone; gives its length. */
size_t nsym_observable_cone_name(char *text, size_t size, bool pileup, double radius);

#endif
