/* nearsym cite: BibTeX of nearsym and of a study's paper. */
#include "commands.h"
#include "options.h"

#include <nearsym/study.h>

#include <stdio.h>
#include <stdlib.h>

int cmd_cite(int argc, char **argv) {
    static const option_table table = {"nearsym cite [STUDY|CARD.yaml]",
                                       "Prints BibTeX entries: nearsym's, and that of the paper of a study or card "
                                       "(from cite.bib in the card's folder).",
                                       0, NULL};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words > 1) return options_wrong(&table, "cite takes one study");
    char *text = NULL;
    if (nsym_study_cite(&text, words ? argv[0] : NULL) != NSYM_OK) return command_failed();
    fputs(text, stdout);
    free(text);
    return 0;
}
