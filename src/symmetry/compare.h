/* Several comparisons of two versions of events at once. */
#ifndef NSYM_SYMMETRY_COMPARE_H
#define NSYM_SYMMETRY_COMPARE_H

#include <nearsym/symmetry.h>

typedef struct nsym_versions {
    const char *name; /* for messages and progress */
    const nsym_events *a, *b;
    nsym_distinguished *out;
} nsym_versions;

/* nsym_symmetry_compare of each of n. */
nsym_status nsym_compare_all(const nsym_versions *versions, size_t n,
                             const nsym_symmetry_options *options) NSYM_MUST_CHECK;

#endif
