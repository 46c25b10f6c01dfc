#include <nearsym/random.h>

#include <Random123/philox.h>
#include <math.h>

/* FNV-1a, 32 bits: purposes are a handful of short words. */
static uint32_t hash_of(const char *text) {
    uint32_t hash = 2166136261u;
    for (; *text; text++) hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

nsym_random nsym_random_stream(uint64_t seed, const char *purpose, uint64_t index) {
    nsym_random random = {.seed = seed, .index = index, .purpose = hash_of(purpose)};
    return random;
}

static void refill(nsym_random *r) {
    philox4x32_ctr_t counter = {{r->block++, (uint32_t)r->index, (uint32_t)(r->index >> 32), r->purpose}};
    philox4x32_key_t key = {{(uint32_t)r->seed, (uint32_t)(r->seed >> 32)}};
    philox4x32_ctr_t drawn = philox4x32(counter, key);
    for (int i = 0; i < 4; i++) r->buffer[i] = drawn.v[i];
    r->left = 4;
}

uint32_t nsym_random_u32(nsym_random *r) {
    if (r->left == 0) refill(r);
    return r->buffer[--r->left];
}

double nsym_random_uniform(nsym_random *r) {
    uint64_t high = nsym_random_u32(r) >> 5, low = nsym_random_u32(r) >> 6;
    return (double)((high << 26) | low) * 0x1p-53;
}

double nsym_random_normal(nsym_random *r) {
    const double two_pi = 6.283185307179586476925;
    double u = 1.0 - nsym_random_uniform(r); /* in (0, 1] */
    return sqrt(-2.0 * log(u)) * cos(two_pi * nsym_random_uniform(r));
}

uint32_t nsym_random_below(nsym_random *r, uint32_t n) {
    uint64_t product = (uint64_t)nsym_random_u32(r) * n;
    if ((uint32_t)product < n)
        for (uint32_t threshold = -n % n; (uint32_t)product < threshold;) product = (uint64_t)nsym_random_u32(r) * n;
    return (uint32_t)(product >> 32);
}

void nsym_random_shuffle(nsym_random *r, uint32_t *order, size_t n) {
    for (size_t i = n; i > 1; i--) {
        uint32_t j = nsym_random_below(r, (uint32_t)i), swap = order[i - 1];
        order[i - 1] = order[j];
        order[j] = swap;
    }
}
