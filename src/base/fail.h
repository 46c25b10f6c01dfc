/* How the library's own files report a failure. */
#ifndef NSYM_BASE_FAIL_H
#define NSYM_BASE_FAIL_H

#include <nearsym/status.h>

/* Sets this thread's message and gives `status` back: return nsym_fail(NSYM_EFORMAT, "%s:%zu: ...", ...). A macro, so
   that the compiler sees the status and does not warn of what a caller leaves unset where it fails. */
#define nsym_fail(status, ...)                                                                                         \
    ({                                                                                                                 \
        nsym_status nsym_fail_status = (status);                                                                       \
        nsym_message_set(__VA_ARGS__);                                                                                 \
        nsym_fail_status;                                                                                              \
    })

/* Puts a context before this thread's message ("events.h5: " + message) and gives `status` back. */
#define nsym_fail_in(status, ...)                                                                                      \
    ({                                                                                                                 \
        nsym_status nsym_fail_in_status = (status);                                                                    \
        nsym_message_prefix(__VA_ARGS__);                                                                              \
        nsym_fail_in_status;                                                                                           \
    })

void nsym_message_set(const char *format, ...) NSYM_PRINTF(1, 2);
void nsym_message_prefix(const char *format, ...) NSYM_PRINTF(1, 2);

/* Passes a failure on to the caller. */
#define NSYM_TRY(call)                                                                                                 \
    do {                                                                                                               \
        nsym_status nsym_try_status = (call);                                                                          \
        if (nsym_try_status != NSYM_OK) return nsym_try_status;                                                        \
    } while (0)

#endif
