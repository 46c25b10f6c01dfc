/* What a misspelt word was meant to be. */
#ifndef NSYM_BASE_NEAREST_H
#define NSYM_BASE_NEAREST_H

/* The nearest of `known` (NULL-terminated) to `word` by edit distance, or NULL where none is near. */
const char *nsym_nearest(const char *word, const char *const *known);

#endif
