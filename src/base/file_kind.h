/* What stands at a path in place of a regular file. */
#ifndef NSYM_BASE_FILE_KIND_H
#define NSYM_BASE_FILE_KIND_H

#include <sys/stat.h>

/* "a folder", "a named pipe", "a socket", "a device"; NULL: a regular file. Lives for ever. */
const char *nsym_file_kind(mode_t mode);

#endif
