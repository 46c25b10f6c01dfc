/* Lists of columns and observables, as one text with commas. */
#ifndef NSYM_OBSERVABLES_NAMES_H
#define NSYM_OBSERVABLES_NAMES_H

#include "options/tree.h"
#include <nearsym/model.h>

/* Writes out what ranges of radii stand for, in place: "iso_0.1:0.3:3" becomes "iso_0.1,iso_0.2,iso_0.3". Errors: a
   name that means nothing, too many. */
nsym_status nsym_names_spread(char names[NSYM_COLUMNS_SIZE]) NSYM_MUST_CHECK;

/* The same of names that were read at a key, which the message names; "" stays. */
nsym_status nsym_names_spread_at(nsym_reader r, const char *key, char names[NSYM_COLUMNS_SIZE]) NSYM_MUST_CHECK;

#endif
