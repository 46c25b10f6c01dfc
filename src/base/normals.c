/* Normals by the block: every loop is one that compilers turn into vector instructions, and uses only operations that
   round alike on every CPU. */
#include <nearsym/random.h>

#include "base/cpu.h"

#include <Random123/philox.h>
#include <math.h>
#include <string.h>

enum { BLOCKS = 64 }; /* of four numbers, made together */

/* The stream's next blocks: word w of block i is words[w][i]. */
NSYM_LOOP draw_loop(const nsym_random *r, uint32_t words[4][BLOCKS]) {
    const uint32_t first = r->block, low = (uint32_t)r->index, high = (uint32_t)(r->index >> 32), purpose = r->purpose;
    const uint32_t seed_low = (uint32_t)r->seed, seed_high = (uint32_t)(r->seed >> 32);
#pragma omp simd
    for (uint32_t i = 0; i < BLOCKS; i++) {
        uint32_t a = first + i, b = low, c = high, d = purpose, key = seed_low, other_key = seed_high;
        for (int round = 0; round < 10; round++) {
            uint64_t ab = (uint64_t)PHILOX_M4x32_0 * a, cd = (uint64_t)PHILOX_M4x32_1 * c;
            a = (uint32_t)(cd >> 32) ^ b ^ key;
            b = (uint32_t)cd;
            c = (uint32_t)(ab >> 32) ^ d ^ other_key;
            d = (uint32_t)ab;
            key += PHILOX_W32_0;
            other_key += PHILOX_W32_1;
        }
        words[0][i] = a, words[1][i] = b, words[2][i] = c, words[3][i] = d;
    }
}

NSYM_TWO_PATHS(draw, (const nsym_random *r, uint32_t words[4][BLOCKS]), (r, words))

static int32_t bits_of(float x) {
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static float float_of(int32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* -2 log(u) of u = (k + 1/2) / 2^31, k = word / 2. With u = 2^e (1 + f), 1/sqrt(2) <= 1 + f < sqrt(2), it is
   -2 (e log(2) + f - f^2 / 2 + f^3 P(f)); where e is 0, f = u - 1 is taken from 2^31 - 1 - k, that nothing cancels. P
   is the polynomial of Cephes' logf. */
static inline float minus_two_log(uint32_t word) {
    int32_t k = (int32_t)(word >> 1);
    float u = ((float)k + 0.5f) * 0x1p-31f, below_one = ((float)(INT32_MAX - k) + 0.5f) * 0x1p-31f;
    int32_t bits = bits_of(u), e = (bits - 0x3f3504f3) >> 23; /* sqrt(1/2), 0.70710678 */
    float f = e < 0 ? float_of(bits - e * (1 << 23)) - 1 : -below_one, power = (float)e;
    float p = 7.0376836292e-2f;
    p = p * f - 1.1514610310e-1f;
    p = p * f + 1.1676998740e-1f;
    p = p * f - 1.2420140846e-1f;
    p = p * f + 1.4249322787e-1f;
    p = p * f - 1.6668057665e-1f;
    p = p * f + 2.0000714765e-1f;
    p = p * f - 2.4999993993e-1f;
    p = p * f + 3.3333331174e-1f;
    return -2 * (power * 0.693147180559945f + (f + f * f * (p * f - 0.5f)));
}

/* The cosine and the sine of word / 2^32 turns: the nearest quarter turn, and the rest within 1/8 turn (Cephes' sinf
   and cosf). */
static inline void turn(uint32_t word, float *cosine, float *sine) {
    uint32_t quarter = (word + (1u << 29)) >> 30;
    float x = (float)(int32_t)(word - (quarter << 30)) * 1.4629180792671596e-9f, z = x * x; /* 2 pi / 2^32 */
    float s = ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * x + x;
    float c = ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f) * z * z - 0.5f * z + 1;
    int32_t swap = -(int32_t)(quarter & 1), cb = bits_of(c), sb = bits_of(s), differ = (cb ^ sb) & swap;
    uint32_t cosine_sign = ((quarter + 1) & 2) << 30, sine_sign = (quarter & 2) << 30;
    *cosine = float_of((int32_t)((uint32_t)(cb ^ differ) ^ cosine_sign));
    *sine = float_of((int32_t)((uint32_t)(sb ^ differ) ^ sine_sign));
}

/* Shapes: radii and turns (BLOCKS) words, x and y (BLOCKS). */
NSYM_LOOP box_muller_loop(const uint32_t *radii, const uint32_t *turns, float *x, float *y) {
#pragma omp simd
    for (size_t i = 0; i < BLOCKS; i++) {
        float radius = sqrtf(minus_two_log(radii[i])), cosine, sine;
        turn(turns[i], &cosine, &sine);
        x[i] = radius * cosine;
        y[i] = radius * sine;
    }
}

NSYM_TWO_PATHS(box_muller, (const uint32_t *radii, const uint32_t *turns, float *x, float *y), (radii, turns, x, y))

void nsym_random_normals(nsym_random *r, float *normals, size_t n) {
    uint32_t words[4][BLOCKS];
    float made[4][BLOCKS], ordered[4 * BLOCKS];
    r->left = 0;
    while (n > 0) {
        size_t size = n < 4 * BLOCKS ? n : 4 * BLOCKS;
        draw(r, words);
        box_muller(words[0], words[1], made[0], made[1]);
        box_muller(words[2], words[3], made[2], made[3]);
        for (size_t i = 0; i < BLOCKS; i++)
            for (size_t w = 0; w < 4; w++) ordered[4 * i + w] = made[w][i];
        memcpy(normals, ordered, size * sizeof *normals);
        r->block += (uint32_t)((size + 3) / 4);
        normals += size;
        n -= size;
    }
}
