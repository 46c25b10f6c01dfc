/* Arrays of texts, such as the names of features. */
#ifndef NSYM_DATA_TEXTS_H
#define NSYM_DATA_TEXTS_H

#include <stddef.h>

/* New (n) copies of `text` ("" for all where it is NULL; free with nsym_texts_free); NULL where there is no memory. */
char **nsym_texts_copy(const char *const *text, size_t n);

/* Frees `n` texts, of which any may be NULL, and the array that holds them; NULL is fine. */
void nsym_texts_free(char **text, size_t n);

#endif
