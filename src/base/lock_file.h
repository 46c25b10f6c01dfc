/* One process at a time at work on a file that takes long to make: PATH.lock beside it is locked, and tells who works
   there. The system drops the lock of a killed process, and its lock file is taken over. Where the file system knows no
   locks, there is none. */
#ifndef NSYM_BASE_LOCK_FILE_H
#define NSYM_BASE_LOCK_FILE_H

#include <nearsym/status.h>

typedef struct nsym_lock_file nsym_lock_file;

/* New. Errors: another process has it (the message says which); the folder cannot be written. */
NSYM_MUST_CHECK nsym_status nsym_lock_take(nsym_lock_file **out, const char *path);

/* Removes PATH.lock and frees; NULL is fine. */
void nsym_lock_release(nsym_lock_file *lock);

#endif
