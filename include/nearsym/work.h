/* Temporary folders of a running process. */
#ifndef NEARSYM_WORK_H
#define NEARSYM_WORK_H

#include <nearsym/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Creates a folder in $TMPDIR (or /tmp) and writes its path into `path` (size bytes, caller's buffer). Folders that
   killed processes of this host left there are removed first. Errors: a folder cannot be created there; the path does
   not fit. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_work_folder_new(char *path, size_t size);

/* Removes the folder with its files and its folders of files. */
NSYM_API void nsym_work_folder_remove(const char *path);

#ifdef __cplusplus
}
#endif
#endif
