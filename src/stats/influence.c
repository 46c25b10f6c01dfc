#include "stats/influence.h"

#include "base/cpu.h"
#include <nearsym/random.h>

#include <math.h>
#include <string.h>

/* Signs of a word, words of an event, events that are added while their sums stay in registers. */
enum { SIGNS = 32, WORDS = NSYM_INFLUENCE_DRAWS / SIGNS, EVENTS = 64, FOUR = 4 };

typedef double four __attribute__((vector_size(FOUR * sizeof(double))));
typedef uint64_t four_words __attribute__((vector_size(FOUR * sizeof(uint64_t))));

/* The sign bits of four sums, by four random bits: minus where a bit is 0. */
#define MINUS(bits, k) ((bits) >> (k)&1 ? 0 : (uint64_t)1 << 63)
#define ROW(bits)                                                                                                      \
    { MINUS(bits, 0), MINUS(bits, 1), MINUS(bits, 2), MINUS(bits, 3) }
static const four_words minus[16] = {ROW(0U), ROW(1U), ROW(2U),  ROW(3U),  ROW(4U),  ROW(5U),  ROW(6U),  ROW(7U),
                                     ROW(8U), ROW(9U), ROW(10U), ROW(11U), ROW(12U), ROW(13U), ROW(14U), ROW(15U)};

/* Adds values (n) to 32 sums, each with a sign of its own for each, in the order of the values. */
NSYM_LOOP add_signed_loop(double *sums, const double *values, const uint32_t *bits, size_t n) {
    four sum[SIGNS / FOUR];
    memcpy(sum, sums, sizeof sum);
    for (size_t i = 0; i < n; i++) {
        uint64_t value;
        memcpy(&value, &values[i], sizeof value);
#pragma GCC unroll 8
        for (size_t q = 0; q < SIGNS / FOUR; q++) {
            four_words term = value ^ minus[bits[i] >> (FOUR * q) & 15];
            four add;
            memcpy(&add, &term, sizeof add);
            sum[q] += add;
        }
    }
    memcpy(sums, sum, sizeof sum);
}
NSYM_TWO_PATHS(add_signed, (double *sums, const double *values, const uint32_t *bits, size_t n),
               (sums, values, bits, n))

void nsym_influence_draw(double draws[NSYM_INFLUENCE_DRAWS], const double *influence, size_t n, uint64_t seed) {
    double values[EVENTS];
    uint32_t bits[WORDS][EVENTS];
    size_t taken = 0;
    memset(draws, 0, NSYM_INFLUENCE_DRAWS * sizeof *draws);
    for (size_t i = 0; i <= n; i++) {
        if (taken == EVENTS || i == n) {
            for (size_t w = 0; w < WORDS; w++) add_signed(draws + SIGNS * w, values, bits[w], taken);
            taken = 0;
        }
        if (i == n || influence[i] == 0) continue;
        nsym_random random = nsym_random_stream(seed, "test sample", i);
        for (size_t w = 0; w < WORDS; w++) bits[w][taken] = nsym_random_u32(&random);
        values[taken++] = influence[i];
    }
    for (size_t k = 0; k < NSYM_INFLUENCE_DRAWS; k++) draws[k] /= sqrt(NSYM_INFLUENCE_DRAWS);
}
