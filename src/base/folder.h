/* Folders that files are written to. */
#ifndef NSYM_BASE_FOLDER_H
#define NSYM_BASE_FOLDER_H

#include <nearsym/status.h>
#include <stdbool.h>

/* Makes the folder at `path`, if it is not there; the one it is in must be. */
NSYM_MUST_CHECK nsym_status nsym_folder_make(const char *path);

/* The path of a name in a folder. Errors: it is too long. */
enum { NSYM_PATH_SIZE = 4096 };
NSYM_MUST_CHECK nsym_status nsym_folder_path(char path[NSYM_PATH_SIZE], const char *folder, const char *format, ...)
    NSYM_PRINTF(3, 4);

/* Is there something of that name in the folder? Not where the whole path is too long for the system. */
bool nsym_folder_has(const char *folder, const char *format, ...) NSYM_PRINTF(2, 3);

#endif
