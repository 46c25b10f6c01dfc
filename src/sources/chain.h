/* What happens to an event's particles between its source and the sample: copies before the detector, smearing, cells,
   threshold, copies after it. One event at a time; every random draw is keyed by the event's number. */
#ifndef NSYM_SOURCES_CHAIN_H
#define NSYM_SOURCES_CHAIN_H

#include "sources/builder.h"
#include "sources/data_card.h"
#include <nearsym/events.h>
#include <nearsym/pixels.h>

enum { NSYM_CHAIN_FEATURES = 4 };

typedef struct nsym_chain {
    const nsym_data_card *card;
    uint64_t seed;                          /* of what is drawn for copies: the card's, unless it is set anew */
    size_t copies;                          /* rows of an event */
    size_t width;                           /* features of its particles */
    size_t position[3];                     /* x, y, energy, or d_eta, d_phi, pt; NSYM_NONE where there are none */
    size_t momentum[4];                     /* px, py, pz, energy; likewise */
    size_t acted[NSYM_SYMMETRY_FEATURES];   /* what the card's symmetry acts on; of cells, places in (x, y) */
    size_t turned[NSYM_SYMMETRY_FEATURES];  /* what a rotation acts on */
    bool angular;                           /* the positions are d_eta, d_phi */
    bool draws;                             /* particles are smeared */
    bool acts;                              /* anything happens to them */
    size_t scale, cell;                     /* pT or energy, and the cell's number, of what align turns; or NSYM_NONE */
    nsym_pixels *grid;                      /* of cells that are there before; NULL: there are none */
    const char *names[NSYM_CHAIN_FEATURES]; /* of what leaves, where there are cells */
    nsym_pixels *pixels;                    /* NULL: there are none */
    nsym_image_map **map;                   /* (copies + 1) of copies of images after the detector; or NULL */
    double *raw, *work, *measured;          /* particles of one event; (most, width) */
    size_t most;
    double *image, *images; /* (cells), (copies, cells) */
    double *cells;          /* (cells, 4) */
} nsym_chain;

/* For events that have the same particles as `like`. Free it whatever the status. Errors: particles without what the
   card's detector and copies act on, by name. */
nsym_status nsym_chain_open(nsym_chain *out, const nsym_data_card *card, const nsym_events *like) NSYM_MUST_CHECK;
void nsym_chain_close(nsym_chain *chain);

/* Features of what leaves the chain: names (*width), borrowed while the chain lives. */
const char *const *nsym_chain_features(const nsym_chain *chain, const nsym_events *like, size_t *width);

/* Adds the event `i` of `events`, whose number among all is `number`, with so many copies, as rows; the first is the
   event itself. Errors: a point that is not finite or of an energy below 0 before cells; no memory. */
nsym_status nsym_chain_add(nsym_builder *rows, nsym_chain *chain, const nsym_events *events, size_t i, size_t number,
                           size_t copies) NSYM_MUST_CHECK;

/* New events: all of `events`, each followed by its copies, through a card's detector and alignment; NULL where nothing
   happens to them. An event's number is where it stood in what it was selected from. */
nsym_status nsym_chain_run(nsym_events **out, const nsym_events *events, const nsym_data_card *card) NSYM_MUST_CHECK;

/* The same of `turns` rotations before the detector, evenly spaced. */
nsym_status nsym_chain_turn(nsym_builder *rows, nsym_chain *chain, const nsym_events *events, size_t i, size_t number,
                            size_t turns) NSYM_MUST_CHECK;

/* For displays: the image (nx, ny) of an event, in chain->image, rotated before the detector, or after; degrees. The
   latter needs equal cells. */
nsym_status nsym_chain_image(nsym_chain *chain, const nsym_events *events, size_t i, double degrees) NSYM_MUST_CHECK;
nsym_status nsym_chain_image_after(nsym_chain *chain, const nsym_events *events, size_t i,
                                   double degrees) NSYM_MUST_CHECK;
/* Turns the image in chain->image as copies after the detector do. */
nsym_status nsym_chain_turn_image(nsym_chain *chain, double degrees) NSYM_MUST_CHECK;

/* Adds the image in chain->image as a row of event `i`: its cells, after the threshold. */
nsym_status nsym_chain_add_image(nsym_builder *rows, nsym_chain *chain, const nsym_events *events,
                                 size_t i) NSYM_MUST_CHECK;

#endif
