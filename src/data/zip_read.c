#include "data/zip.h"

#include "base/fail.h"
#include "data/unpack.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { END_SIZE = 22, END64_SIZE = 56, LOCATOR_SIZE = 20, ENTRY_SIZE = 46, LOCAL_SIZE = 30, COMMENT_MAX = 65535 };
static const uint64_t deflate_best = 1032; /* deflate's best ratio (zlib's technical details) */

static uint64_t number(const unsigned char *bytes, int n) {
    uint64_t value = 0;
    while (n-- > 0) value = value << 8 | bytes[n];
    return value;
}

static uint32_t n2(const unsigned char *bytes) {
    return (uint32_t)number(bytes, 2);
}

static uint32_t n4(const unsigned char *bytes) {
    return (uint32_t)number(bytes, 4);
}

/* Where the end record is; `size` where there is none. */
static size_t find_end(const unsigned char *bytes, size_t size) {
    for (size_t back = END_SIZE; back <= size && back <= END_SIZE + COMMENT_MAX; back++)
        if (memcmp(bytes + size - back, "PK\5\6", 4) == 0) return size - back;
    return size;
}

/* Takes what zip64's extra field says instead of the 32-bit numbers that are all ones. */
static nsym_status read_extra(nsym_zip_member *member, const unsigned char *extra, size_t n) {
    uint64_t *wanted[] = {&member->size, &member->compressed, &member->header};
    while (n >= 4) {
        size_t length = n2(extra + 2);
        if (length > n - 4) break;
        size_t at = 4;
        for (int i = 0; n2(extra) == 1 && i < 3; i++) {
            if (*wanted[i] != UINT32_MAX) continue;
            if (at + 8 > length + 4) return nsym_fail(NSYM_EFORMAT, "the zip directory is damaged (zip64 sizes)");
            *wanted[i] = number(extra + at, 8);
            at += 8;
        }
        extra += 4 + length;
        n -= 4 + length;
    }
    return NSYM_OK;
}

/* The directory entry at `entry`, of which `n` bytes are there; its length in *used. */
static nsym_status read_entry(nsym_zip_member *member, const unsigned char *entry, size_t n, size_t *used) {
    if (n < ENTRY_SIZE || memcmp(entry, "PK\1\2", 4) != 0)
        return nsym_fail(NSYM_EFORMAT, "the zip directory is damaged or cut short");
    size_t name = n2(entry + 28), extra = n2(entry + 30);
    *used = ENTRY_SIZE + name + extra + n2(entry + 32);
    if (*used > n) return nsym_fail(NSYM_EFORMAT, "the zip directory is cut short");
    *member = (nsym_zip_member){.method = n2(entry + 10),
                                .crc = n4(entry + 16),
                                .compressed = n4(entry + 20),
                                .size = n4(entry + 24),
                                .header = n4(entry + 42)};
    NSYM_TRY(read_extra(member, entry + ENTRY_SIZE + name, extra));
    member->name = strndup((const char *)entry + ENTRY_SIZE, name);
    if (!member->name) return nsym_fail(NSYM_ENOMEM, "no memory for the zip directory");
    if (n2(entry + 8) & 1) return nsym_fail(NSYM_EFORMAT, "%s: is encrypted", member->name);
    if (member->method != 0 && member->method != 8)
        return nsym_fail(NSYM_EFORMAT, "%s: zip method %u is not read (stored and deflated are)", member->name,
                         member->method);
    return NSYM_OK;
}

/* Members share no bytes, so together they fit the file; and each fits what is packed. */
static nsym_status check_sizes(const nsym_zip *zip, uint64_t max_unpacked) {
    uint64_t left = zip->size, unpacked = 0;
    for (size_t i = 0; i < zip->count; i++) {
        const nsym_zip_member *member = &zip->member[i];
        uint64_t most = member->compressed * (member->method == 8 ? deflate_best : 1);
        if (member->compressed > left || member->header > zip->size || member->size > most)
            return nsym_fail(NSYM_EFORMAT, "%s: claims %llu bytes, %llu packed, in a file of %zu: it is damaged",
                             member->name, (unsigned long long)member->size, (unsigned long long)member->compressed,
                             zip->size);
        left -= member->compressed;
        unpacked += member->size; /* no overflow: at most deflate_best times the file */
    }
    return nsym_unpack_check(unpacked, zip->size, max_unpacked);
}

/* Number of members and start of the directory, from the end record at `end` or zip64's before it. */
static nsym_status find_directory(const nsym_zip *zip, size_t end, uint64_t *count, uint64_t *start) {
    const unsigned char *record = zip->bytes + end;
    *count = n2(record + 10);
    *start = n4(record + 16);
    if (end < LOCATOR_SIZE || memcmp(record - LOCATOR_SIZE, "PK\6\7", 4) != 0) return NSYM_OK;
    uint64_t at = number(record - LOCATOR_SIZE + 8, 8);
    if (at > end || end - at < END64_SIZE || memcmp(zip->bytes + at, "PK\6\6", 4) != 0)
        return nsym_fail(NSYM_EFORMAT, "the zip64 end record is damaged");
    *count = number(zip->bytes + at + 32, 8);
    *start = number(zip->bytes + at + 48, 8);
    return NSYM_OK;
}

static nsym_status read_directory(nsym_zip *zip, uint64_t max_unpacked) {
    size_t end = find_end(zip->bytes, zip->size);
    if (end == zip->size) return nsym_fail(NSYM_EFORMAT, "is not a zip archive, or is cut short (its end is missing)");
    uint64_t count, at;
    NSYM_TRY(find_directory(zip, end, &count, &at));
    if (at > end || count > (end - at) / ENTRY_SIZE)
        return nsym_fail(NSYM_EFORMAT, "the zip directory claims %llu members, more than the file holds",
                         (unsigned long long)count);
    zip->member = calloc(count > 0 ? (size_t)count : 1, sizeof *zip->member);
    if (!zip->member) return nsym_fail(NSYM_ENOMEM, "no memory for the zip directory");
    for (; zip->count < count; zip->count++) {
        size_t used = 0;
        nsym_status status = read_entry(&zip->member[zip->count], zip->bytes + at, end - at, &used);
        if (status != NSYM_OK) {
            free(zip->member[zip->count].name);
            return status;
        }
        at += used;
    }
    return check_sizes(zip, max_unpacked);
}

nsym_status nsym_zip_open(nsym_zip *zip, const unsigned char *bytes, size_t size, uint64_t max_unpacked) {
    *zip = (nsym_zip){.bytes = bytes, .size = size};
    nsym_status status = read_directory(zip, max_unpacked);
    if (status != NSYM_OK) nsym_zip_close(zip);
    return status;
}

void nsym_zip_close(nsym_zip *zip) {
    for (size_t i = 0; i < zip->count; i++) free(zip->member[i].name);
    free(zip->member);
    *zip = (nsym_zip){0};
}

/* zlib counts in 32 bits: hands it the rest of both buffers piece by piece. Whether all of both was used. */
static int inflate_all(const unsigned char *packed, uint64_t n, unsigned char *data, uint64_t size) {
    z_stream stream = {0};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return 0;
    const uint64_t piece = 1u << 30;
    unsigned char none;
    int result = Z_OK;
    stream.next_in = (unsigned char *)packed;
    stream.next_out = size > 0 ? data : &none;
    while (result == Z_OK || result == Z_BUF_ERROR) {
        if (stream.avail_in == 0 && n > 0) stream.avail_in = (uInt)(n < piece ? n : piece), n -= stream.avail_in;
        if (stream.avail_out == 0 && size > 0)
            stream.avail_out = (uInt)(size < piece ? size : piece), size -= stream.avail_out;
        uInt in = stream.avail_in, out = stream.avail_out;
        result = inflate(&stream, Z_NO_FLUSH);
        if (result != Z_STREAM_END && stream.avail_in == in && stream.avail_out == out) break;
    }
    int fine = result == Z_STREAM_END && size == 0 && stream.avail_out == 0;
    inflateEnd(&stream);
    return fine;
}

nsym_status nsym_zip_extract(const nsym_zip *zip, const nsym_zip_member *member, unsigned char **data) {
    *data = NULL;
    const unsigned char *local = zip->bytes + member->header;
    uint64_t left = zip->size - member->header, head = 0;
    if (left >= LOCAL_SIZE) head = (uint64_t)LOCAL_SIZE + n2(local + 26) + n2(local + 28);
    if (head == 0 || memcmp(local, "PK\3\4", 4) != 0 || head > left || member->compressed > left - head)
        return nsym_fail(NSYM_EFORMAT, "%s: its position in the file is damaged", member->name);
    unsigned char *copy = malloc(member->size > 0 ? (size_t)member->size : 1);
    if (!copy)
        return nsym_fail(NSYM_ENOMEM, "%s: no memory for %llu bytes", member->name, (unsigned long long)member->size);
    int fine = member->method == 8 || member->size == member->compressed;
    if (fine && member->method == 0)
        memcpy(copy, local + head, (size_t)member->size);
    else if (fine)
        fine = inflate_all(local + head, member->compressed, copy, member->size);
    if (!fine || crc32_z(0, copy, (size_t)member->size) != member->crc) {
        free(copy);
        return nsym_fail(NSYM_EFORMAT, "%s: is damaged (length or checksum is wrong)", member->name);
    }
    *data = copy;
    return NSYM_OK;
}
