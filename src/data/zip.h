/* zip archives, as far as .npz needs them (PKWARE APPNOTE 6.3: stored and deflated members, zip64). */
#ifndef NSYM_DATA_ZIP_H
#define NSYM_DATA_ZIP_H

#include <nearsym/status.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct nsym_zip_member {
    char *name;
    unsigned method; /* 0: stored, 8: deflated */
    uint32_t crc;
    uint64_t header, compressed, size; /* where its local header is, bytes in the file and unpacked */
} nsym_zip_member;

typedef struct nsym_zip {
    const unsigned char *bytes; /* (size) borrowed */
    size_t size, count;
    nsym_zip_member *member; /* (count) */
} nsym_zip;

/* Reads the directory of an archive in memory, to be freed with nsym_zip_close. Errors: no zip; a damaged directory;
   members that claim more bytes than the file can hold, or together more than nsym_unpack_check allows for
   `max_unpacked`. */
NSYM_MUST_CHECK nsym_status nsym_zip_open(nsym_zip *zip, const unsigned char *bytes, size_t size,
                                          uint64_t max_unpacked);
void nsym_zip_close(nsym_zip *zip);

/* A member's bytes, new (member->size; free with free). Errors: damage, told by length and checksum. */
NSYM_MUST_CHECK nsym_status nsym_zip_extract(const nsym_zip *zip, const nsym_zip_member *member, unsigned char **data);

/* Writes one member after the other to a stream. */
typedef struct nsym_zip_writer {
    FILE *file; /* borrowed, can seek */
    size_t count;
    nsym_zip_member *member;
} nsym_zip_writer;

/* A piece of a member's content. */
typedef struct nsym_bytes {
    const void *data;
    size_t size;
} nsym_bytes;

/* Adds a deflated member that is `n` pieces after each other. Errors: the stream refuses. */
NSYM_MUST_CHECK nsym_status nsym_zip_add(nsym_zip_writer *writer, const char *name, const nsym_bytes *piece, size_t n);

/* Writes the directory (call it last), nsym_zip_release frees what the writer holds, in any case. */
NSYM_MUST_CHECK nsym_status nsym_zip_finish(nsym_zip_writer *writer);
void nsym_zip_release(nsym_zip_writer *writer);

#endif
