/* What was found out about files, by device, inode, size and times, so that a file that changes is another: in memory,
   and in the user's cache folder, $XDG_CACHE_HOME/nearsym or ~/.cache/nearsym. A cache that cannot be read or written
   is no failure. */
#ifndef NEARSYM_CLI_VERDICTS_H
#define NEARSYM_CLI_VERDICTS_H

#include <stdbool.h>
#include <sys/stat.h>

typedef enum verdict { VERDICT_NONE, VERDICT_SOUND, VERDICT_CRASH, VERDICT_HANG, VERDICT_HUNGRY } verdict;

/* VERDICT_NONE: nothing is known. A crash's signal in *signal_number. */
verdict verdict_of(const struct stat *file, int *signal_number);

/* Remembers it, and where `lasting` so do later processes. */
void verdict_remember(const struct stat *file, verdict found, int signal_number, bool lasting);

#endif
