#include "sources/order.h"

#include "base/fail.h"
#include "sources/files.h"
#include "sources/source.h"
#include <nearsym/random.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t nsym_event_of(const nsym_data_card *card, size_t block, size_t number) {
    size_t of_block = block * card->repeat;
    return number / of_block * block + number % of_block % block;
}

void nsym_units_free(nsym_units *units) {
    free(units->first);
    free(units->member);
    *units = (nsym_units){0};
}

static nsym_status allocate(nsym_units *out, size_t units, size_t members) {
    *out = (nsym_units){units, calloc(units + 1, sizeof *out->first), calloc(members + 1, sizeof *out->member)};
    if (out->first && out->member) return NSYM_OK;
    return nsym_fail(NSYM_ENOMEM, "no memory to order %zu events", members);
}

/* A value and where it stands. */
typedef struct {
    double value;
    size_t row;
} place;

static int by_value(const void *a, const void *b) {
    const place *x = a, *y = b;
    if (x->value != y->value) return x->value < y->value ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* Rows of one event have one label. */
static nsym_status check_label(const nsym_events *events, const double *labels, size_t row, size_t first,
                               const char *group) {
    if (labels[row] == labels[first]) return NSYM_OK;
    const nsym_column *file = nsym_events_column(events, "file");
    bool apart = file && file->width == 1 && file->values[row] != file->values[first];
    return nsym_fail(NSYM_EINVAL, "rows %zu and %zu belong to one event (%s), but their labels are %g and %g%s",
                     nsym_events_row(events, first), nsym_events_row(events, row), group, labels[first], labels[row],
                     apart ? "; they come from two files: if each file numbers its events from the start, make unique "
                             "numbers with data.define, such as {event: \"COLUMN + 1e9 * file\"}"
                           : "");
}

/* Rows with one value of a column, in the order in which their first rows stand. */
static nsym_status group_rows(nsym_units *out, const nsym_events *events, const char *name) {
    double *values, *labels;
    size_t n = events->count, *first_of, groups = 0, used = 0;
    NSYM_TRY(nsym_column_values(&values, events, name));
    NSYM_TRY(nsym_column_values(&labels, events, "label"));
    place *sorted = malloc((n + 1) * sizeof *sorted);
    first_of = malloc((n + 1) * sizeof *first_of); /* of a row: where its group begins in sorted; only of first rows */
    nsym_status status = sorted && first_of ? allocate(out, n, n) : nsym_fail(NSYM_ENOMEM, "no memory to group events");
    for (size_t i = 0; status == NSYM_OK && i < n; i++) {
        sorted[i] = (place){values[i], i};
        first_of[i] = n;
        if (isnan(values[i]))
            status = nsym_fail(NSYM_ENUMERIC, "row %zu: %s is NaN, must be the number of an event",
                               nsym_events_row(events, i), name);
    }
    if (status == NSYM_OK) qsort(sorted, n, sizeof *sorted, by_value);
    for (size_t i = 0; status == NSYM_OK && i < n; i++)
        if (i == 0 || sorted[i].value != sorted[i - 1].value) first_of[sorted[i].row] = i;
    for (size_t row = 0; status == NSYM_OK && row < n; row++) {
        if (first_of[row] == n) continue;
        for (size_t i = first_of[row]; status == NSYM_OK && i < n && sorted[i].value == values[row]; i++) {
            status = check_label(events, labels, sorted[i].row, row, name);
            out->member[used++] = sorted[i].row;
        }
        out->first[++groups] = used;
    }
    out->count = groups;
    free(sorted);
    free(first_of);
    return status;
}

nsym_status nsym_units_new(nsym_units *out, const nsym_data_card *card, const nsym_events *events, size_t count,
                           size_t block) {
    *out = (nsym_units){0};
    if (card->copies.group[0]) return group_rows(out, events, card->copies.group);
    size_t together = card->split.group ? card->repeat : 1, all = count * card->repeat;
    NSYM_TRY(allocate(out, all / together, all));
    for (size_t u = 0; u < out->count; u++)
        for (size_t c = 0; c < together; c++) {
            out->member[u * together + c] = together == 1 ? u : (u / block * together + c) * block + u % block;
            out->first[u + 1] = (u + 1) * together;
        }
    return NSYM_OK;
}

nsym_status nsym_order_draw(size_t **order, size_t n, uint64_t seed, const char *purpose, size_t index) {
    if (n > UINT32_MAX) return nsym_fail(NSYM_EINVAL, "%zu events are more than a sample holds (2^32)", n);
    uint32_t *drawn = malloc((n + 1) * sizeof *drawn);
    *order = calloc(n + 1, sizeof **order);
    if (drawn && *order) {
        nsym_random random = nsym_random_stream(seed, purpose, index);
        for (size_t i = 0; i < n; i++) drawn[i] = (uint32_t)i;
        nsym_random_shuffle(&random, drawn, n);
        for (size_t i = 0; i < n; i++) (*order)[i] = drawn[i];
        free(drawn);
        return NSYM_OK;
    }
    free(drawn);
    free(*order);
    return nsym_fail(NSYM_ENOMEM, "no memory to shuffle %zu events", n);
}

/* The class whose next event is due first, were those of each class evenly spread. */
static size_t next_class(const size_t *count, const size_t *taken) {
    size_t due = NSYM_NONE;
    double first = 0;
    for (size_t c = 0; c < NSYM_CLASSES_MAX; c++) {
        double at = ((double)taken[c] + 0.5) / (double)count[c];
        if (taken[c] == count[c] || (due != NSYM_NONE && at >= first)) continue;
        due = c;
        first = at;
    }
    return due;
}

nsym_status nsym_order_spread(size_t *order, const double *labels, size_t n) {
    size_t count[NSYM_CLASSES_MAX] = {0}, next[NSYM_CLASSES_MAX] = {0}, taken[NSYM_CLASSES_MAX] = {0};
    size_t *drawn = malloc((n + 1) * sizeof *drawn);
    if (!drawn) return nsym_fail(NSYM_ENOMEM, "no memory to order %zu events", n);
    memcpy(drawn, order, n * sizeof *drawn);
    for (size_t i = 0; i < n; i++) count[(size_t)labels[i]]++;
    for (size_t k = 0; k < n; k++) {
        size_t c = next_class(count, taken);
        while ((size_t)labels[drawn[next[c]]] != c) next[c]++;
        order[k] = drawn[next[c]++];
        taken[c]++;
    }
    free(drawn);
    return NSYM_OK;
}

/* The column is the files' own, but data.define may have put other numbers there. */
static nsym_status check_given(const nsym_events *made, const double *given) {
    for (size_t row = 0; row < made->count; row++)
        if (!(given[row] >= NSYM_FOR_ANY && given[row] <= NSYM_FOR_TEST) || given[row] != floor(given[row]))
            return nsym_fail(NSYM_EINVAL,
                             "row %zu: " NSYM_GIVEN_PART
                             " is %g, must be 0 (any part), 1 (train), 2 (validation) or 3 (test), as data.files gives "
                             "parts; give the column of data.define another name",
                             nsym_events_row(made, row), given[row]);
    return NSYM_OK;
}

/* The given part of each unit (units->count) and how many units each has. Errors: rows of one event in two parts. */
static nsym_status parts_of_units(unsigned char *part, size_t count[4], const nsym_units *u, const nsym_events *made,
                                  size_t copies) {
    const double *given = nsym_events_column(made, NSYM_GIVEN_PART)->values;
    NSYM_TRY(check_given(made, given));
    for (size_t i = 0; i < u->count; i++) {
        size_t first = u->member[u->first[i]] * copies;
        part[i] = (unsigned char)given[first];
        count[part[i]]++;
        for (size_t k = u->first[i] + 1; k < u->first[i + 1]; k++) {
            size_t row = u->member[k] * copies;
            if (given[row] != given[first])
                return nsym_fail(NSYM_EINVAL,
                                 "rows %zu and %zu belong to one event, but data.files puts them in two parts",
                                 nsym_events_row(made, first), nsym_events_row(made, row));
        }
    }
    return NSYM_OK;
}

/* The last n units of the order that are for any part become those of a part. */
static void hand_on(unsigned char *part, const size_t *order, size_t count, nsym_file_part to, size_t n) {
    for (size_t i = count; i-- > 0 && n > 0;)
        if (part[order[i]] == NSYM_FOR_ANY) {
            part[order[i]] = (unsigned char)to;
            n--;
        }
}

/* Puts the order in that of the parts, in new room, and counts events. */
static void lay_parts(size_t *to, nsym_given *out, const size_t *order, const unsigned char *part, const nsym_units *u,
                      const nsym_data_card *card) {
    static const nsym_file_part last[] = {NSYM_FOR_TRAINING, NSYM_FOR_ANY, NSYM_FOR_VALIDATION, NSYM_FOR_TEST},
                                first[] = {NSYM_FOR_TEST, NSYM_FOR_TRAINING, NSYM_FOR_ANY, NSYM_FOR_VALIDATION};
    const nsym_file_part *turn = card->split.order == NSYM_SPLIT_FIRST ? first : last;
    bool by_column = card->copies.group[0];
    size_t used = 0;
    for (size_t p = 0; p < 4; p++)
        for (size_t i = 0; i < u->count; i++) {
            size_t unit = order[i], events = by_column ? 1 : u->first[unit + 1] - u->first[unit];
            if (part[unit] != turn[p]) continue;
            to[used++] = unit;
            if (turn[p] == NSYM_FOR_TEST) out->test += events;
            if (turn[p] == NSYM_FOR_VALIDATION) out->checks += events;
        }
}

nsym_status nsym_order_parts(nsym_given *out, size_t *order, const nsym_units *u, const nsym_events *made,
                             size_t copies, const nsym_data_card *card) {
    size_t count[4] = {0};
    *out = (nsym_given){0};
    if (!nsym_files_give(card, NSYM_FOR_ANY)) return NSYM_OK;
    unsigned char *part = calloc(u->count + 1, 1);
    size_t *laid = malloc((u->count + 1) * sizeof *laid);
    nsym_status status = part && laid ? parts_of_units(part, count, u, made, copies)
                                      : nsym_fail(NSYM_ENOMEM, "no memory to order %zu events", u->count);
    if (status == NSYM_OK) {
        double any = (double)count[NSYM_FOR_ANY];
        size_t tests = count[NSYM_FOR_TEST] ? 0 : (size_t)llround(any * card->split.test);
        size_t checks = count[NSYM_FOR_VALIDATION] ? 0 : (size_t)llround(any * card->split.validation);
        hand_on(part, order, u->count, NSYM_FOR_TEST, tests);
        hand_on(part, order, u->count, NSYM_FOR_VALIDATION, checks);
        lay_parts(laid, out, order, part, u, card);
        memcpy(order, laid, u->count * sizeof *order);
        out->is = true;
    }
    free(part);
    free(laid);
    return status;
}
