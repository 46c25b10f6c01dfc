/* HDF5 and oneDNN crash where they find no memory, so what calls them sees first that some is left. Memory is short
   only where it is limited, as by ulimit -v. */
#ifndef NSYM_BASE_MEMORY_H
#define NSYM_BASE_MEMORY_H

#include <nearsym/status.h>
#include <stdint.h>

/* Errors: there is less than 64 MB; the message begins with `what`. */
NSYM_MUST_CHECK nsym_status nsym_memory_check(const char *what);

/* Bytes that this process may still take: what the machine has free or can free (MemAvailable), and no more than its
   limits leave (ulimit -v, the memory.max of its control group). UINT64_MAX: unknown. */
uint64_t nsym_memory_free(void);

#endif
