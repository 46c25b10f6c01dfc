/* A card's sample: the events of its source after all that the card does to them, in the order in which they are
   divided. */
#ifndef NSYM_SOURCES_SAMPLE_H
#define NSYM_SOURCES_SAMPLE_H

#include "sources/source.h"
#include "train/parts.h"

enum { NSYM_WARNING_SIZE = 256, NSYM_NOTE_SIZE = 1536 };

/* What the events of a sample were made of, in its order: of one with a reserve, those of the reserve. Owned. */
typedef struct nsym_sample_origin {
    nsym_events *all; /* the source's; NULL: it makes each by its number */
    size_t count;
    size_t *event, *number; /* (count) which one of the source, and what it counts as in random draws */
} nsym_sample_origin;

/* Ready to be trained on. Owned. */
typedef struct nsym_sample {
    nsym_events *events; /* rows: particles and at least the columns label (1 signal) and weight */
    size_t count;        /* events, each a row; or */
    uint32_t *groups;    /* (count + 1) the rows where each begins, itself first, then its copies; NULL: a row each */
    nsym_given given;    /* what tests and validates, where files say so */
    bool divided;        /* what trains and tests is settled: */
    nsym_parts parts;    /* of a divided sample */
    uint32_t *tests;     /* parts.tests, where they are not side by side */
    size_t turned_first, measured, rotations; /* rows of rotated test events: the first, how many events, of each */
    nsym_events *shown, *pictures;            /* what figures show: columns, where these are not the events
                                                 themselves, and images; or NULL */
    nsym_sample_origin *origin;               /* where copies are made anew (copies.fresh); or NULL */
    struct nsym_splot_fits *fits;             /* of the masses of those that test; NULL: the mass judges nothing */
    const char *identity;            /* fields that tell events, commas between: those that no detector and no copy
                                        changes; NULL: what the model reads. Lives for ever */
    char note[NSYM_NOTE_SIZE];       /* what was cut and how the classes weigh, a line each; "": nothing to tell */
    char warning[NSYM_WARNING_SIZE]; /* what a user should know about it, a sentence; "" where there is nothing */
} nsym_sample;

/* New sample of a card, made by so many threads at most (0: one per CPU), whose number changes nothing. `stop` (NULL:
   never) is asked before every event; true ends the work. Errors: a file that cannot serve, with the event;
   NSYM_EINTERRUPTED after `stop`. */
nsym_status nsym_sample_load(nsym_sample *out, const nsym_data_card *card, size_t workers,
                             bool (*stop)(void)) NSYM_MUST_CHECK;
void nsym_sample_free(nsym_sample *sample);

/* A status about the sample as it is, its message, if any, with the name of the card's file. */
nsym_status nsym_sample_named(nsym_status status, const nsym_data_card *card) NSYM_MUST_CHECK;

/* Which rows train, validate and test, of a training of `train_size` events (0: all). The parts' list of tests is
   `*tests`: new (free with free), or NULL. Errors: as nsym_parts_of. */
nsym_status nsym_sample_parts(nsym_parts *out, uint32_t **tests, const nsym_sample *sample, const nsym_data_card *card,
                              size_t train_size) NSYM_MUST_CHECK;

/* Says in a column `part` of the sample, and of what figures show of it, which part each row is in (nearsym/part.h).
   A column of that name that says something else stays. Errors: as nsym_parts_of. */
nsym_status nsym_sample_tell_parts(nsym_sample *sample, const nsym_data_card *card) NSYM_MUST_CHECK;

/* Events whose particles are cells say of which grid, in their attribute "grid" ("32x4", cells in x and in y); so do
   models trained on them. Sets it of events after a card's detector, or refuses events that name another than what is
   expected. Errors: data.cells of particles that are none. */
nsym_status nsym_grid_set(nsym_events *events, const nsym_data_card *card) NSYM_MUST_CHECK;
nsym_status nsym_grid_same(const nsym_events *events, const char *grid, const char *expected) NSYM_MUST_CHECK;

/* Adds the observables of these names (commas between) that are not there yet as columns, computed on so many workers.
   Errors: as nsym_observables_compute, of which `stop` (NULL: never) is one. */
nsym_status nsym_observe(nsym_events *events, const char *names, size_t workers, bool (*stop)(void)) NSYM_MUST_CHECK;

#endif
