/* Within options: a field's value as text. */
#ifndef NSYM_OPTIONS_FIELDS_TEXT_H
#define NSYM_OPTIONS_FIELDS_TEXT_H

#include "options/fields.h"

/* Writes the value that `values`, the section's struct, has for a field: exact, or as it is shown to readers. */
void nsym_field_print(FILE *out, const nsym_field *field, const void *values, bool shown);

#endif
