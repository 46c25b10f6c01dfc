/* HDF5 and oneDNN crash where they find no memory, so what calls them sees first that some is left. Memory is short
   only where it is limited, as by ulimit -v. */
#ifndef NSYM_BASE_MEMORY_H
#define NSYM_BASE_MEMORY_H

#include <nearsym/status.h>

/* Errors: there is less than 64 MB; the message begins with `what`. */
NSYM_MUST_CHECK nsym_status nsym_memory_check(const char *what);

#endif
