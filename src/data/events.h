/* What the writers of events share beyond the public header. */
#ifndef NSYM_DATA_EVENTS_H
#define NSYM_DATA_EVENTS_H

#include <nearsym/events.h>

/* Gives `to` the columns (as zeros) and attributes of `from`. */
NSYM_MUST_CHECK nsym_status nsym_events_copy_heads(nsym_events *to, const nsym_events *from);

/* Remembers where events `index` (to->count) of `from`, or, `index` NULL, those from `first` on, came from. */
NSYM_MUST_CHECK nsym_status nsym_events_copy_origin(nsym_events *to, const nsym_events *from, const size_t *index,
                                                    size_t first);

/* nsym_events_column of a sample in which the column most likely stands at place `at`. */
nsym_column *nsym_events_column_near(const nsym_events *events, const char *name, size_t at);

/* nsym_events_add_column where no column has that name. */
NSYM_MUST_CHECK nsym_status nsym_events_append_column(nsym_events *events, const char *name, const char *unit,
                                                      const char *meaning, size_t width, double **values);

/* What columns mean that are attributes of LHE events: files of one kind may have them or not. */
#define NSYM_MEANING_OF_ATTRIBUTES "attribute of <event>"

/* New sample of all that there is of `events`. */
NSYM_MUST_CHECK nsym_status nsym_events_copy(nsym_events **out, const nsym_events *events);

/* Gives a sample of the same events, which has none, the particles of `from`: copied, or, as long as nobody changes or
   frees them, lent. `from` NULL: it has none any more, and those that were lent stay where they are. */
NSYM_MUST_CHECK nsym_status nsym_events_copy_particles(nsym_events *to, const nsym_events *from);
void nsym_events_lend_particles(nsym_events *to, const nsym_events *from);

/* Says that the events stood one behind the other in what was read, from row `first` (from 0) on. */
NSYM_MUST_CHECK nsym_status nsym_events_set_origin(nsym_events *events, size_t first);

/* The sample has no particles any more, and no notes, which speak of them; they are freed. */
void nsym_events_drop_particles(nsym_events *events);

/* The column or feature of that name holds numbers, not words: its attribute categories:NAME goes. */
void nsym_events_drop_words(nsym_events *events, const char *name);

/* Takes column `at` out and frees it, with the list of its words; those behind it move up. */
void nsym_events_drop_column(nsym_events *events, size_t at);

/* Takes attribute `at` out and frees it; those behind it move up. */
void nsym_events_drop_attribute(nsym_events *events, size_t at);

/* Gives each sample the other's attributes. */
void nsym_events_swap_attributes(nsym_events *a, nsym_events *b);

/* Sets or replaces an attribute by a number, as text that reads back as the same double. */
NSYM_MUST_CHECK nsym_status nsym_events_set_number(nsym_events *events, const char *name, double value);

/* Sets the attribute "grid", "32x4": of how many cells in x and in y the particles' numbers `cell` are. */
NSYM_MUST_CHECK nsym_status nsym_events_set_grid(nsym_events *events, size_t nx, size_t ny);

/* The values of a name: of a column of one value per event, or of the label in a column of several; that of event i
   stands at [i * *stride]. Borrowed; NULL where there are none. */
const double *nsym_events_values(const nsym_events *events, const char *name, size_t *stride);

#endif
