/* The numbers of an options struct as a table: what each is called, where it stands, what it may be. */
#ifndef NSYM_BASE_RANGES_H
#define NSYM_BASE_RANGES_H

#include <nearsym/status.h>
#include <stddef.h>

typedef struct nsym_range {
    const char *name; /* "charged.power" */
    size_t offset;    /* of a double in the struct */
    double low, high; /* both allowed */
} nsym_range;

double nsym_range_value(const void *options, const nsym_range *range);

/* Errors: the first number outside its range, NaN among them, as "WHAT: NAME is VALUE, must be LOW to HIGH". */
NSYM_MUST_CHECK nsym_status nsym_ranges_check(const char *what, const void *options, const nsym_range *ranges,
                                              size_t n);

#endif
