/* A file by its content. */
#ifndef NSYM_BASE_FILE_MARK_H
#define NSYM_BASE_FILE_MARK_H

#include <nearsym/status.h>

enum { NSYM_MARK_SIZE = 40 };

/* "size:CRC-32"; "built-in" for no file (""). Errors: it cannot be read. */
nsym_status nsym_file_mark(char mark[NSYM_MARK_SIZE], const char *path) NSYM_MUST_CHECK;

#endif
