/* The numbers of a muon's surroundings by name, for whoever checks or writes them. */
#ifndef NSYM_GENERATE_SURROUNDINGS_H
#define NSYM_GENERATE_SURROUNDINGS_H

#include "base/ranges.h"

#include <nearsym/surroundings.h>

enum { NSYM_SURROUNDINGS_RANGES = 28 };
extern const nsym_range nsym_surroundings_ranges[NSYM_SURROUNDINGS_RANGES]; /* of nsym_surroundings_options */

#endif
