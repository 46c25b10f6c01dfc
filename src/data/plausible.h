/* Whether particles are what the names of their features say: arrays without names are named by a guess, and files by
   people. */
#ifndef NSYM_DATA_PLAUSIBLE_H
#define NSYM_DATA_PLAUSIBLE_H

#include <nearsym/events.h>

/* Warns where values cannot be what the features are called: a pt (et, energy) below 0, |phi| above 2 pi, a pid that is
   no whole number, an energy below the momentum; with how many, what they look like and how to name them. */
void nsym_plausible_tell(const nsym_events *events, const char *path);

#endif
