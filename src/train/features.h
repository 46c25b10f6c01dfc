/* What a network reads by name: columns of events or features of particles, each value transformed. */
#ifndef NSYM_TRAIN_FEATURES_H
#define NSYM_TRAIN_FEATURES_H

#include <nearsym/model.h>

enum { NSYM_FEATURE_NAME = 256, NSYM_FEATURE_PARAMETERS = 32 };

struct nsym_value_transform;

typedef struct nsym_feature {
    char name[NSYM_FEATURE_NAME];
    const struct nsym_value_transform *transform;
    size_t parameters;
    double parameter[NSYM_FEATURE_PARAMETERS];
} nsym_feature;

/* New features (*n, free with free) of names with commas between, and of their transformations in the same order: "",
   or "log,,clip -1 1,onehot 1 2 5". Errors: an unknown transformation, parameters that it does not have; more
   transformations than names. */
nsym_status nsym_features_parse(nsym_feature **out, size_t *n, const char *names,
                                const char *transforms) NSYM_MUST_CHECK;

/* Numbers that a feature becomes. */
size_t nsym_feature_width(const nsym_feature *feature);

/* Is it read as it is? */
bool nsym_feature_is_plain(const nsym_feature *feature);

/* Is it standardised? One-hot numbers and those of `raw` are not. */
bool nsym_feature_is_scaled(const nsym_feature *feature);

/* Writes a value's numbers (width). False: the transformation has no value there, such as the logarithm of 0. */
bool nsym_feature_fill(double *out, const nsym_feature *feature, double value);

/* What the transformation takes, for a message: "a value above 0". */
const char *nsym_feature_domain(const nsym_feature *feature);

/* The names of the transformations, "none" first, NULL-terminated. */
extern const char *const nsym_value_transform_names[];

/* The names, and their transformations, that a spec's input of a part (particle, event, gate) reads by name. */
void nsym_features_of_spec(const char **names, const char **transforms, const nsym_model_spec *spec, size_t part);

#endif
