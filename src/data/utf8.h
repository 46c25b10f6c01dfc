/* Texts in UTF-8, and from other encodings. */
#ifndef NSYM_DATA_UTF8_H
#define NSYM_DATA_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool nsym_utf8_is_valid(const char *text, size_t n);

/* Writes one character, of up to 4 bytes, and gives its end; what is no character becomes U+FFFD. */
char *nsym_utf8_put(char *to, uint32_t c);

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

#endif
