/* Percentiles of events, for nearsym data inspect. */
#ifndef NEARSYM_CLI_PERCENTILES_H
#define NEARSYM_CLI_PERCENTILES_H

#include <jansson.h>
#include <nearsym/events.h>

/* Prints a table of the 1st, 16th, 50th, 84th and 99th percentile of every column and feature of a file's events, among
   its finite values, or appends them to `list` where that is not NULL. Gives the exit status. */
int percentiles_of(const nsym_events *events, const char *path, json_t *list);

#endif
