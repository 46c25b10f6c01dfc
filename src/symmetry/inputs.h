/* What a classifier reads of two versions of events. */
#ifndef NSYM_SYMMETRY_INPUTS_H
#define NSYM_SYMMETRY_INPUTS_H

#include <nearsym/events.h>
#include <nearsym/model.h>

/* Inputs of a list of events: row 2 k is version a of the k-th, row 2 k + 1 version b. Owned. */
typedef struct nsym_pair_inputs {
    nsym_model_inputs inputs; /* of its members, as a training takes them */
    size_t width, columns;    /* values of a particle; of an event, 0: none */
    uint64_t *offsets;
    float *particles, *event;
} nsym_pair_inputs;

/* Both versions have the same numbers of events, the same features, and the columns of the list (commas between, or
   NULL), one value each. Errors: otherwise, with a name. */
nsym_status nsym_pair_inputs_check(const nsym_events *a, const nsym_events *b, const char *columns) NSYM_MUST_CHECK;

/* New inputs of the events `index` (n). Of a particle a classifier reads every feature but `cell`; of momenta ln pT,
   the pseudorapidity, the direction and ln energy instead; of a pt or an energy the logarithm, too; and the step to
   the nearest other particle with its pT or energy, without which granularity is hard to see. Free it whatever the
   status. Errors: a value that is not finite, with its row. */
nsym_status nsym_pair_inputs_new(nsym_pair_inputs *out, const nsym_events *a, const nsym_events *b, const char *columns,
                                 const size_t *index, size_t n) NSYM_MUST_CHECK;
void nsym_pair_inputs_free(nsym_pair_inputs *inputs);

#endif
