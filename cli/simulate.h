/* nearsym data simulate, and the writing that it shares with nearsym data convert. */
#ifndef NEARSYM_CLI_SIMULATE_H
#define NEARSYM_CLI_SIMULATE_H

#include <nearsym/events.h>

int simulate(int argc, char **argv);

/* Writes a sample, says so, and gives the exit status. */
int write_sample(const nsym_events *events, const char *path);

#endif
