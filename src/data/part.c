#include "data/part.h"

#include "base/fail.h"
#include "data/role.h"

#include <stdlib.h>
#include <string.h>

static const char name[] = "part";
static const char *const words[] = {"train", "validation", "test", "all"};
enum { WORDS = sizeof words / sizeof *words };

bool nsym_part_named(nsym_part *out, const char *word) {
    for (size_t i = 0; i < WORDS; i++) {
        if (strcmp(word, words[i]) != 0) continue;
        *out = (nsym_part)i;
        return true;
    }
    return false;
}

const nsym_column *nsym_part_column(const nsym_events *events) {
    const nsym_column *column = nsym_events_column(events, name);
    if (!column || column->width != 1) return NULL;
    for (size_t i = 0; i < events->count; i++) {
        double value = column->values[i];
        if (value != -1 && value != NSYM_PART_TRAIN && value != NSYM_PART_VALIDATION && value != NSYM_PART_TEST)
            return NULL;
    }
    return column;
}

nsym_status nsym_part_take(nsym_events **events, nsym_part part, size_t *left_out) {
    const nsym_column *column;
    size_t all = (*events)->count, n = 0;
    *left_out = 0;
    if (part != NSYM_PART_ALL) NSYM_TRY(nsym_role_column(&column, *events, name));
    column = nsym_part_column(*events);
    if (!column || part == NSYM_PART_ALL) return NSYM_OK;
    size_t *index = malloc((all + 1) * sizeof *index);
    if (!index) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", all);
    for (size_t i = 0; i < all; i++)
        if (column->values[i] == (double)part) index[n++] = i;
    nsym_events *taken = NULL;
    nsym_status status = NSYM_OK;
    if (n == 0)
        status = nsym_fail(NSYM_EINVAL, "no event is in the part \"%s\" (its column part)", words[part]);
    else if (n < all)
        status = nsym_events_select(&taken, *events, index, n);
    free(index);
    if (status != NSYM_OK || !taken) return status;
    nsym_events_free(*events);
    *events = taken;
    *left_out = all - n;
    return NSYM_OK;
}

nsym_status nsym_part_add(double **values, nsym_events *events, bool folds) {
    nsym_column *there = nsym_events_column(events, name);
    *values = there && nsym_part_column(events) ? there->values : NULL;
    if (there) return NSYM_OK;
    return nsym_events_add_column(events, name, "",
                                  folds ? "2 tests, 0 does not: every member trains and validates on folds of its own; "
                                          "-1 is not used"
                                        : "0 trains, 1 validates, 2 tests, -1 is not used",
                                  1, values);
}
