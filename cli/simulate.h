/* nearsym data simulate, and the writing that it shares with nearsym data convert. */
#ifndef NEARSYM_CLI_SIMULATE_H
#define NEARSYM_CLI_SIMULATE_H

#include <nearsym/events.h>

int simulate(int argc, char **argv);

/* What was written, block by block. Empty as {0}. */
typedef struct sample_size {
    size_t events, features, columns;
    uint64_t particles;
} sample_size;
void sample_size_add(sample_size *size, const nsym_events *events);
void sample_size_tell(const sample_size *size, const char *path);

/* Writes a sample, says so, and gives the exit status. */
int write_sample(const nsym_events *events, const char *path);

#endif
