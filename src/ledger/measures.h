/* What a run measures: a list that grows. */
#ifndef NSYM_LEDGER_MEASURES_H
#define NSYM_LEDGER_MEASURES_H

#include "base/arena.h"
#include "ledger/ledger.h"

typedef struct nsym_measures {
    size_t count, capacity;
    nsym_measure *measure; /* (count), owned */
    nsym_arena *arena;     /* of draws */
    nsym_status status;    /* NSYM_ENOMEM, with its message, where one of the calls below found no memory */
} nsym_measures;

/* Free it whatever the status. */
nsym_status nsym_measures_new(nsym_measures *out) NSYM_MUST_CHECK;
void nsym_measures_free(nsym_measures *measures);

/* Adds a number and gives its place. The name is borrowed. */
size_t nsym_measures_add(nsym_measures *measures, const char *metric, size_t number, double value);

/* One that the finite test sample leaves open by `test_error`, NaN where that is unknown, and a fit by `fit_error`. */
size_t nsym_measures_add_known(nsym_measures *measures, const char *metric, size_t number, double value,
                               double test_error, double fit_error);

/* Gives the measure at a place draws, to be filled (see nsym_measure); NULL where there is no memory. */
double *nsym_measures_draw(nsym_measures *measures, size_t at, size_t draws);

#endif
