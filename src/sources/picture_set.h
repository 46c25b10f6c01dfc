/* Pictures of calorimeter events while they are gathered for a display file, which image figures read. */
#ifndef NSYM_SOURCES_PICTURE_SET_H
#define NSYM_SOURCES_PICTURE_SET_H

#include <nearsym/events.h>
#include <nearsym/pixels.h>

/* What a picture shows of an event: single particles, or what the detector makes of them; an average is of a class. */
typedef enum nsym_stage {
    NSYM_DEPOSITS,
    NSYM_POINTS,
    NSYM_CELLS,
    NSYM_COPY_BEFORE,
    NSYM_COPY_AFTER,
    NSYM_AVERAGE,
    NSYM_DENSE,        /* an event whose points are blurred, so that neighbouring cells of a fine detector agree */
    NSYM_DENSE_BEFORE, /* the same, rotated before the detector, */
    NSYM_DENSE_AFTER,  /* and after it */
    NSYM_MIXTURE,      /* an average by the labels where `label` of NSYM_AVERAGE is told by sWeights, */
    NSYM_TRUTH         /* and by the truth, where that is known */
} nsym_stage;

enum { NSYM_PICTURES_MAX = 48 };

/* Where a picture belongs. */
typedef struct nsym_picture {
    nsym_stage stage;
    double label, angle; /* class; degrees by which the event is turned */
} nsym_picture;

/* Empty as {0}. */
typedef struct nsym_picture_set {
    size_t count;
    nsym_picture picture[NSYM_PICTURES_MAX];
    uint64_t offsets[NSYM_PICTURES_MAX + 1];
    double *values; /* (offsets[count], 3) x, y, energy; owned */
} nsym_picture_set;

/* Adds the picture of points (n, 3), or of an image's cells with an energy above 0. Errors: the set is full. */
nsym_status nsym_picture_set_add(nsym_picture_set *set, nsym_picture picture, const double *points,
                                 size_t n) NSYM_MUST_CHECK;
nsym_status nsym_picture_set_add_image(nsym_picture_set *set, nsym_picture picture, const nsym_pixels *pixels,
                                       const double *image) NSYM_MUST_CHECK;

/* New events, one for each picture: particles x, y, energy, columns stage, label, angle, x_edges, y_edges. */
nsym_status nsym_picture_set_events(nsym_events **out, const nsym_picture_set *set,
                                    const nsym_pixels *pixels) NSYM_MUST_CHECK;

void nsym_picture_set_free(nsym_picture_set *set);

#endif
