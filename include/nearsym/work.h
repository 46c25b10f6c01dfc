/* Folders for files that are of use only while a process works. */
#ifndef NEARSYM_WORK_H
#define NEARSYM_WORK_H

#include <nearsym/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Makes a folder in $TMPDIR (or /tmp) and gives its path. Those that killed processes of this host left there are
   removed first. Errors: none can be made there; its path has no room in `size` bytes. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_work_folder_new(char *path, size_t size);

/* Removes it, its files and its folders of files. */
NSYM_API void nsym_work_folder_remove(const char *path);

#ifdef __cplusplus
}
#endif
#endif
