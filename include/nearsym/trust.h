/* HDF5 files from elsewhere. A damaged or hostile file can crash the HDF5 library, and the process with it, or keep it
   busy for ever. Files that nearsym wrote end with a checksum (a seal), which tells damage before HDF5 sees them; but
   other files have none, and whoever means harm can write one. So a file can first be read by another process, which
   may crash. The library starts no process: a program does. */
#ifndef NEARSYM_TRUST_H
#define NEARSYM_TRUST_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* From now on `allow` is asked before an HDF5 file is opened to be read, on whatever thread reads it, at times on
   several at once; `sealed`: it has a seal, and the seal fits. Where it gives false the file is not opened, and reading
   fails with "PATH: " and the `reason` (size bytes) that it wrote. There is one guard in a process; NULL: every file is
   read, as at the start. */
NSYM_API void nsym_hdf5_guard(bool (*allow)(void *context, const char *path, bool sealed, char *reason, size_t size),
                              void *context);

/* Reads all that an HDF5 file holds, in every way in which this library reads files, and keeps nothing; unless `whole`,
   of a large dataset its beginning and its end. To be called in a process of its own, which it may crash, and which
   should do nothing else: it sets limits to the process's memory, by the file's size, and CPU time, which it raises as
   it gets on, so that SIGXCPU ends a call of HDF5 without an end; from then on no seal is checked. True in *elsewhere:
   what was found is no fact about this file alone, as it leads to other files or the process was allowed less memory.
   Errors: NSYM_ENOMEM, the memory allowed was not enough. A file that is refused without a crash is no error: reading
   it tells why. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_hdf5_probe(bool *elsewhere, const char *path, bool whole);

/* The version of the HDF5 library at work, "1.10.8". Borrowed for ever. */
NSYM_API const char *nsym_hdf5_version(void);

#ifdef __cplusplus
}
#endif
#endif
