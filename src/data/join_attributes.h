/* Attributes of samples that are put together: lists of words, and facts. */
#ifndef NSYM_DATA_JOIN_ATTRIBUTES_H
#define NSYM_DATA_JOIN_ATTRIBUTES_H

#include "data/join.h"

/* How the numbers of a block's words become the head's. */
typedef struct nsym_word_map {
    double *number; /* (count) by the block's number; NULL: they are the same, or there are no words */
    size_t count;
} nsym_word_map;

/* By the attributes categories:NAME of both. Errors: only one has it; it is no list of words. */
NSYM_MUST_CHECK nsym_status nsym_word_map_new(nsym_word_map *out, const nsym_events *head, const nsym_events *block,
                                              const char *name, const nsym_join_names *names);
void nsym_word_map_free(nsym_word_map *map);

/* The head's number; of what is none of the block's words, such as NaN, itself. */
double nsym_word_map_apply(const nsym_word_map *map, double value);

/* Errors: cells of different grids. */
NSYM_MUST_CHECK nsym_status nsym_join_check_attributes(const nsym_events *head, const nsym_events *block,
                                                       const nsym_join_names *names);

/* The head's attributes become those of both (nsym_join_fit). */
NSYM_MUST_CHECK nsym_status nsym_join_attributes(nsym_events *head, const nsym_events *block,
                                                 const nsym_join_names *names);

#endif
