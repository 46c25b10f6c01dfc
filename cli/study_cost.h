/* nearsym study run --dry-run: what a study takes. */
#ifndef NEARSYM_CLI_STUDY_COST_H
#define NEARSYM_CLI_STUDY_COST_H

#include <nearsym/study.h>

/* Measures what a run with these options takes, prints it on standard output, as one JSON object or as text, and gives
   the exit status. */
int print_cost(nsym_study_options *study, bool json);

/* "40 s", "12 min", "3.4 h", "12 days": two digits are all that is known. Gives text. */
const char *cost_duration(char text[32], double seconds);

#endif
