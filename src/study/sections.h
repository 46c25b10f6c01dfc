/* The sections of a card as field tables. */
#ifndef NSYM_STUDY_SECTIONS_H
#define NSYM_STUDY_SECTIONS_H

#include "options/fields.h"

/* Whose key a field is in: the sample's (and every run's of it), a run's alone, that of the split (a run's, and the
   sample's where weights or a judge depend on it), or none: what follows from it is. */
enum { NSYM_OF_SAMPLE, NSYM_OF_RUN, NSYM_OF_SPLIT, NSYM_OF_NONE };

/* Bits of kinds of model, in the order of their names. */
enum {
    NSYM_IS_FCN = 1,
    NSYM_IS_PFN = 2,
    NSYM_IS_HYBRID = 4,
    NSYM_IS_CNN = 8,
    NSYM_IS_EFN = 16,
    NSYM_IS_COLUMN = 32,
    NSYM_IS_NETWORK = 31
};

extern const char *const nsym_kind_names[];

/* Why settings of a training have no effect on a column. */
extern const char nsym_trains_nothing[];

/* Those of an nsym_run_card: the top level, what makes the sample, the training, and a model; in order the top level,
   the sample's (NULL-terminated), train, models.NAME. A source's own are of its own struct. */
extern const nsym_section nsym_section_top, nsym_section_train, nsym_section_model;
extern const nsym_section *const nsym_sections_of_sample[];

/* Those of an experiment, of even steps of its grid, of its search, of a range of that, of an entry of `chosen`, and of
 * a search. */
extern const nsym_section nsym_section_experiment, nsym_section_steps, nsym_section_tries, nsym_section_range,
    nsym_section_chosen, nsym_section_search;

/* How a search tries: nsym_method by name. */
extern const char *const nsym_method_words[];

#endif
