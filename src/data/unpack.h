/* The bytes of a file, unpacked where they are packed: gzip, xz, zstd or bzip2, told by the first bytes, in one piece
   or in several behind each other. */
#ifndef NSYM_DATA_UNPACK_H
#define NSYM_DATA_UNPACK_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct nsym_unpack nsym_unpack;

/* Opens `path` ("-": standard input; free with nsym_unpack_close, NULL is fine). What is packed may give `most` bytes,
   0: 200 times its size or 1 GiB, whichever is more. Errors, with the file's name: NSYM_ENOTFOUND, NSYM_EIO,
   NSYM_ENOMEM. */
NSYM_MUST_CHECK nsym_status nsym_unpack_open(nsym_unpack **out, const char *path, uint64_t most);
void nsym_unpack_close(nsym_unpack *file);

/* Up to `room` bytes; *got is 0 at the file's end alone: pieces behind zeros (the padding of tapes and blocks) are read
   on. Errors, without the file's name: NSYM_EIO; NSYM_EFORMAT for damaged packed bytes, an end in the middle of them or
   anything else behind them; NSYM_EINVAL for more bytes than allowed; NSYM_ENOMEM. */
NSYM_MUST_CHECK nsym_status nsym_unpack_read(nsym_unpack *file, void *buffer, size_t room, size_t *got);

/* "gzip", "xz", "zstd" or "bzip2"; NULL for a plain file. */
const char *nsym_unpack_packer(const nsym_unpack *file);

/* All of it, new (free with free). Errors: as reading, with the file's name. */
NSYM_MUST_CHECK nsym_status nsym_unpack_all(unsigned char **bytes, size_t *size, const char *path, uint64_t most);

/* The length of a name without the ending of a packed file (".gz", ".xz", ".zst", ".bz2" in any case); all of it where
   it has none. */
size_t nsym_unpack_stem(const char *path);

/* Whether a file of that name is written packed: it ends with .gz, in any case. */
bool nsym_is_gzip_name(const char *path);

/* Refuses to unpack `unpacked` bytes out of `packed` where that is more than `most` (0: as above). */
NSYM_MUST_CHECK nsym_status nsym_unpack_check(uint64_t unpacked, uint64_t packed, uint64_t most);

#endif
