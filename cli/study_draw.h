/* What every command that runs a study does about its report, and when it is stopped. */
#ifndef NEARSYM_CLI_STUDY_DRAW_H
#define NEARSYM_CLI_STUDY_DRAW_H

#include <nearsym/status.h>
#include <stddef.h>

/* Draws a folder's report, and says on standard error, a warning each, which tables and figures could not be drawn;
 *missing: how many. */
NSYM_MUST_CHECK nsym_status study_draw(const char *folder, size_t *missing);

/* Says on standard error how to go on with a stopped run: the same command once more. */
void study_stopped(const char *out);

#endif
