#include "data/lines.h"

#include "base/fail.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { FIRST_ROOM = 1 << 18, MAX_LINE = 1 << 20, GZIP_BUFFER = 1 << 17 };

static nsym_status gzip_failure(gzFile file) {
    int code;
    const char *text = gzerror(file, &code);
    if (code == Z_OK || code == Z_STREAM_END) return NSYM_OK;
    if (code == Z_ERRNO) return nsym_fail(NSYM_EIO, "cannot be read: %s", strerror(errno));
    if (code == Z_MEM_ERROR) return nsym_fail(NSYM_ENOMEM, "no memory to decompress");
    if (code == Z_BUF_ERROR) return nsym_fail(NSYM_EFORMAT, "the gzip stream is cut off; copy or download it again");
    const char *reason = strrchr(text, ':'); /* zlib puts the file's name before it */
    return nsym_fail(NSYM_EFORMAT, "the gzip stream is damaged (%s); copy or download it again",
                     reason ? reason + 2 : text);
}

static nsym_status gzip_read(void *context, char *buffer, size_t room, size_t *got) {
    int n = gzread(context, buffer, (unsigned)room);
    *got = n > 0 ? (size_t)n : 0;
    return n > 0 ? NSYM_OK : gzip_failure(context);
}

static void gzip_close(void *context) {
    gzclose_r(context);
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
    *lines = (nsym_lines){.bytes = bytes, .room = FIRST_ROOM, .buffer = malloc(FIRST_ROOM + 1)};
    if (lines->buffer) return NSYM_OK;
    nsym_lines_close(lines);
    return nsym_fail(NSYM_ENOMEM, "no memory for a file's lines");
}

nsym_status nsym_lines_open(nsym_lines *lines, const char *path) {
    *lines = (nsym_lines){0};
    gzFile file = NULL;
    errno = 0;
    if (strcmp(path, "-") == 0) {
        int descriptor = dup(STDIN_FILENO);
        file = descriptor < 0 ? NULL : gzdopen(descriptor, "rb");
        if (!file && descriptor >= 0) close(descriptor);
    } else {
        file = gzopen(path, "rb");
    }
    if (!file && errno == ENOENT) return nsym_fail(NSYM_ENOTFOUND, "%s: there is no such file", path);
    if (!file) return nsym_fail(NSYM_EIO, "%s: cannot be opened: %s", path, strerror(errno ? errno : ENOMEM));
    gzbuffer(file, GZIP_BUFFER);
    return start(lines, (nsym_bytes){file, gzip_read, gzip_close});
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
        if (present > MAX_LINE) break;
        searched = present;
        NSYM_TRY(fill(lines));
    }
    if (!feed && lines->begin == lines->end) return NSYM_OK;
    char *begin = lines->buffer + lines->begin;
    char *end = feed ? feed : lines->buffer + lines->end;
    lines->number++;
    if (end - begin > MAX_LINE) return nsym_fail(NSYM_EFORMAT, "a line over 1 MiB; is this a text file?");
    *end = '\0';
    *line = begin;
    *length = (size_t)(end - begin);
    lines->begin = feed ? (size_t)(feed + 1 - lines->buffer) : lines->end;
    return NSYM_OK;
}
