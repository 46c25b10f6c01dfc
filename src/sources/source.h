/* Where events come from: a generator, or a file. A source is a file of this folder with a row in the table of
   source.c; it knows its own options and nothing of what is done to its events. */
#ifndef NSYM_SOURCES_SOURCE_H
#define NSYM_SOURCES_SOURCE_H

#include "options/fields.h"
#include "sources/data_card.h"
#include <nearsym/events.h>

#include <stdbool.h>

typedef struct nsym_source {
    const char *name;
    const nsym_section *section; /* of the source's own struct, which is data->options; NULL: it has none */
    size_t usual;                /* events of a card that does not say how many */
    bool takes_classes;          /* data.signal and data.background may bring the events of a class */

    /* The features of its particles (NULL-terminated); NULL: not known before they are read. */
    const char *const *(*features)(const nsym_data_card *data);
    /* What its options must be together, beside the section's ranges. NULL: nothing. Errors: with line. */
    nsym_status (*check)(nsym_data_card *data, const nsym_tree *card);

    /* All events; a generator asks `stop` (NULL: never) before each. Or, NULL, `open`, of which then any can be made by
       their numbers, below data->events. Errors: a file that cannot serve; NSYM_EINTERRUPTED after `stop`. */
    nsym_status (*load)(nsym_events **out, const nsym_data_card *data, bool (*stop)(void));
    nsym_status (*open)(void **state, const nsym_data_card *data);
    nsym_status (*make)(nsym_events **out, void *state, const size_t *numbers, size_t n);
    void (*close)(void *state);
    /* For displays: what an event's particles were made of, points x, y, energy: new (free with free), (*n, 3). NULL:
       nothing. */
    nsym_status (*origins)(double **out, size_t *n, void *state, size_t number);
    /* Events as a model that was trained on this source reads them, in place of a file's. NULL: as they stand. */
    nsym_status (*read)(nsym_events **events);
} nsym_source;

extern const nsym_source nsym_source_file, nsym_source_dimuon, nsym_source_showers, nsym_source_muons,
    nsym_source_muon_pairs;

/* What data.generate may be, "none" first; and all sources, NULL-terminated: the generators in that order, then files.
 */
extern const char *const nsym_generators[];
extern const nsym_source *const nsym_sources[];

/* Of a name that a model file has; NULL: none of today. */
const nsym_source *nsym_source_named(const char *name);

/* The features of a card's particles as its source has them; NULL: not known before they are read. */
const char *const *nsym_source_features(const nsym_data_card *data);

/* A source at work. */
typedef struct nsym_supply {
    const nsym_source *source;
    nsym_events *all; /* all events, owned; NULL: */
    void *state;      /* they are made when they are asked for */
    size_t count;
} nsym_supply;

/* Close it whatever the status. Errors: a file that cannot serve, or of no events; NSYM_EINTERRUPTED after `stop`
   (NULL: never). */
nsym_status nsym_supply_open(nsym_supply *out, const nsym_data_card *data, bool (*stop)(void)) NSYM_MUST_CHECK;
void nsym_supply_close(nsym_supply *supply);

/* The values (events) of a column, borrowed. Errors: there is none, or it has several an event. */
nsym_status nsym_column_values(double **out, const nsym_events *events, const char *name) NSYM_MUST_CHECK;

/* The values (events) of a column, to be set: it is new, of zeros, or there already, and if it held words, holds
   numbers from now on. Errors: it is there with several an event. */
nsym_status nsym_column_set(double **out, nsym_events *events, const char *name, const char *meaning) NSYM_MUST_CHECK;

/* Blocks of events of one class of a source that has them one after the other: events in each. */
size_t nsym_source_block(const nsym_data_card *data, size_t count);

#endif
