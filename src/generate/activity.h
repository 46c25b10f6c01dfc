/* The numbers of a muon's surroundings by name, for whoever checks or writes them; and what else adds to surroundings
   needs. */
#ifndef NSYM_GENERATE_SURROUNDINGS_H
#define NSYM_GENERATE_SURROUNDINGS_H

#include "options/fields.h"

#include <nearsym/generate/activity.h>
#include <nearsym/random.h>

enum { NSYM_ACTIVITY_FIELDS = 28, NSYM_ACTIVITY_FLAT_FIELDS = 16 };
extern const nsym_field
    nsym_activity_fields[NSYM_ACTIVITY_FIELDS]; /* of nsym_activity_options; those of the jet last */

/* The generator's stream for a purpose. */
nsym_random nsym_activity_stream(const nsym_activity_options *options, const char *purpose, uint64_t index);

nsym_status nsym_activity_add(nsym_activity *activity, nsym_neighbour neighbour) NSYM_MUST_CHECK;

/* How charged particles turn on their way to the calorimeter. */
typedef struct nsym_bending {
    double turning; /* GeV: a softer charged particle does not reach the calorimeter */
    double muon;    /* the angle by which the muon turns, with its sign */
} nsym_bending;

/* Error: a muon that the field turns back. */
nsym_status nsym_bending_of(nsym_bending *out, const nsym_activity_options *options,
                            const nsym_muon *muon) NSYM_MUST_CHECK;

/* By how much further than the muon a particle of either charge turns, equally often; NaN where it never arrives. */
double nsym_bending_draw(const nsym_bending *bending, nsym_random *random, double pt);

#endif
