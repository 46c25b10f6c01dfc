/* What the library has to say beside failures: what it decided about a file, and what may be wrong with it. */
#ifndef NEARSYM_REMARKS_H
#define NEARSYM_REMARKS_H

#include <nearsym/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum nsym_remark_kind {
    NSYM_NOTE,   /* a decision that the file left open: "events.csv: no header, columns are c0 to c3" */
    NSYM_WARNING /* numbers that may not be what they seem, or something that is lost */
} nsym_remark_kind;

/* From now on `tell` is called with every remark, one call at a time, by whatever thread is at work; the text lives no
   longer than the call, names the file, and has no line's end. There is one listener in a process; NULL: nobody
   listens, as at the start. */
NSYM_API void nsym_remarks_listen(void (*tell)(void *context, nsym_remark_kind kind, const char *text), void *context);

#ifdef __cplusplus
}
#endif
#endif
