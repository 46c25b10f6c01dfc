/* What cells of a table mean: words that stand for a missing number, and for true and false. */
#ifndef NSYM_DATA_CSV_TEXT_H
#define NSYM_DATA_CSV_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a cell stands for a missing value: empty, NaN, NA, null and the like, and the errors of a spreadsheet. */
bool nsym_csv_is_missing(const char *text, size_t n);

/* Whether text begins with an error of a spreadsheet, such as #N/A, which makes a line no comment. */
bool nsym_csv_begins_with_error(const char *text, size_t n);

/* "true" and "false" in any case: their value in *value. */
bool nsym_csv_is_truth(const char *text, size_t n, double *value);

#endif
