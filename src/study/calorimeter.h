/* A calorimeter at work, one event at a time: an event's points, and its image and those of its copies. */
#ifndef NSYM_STUDY_CALORIMETER_H
#define NSYM_STUDY_CALORIMETER_H

#include "study/card.h"
#include <nearsym/events.h>

/* What is known of the event taken last. */
typedef struct nsym_calorimeter_event {
    double signal;                        /* 1 or 0 */
    double log_ratio, log_ratio_energies; /* see nsym_shower_log_ratio; 0 for events of a file */
} nsym_calorimeter_event;

typedef struct nsym_calorimeter {
    const nsym_data_card *card;
    size_t events;            /* there are */
    nsym_events *file;        /* NULL: the built-in generator */
    size_t feature[3];        /* of the file: x, y, energy */
    nsym_shower_limit *limit; /* of the generator */
    nsym_pixels *pixels;
    nsym_image_map **map; /* (copies) of copies after the detector, or NULL */
    double *deposits;     /* (deposits, 3) of the event taken last; the generator's */
    double *points;       /* (n, 3) */
    size_t n;
    double *work;   /* (n, 3) */
    double *first;  /* (nx, ny) image of the event itself */
    double *copies; /* (copies, nx, ny) of its copies before the detector, made together where one is asked for: */
    bool copied;
    double *image; /* (nx, ny) of the copy made last */
} nsym_calorimeter;

/* Errors: a file that cannot be read, has not label, x, y, energy, or has a point that is not finite or of an energy
   below 0, with the event; a grid that copies after the detector cannot use. */
nsym_status nsym_calorimeter_open(nsym_calorimeter *out, const nsym_data_card *card) NSYM_MUST_CHECK;
void nsym_calorimeter_close(nsym_calorimeter *calorimeter);

/* Takes event `index`: its points and its image. */
void nsym_calorimeter_take(nsym_calorimeter *calorimeter, size_t index, nsym_calorimeter_event *event);

/* Makes copy `copy` of the event, number `index`, as the card says; copy 0 is the event itself. */
void nsym_calorimeter_copy(nsym_calorimeter *calorimeter, size_t index, size_t copy);

/* The angle of a copy in degrees, of an event. */
double nsym_calorimeter_angle(const nsym_data_card *card, size_t index, size_t copy);

/* Makes the event rotated before the detector, in degrees. */
void nsym_calorimeter_turn(nsym_calorimeter *calorimeter, double degrees);

#endif
