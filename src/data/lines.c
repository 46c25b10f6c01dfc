#include "data/lines.h"

#include "base/fail.h"
#include "data/unpack.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 1 << 18, LONGEST = 1 << 20 };

static nsym_status file_read(void *context, char *buffer, size_t room, size_t *got) {
    return nsym_unpack_read(context, buffer, room, got);
}

static void file_close(void *context) {
    nsym_unpack_close(context);
}

typedef struct memory {
    const char *data;
    size_t left;
} memory;

static nsym_status memory_read(void *context, char *buffer, size_t room, size_t *got) {
    memory *rest = context;
    *got = rest->left < room ? rest->left : room;
    if (*got) memcpy(buffer, rest->data, *got);
    rest->data += *got;
    rest->left -= *got;
    return NSYM_OK;
}

/* Takes over `bytes`, also when it fails. */
static nsym_status start(nsym_lines *lines, nsym_bytes bytes) {
    *lines = (nsym_lines){.bytes = bytes, .room = FIRST_ROOM, .longest = LONGEST, .buffer = malloc(FIRST_ROOM + 1)};
    if (lines->buffer) return NSYM_OK;
    nsym_lines_close(lines);
    return nsym_fail(NSYM_ENOMEM, "no memory for a file's lines");
}

nsym_status nsym_lines_open(nsym_lines *lines, const char *path, uint64_t max_unpacked) {
    *lines = (nsym_lines){0};
    nsym_unpack *file;
    NSYM_TRY(nsym_unpack_open(&file, path, max_unpacked));
    return start(lines, (nsym_bytes){file, file_read, file_close});
}

nsym_status nsym_lines_open_memory(nsym_lines *lines, const void *data, size_t size) {
    *lines = (nsym_lines){0};
    memory *context = malloc(sizeof *context);
    if (!context) return nsym_fail(NSYM_ENOMEM, "no memory for a text's lines");
    *context = (memory){data, size};
    return start(lines, (nsym_bytes){context, memory_read, free});
}

void nsym_lines_close(nsym_lines *lines) {
    if (lines->bytes.close) lines->bytes.close(lines->bytes.context);
    free(lines->buffer);
    *lines = (nsym_lines){0};
}

/* Makes room behind the bytes not yet given, and reads into it. */
static nsym_status fill(nsym_lines *lines) {
    size_t kept = lines->end - lines->begin;
    memmove(lines->buffer, lines->buffer + lines->begin, kept);
    lines->begin = 0;
    lines->end = kept;
    if (kept > lines->room / 2) {
        char *buffer = realloc(lines->buffer, 2 * lines->room + 1);
        if (!buffer) return nsym_fail(NSYM_ENOMEM, "no memory for a line of %zu bytes", kept);
        lines->buffer = buffer;
        lines->room *= 2;
    }
    size_t got = 0;
    NSYM_TRY(lines->bytes.read(lines->bytes.context, lines->buffer + kept, lines->room - kept, &got));
    lines->end += got;
    lines->finished = got == 0;
    return NSYM_OK;
}

nsym_status nsym_lines_next(nsym_lines *lines, char **line, size_t *length) {
    size_t searched = 0;
    *line = NULL;
    *length = 0;
    char *feed = NULL;
    for (;;) {
        size_t present = lines->end - lines->begin;
        feed = memchr(lines->buffer + lines->begin + searched, '\n', present - searched);
        if (feed || lines->finished) break;
        if (present > lines->longest) break;
        searched = present;
        NSYM_TRY(fill(lines));
    }
    if (!feed && lines->begin == lines->end) return NSYM_OK;
    char *begin = lines->buffer + lines->begin;
    char *end = feed ? feed : lines->buffer + lines->end;
    lines->number++;
    if ((size_t)(end - begin) > lines->longest)
        return nsym_fail(NSYM_EFORMAT, "a line over %zu MiB; is this a text file?", lines->longest >> 20);
    *end = '\0';
    *line = begin;
    *length = (size_t)(end - begin);
    lines->begin = feed ? (size_t)(feed + 1 - lines->buffer) : lines->end;
    return NSYM_OK;
}
