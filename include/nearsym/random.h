/* Random numbers from Philox4x32-10 (Salmon et al., SC'11), a counter-based generator. A stream is a pure function of
   (seed, purpose, index), so the results depend neither on the order of the work nor on the number of threads. */
#ifndef NEARSYM_RANDOM_H
#define NEARSYM_RANDOM_H

#include <nearsym/api.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A stream of 2^34 32-bit numbers. It is a plain value: a copy continues independently. */
typedef struct nsym_random {
    uint64_t seed;
    uint64_t index;
    uint32_t purpose;
    uint32_t block;
    uint32_t buffer[4];
    uint32_t left; /* numbers in the buffer that are not used yet */
} nsym_random;

/* The stream of a seed, a purpose ("smear", "shuffle") and an index (event, epoch, member). */
NSYM_API nsym_random nsym_random_stream(uint64_t seed, const char *purpose, uint64_t index);

/* Uniform in [0, 2^32). */
NSYM_API uint32_t nsym_random_u32(nsym_random *random);

/* Uniform in [0, 1), 53 bits. */
NSYM_API double nsym_random_uniform(nsym_random *random);

/* Standard normal (Box-Muller; one number per call from two uniform numbers). */
NSYM_API double nsym_random_normal(nsym_random *random);

/* Fills normals (n) with standard normal numbers in single precision. This is many times as fast, and gives the same
   numbers on every kind of CPU. Box-Muller from 31 and 32 bits: four numbers take one block of the stream, so that
   calls for 4 and 8 give the same as one for 12. The largest is 6.7; small numbers have the rounding of floats, also
   near 0. */
NSYM_API void nsym_random_normals(nsym_random *random, float *normals, size_t n);

/* Uniform in {0, ..., n - 1}, without bias (Lemire, arXiv:1805.10941); n > 0. */
NSYM_API uint32_t nsym_random_below(nsym_random *random, uint32_t n);

/* Shuffles indices order (n) in place (Fisher-Yates). */
NSYM_API void nsym_random_shuffle(nsym_random *random, uint32_t *order, size_t n);

#ifdef __cplusplus
}
#endif
#endif
