/* A checksum behind an HDF5 file. HDF5's own format has checksums for some of its parts only, and a damaged part
   without one makes HDF5 1.10 read beyond its memory; with the seal a damaged file is refused before HDF5 sees it. HDF5
   takes no notice of bytes behind its own end, and drops them when another program changes the file. */
#ifndef NSYM_DATA_HDF5_SEAL_H
#define NSYM_DATA_HDF5_SEAL_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

enum { NSYM_H5_SEAL = 16 }; /* bytes */

/* Appends the seal to a closed file, which messages call `name`. */
NSYM_MUST_CHECK nsym_status nsym_h5_seal(const char *path, const char *name);

/* Appends other bytes, likewise. */
NSYM_MUST_CHECK nsym_status nsym_h5_add_tail(const char *path, const char *name, const void *tail, size_t bytes);

/* Errors: the file has a seal that does not fit its content; it has none and one is demanded. */
NSYM_MUST_CHECK nsym_status nsym_h5_check_seal(const char *path, bool demanded);

/* Whether the file ends with a seal, whether or not it fits. */
bool nsym_h5_has_seal(const char *path);

#endif
