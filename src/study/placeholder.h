/* Placeholders in a card's texts, captions and answer: ${METRIC name=value ...}, for which a report puts numbers. */
#ifndef NSYM_STUDY_PLACEHOLDER_H
#define NSYM_STUDY_PLACEHOLDER_H

#include "study/place.h"

/* What may stand behind ±: the sum in quadrature of all that is known of a result's error, its parts
   (study/outcome.h), and, as papers give it, the members' standard deviation and the standard error of their mean. A
   reference has the last two alone. */
typedef enum nsym_error {
    NSYM_TOTAL,
    NSYM_TRAININGS,
    NSYM_TRAINING_SAMPLE,
    NSYM_TEST_SAMPLE,
    NSYM_FIT,
    NSYM_STD,
    NSYM_STANDARD_ERROR,
    NSYM_ERRORS
} nsym_error;

/* "total", ..., "std", "standard_error": keys of results.json, words of cards. */
extern const char *const nsym_error_name[NSYM_ERRORS];

/* What stands in ${...}. Borrowed from the arena. */
typedef struct nsym_placeholder {
    const char *metric, *order; /* order: the coordinate to go through, or NULL */
    enum { NSYM_VALUE, NSYM_MINUS, NSYM_AGAINST } form;
    nsym_filter first, second; /* second: of minus and against */
    nsym_texts replaced;       /* names that the second filter gives anew */
    nsym_error error;
} nsym_placeholder;

/* The first ${...} of a text: where it begins, what stands in it, from the arena, and the text behind it; *open is NULL
   where there is none. Errors: a ${ without its }. */
nsym_status nsym_placeholder_find(const char **open, const char **inside, const char **rest, nsym_arena *arena,
                                  const nsym_tree *card, const char *text) NSYM_MUST_CHECK;

/* Reads what stands in a placeholder. Errors: words that are not name=value; no metric; nothing behind `minus` or
   `against`. */
nsym_status nsym_placeholder_read(nsym_placeholder *out, nsym_arena *arena, const nsym_tree *card,
                                  const char *inside) NSYM_MUST_CHECK;

#endif
