#include "data/packers.h"

#include <bzlib.h>
#include <limits.h>
#include <lzma.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

static unsigned at_most(size_t n) {
    return n < UINT_MAX ? (unsigned)n : UINT_MAX;
}

static bool is_gzip(const unsigned char *head, size_t n) {
    return n >= 2 && head[0] == 0x1f && head[1] == 0x8b;
}

enum { GZIP_WRAPPER = 16 + MAX_WBITS }; /* zlib.h: a gzip header and trailer, checked */

static void *gzip_open(void) {
    z_stream *z = calloc(1, sizeof *z);
    if (z && inflateInit2(z, GZIP_WRAPPER) == Z_OK) return z;
    free(z);
    return NULL;
}

static bool gzip_restart(void *state) {
    return inflateReset(state) == Z_OK;
}

static nsym_unpacked gzip_step(void *state, nsym_packed *bytes) {
    z_stream *z = state;
    z->next_in = (unsigned char *)bytes->in;
    z->avail_in = at_most(bytes->in_left);
    z->next_out = bytes->out;
    z->avail_out = at_most(bytes->out_left);
    int result = inflate(z, Z_NO_FLUSH);
    bytes->in_left -= (size_t)(z->next_in - bytes->in);
    bytes->in = z->next_in;
    bytes->out_left -= (size_t)(z->next_out - bytes->out);
    bytes->out = z->next_out;
    if (result == Z_STREAM_END) return NSYM_UNPACKED_PIECE;
    if (result == Z_MEM_ERROR) return NSYM_UNPACKED_MEMORY;
    return result == Z_OK || result == Z_BUF_ERROR ? NSYM_UNPACKED_SOME : NSYM_UNPACKED_DAMAGE;
}

static void gzip_close(void *state) {
    inflateEnd(state);
    free(state);
}

static bool is_xz(const unsigned char *head, size_t n) {
    return n >= 6 && memcmp(head,
                            "\xFD"
                            "7zXZ",
                            6) == 0;
}

static const uint64_t xz_memory = UINT64_C(3) << 29; /* `xz -9` needs 65 MiB of it */

static bool xz_restart(void *state) {
    return lzma_stream_decoder(state, xz_memory, 0) == LZMA_OK;
}

static void *xz_open(void) {
    lzma_stream *x = malloc(sizeof *x);
    if (!x) return NULL;
    *x = (lzma_stream)LZMA_STREAM_INIT;
    if (xz_restart(x)) return x;
    free(x);
    return NULL;
}

static nsym_unpacked xz_step(void *state, nsym_packed *bytes) {
    lzma_stream *x = state;
    x->next_in = bytes->in;
    x->avail_in = bytes->in_left;
    x->next_out = bytes->out;
    x->avail_out = bytes->out_left;
    lzma_ret result = lzma_code(x, LZMA_RUN);
    *bytes = (nsym_packed){x->next_in, x->avail_in, x->next_out, x->avail_out};
    if (result == LZMA_STREAM_END) return NSYM_UNPACKED_PIECE;
    if (result == LZMA_MEM_ERROR || result == LZMA_MEMLIMIT_ERROR) return NSYM_UNPACKED_MEMORY;
    return result == LZMA_OK || result == LZMA_BUF_ERROR ? NSYM_UNPACKED_SOME : NSYM_UNPACKED_DAMAGE;
}

static void xz_close(void *state) {
    lzma_end(state);
    free(state);
}

/* A frame, or one to be skipped, with which parallel compressors begin (RFC 8878). */
static bool is_zstd(const unsigned char *head, size_t n) {
    return n >= 4 && (memcmp(head, "\x28\xB5\x2F\xFD", 4) == 0 ||
                      ((head[0] & 0xF0) == 0x50 && memcmp(head + 1, "\x2A\x4D\x18", 3) == 0));
}

enum { WINDOW_LOG_MOST = 30 }; /* 1 GiB, for files of `zstd --long=30` */

static void *zstd_open(void) {
    ZSTD_DStream *z = ZSTD_createDStream();
    if (z) ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, WINDOW_LOG_MOST);
    return z;
}

static bool zstd_restart(void *state) {
    return !ZSTD_isError(ZSTD_DCtx_reset(state, ZSTD_reset_session_only));
}

static nsym_unpacked zstd_step(void *state, nsym_packed *bytes) {
    ZSTD_inBuffer in = {bytes->in, bytes->in_left, 0};
    ZSTD_outBuffer out = {bytes->out, bytes->out_left, 0};
    size_t result = ZSTD_decompressStream(state, &out, &in);
    *bytes =
        (nsym_packed){bytes->in + in.pos, bytes->in_left - in.pos, bytes->out + out.pos, bytes->out_left - out.pos};
    if (result == 0) return NSYM_UNPACKED_PIECE;
    if (!ZSTD_isError(result)) return NSYM_UNPACKED_SOME;
    return strstr(ZSTD_getErrorName(result), "emory") ? NSYM_UNPACKED_MEMORY : NSYM_UNPACKED_DAMAGE;
}

static void zstd_close(void *state) {
    ZSTD_freeDStream(state);
}

/* "BZh", the block size, and the first number of pi's digits that begins a block or ends an empty piece. */
static bool is_bzip2(const unsigned char *head, size_t n) {
    return n >= 5 && memcmp(head, "BZh", 3) == 0 && head[3] >= '1' && head[3] <= '9' &&
           (head[4] == 0x31 || head[4] == 0x17);
}

static void *bzip2_open(void) {
    bz_stream *b = calloc(1, sizeof *b);
    if (b && BZ2_bzDecompressInit(b, 0, 0) == BZ_OK) return b;
    free(b);
    return NULL;
}

static bool bzip2_restart(void *state) {
    BZ2_bzDecompressEnd(state);
    memset(state, 0, sizeof(bz_stream));
    return BZ2_bzDecompressInit(state, 0, 0) == BZ_OK;
}

static nsym_unpacked bzip2_step(void *state, nsym_packed *bytes) {
    bz_stream *b = state;
    unsigned in = at_most(bytes->in_left), out = at_most(bytes->out_left);
    b->next_in = (char *)bytes->in;
    b->avail_in = in;
    b->next_out = (char *)bytes->out;
    b->avail_out = out;
    int result = BZ2_bzDecompress(b);
    bytes->in += in - b->avail_in;
    bytes->in_left -= in - b->avail_in;
    bytes->out += out - b->avail_out;
    bytes->out_left -= out - b->avail_out;
    if (result == BZ_STREAM_END) return NSYM_UNPACKED_PIECE;
    if (result == BZ_MEM_ERROR) return NSYM_UNPACKED_MEMORY;
    return result == BZ_OK ? NSYM_UNPACKED_SOME : NSYM_UNPACKED_DAMAGE;
}

static void bzip2_close(void *state) {
    BZ2_bzDecompressEnd(state);
    free(state);
}

const nsym_packer nsym_packers[NSYM_PACKERS] = {
    {"gzip", ".gz", is_gzip, gzip_open, gzip_restart, gzip_step, gzip_close},
    {"xz", ".xz", is_xz, xz_open, xz_restart, xz_step, xz_close},
    {"zstd", ".zst", is_zstd, zstd_open, zstd_restart, zstd_step, zstd_close},
    {"bzip2", ".bz2", is_bzip2, bzip2_open, bzip2_restart, bzip2_step, bzip2_close},
};
