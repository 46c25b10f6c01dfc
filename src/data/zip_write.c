/* Every member is written with zip64's sizes, whatever its size: one form instead of two. */
#include "data/zip.h"

#include "base/fail.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { VERSION = 45, UTF8_NAMES = 1 << 11, DEFLATED = 8, LEVEL = 4, BUFFER = 1 << 16 };
enum { DATE = 1 << 5 | 1 }; /* 1 January 1980, zip's first day: the same events give the same bytes */

static nsym_status refused(void) {
    return nsym_fail(NSYM_EIO, "cannot be written: %s", strerror(errno));
}

/* Appends `n` bytes of a little-endian number. */
static unsigned char *put(unsigned char *to, uint64_t value, int n) {
    for (; n > 0; n--, value >>= 8) *to++ = (unsigned char)(value & 0xFF);
    return to;
}

static unsigned char *put_common(unsigned char *to, const nsym_zip_member *member, unsigned extra) {
    to = put(to, VERSION, 2);
    to = put(to, UTF8_NAMES, 2);
    to = put(to, DEFLATED, 2);
    to = put(to, 0, 2);
    to = put(to, DATE, 2);
    to = put(to, member->crc, 4);
    to = put(to, UINT32_MAX, 4);
    to = put(to, UINT32_MAX, 4);
    to = put(to, strlen(member->name), 2);
    return put(to, extra, 2);
}

static int write_local(FILE *file, const nsym_zip_member *member) {
    unsigned char head[64], extra[32], *end = put(head, 0x04034B50, 4);
    end = put_common(end, member, 20);
    unsigned char *extra_end = put(put(extra, 1, 2), 16, 2);
    extra_end = put(put(extra_end, member->size, 8), member->compressed, 8);
    size_t name = strlen(member->name), n = (size_t)(end - head), m = (size_t)(extra_end - extra);
    return fwrite(head, 1, n, file) == n && fwrite(member->name, 1, name, file) == name &&
           fwrite(extra, 1, m, file) == m;
}

static int write_entry(FILE *file, const nsym_zip_member *member) {
    unsigned char head[64], extra[32], *end = put(put(head, 0x02014B50, 4), VERSION, 2);
    end = put_common(end, member, 28);
    end = put(put(end, 0, 8), 0, 2); /* no comment, first disk, no attributes */
    end = put(end, UINT32_MAX, 4);
    unsigned char *extra_end = put(put(extra, 1, 2), 24, 2);
    extra_end = put(put(put(extra_end, member->size, 8), member->compressed, 8), member->header, 8);
    size_t name = strlen(member->name), n = (size_t)(end - head), m = (size_t)(extra_end - extra);
    return fwrite(head, 1, n, file) == n && fwrite(member->name, 1, name, file) == name &&
           fwrite(extra, 1, m, file) == m;
}

/* Deflates one piece to the file; zlib counts in 32 bits. */
static int deflate_piece(z_stream *stream, nsym_zip_member *member, FILE *file, nsym_bytes piece, int last) {
    static const size_t most = 1u << 30;
    unsigned char buffer[BUFFER];
    const unsigned char *data = piece.data;
    size_t left = piece.size;
    do {
        size_t part = left < most ? left : most;
        int flush = last && part == left ? Z_FINISH : Z_NO_FLUSH;
        stream->next_in = (unsigned char *)data;
        stream->avail_in = (uInt)part;
        if (part > 0) member->crc = (uint32_t)crc32_z(member->crc, data, part);
        member->size += part;
        do {
            stream->next_out = buffer;
            stream->avail_out = BUFFER;
            deflate(stream, flush);
            size_t n = BUFFER - stream->avail_out;
            if (fwrite(buffer, 1, n, file) != n) return 0;
            member->compressed += n;
        } while (stream->avail_out == 0);
        data += part;
        left -= part;
    } while (left > 0);
    return 1;
}

static nsym_zip_member *new_member(nsym_zip_writer *writer, const char *name) {
    nsym_zip_member *grown = realloc(writer->member, (writer->count + 1) * sizeof *grown);
    if (grown) writer->member = grown;
    char *copy = grown ? strdup(name) : NULL;
    if (!copy) return NULL;
    writer->member[writer->count] = (nsym_zip_member){.name = copy, .method = DEFLATED};
    return &writer->member[writer->count++];
}

nsym_status nsym_zip_add(nsym_zip_writer *writer, const char *name, const nsym_bytes *piece, size_t n) {
    if (strlen(name) > UINT16_MAX) return nsym_fail(NSYM_EINVAL, "a name of %zu characters is too long", strlen(name));
    nsym_zip_member *member = new_member(writer, name);
    z_stream stream = {0};
    if (!member || deflateInit2(&stream, LEVEL, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return nsym_fail(NSYM_ENOMEM, "no memory to deflate \"%s\"", name);
    off_t start = ftello(writer->file);
    int fine = start >= 0 && write_local(writer->file, member);
    for (size_t i = 0; i < n && fine; i++) fine = deflate_piece(&stream, member, writer->file, piece[i], i + 1 == n);
    deflateEnd(&stream);
    member->header = (uint64_t)start;
    fine = fine && fseeko(writer->file, start, SEEK_SET) == 0 && write_local(writer->file, member) &&
           fseeko(writer->file, 0, SEEK_END) == 0;
    return fine ? NSYM_OK : refused();
}

nsym_status nsym_zip_finish(nsym_zip_writer *writer) {
    off_t start = ftello(writer->file);
    int fine = start >= 0;
    for (size_t i = 0; i < writer->count && fine; i++) fine = write_entry(writer->file, &writer->member[i]);
    off_t end = ftello(writer->file);
    if (!fine || end < 0) return refused();
    unsigned char record[128], *to = put(put(record, 0x06064B50, 4), 44, 8);
    to = put(put(put(to, VERSION, 2), VERSION, 2), 0, 8);
    to = put(put(to, writer->count, 8), writer->count, 8);
    to = put(put(to, (uint64_t)(end - start), 8), (uint64_t)start, 8);
    to = put(put(put(put(to, 0x07064B50, 4), 0, 4), (uint64_t)end, 8), 1, 4);
    to = put(put(to, 0x06054B50, 4), 0, 4);
    to = put(put(to, UINT16_MAX, 2), UINT16_MAX, 2);
    to = put(put(put(to, UINT32_MAX, 4), UINT32_MAX, 4), 0, 2);
    size_t n = (size_t)(to - record);
    return fwrite(record, 1, n, writer->file) == n ? NSYM_OK : refused();
}

void nsym_zip_release(nsym_zip_writer *writer) {
    for (size_t i = 0; i < writer->count; i++) free(writer->member[i].name);
    free(writer->member);
}
