/* Samples put together by the names of what they hold, never by its place. */
#ifndef NSYM_DATA_JOIN_H
#define NSYM_DATA_JOIN_H

#include <nearsym/events.h>

/* What becomes of attributes that are not the same in both samples: they go, with a warning, a note or silently; or, of
   samples that are parts of one, they become the block's. */
typedef enum nsym_join_facts { NSYM_JOIN_WARN, NSYM_JOIN_NOTE, NSYM_JOIN_SILENT, NSYM_JOIN_UPDATE } nsym_join_facts;

typedef struct nsym_join_names {
    const char *head, *block; /* what messages call the samples: files, "the first sample" */
    nsym_join_facts facts;
} nsym_join_names;

/* Makes `block` fit behind events like `head`, a sample of none that stands for those before: *fitting is NULL where it
   fits as it is, else new, with the features in order, the values of columns of several in the order of their labels,
   everything in the head's units and words as the head numbers them. The head's attributes become those of both, and
   its lists of words (attributes categories:NAME, JSON) grow. A warning tells a conversion, a unit that only one of
   both has, and weights of another kind. Errors, which leave the head as it is: features, columns, widths or labels
   that are not the same set; units that cannot be converted; words in one and numbers in the other; cells of different
   grids. */
NSYM_MUST_CHECK nsym_status nsym_join_fit(nsym_events **fitting, nsym_events *head, const nsym_events *block,
                                          const nsym_join_names *names);

/* New sample: the events of `a`, then those of `b`, which fits as it is; heads and attributes are those of `a`. */
NSYM_MUST_CHECK nsym_status nsym_join_append(nsym_events **out, const nsym_events *a, const nsym_events *b);

/* nsym_events_concat with names for messages. */
NSYM_MUST_CHECK nsym_status nsym_join(nsym_events **out, const nsym_events *a, const nsym_events *b,
                                      const nsym_join_names *names);

#endif
