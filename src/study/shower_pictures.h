/* What figures show of calorimeter events: single events in stages, and the average images of the classes. */
#ifndef NSYM_STUDY_SHOWER_PICTURES_H
#define NSYM_STUDY_SHOWER_PICTURES_H

#include "study/calorimeter.h"
#include "study/source.h"

/* New events, a picture each (see nsym_source_showers), of the first test events of both classes; test: the numbers of
   the sample's test events. */
nsym_status nsym_shower_pictures(nsym_events **out, nsym_calorimeter *calorimeter, const uint32_t *test,
                                 const nsym_sample *sample) NSYM_MUST_CHECK;

#endif
