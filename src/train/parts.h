/* Which events of a sample train, validate and test. */
#ifndef NSYM_TRAIN_PARTS_H
#define NSYM_TRAIN_PARTS_H

#include "train/settings.h"
#include <nearsym/classes.h>
#include <nearsym/status.h>
#include <stdint.h>

/* The events of a sample that train, that validate and that test, as rows. An event has its rows side by side, itself
   first: its copies. */
typedef struct nsym_parts {
    size_t train_first, train_count; /* row, events */
    size_t copies;                   /* rows of every event; or */
    const uint32_t *groups; /* the row where each event begins, from the first that trains on, and where the last ends;
                               NULL: all have as many. Borrowed */
    size_t test_first, test_count;   /* rows that test, side by side; or */
    const uint32_t *tests;           /* (test_count) these. NULL: side by side. Borrowed */
    size_t check_first, check_count; /* events that validate, counted like those that train; count 0: none, or folds */
    size_t classes;                  /* labels are 0 ... classes - 1; 0: two classes */
} nsym_parts;

/* The first row of an event, how many it has, and the row of test `i`. */
static inline size_t nsym_part_first(const nsym_parts *p, size_t event) {
    return p->groups ? p->groups[event] : p->train_first + event * p->copies;
}
static inline size_t nsym_part_rows(const nsym_parts *p, size_t event) {
    return p->groups ? p->groups[event + 1] - p->groups[event] : p->copies;
}
static inline size_t nsym_test_row(const nsym_parts *p, size_t i) {
    return p->tests ? p->tests[i] : p->test_first + i;
}

/* The parts of an ordered sample without copies, of which `train_size` events train (0: all that are left). Errors: a
   part would be empty, or lacks a class; a sample smaller than asked for. Shape: labels (count). */
nsym_status nsym_parts_of(nsym_parts *out, const nsym_split_card *split, size_t train_size, const double *labels,
                          size_t count) NSYM_MUST_CHECK;

/* Events of each class (NSYM_CLASSES_MAX), counted. */
typedef struct nsym_class_counts {
    size_t classes, all, of[NSYM_CLASSES_MAX];
} nsym_class_counts;
void nsym_class_count(nsym_class_counts *counts, double label);

/* Are all classes there? Errors: one is not among the `what` ("test") events. */
nsym_status nsym_class_counts_check(const nsym_class_counts *counts, const char *what) NSYM_MUST_CHECK;

/* The seed of a member's draws and first weights: of its own for every purpose and number. */
uint64_t nsym_member_seed(uint64_t seed, const char *purpose, size_t member);

/* The training events of a member: the parts' first, a bootstrap of them, or, with folds, those outside the member's
   fold; and in `checked` those that validate, of its fold or of the parts. New (free with free): *events (*n), *checked
   (*n_checked) or NULL. Errors: a training or a fold that lacks a class; a training of more events than there are. */
nsym_status nsym_training_events(uint32_t **events, size_t *n, uint32_t **checked, size_t *n_checked,
                                 const nsym_train_card *card, size_t folds, const nsym_parts *parts,
                                 const double *labels, uint64_t seed, size_t member) NSYM_MUST_CHECK;

#endif
