#include "observables/event_observable.h"

#include <string.h>

const nsym_event_observable *const nsym_event_observables[] = {&nsym_sum_pt, &nsym_width, NULL};

const nsym_event_observable *nsym_event_observable_named(const char *name) {
    const nsym_event_observable *const *at = nsym_event_observables;
    while (*at && strcmp((*at)->name, name) != 0) at++;
    return *at;
}

static double sum_pt(const double *particles, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += particles[3 * i];
    return sum;
}

const nsym_event_observable nsym_sum_pt = {"sum_pt", "GeV", "sum of pt of all particles", 0, sum_pt};
