/* Numbers as text, whatever the locale of the program around the library. */
#ifndef NSYM_DATA_NUMBER_H
#define NSYM_DATA_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NSYM_NUMBER_SIZE = 32 };

/* Writes the shortest of %.15g, %.16g, %.17g that reads back as `value` ("nan", "inf", "-inf") and gives its length. */
size_t nsym_number_format(char text[NSYM_NUMBER_SIZE], double value);

/* Reads `n` characters, all of them one number (blanks around it are fine; "nan" and "inf" in any case, with a sign),
   to the nearest double. False where they are no number; nothing at all reads as NaN. */
bool nsym_number_parse(const char *text, size_t n, double *value);

/* Whether a whole number of that size is a double, so that it is the same number afterwards: all up to 2^53 are, of the
   larger ones few. */
bool nsym_integer_is_exact(uint64_t size);

#endif
