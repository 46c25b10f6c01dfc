/* nearsym study run --dry-run: what a study takes. */
#ifndef NEARSYM_CLI_STUDY_COST_H
#define NEARSYM_CLI_STUDY_COST_H

#include <nearsym/study.h>

/* Measures what a run with these options takes, prints it on standard output, as one JSON object or as text, and gives
   the exit status. */
int print_cost(nsym_study_options *study, bool json);

#endif
