/* Who decides whether an HDF5 file is read (nearsym/trust.h). */
#ifndef NSYM_DATA_HDF5_GUARD_H
#define NSYM_DATA_HDF5_GUARD_H

#include <nearsym/trust.h>

/* Checks a file's seal, where it has one, and asks the guard, where there is one. Errors: the seal does not fit; the
   guard's. */
NSYM_MUST_CHECK nsym_status nsym_hdf5_ask(const char *path);

/* From now on every file is read as it is: this process is there for that. */
void nsym_hdf5_ask_nobody(void);

#endif
