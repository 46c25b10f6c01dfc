/* Lists of names: "pt,eta" as users give them, "pt, eta" as messages have them. */
#ifndef NSYM_BASE_LIST_H
#define NSYM_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* The length of the first name of "a,b", in *n; where the second begins, NULL where there is none. */
const char *nsym_list_next(const char *list, size_t *n);

/* Whether a name is in "a,b". */
bool nsym_list_has(const char *list, const char *name);

/* Puts a name behind those in `list` (size), a text of a message: "a, b"; ", ..." for all that do not fit. */
void nsym_list_tell(char *list, size_t size, const char *name);

#endif
