/* The order in which a set of Python 3.5 to 3.7 gives tuples of small whole numbers back: a table of 2^m places that is
   searched from the tuple's hash on, in stretches of ten places, and grows fourfold when two thirds are full. Edge
   weights are tried in that order, so k of a graph follows from it. */
#include "observables/efp_graph.h"

#include <stdbool.h>
#include <string.h>

enum { PLACES_MAX = 4096, STRETCH = 9 };

typedef struct tuple_set {
    size_t length, mask, count;
    bool taken[PLACES_MAX];
    uint8_t tuple[PLACES_MAX][NSYM_EFP_DEGREE_MAX];
} tuple_set;

static uint64_t hash_of(const uint8_t *tuple, size_t length) {
    uint64_t x = 0x345678, factor = 1000003;
    for (size_t i = 0; i < length; i++) {
        x = (x ^ tuple[i]) * factor;
        factor += 82520 + 2 * (length - 1 - i);
    }
    return x + 97531;
}

/* Whether the tuple was new. */
static bool insert(tuple_set *set, const uint8_t *tuple) {
    uint64_t perturb = hash_of(tuple, set->length);
    size_t at = perturb & set->mask;
    for (;;) {
        size_t last = at + STRETCH <= set->mask ? at + STRETCH : at;
        for (size_t i = at; i <= last; i++) {
            if (!set->taken[i]) {
                set->taken[i] = true;
                memcpy(set->tuple[i], tuple, set->length);
                return true;
            }
            if (memcmp(set->tuple[i], tuple, set->length) == 0) return false;
        }
        perturb >>= 5;
        at = (at * 5 + 1 + perturb) & set->mask;
    }
}

static size_t listed(const tuple_set *set, uint8_t (*out)[NSYM_EFP_DEGREE_MAX], size_t most) {
    size_t n = 0;
    for (size_t i = 0; i <= set->mask && n < most; i++)
        if (set->taken[i]) memcpy(out[n++], set->tuple[i], NSYM_EFP_DEGREE_MAX);
    return n;
}

static void add(tuple_set *set, const uint8_t *tuple) {
    uint8_t old[PLACES_MAX / 2][NSYM_EFP_DEGREE_MAX];
    if (!insert(set, tuple) || 3 * ++set->count < 2 * set->mask) return;
    size_t n = listed(set, old, PLACES_MAX / 2), places = 8;
    while (places <= 4 * n) places *= 2;
    set->mask = places - 1;
    memset(set->taken, 0, sizeof set->taken);
    for (size_t i = 0; i < n; i++) insert(set, old[i]);
}

/* Is place i of the part free, and the first free one of its value? */
static bool is_next(const uint8_t *part, size_t i, unsigned used) {
    for (size_t j = 0; j < i; j++)
        if (part[j] == part[i] && !(used >> j & 1)) return false;
    return !(used >> i & 1);
}

/* Adds every order of the part whose first `fixed` places are given, in the order of the places taken; each comes
   once. */
static void permute(tuple_set *set, const uint8_t *part, uint8_t *tuple, size_t fixed, unsigned used) {
    if (fixed == set->length) {
        add(set, tuple);
        return;
    }
    for (size_t i = 0; i < set->length; i++) {
        if (!is_next(part, i, used)) continue;
        tuple[fixed] = part[i];
        permute(set, part, tuple, fixed + 1, used | 1u << i);
    }
}

size_t nsym_efp_part_orders(const uint8_t *part, size_t length, uint8_t (*orders)[NSYM_EFP_DEGREE_MAX], size_t most) {
    tuple_set set = {.length = length, .mask = 7};
    uint8_t tuple[NSYM_EFP_DEGREE_MAX] = {0};
    permute(&set, part, tuple, 0, 0);
    return listed(&set, orders, most);
}
