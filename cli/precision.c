#include "precision.h"

option precision_option(const char **word) {
    return (option){"precision", 0,   OPTION_TEXT,
                    word,        "P", "precision of matrix products: single or bf16 (default: single)"};
}

int precision_read(const option_table *table, const char *word, nsym_precision *out) {
    if (nsym_precision_named(out, word ? word : "single")) return OPTIONS_GO_ON;
    return options_wrong(table, "--precision is \"%s\", must be single or bf16", word);
}
