/* How large the events of a file are in memory, before they are read. */
#ifndef NSYM_DATA_SIZE_H
#define NSYM_DATA_SIZE_H

#include <nearsym/status.h>
#include <stdint.h>

/* About so many bytes: of HDF5 a double for every number, of other files as many bytes as they have. Errors: no such
   file. */
NSYM_MUST_CHECK nsym_status nsym_events_size(uint64_t *bytes, const char *path);

#endif
