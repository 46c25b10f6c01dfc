/* Numbers in JSON, which has none that are not finite. */
#ifndef NEARSYM_CLI_JSON_H
#define NEARSYM_CLI_JSON_H

#include <jansson.h>
#include <math.h>

/* New: a number, or null where it is NaN or infinite. */
static inline json_t *json_number(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

#endif
