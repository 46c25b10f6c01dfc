/* The events of a sample before they are divided: which of them are one event's, and in what order they come. */
#ifndef NSYM_SOURCES_ORDER_H
#define NSYM_SOURCES_ORDER_H

#include "sources/data_card.h"
#include <nearsym/events.h>

/* Units that stay together: unit u is the numbers member[first[u]] ... member[first[u + 1] - 1]. Owned. */
typedef struct nsym_units {
    size_t count;
    size_t *first;  /* (count + 1) */
    size_t *member; /* (first[count]) numbers of events, each once */
} nsym_units;

/* Units of `count` events in blocks of `block`, each taken card->repeat times: numbers rise with the event, then with
   the repeat, then with the block; or of the rows that have one value in the column card->copies.group. Free them
   whatever the status. Errors: there is no such column; rows of one event with different labels. */
nsym_status nsym_units_new(nsym_units *out, const nsym_data_card *card, const nsym_events *events, size_t count,
                           size_t block) NSYM_MUST_CHECK;
void nsym_units_free(nsym_units *units);

/* The event of a source that has a number. */
size_t nsym_event_of(const nsym_data_card *card, size_t block, size_t number);

/* Numbers 0 ... n - 1 in the order `index` of those drawn for a purpose: new (free with free), (n). Errors: n above
   2^32. */
nsym_status nsym_order_draw(size_t **order, size_t n, uint64_t seed, const char *purpose, size_t index) NSYM_MUST_CHECK;

/* Keeps the order within each class and spreads all evenly, so that every part of the sample has its share. Shapes:
   order (n), in place; labels (n) of what the numbers are of. */
nsym_status nsym_order_spread(size_t *order, const double *labels, size_t n) NSYM_MUST_CHECK;

/* Where files say what trains, validates or tests: puts the order (units->count) in that of the parts, and gives how
   many events of it test and validate. What is for any part is divided by the split's fractions where no file is for
   one. `made`: rows with the column NSYM_GIVEN_PART, `copies` of each event; where data.files gives no parts, nothing
   changes. Errors: rows of one event that are in two parts. */
nsym_status nsym_order_parts(nsym_given *out, size_t *order, const nsym_units *units, const nsym_events *made,
                             size_t copies, const nsym_data_card *card) NSYM_MUST_CHECK;

#endif
