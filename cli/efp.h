/* What the commands on energy-flow polynomials share. */
#ifndef NEARSYM_CLI_EFP_H
#define NEARSYM_CLI_EFP_H

#include <stddef.h>

extern const char efp_usual_graphs[];
extern const char efp_graphs_help[];

/* Numbers separated by commas into values (NSYM_EFP_PARAMETERS_MAX); 0 where it is no such list. */
size_t efp_read_numbers(const char *list, double *values);

int efp_search(int argc, char **argv);

#endif
