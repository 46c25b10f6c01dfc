/* HDF5 files from others. A damaged or hostile file can crash the HDF5 library, and the process with it, or keep it
   busy for ever. Files that nearsym wrote end with a checksum (a seal), which reveals damage before HDF5 reads the
   file. Other files have none, and an attacker can write a correct one. So a file can first be read by another process,
   which may crash. The library starts no process; the program does. */
#ifndef NEARSYM_TRUST_H
#define NEARSYM_TRUST_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Sets the function `allow`, which is asked before an HDF5 file is opened for reading. The reading thread calls it;
   several may do so at once. `sealed`: the file has a seal, and it is correct. If `allow` returns false, the file is
   not opened, and reading fails with the message "PATH: " and the `reason` (size bytes) that it wrote. A process has
   one such function; NULL: every file is read, as at the start. */
NSYM_API void nsym_hdf5_guard(bool (*allow)(void *context, const char *path, bool sealed, char *reason, size_t size),
                              void *context);

/* Reads everything in an HDF5 file, in every way in which this library reads files, and keeps nothing. Unless `whole`
   is set, it reads only the beginning and the end of large datasets. Call it in a process of its own, which it may
   crash and which should do nothing else. It limits that process's memory, by the file's size, and its CPU time. It
   raises the time limit as it proceeds, so that SIGXCPU ends an endless call of HDF5. From then on no seal is checked.
   *elsewhere is true if the result is not about this file alone: it leads to other files, or the process was allowed
   less memory. Errors: NSYM_ENOMEM if the allowed memory was not enough. A file that is refused without a crash is no
   error: reading it gives the reason. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_hdf5_probe(bool *elsewhere, const char *path, bool whole);

/* Version of the HDF5 library in use, "1.10.8". Borrowed, valid for ever. */
NSYM_API const char *nsym_hdf5_version(void);

#ifdef __cplusplus
}
#endif
#endif
