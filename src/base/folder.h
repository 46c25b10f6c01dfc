/* Folders that files are written to. */
#ifndef NSYM_BASE_FOLDER_H
#define NSYM_BASE_FOLDER_H

#include <nearsym/status.h>
#include <stdbool.h>

/* Makes the folder at `path`, if it is not there; the one it is in must be. */
NSYM_MUST_CHECK nsym_status nsym_folder_make(const char *path);

/* Makes the file at `path` in the folder and opens it to write, with such flags beside. The folder is made where it is
   missing: another process may remove it while it is empty. With O_EXCL *file is -1 where the file is there already.
   Close it. */
NSYM_MUST_CHECK nsym_status nsym_folder_open_file(int *file, const char *folder, const char *path, int flags);

/* The path of a name in a folder. Errors: it is too long. */
enum { NSYM_PATH_SIZE = 4096 };
NSYM_MUST_CHECK nsym_status nsym_folder_path(char path[NSYM_PATH_SIZE], const char *folder, const char *format, ...)
    NSYM_PRINTF(3, 4);

/* Is there something of that name in the folder? Not where the whole path is too long for the system. */
bool nsym_folder_has(const char *folder, const char *format, ...) NSYM_PRINTF(2, 3);

#endif
