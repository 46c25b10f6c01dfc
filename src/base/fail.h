/* How the library's own files report a failure. */
#ifndef NSYM_BASE_FAIL_H
#define NSYM_BASE_FAIL_H

#include <nearsym/status.h>

/* Sets this thread's message and gives `status` back: return nsym_fail(NSYM_EFORMAT, "%s:%zu: ...", ...). */
nsym_status nsym_fail(nsym_status status, const char *format, ...) NSYM_PRINTF(2, 3);

/* Puts a context before this thread's message ("events.h5: " + message) and gives `status` back. */
nsym_status nsym_fail_in(nsym_status status, const char *format, ...) NSYM_PRINTF(2, 3);

/* Passes a failure on to the caller. */
#define NSYM_TRY(call)                                                                                                 \
    do {                                                                                                               \
        nsym_status nsym_try_status = (call);                                                                          \
        if (nsym_try_status != NSYM_OK) return nsym_try_status;                                                        \
    } while (0)

#endif
