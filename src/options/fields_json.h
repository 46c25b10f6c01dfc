/* A field's value as JSON, for files that describe themselves. */
#ifndef NSYM_OPTIONS_FIELDS_JSON_H
#define NSYM_OPTIONS_FIELDS_JSON_H

#include "options/fields.h"

#include <jansson.h>

/* New value: a number, a bool, a word, a text or a list; NULL without memory, or for a kind that has none. */
json_t *nsym_field_to_json(const nsym_field *field, const void *values);

/* Takes a value of the field's kind into the struct; false for one of another kind. Ranges are not looked at. */
bool nsym_field_from_json(const nsym_field *field, void *values, const json_t *value);

#endif
