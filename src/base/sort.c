/* A radix sort from the last digit (D. Knuth, The Art of Computer Programming 3, 5.2.5) over the 33 high bits of a
   double, its sign, exponent and 21 bits of its mantissa, which tell apart nearly all; what they do not, small sorts
   finish. */
#include "base/sort.h"

#include "base/fail.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 1024, INSERTED = 32, DIGIT = 11, VALUES = 1 << DIGIT, DIGITS = 3, LOW = 64 - DIGITS * DIGIT };

/* A value's bits, turned so that they rise as unsigned numbers with the values. */
typedef struct {
    uint64_t key;
    size_t place;
} entry;

static const uint64_t SIGN = UINT64_C(1) << 63;

static uint64_t key_of(double value) {
    uint64_t bits;
    value += 0.0; /* -0 becomes 0 */
    memcpy(&bits, &value, sizeof bits);
    return bits & SIGN ? ~bits : bits | SIGN;
}

static double value_of(uint64_t key) {
    double value;
    uint64_t bits = key & SIGN ? key ^ SIGN : ~key;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static int by_key(const void *a, const void *b) {
    const entry *x = a, *y = b;
    if (x->key != y->key) return x->key > y->key ? 1 : -1;
    return (x->place > y->place) - (x->place < y->place);
}

static size_t digit_of(uint64_t key, int shift) {
    return key >> shift & (VALUES - 1);
}

/* Sorts by the DIGITS digits from bit `low` on; the result is in the one of both that is returned. Shapes: from, to
   (n), n > 0. */
static entry *sort_by_digits(entry *from, entry *to, size_t n, int low) {
    size_t start[DIGITS][VALUES] = {{0}};
    for (size_t i = 0; i < n; i++)
        for (int d = 0; d < DIGITS; d++) start[d][digit_of(from[i].key, low + d * DIGIT)]++;
    for (int d = 0; d < DIGITS; d++) {
        int shift = low + d * DIGIT;
        if (start[d][digit_of(from[0].key, shift)] == n) continue; /* all alike */
        for (size_t v = 0, before = 0; v < VALUES; v++) {
            size_t count = start[d][v];
            start[d][v] = before;
            before += count;
        }
        for (size_t i = 0; i < n; i++) to[start[d][digit_of(from[i].key, shift)]++] = from[i];
        entry *last = from;
        from = to;
        to = last;
    }
    return from;
}

static void insert(entry *run, size_t n) {
    for (size_t i = 1; i < n; i++) {
        entry next = run[i];
        size_t at = i;
        for (; at > 0 && run[at - 1].key > next.key; at--) run[at] = run[at - 1];
        run[at] = next;
    }
}

/* Sorts a run of entries of the same high bits by the others. Shapes: run, room (n). */
static void sort_run(entry *run, entry *room, size_t n) {
    size_t rising = 1;
    while (rising < n && run[rising - 1].key <= run[rising].key) rising++;
    if (rising == n) return; /* as equal values do */
    if (n <= INSERTED) {
        insert(run, n);
        return;
    }
    const entry *sorted = sort_by_digits(run, room, n, 0);
    if (sorted != run) memcpy(run, sorted, n * sizeof *run);
}

/* Sorts the entries, into one of both. Shapes: all, room (n), n > 0. */
static entry *sort(entry *all, entry *room, size_t n) {
    if (n < FEW) {
        qsort(all, n, sizeof *all, by_key);
        return all;
    }
    entry *sorted = sort_by_digits(all, room, n, LOW);
    if (sorted != all) room = all;
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && sorted[end].key >> LOW == sorted[i].key >> LOW;) end++;
        if (end - i > 1) sort_run(sorted + i, room, end - i);
    }
    return sorted;
}

nsym_status nsym_sort(nsym_ranked *ranked, size_t n) {
    if (n < 2) return NSYM_OK;
    entry *all = n < SIZE_MAX / (2 * sizeof *all) ? malloc(2 * n * sizeof *all) : NULL;
    if (!all) return nsym_fail(NSYM_ENOMEM, "no memory to sort %zu values", n);
    for (size_t i = 0; i < n; i++) all[i] = (entry){key_of(ranked[i].value), ranked[i].place};
    const entry *sorted = sort(all, all + n, n);
    for (size_t i = 0; i < n; i++) ranked[i] = (nsym_ranked){value_of(sorted[i].key), sorted[i].place};
    free(all);
    return NSYM_OK;
}
