/* Telling a user how far the work is: one updating line on a terminal, one line per finished piece in a batch log, or
   calls of the user's own functions. */
#ifndef NEARSYM_PROGRESS_H
#define NEARSYM_PROGRESS_H

#include <nearsym/status.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct nsym_progress nsym_progress;

/* New; writes to `stream` (borrowed), which is a terminal or not. Safe to use from several threads. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_progress_new(nsym_progress **out, FILE *stream);

/* New; writes nothing, but calls the listener's functions: `tell` at every start, then at most ten times a second, and
   once when all is done (done == total); `line` with every piece ("[1/10] ...") and note, without a line's end. Either
   may be NULL. They are called by whatever thread is at work, one call at a time, with texts that live no longer than
   the call, and must not use the progress themselves. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_progress_listen(nsym_progress **out,
                                                          void (*tell)(void *context, const char *what, double done,
                                                                       double total),
                                                          void (*line)(void *context, const char *text), void *context);

NSYM_API void nsym_progress_free(nsym_progress *progress); /* clears the updating line; NULL is fine */

/* All of these do nothing where `progress` is NULL. */
/* The work ahead: `total` units (say, events to be trained on) in `pieces` (runs). */
NSYM_API void nsym_progress_start(nsym_progress *progress, const char *what, double total, size_t pieces);
/* Who knows better than the mean rate so far how many seconds the rest will take is asked for every line, until the
   next start (or NULL); negative: nothing tells. `left` is called with the progress locked, and must not use it. */
NSYM_API void nsym_progress_foresee(nsym_progress *progress, double (*left)(void *context), void *context);
/* `units` more are done. Cheap: call it once a batch or an epoch. */
NSYM_API void nsym_progress_add(nsym_progress *progress, double units);
/* A piece is finished; `line` says what and how it went. Shown as a line of its own. */
NSYM_API void nsym_progress_piece(nsym_progress *progress, const char *format, ...) NSYM_PRINTF(2, 3);
/* A note of its own line. */
NSYM_API void nsym_progress_note(nsym_progress *progress, const char *format, ...) NSYM_PRINTF(2, 3);

#ifdef __cplusplus
}
#endif
#endif
