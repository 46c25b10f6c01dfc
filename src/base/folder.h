/* Folders that files are written to. */
#ifndef NSYM_BASE_FOLDER_H
#define NSYM_BASE_FOLDER_H

#include <nearsym/status.h>

/* Makes the folder at `path`, if it is not there; the one it is in must be. */
NSYM_MUST_CHECK nsym_status nsym_folder_make(const char *path);

#endif
