#include "base/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { WORD = 64 };

/* Damerau-Levenshtein distance (optimal string alignment), blind to case: insertions, deletions, substitutions and
   swaps of neighbours. Both words are shorter than WORD. */
static size_t distance(const char *a, const char *b) {
    size_t n = strlen(a), m = strlen(b), row[3][WORD + 1];
    size_t *older = row[0], *old = row[1], *now = row[2];
    for (size_t j = 0; j <= m; j++) old[j] = j;
    for (size_t i = 1; i <= n; i++) {
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            int x = tolower((unsigned char)a[i - 1]), y = tolower((unsigned char)b[j - 1]);
            size_t best = old[j - 1] + (x != y);
            if (old[j] + 1 < best) best = old[j] + 1;
            if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
            bool swapped =
                i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) && y == tolower((unsigned char)a[i - 2]);
            if (swapped && older[j - 2] + 1 < best) best = older[j - 2] + 1;
            now[j] = best;
        }
        size_t *spare = older;
        older = old, old = now, now = spare;
    }
    return old[m];
}

const char *nsym_nearest(const char *word, const char *const *known) {
    const char *nearest = NULL;
    size_t least = 0, length = strlen(word);
    for (size_t i = 0; length < WORD && known[i]; i++) {
        size_t other = strlen(known[i]), longer = other > length ? other : length;
        if (other >= WORD) continue;
        size_t d = distance(word, known[i]);
        if (d > (longer + 1) / 3 || (nearest && d >= least)) continue; /* a third of the word wrong is too far */
        nearest = known[i];
        least = d;
    }
    return nearest;
}
