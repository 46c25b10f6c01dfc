/* Random numbers from Philox4x32-10 (Salmon et al., SC'11), a counter-based generator: a stream is a pure function of
   (seed, purpose, index), so the order in which work is done, and by how many threads, changes nothing. */
#ifndef NEARSYM_RANDOM_H
#define NEARSYM_RANDOM_H

#include <nearsym/api.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A stream of 2^34 32-bit numbers. A plain value: copy it to fork it. */
typedef struct nsym_random {
    uint64_t seed;
    uint64_t index;
    uint32_t purpose;
    uint32_t block;
    uint32_t buffer[4];
    uint32_t left; /* numbers of the buffer not yet given out */
} nsym_random;

/* The stream of a seed, a purpose ("smear", "shuffle") and an index (event, epoch, member). */
NSYM_API nsym_random nsym_random_stream(uint64_t seed, const char *purpose, uint64_t index);

/* Uniform in [0, 2^32). */
NSYM_API uint32_t nsym_random_u32(nsym_random *random);

/* Uniform in [0, 1), 53 bits. */
NSYM_API double nsym_random_uniform(nsym_random *random);

/* Standard normal (Box-Muller, one number a call, two uniforms each). */
NSYM_API double nsym_random_normal(nsym_random *random);

/* n standard normals at once in single precision, many times as fast, and the same on every kind of CPU. Box-Muller
   from 31 and 32 bits: every four of them take one block of the stream, so that calls for 4 and 8 give what one for 12
   gives. They go up to 6.7 and round like floats, also next to 0. Shape: normals (n). */
NSYM_API void nsym_random_normals(nsym_random *random, float *normals, size_t n);

/* Uniform in {0, ..., n - 1}, without bias (Lemire, arXiv:1805.10941); n > 0. */
NSYM_API uint32_t nsym_random_below(nsym_random *random, uint32_t n);

/* Shuffles an index list in place (Fisher-Yates). Shape: order (n). */
NSYM_API void nsym_random_shuffle(nsym_random *random, uint32_t *order, size_t n);

#ifdef __cplusplus
}
#endif
#endif
