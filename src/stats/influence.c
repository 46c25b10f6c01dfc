#include "stats/influence.h"

#include <nearsym/random.h>

#include <math.h>
#include <string.h>

void nsym_influence_draw(double draws[NSYM_INFLUENCE_DRAWS], const double *influence, size_t n, uint64_t seed) {
    enum { WORDS = NSYM_INFLUENCE_DRAWS / 32 };
    memset(draws, 0, NSYM_INFLUENCE_DRAWS * sizeof *draws);
    for (size_t i = 0; i < n; i++) {
        if (influence[i] == 0) continue;
        nsym_random random = nsym_random_stream(seed, "test sample", i);
        for (size_t w = 0; w < WORDS; w++) {
            uint32_t bits = nsym_random_u32(&random);
            for (size_t k = 0; k < 32; k++) draws[32 * w + k] += bits >> k & 1 ? influence[i] : -influence[i];
        }
    }
    for (size_t k = 0; k < NSYM_INFLUENCE_DRAWS; k++) draws[k] /= sqrt(NSYM_INFLUENCE_DRAWS);
}
