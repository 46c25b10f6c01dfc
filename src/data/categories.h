/* Columns of words, kept as numbers: the words of a column, sorted by their bytes, are its values 0, 1, 2, ... (NaN
   where there is none), and the attribute "categories:NAME" is the list of them in JSON. */
#ifndef NSYM_DATA_CATEGORIES_H
#define NSYM_DATA_CATEGORIES_H

#include <nearsym/events.h>
#include <stdbool.h>

#define NSYM_CATEGORIES "categories:"

/* Collects the words of one column. */
typedef struct nsym_categories nsym_categories;

NSYM_MUST_CHECK nsym_status
nsym_categories_new(nsym_categories **out); /* free with nsym_categories_free, NULL is fine */
void nsym_categories_free(nsym_categories *all);

/* The number of a word of n bytes, in order of their first appearance, until nsym_categories_sort. */
NSYM_MUST_CHECK nsym_status nsym_categories_number(nsym_categories *all, const char *word, size_t n, double *number);
size_t nsym_categories_count(const nsym_categories *all);

/* Sorts the words, and turns `n` values (one every `stride`), numbers of the unsorted words or NaN, into those of the
   sorted ones. To be called once, when all words are known. */
NSYM_MUST_CHECK nsym_status nsym_categories_sort(nsym_categories *all, double *values, size_t n, size_t stride);
const char *nsym_categories_word(const nsym_categories *all, size_t number);

/* Whether so many words in so many rows are a text of its own in every row (an identifier, a date) rather than
   categories: more than NSYM_CATEGORIES_MOST, or more than 1000 and half of the rows. */
enum { NSYM_CATEGORIES_MOST = 10000 };
bool nsym_categories_are_too_many(size_t words, size_t rows);

/* Sets the attribute of the column `name`, whose words are sorted. */
NSYM_MUST_CHECK nsym_status nsym_categories_keep(const nsym_categories *all, nsym_events *events, const char *name);

/* The words of a column, new (free with nsym_texts_free); *words NULL and *n 0 where the column is one of plain
   numbers. Errors: the attribute is no list of texts. */
NSYM_MUST_CHECK nsym_status nsym_categories_read(const nsym_events *events, const char *name, char ***words, size_t *n);

/* The words of every feature and column of a sample, in this order (n 0: plain numbers); new, free with
   nsym_categories_free_all. Errors: as nsym_categories_read. */
typedef struct nsym_words {
    char **word;
    size_t n;
} nsym_words;
NSYM_MUST_CHECK nsym_status nsym_categories_read_all(nsym_words **out, const nsym_events *events);
void nsym_categories_free_all(nsym_words *words, const nsym_events *events);

/* The word that a value stands for, borrowed; NULL where it is a plain number. */
const char *nsym_categories_word_of(const nsym_words *words, double value);

/* Tells which number is which word: "PATH: column "type" is kept as numbers: 0 is "G", 1 is "T"". Of a column called
   label this is a warning, as its 1 should be the signal. */
void nsym_categories_tell(const nsym_categories *all, const char *path, const char *name);

#endif
