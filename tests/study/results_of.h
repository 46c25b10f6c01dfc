/* What a study found whose folder lies in the test's. */
#ifndef TESTS_STUDY_RESULTS_OF_H
#define TESTS_STUDY_RESULTS_OF_H

#include "data/temporary.h"
#include <jansson.h>

/* New: the results of a folder. */
static inline json_t *results_of(const char *name) {
    char path[600];
    snprintf(path, sizeof path, "%s/results.json", in_folder(name));
    json_t *root = json_load_file(path, 0, NULL);
    assert_non_null(root);
    json_t *results = json_incref(json_object_get(root, "results"));
    json_decref(root);
    assert_true(json_array_size(results) > 0);
    return results;
}

#endif
