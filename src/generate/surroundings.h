/* The numbers of a muon's surroundings by name, for whoever checks or writes them. */
#ifndef NSYM_GENERATE_SURROUNDINGS_H
#define NSYM_GENERATE_SURROUNDINGS_H

#include "options/fields.h"

#include <nearsym/surroundings.h>

enum { NSYM_SURROUNDINGS_FIELDS = 28 };
extern const nsym_field nsym_surroundings_fields[NSYM_SURROUNDINGS_FIELDS]; /* of nsym_surroundings_options */

#endif
