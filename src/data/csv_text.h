/* What bytes and cells of a table mean: encodings, and words that stand for a missing number. */
#ifndef NSYM_DATA_CSV_TEXT_H
#define NSYM_DATA_CSV_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool nsym_utf8_is_valid(const char *text, size_t n);

/* Writes Latin-1 (Windows-1252, which has signs where Latin-1 has none) as UTF-8 and gives its length; `to` has room
   for 3 n. */
size_t nsym_latin1_to_utf8(char *to, const char *text, size_t n);

/* UTF-16 in pieces. */
typedef struct nsym_utf16 {
    bool is_used, big; /* the byte order */
    unsigned char half[4];
    size_t waits; /* bytes of an unfinished character, in `half` */
} nsym_utf16;

/* Writes the next n bytes as UTF-8 and gives their length; `to` has room for 2 n + 8. What is no character becomes
   U+FFFD. */
size_t nsym_utf16_to_utf8(nsym_utf16 *state, char *to, const unsigned char *bytes, size_t n);

/* Whether a cell stands for a missing value: empty, NaN, NA, null and the like, and the errors of a spreadsheet. */
bool nsym_csv_is_missing(const char *text, size_t n);

/* Whether text begins with an error of a spreadsheet, such as #N/A, which makes a line no comment. */
bool nsym_csv_begins_with_error(const char *text, size_t n);

/* "true" and "false" in any case: their value in *value. */
bool nsym_csv_is_truth(const char *text, size_t n, double *value);

#endif
