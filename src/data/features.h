/* What the features of particles are called in an array that does not name them. */
#ifndef NSYM_DATA_FEATURES_H
#define NSYM_DATA_FEATURES_H

#include <nearsym/io.h>

/* New (free with nsym_texts_free): the names that the options give, else pt, eta and phi of three features, with pid of
   four, as EnergyFlow has them, else f0, f1, ... Errors: names are given and are not as many as the features. */
NSYM_MUST_CHECK nsym_status nsym_features_name(char ***names, size_t features, const nsym_read_options *options);

/* Errors: the options give names, and the particles that were read, if any, have others. */
NSYM_MUST_CHECK nsym_status nsym_features_used(const nsym_events *events, const nsym_read_options *options);

#endif
