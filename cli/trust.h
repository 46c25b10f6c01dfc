/* An HDF5 file is first read by a process of its own, which a damaged file may crash or hang (nearsym/trust.h); of one
   with a seal, which no accident damaged, the ends of large datasets stand for all. What was found is remembered, so
   that a file is checked once. */
#ifndef NEARSYM_CLI_TRUST_H
#define NEARSYM_CLI_TRUST_H

#include "options.h"

/* From now on files are checked before the library reads them, unless the environment has NSYM_TRUSTED. */
void trust_watch(void);

/* The option --trusted, by which a command reads files unchecked. */
option trust_option(void);

/* How the other process is started: "nearsym check-hdf5 whole|ends FILE", by this program alone. */
#define TRUST_COMMAND "check-hdf5"
int trust_check(int argc, char **argv);

#endif
