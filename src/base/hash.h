/* FNV-1a in 64 bits: tells texts apart, hides and proves nothing. */
#ifndef NSYM_BASE_HASH_H
#define NSYM_BASE_HASH_H

#include <stdint.h>

#define NSYM_HASH_START UINT64_C(14695981039346656037)

/* The hash of what came before, `hash` (NSYM_HASH_START: nothing), and the text. */
static inline uint64_t nsym_hash_text(uint64_t hash, const char *text) {
    for (; *text; text++) hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return hash;
}

/* The finaliser of splitmix64 (Steele, Lea & Flood, OOPSLA 2014): every bit of the result depends on all of the number.
 */
static inline uint64_t nsym_hash_mix(uint64_t x) {
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

#endif
