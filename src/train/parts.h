/* Which events of a sample train, validate and test. */
#ifndef NSYM_TRAIN_PARTS_H
#define NSYM_TRAIN_PARTS_H

#include "train/settings.h"
#include <nearsym/status.h>
#include <stdint.h>

/* The events of a sample that train, that validate and that test, as rows. An event has `copies` rows side by side,
   itself first: event e those from train_first + e x copies on. */
typedef struct nsym_parts {
    size_t train_first, train_count, copies;
    size_t test_first, test_count;
    size_t check_first, check_count; /* events that validate, counted like those that train; count 0: none, or folds */
} nsym_parts;

/* The parts of a shuffled sample without copies. Errors: a part would be empty, or has one class only; a sample smaller
   than asked for. Shape: labels (count). */
nsym_status nsym_parts_of(nsym_parts *out, const nsym_train_card *card, const double *labels,
                          size_t count) NSYM_MUST_CHECK;

/* The seed of a member's draws and first weights: of its own for every purpose and number. */
uint64_t nsym_member_seed(uint64_t seed, const char *purpose, size_t member);

/* The training events of a member: the parts' first, a bootstrap of them, or, with folds, those outside the member's
   fold; and in `checked` those that validate, of its fold or of the parts. New (free with free): *events (*n), *checked
   (*n_checked) or NULL. Errors: a training or a fold of one class only; a training of more events than there are. */
nsym_status nsym_training_events(uint32_t **events, size_t *n, uint32_t **checked, size_t *n_checked,
                                 const nsym_train_card *card, const nsym_parts *parts, const double *labels,
                                 uint64_t seed, size_t member) NSYM_MUST_CHECK;

#endif
