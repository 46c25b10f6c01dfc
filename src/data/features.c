#include "data/features.h"

#include "base/fail.h"
#include "base/list.h"
#include "data/texts.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Cuts a list at its commas. Errors: it has not so many names, or an empty one. */
static nsym_status cut_list(char **names, size_t features, const char *list) {
    size_t n = 1;
    for (const char *at = list; *at; at++) n += *at == ',';
    if (n != features)
        return nsym_fail(NSYM_EINVAL, "%zu names are given (%s), but the particles have %zu features", n, list,
                         features);
    for (size_t k = 0; k < features; k++) {
        size_t length = strcspn(list, ",");
        if (length == 0) return nsym_fail(NSYM_EINVAL, "name %zu of the particles' features is empty", k + 1);
        names[k] = strndup(list, length);
        if (!names[k]) return nsym_fail(NSYM_ENOMEM, "no memory for the names of %zu features", features);
        list += length + (list[length] == ',');
    }
    return NSYM_OK;
}

static nsym_status guess(char **names, size_t features) {
    static const char *const usual[] = {"pt", "eta", "phi", "pid"};
    for (size_t k = 0; k < features; k++) {
        char name[32];
        snprintf(name, sizeof name, "f%zu", k);
        names[k] = strdup(features == 3 || features == 4 ? usual[k] : name);
        if (!names[k]) return nsym_fail(NSYM_ENOMEM, "no memory for the names of %zu features", features);
    }
    return NSYM_OK;
}

nsym_status nsym_features_name(char ***names, size_t features, const nsym_read_options *options) {
    *names = calloc(features + 1, sizeof **names);
    if (!*names) return nsym_fail(NSYM_ENOMEM, "no memory for the names of %zu features", features);
    nsym_status status = options->features ? cut_list(*names, features, options->features) : guess(*names, features);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_texts_free(*names, features);
    *names = NULL;
    return status;
}

nsym_status nsym_features_used(const nsym_events *events, const nsym_read_options *options) {
    size_t k = 0;
    if (!options->features) return NSYM_OK;
    while (k < events->features && nsym_list_has(options->features, events->feature_names[k])) k++;
    if (events->features > 0 && k == events->features) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL,
                     "names for particle features are given (%s), but there is no array (events, particles, features) "
                     "without names%s%s%s",
                     options->features, k < events->features ? "; there is a feature \"" : "",
                     k < events->features ? events->feature_names[k] : "",
                     k < events->features ? "\", which --rename can rename" : "");
}
