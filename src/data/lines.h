/* The lines of a text, from a file, plain or packed, or from memory, one at a time in constant memory. */
#ifndef NSYM_DATA_LINES_H
#define NSYM_DATA_LINES_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the bytes come from. `read` gives up to `room` bytes, 0 at the end. */
typedef struct nsym_bytes {
    void *context;
    nsym_status (*read)(void *context, char *buffer, size_t room, size_t *got);
    void (*close)(void *context);
} nsym_bytes;

typedef struct nsym_lines {
    nsym_bytes bytes;
    char *buffer;
    size_t room, begin, end; /* buffer[begin..end) is read and not yet given */
    size_t number;           /* of the line given last, from 1 */
    size_t longest;          /* bytes of a line; 1 MiB where nobody sets it after opening */
    bool finished;           /* the source has no more bytes */
} nsym_lines;

/* Opens `path` ("-": standard input), plain or packed (data/unpack.h says how, and what `max_unpacked` is), or borrows
   `size` bytes of memory. Errors: NSYM_ENOTFOUND, NSYM_EIO, NSYM_ENOMEM. Free with nsym_lines_close, which takes a
   zeroed struct as well. */
NSYM_MUST_CHECK nsym_status nsym_lines_open(nsym_lines *lines, const char *path, uint64_t max_unpacked);
NSYM_MUST_CHECK nsym_status nsym_lines_open_memory(nsym_lines *lines, const void *data, size_t size);
void nsym_lines_close(nsym_lines *lines);

/* The next line in *line, ended by '\0' in place of its line feed (a carriage return stays), borrowed until the next
   call and the caller's to change; NULL at the end. Errors, without the file's name: those of
   nsym_unpack_read, and NSYM_EFORMAT for a line over the longest. */
NSYM_MUST_CHECK nsym_status nsym_lines_next(nsym_lines *lines, char **line, size_t *length);

#endif
