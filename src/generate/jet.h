/* The numbers of a jet by name, as parts of the options that hold it. */
#ifndef NSYM_GENERATE_JET_H
#define NSYM_GENERATE_JET_H

#include "options/fields.h"

#include <nearsym/generate/jet.h>

enum { NSYM_JET_FIELDS = 13 };
extern const nsym_field nsym_jet_fields[NSYM_JET_FIELDS]; /* of nsym_jet_options */

#endif
