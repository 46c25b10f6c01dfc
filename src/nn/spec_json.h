/* A model's spec as JSON text, with the members' names as keys and the choices as words ("pfn", "slot"). */
#ifndef NSYM_NN_SPEC_JSON_H
#define NSYM_NN_SPEC_JSON_H

#include <nearsym/model.h>

/* New text (free with free). */
nsym_status nsym_spec_to_json(char **out, const nsym_model_spec *spec) NSYM_MUST_CHECK;

/* Errors: no JSON; a key that is missing, unknown or of the wrong type (those that older files lack, from padded on,
   may be missing: 0). Whether the spec makes sense is for nsym_network_new to say. */
nsym_status nsym_spec_from_json(nsym_model_spec *out, const char *text) NSYM_MUST_CHECK;

/* Do networks of two specs read the same and answer alike with the same weights? Their dropout and their first weights
   may differ. Errors: the first member that differs, by its name in a card, with both values. */
nsym_status nsym_spec_same(const nsym_model_spec *spec, const nsym_model_spec *other) NSYM_MUST_CHECK;

/* What a spec's choices are called, in the order of their enums, NULL-terminated. */
extern const char *const nsym_norm_words[];
extern const char *const nsym_pooling_words[];
extern const char *const nsym_combination_words[];
extern const char *const nsym_initialisation_words[];

#endif
