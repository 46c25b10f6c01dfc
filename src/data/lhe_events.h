/* How an LHE file's content is named in a sample. */
#ifndef NSYM_DATA_LHE_EVENTS_H
#define NSYM_DATA_LHE_EVENTS_H

#include <nearsym/events.h>

enum { NSYM_LHE_FEATURES = 13, NSYM_LHE_COLUMNS = 5 };

/* Of a particle, in the order of the file; momenta, energy and mass in GeV, lifetime in mm. */
extern const char *const nsym_lhe_feature_names[NSYM_LHE_FEATURES];

/* Of an event: weight, scale, alpha_qed, alpha_qcd, process. Named weights are one column "weights" besides. */
typedef struct nsym_lhe_column {
    const char *name, *unit, *meaning;
} nsym_lhe_column;
extern const nsym_lhe_column nsym_lhe_columns[NSYM_LHE_COLUMNS];

/* Sets the attribute weight_texts: what <initrwgt> of `header` says of the weights, as JSON sorted by name:
   {"1002":"muR=2 muF=1"}. */
NSYM_MUST_CHECK nsym_status nsym_lhe_describe_weights(nsym_events *events, const char *header);

#endif
