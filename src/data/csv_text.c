#include "data/csv_text.h"

#include <string.h>
#include <strings.h>

/* The errors of spreadsheets, longer words before their beginnings. */
static const char *const errors[] = {"#N/A N/A", "#N/A",  "#NAME?",  "#NULL!",  "#NUM!", "#NA",
                                     "#DIV/0!",  "#REF!", "#VALUE!", "#SPILL!", "#CALC!"};
enum { ERRORS = sizeof errors / sizeof *errors };

static bool is_text(const char *text, size_t n, const char *word) {
    return strlen(word) == n && memcmp(text, word, n) == 0;
}

bool nsym_csv_is_missing(const char *text, size_t n) {
    /* As pandas.read_csv takes them by default */
    static const char *const words[] = {"NA",   "N/A",  "n/a",    "<NA>",    "NULL",    "null",     "Null", "None",
                                        "-NaN", "-nan", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN", "NaN",  "nan"};
    if (n == 0 || (n == 3 && strncasecmp(text, "nan", 3) == 0)) return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is_text(text, n, words[i])) return true;
    for (size_t i = 0; i < ERRORS; i++)
        if (is_text(text, n, errors[i])) return true;
    return false;
}

bool nsym_csv_begins_with_error(const char *text, size_t n) {
    for (size_t i = 0; i < ERRORS; i++) {
        size_t m = strlen(errors[i]);
        if (n >= m && memcmp(text, errors[i], m) == 0 && (n == m || strchr(",;\t| ", text[m]))) return true;
    }
    return false;
}

bool nsym_csv_is_truth(const char *text, size_t n, double *value) {
    bool is_true = n == 4 && strncasecmp(text, "true", 4) == 0;
    if (!is_true && (n != 5 || strncasecmp(text, "false", 5) != 0)) return false;
    *value = is_true;
    return true;
}
