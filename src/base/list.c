#include "base/list.h"

#include <stdio.h>
#include <string.h>

const char *nsym_list_next(const char *list, size_t *n) {
    *n = strcspn(list, ",");
    return list[*n] ? list + *n + 1 : NULL;
}

bool nsym_list_has(const char *list, const char *name) {
    size_t length = strlen(name), n;
    for (const char *at = list, *next; at; at = next) {
        next = nsym_list_next(at, &n);
        if (n == length && memcmp(at, name, n) == 0) return true;
    }
    return false;
}

void nsym_list_tell(char *list, size_t size, const char *name) {
    static const char more[] = ", ...";
    size_t used = strlen(list), end = sizeof more - 1;
    if (used >= end && strcmp(list + used - end, more) == 0) return;
    if (used + strlen(name) + 2 + end < size)
        snprintf(list + used, size - used, "%s%s", used ? ", " : "", name);
    else if (used + end < size)
        strcpy(list + used, more + (used ? 0 : 2));
}
