/* A checksum of a whole file in its last bytes, "nsymseal" and a CRC-32: HDF5 does not notice most damage, and may
   crash of it, so a file that must be whole is checked before HDF5 sees it. HDF5 itself does not mind bytes behind its
   end. */
#ifndef NSYM_DATA_SEAL_H
#define NSYM_DATA_SEAL_H

#include <nearsym/status.h>

/* Appends the seal to a closed file. */
NSYM_MUST_CHECK nsym_status nsym_seal_append(const char *path);

/* Errors: NSYM_EFORMAT where the seal is missing or the file is not the one that was sealed; NSYM_EIO. */
NSYM_MUST_CHECK nsym_status nsym_seal_check(const char *path);

#endif
