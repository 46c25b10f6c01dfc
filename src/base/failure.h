/* Of the failures of many, that of the lowest number, with its message: what is told does not depend on who failed
   first. Empty as {0}. Not safe from several threads. */
#ifndef NSYM_BASE_FAILURE_H
#define NSYM_BASE_FAILURE_H

#include <nearsym/status.h>
#include <stddef.h>

typedef struct nsym_failure {
    size_t number;
    nsym_status status;
    char text[1024];
} nsym_failure;

/* Number `number` ended with a status, and this thread's message where it is a failure. */
void nsym_failure_note(nsym_failure *failure, size_t number, nsym_status status);

/* The failure, its message set on this thread; NSYM_OK where there was none. */
nsym_status nsym_failure_tell(const nsym_failure *failure) NSYM_MUST_CHECK;

#endif
