/* nearsym symmetry --methods: which way to meet a broken symmetry pays. */
#ifndef NEARSYM_CLI_SYMMETRY_METHODS_H
#define NEARSYM_CLI_SYMMETRY_METHODS_H

#include <nearsym/symmetry.h>

/* What the command line says of it. */
typedef struct symmetry_methods {
    bool asked;
    const char *sizes; /* "300,1000,3000"; NULL: usual ones */
    size_t size;       /* the user's own: sizes are a tenth, a third and all of it; 0: not said */
    size_t members;
    size_t number[16]; /* what `sizes` or `size` say */
    nsym_methods_options options;
} symmetry_methods;

/* Reads sizes; false: `text` (256) says what is wrong. */
bool symmetry_methods_read(symmetry_methods *m, char text[256]);

/* Writes FOLDER/methods.yaml, runs it in FOLDER/methods, and gives table and sentences, new (free with free). False:
   it was told why. */
bool symmetry_methods_run(char **text, symmetry_methods *m, const char *folder, const nsym_study_options *study,
                          const char *where, const nsym_symmetry_options *symmetry, const nsym_symmetry_result *result);

#endif
