/* Tells a user how far the work is: with a line on the terminal that is updated, with one line per finished piece in a
   batch log, or with calls of the user's own functions. */
#ifndef NEARSYM_PROGRESS_H
#define NEARSYM_PROGRESS_H

#include <nearsym/status.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Progress of the work in a process. */
typedef struct nsym_progress nsym_progress;

/* New progress (free with nsym_progress_free); writes to `stream` (borrowed), which may be a terminal or not. Several
   threads may use it at the same time. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_progress_new(nsym_progress **out, FILE *stream);

/* New progress that writes nothing and calls your functions. `tell` is called at every start, then at most ten times a
   second, and once at the end (done == total). `line` is called with every finished piece ("[1/10] ...") and note,
   without a newline. Either may be NULL. Any working thread calls them, one call at a time. The texts are borrowed
   during the call. The functions must not use the progress themselves. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_progress_listen(nsym_progress **out,
                                                          void (*tell)(void *context, const char *what, double done,
                                                                       double total),
                                                          void (*line)(void *context, const char *text), void *context);

NSYM_API void nsym_progress_free(nsym_progress *progress); /* clears the updating line; NULL is fine */

/* If `progress` is NULL, all functions below do nothing. */
/* Announces the work: `total` units (such as events to train on) in `pieces` (runs). */
NSYM_API void nsym_progress_start(nsym_progress *progress, const char *what, double total, size_t pieces);
/* Sets a function that estimates the seconds that the rest will take, if you know better than the mean rate so far. It
   is called for every line until the next start (NULL: none). A negative result means unknown. `left` is called with
   the progress locked and must not use it. */
NSYM_API void nsym_progress_foresee(nsym_progress *progress, double (*left)(void *context), void *context);
/* Reports that `units` more are done. It is fast: call it once per batch or epoch. */
NSYM_API void nsym_progress_add(nsym_progress *progress, double units);
/* Reports that a piece is finished. The text says what it was and with what result, and is shown on a line of its
   own. */
NSYM_API void nsym_progress_piece(nsym_progress *progress, const char *format, ...) NSYM_PRINTF(2, 3);
/* Shows a note on a line of its own. */
NSYM_API void nsym_progress_note(nsym_progress *progress, const char *format, ...) NSYM_PRINTF(2, 3);

#ifdef __cplusplus
}
#endif
#endif
