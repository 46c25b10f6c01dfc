/* Remarks of the library that are not failures: what it decided about a file, and what may be wrong with it. */
#ifndef NEARSYM_REMARKS_H
#define NEARSYM_REMARKS_H

#include <nearsym/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The kind of a remark. */
typedef enum nsym_remark_kind {
    NSYM_NOTE,   /* a decision that the file left open: "events.csv: no header, columns are c0 to c3" */
    NSYM_WARNING /* numbers may not be what they seem, or something is lost */
} nsym_remark_kind;

/* Sets the function that is called with every remark, one call at a time, from any working thread. The text names the
   file, has no newline and is borrowed during the call. A process has one listener; NULL: remarks are ignored, as at
   the start. */
NSYM_API void nsym_remarks_listen(void (*tell)(void *context, nsym_remark_kind kind, const char *text), void *context);

#ifdef __cplusplus
}
#endif
#endif
