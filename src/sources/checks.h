/* What the sections of a sample must be together, beside the ranges of each value. */
#ifndef NSYM_SOURCES_CHECKS_H
#define NSYM_SOURCES_CHECKS_H

#include "options/tree.h"
#include "sources/data_card.h"

/* Sets what follows from a card's values, its grid of cells, its symmetry, and checks them. Errors: with line. */
nsym_status nsym_data_check(nsym_data_card *data, const nsym_tree *card) NSYM_MUST_CHECK;

/* Of `count` events of a sample with a reserve, those that test. The check's errors: too few are left for the reserve,
   or are there to be measured. */
size_t nsym_tests_of(const nsym_data_card *data, size_t count);
nsym_status nsym_division_check(const nsym_data_card *data, size_t count) NSYM_MUST_CHECK;

/* Repeats of `count` events that stand side by side must not be parted by the end of the sample, of its test part, of
   what validates or of a fold. */
nsym_status nsym_groups_check(const nsym_data_card *data, size_t count) NSYM_MUST_CHECK;

#endif
