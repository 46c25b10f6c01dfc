/* The numbers of a muon's surroundings by name, for whoever checks or writes them. */
#ifndef NSYM_GENERATE_SURROUNDINGS_H
#define NSYM_GENERATE_SURROUNDINGS_H

#include "options/fields.h"

#include <nearsym/generate/activity.h>

enum { NSYM_ACTIVITY_FIELDS = 28 };
extern const nsym_field nsym_activity_fields[NSYM_ACTIVITY_FIELDS]; /* of nsym_activity_options */

#endif
