#include "study/space.h"

#include "base/arena.h"
#include "base/fail.h"
#include "study/sections.h"
#include <nearsym/random.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COMBINATIONS = 1000000, REDRAWS = 10000 }; /* of lists; of a try that there was already */

/* One setting of the space. */
typedef struct {
    const nsym_node *values; /* a list, a value that counts as a list of one, or a map that is read as a range */
    nsym_range_card range;
} dimension;

static bool is_range(const dimension *d) {
    return d->values && d->values->kind == NSYM_MAP;
}

static bool is_list(const dimension *d) {
    return d->values && d->values->kind == NSYM_LIST;
}

static size_t values_of(const dimension *d) {
    return is_list(d) ? d->values->count : 1;
}

static const nsym_node *value_at(const dimension *d, size_t i) {
    return is_list(d) ? d->values->child[i] : d->values;
}

static nsym_status no_memory(size_t tries) {
    return nsym_fail(NSYM_ENOMEM, "no memory for a search of %zu tries", tries);
}

static nsym_status read_range(dimension *d, const nsym_tree *card) {
    char where[256];
    nsym_range_card *range = &d->range;
    snprintf(where, sizeof where, "search.space.%s", d->values->key);
    NSYM_TRY(nsym_section_read(range, &nsym_section_range, (nsym_reader){card, d->values, where}, 0));
    if (!nsym_node_at(d->values, "from") || !nsym_node_at(d->values, "to"))
        return nsym_fail_at(card, d->values,
                            "%s must be a list of values, or a range with 'from' and 'to', such as "
                            "{from: 1.0e-4, to: 1.0e-2, scale: log}",
                            where);
    if (!(range->from < range->to))
        return nsym_fail_at(card, nsym_node_at(d->values, "from"), "%s.from is %g, must be below %s.to, %g", where,
                            range->from, where, range->to);
    if (range->logarithmic && range->from <= 0)
        return nsym_fail_at(card, nsym_node_at(d->values, "from"),
                            "%s.from is %g, must be > 0 if scale is log; use scale: linear, or begin above 0", where,
                            range->from);
    bool given = nsym_node_at(d->values, "step") != NULL;
    if ((given ? range->step > 0 : range->step == 0) && range->step <= range->to - range->from) return NSYM_OK;
    return nsym_fail_at(card, nsym_node_at(d->values, "step"),
                        "%s.step is %g, must be > 0 and at most the width of the range, %g", where, range->step,
                        range->to - range->from);
}

/* Reads the dimensions; *size is the number of combinations of the lists. */
static nsym_status read_space(nsym_space *out, dimension *d, size_t *size, const nsym_tree *card,
                              const nsym_node *search) {
    const nsym_node *space = nsym_node_at(search, "space");
    *size = 1;
    if (!space || space->kind != NSYM_MAP || space->count == 0 || space->count > NSYM_DIMENSIONS_MAX)
        return nsym_fail_at(card, search,
                            "search needs a map 'space' of 1 to %d lists or ranges, such as space: "
                            "{train.learning_rate: [0.001, 0.0001]}",
                            NSYM_DIMENSIONS_MAX);
    for (size_t i = 0; i < space->count; i++) {
        d[i] = (dimension){.values = space->child[i]};
        out->path[i] = space->child[i]->key;
        if (is_range(&d[i])) {
            NSYM_TRY(read_range(&d[i], card));
            continue;
        }
        if (values_of(&d[i]) == 0 || *size > COMBINATIONS / values_of(&d[i]))
            return nsym_fail_at(card, d[i].values,
                                "search.space.%s must be a list of values, and all lists together "
                                "have at most 10^6 combinations",
                                out->path[i]);
        *size *= values_of(&d[i]);
    }
    out->dimensions = space->count;
    return NSYM_OK;
}

/* Distinct places in the product of the lists, whose last runs fastest. */
static nsym_status draw_places(nsym_space *out, const dimension *d, size_t size, uint64_t seed) {
    uint32_t *all = malloc(size * sizeof *all);
    if (!all) return nsym_fail(NSYM_ENOMEM, "no memory for a search among %zu settings", size);
    nsym_random random = nsym_random_stream(seed, "search", 0);
    for (size_t i = 0; i < size; i++) all[i] = (uint32_t)i;
    nsym_random_shuffle(&random, all, size);
    if (out->tries > size) out->tries = size;
    for (size_t t = 0; t < out->tries; t++) {
        size_t number = all[t];
        for (size_t k = out->dimensions; k-- > 0; number /= values_of(&d[k]))
            out->value[t * out->dimensions + k] = value_at(&d[k], number % values_of(&d[k]));
    }
    free(all);
    return NSYM_OK;
}

static double clamp(double x, const nsym_range_card *range) {
    return fmin(fmax(x, range->from), range->to);
}

/* A number of a range: in steps from its beginning, or to four digits. */
static double draw_number(const nsym_range_card *range, nsym_random *random) {
    double u = nsym_random_uniform(random), x;
    double steps = range->step > 0 ? floor((range->to - range->from) / range->step * (1 + 1e-12)) : 0;
    if (range->step > 0 && !range->logarithmic) return range->from + fmin(floor(u * (steps + 1)), steps) * range->step;
    x = range->logarithmic ? exp(log(range->from) + u * log(range->to / range->from))
                           : range->from + u * (range->to - range->from);
    if (range->step > 0) return range->from + fmin(round((x - range->from) / range->step), steps) * range->step;
    char text[32];
    snprintf(text, sizeof text, "%.4g", clamp(x, range));
    return clamp(strtod(text, NULL), range);
}

static nsym_status draw_value(const nsym_node **out, const dimension *d, const nsym_tree *card, nsym_random *random) {
    if (!is_range(d)) {
        *out = value_at(d, nsym_random_below(random, (uint32_t)values_of(d)));
        return NSYM_OK;
    }
    nsym_node *node = nsym_arena_alloc(card->arena, 1, sizeof *node);
    char *text = nsym_arena_printf(card->arena, "%.10g", draw_number(&d->range, random));
    if (!node || !text) return nsym_fail(NSYM_ENOMEM, "no memory for the values of a search");
    *node = *d->values; /* its place in the file */
    node->kind = NSYM_SCALAR;
    node->text = text;
    node->count = 0;
    node->child = NULL;
    *out = node;
    return NSYM_OK;
}

static bool same_value(const nsym_node *a, const nsym_node *b) {
    return a == b || (a->kind == NSYM_SCALAR && b->kind == NSYM_SCALAR && strcmp(a->text, b->text) == 0);
}

/* Is try `t` one of those before it? */
static bool is_repeated(const nsym_space *s, size_t t) {
    for (size_t i = 0; i < t; i++) {
        bool same = true;
        for (size_t k = 0; same && k < s->dimensions; k++)
            same = same_value(s->value[i * s->dimensions + k], s->value[t * s->dimensions + k]);
        if (same) return true;
    }
    return false;
}

/* Every setting by itself. Where nothing new comes any more the tries are those that there are. */
static nsym_status draw_values(nsym_space *out, const dimension *d, const nsym_tree *card, uint64_t seed) {
    size_t drawn = 0, wanted = out->tries, repeats = 0;
    nsym_random random = nsym_random_stream(seed, "search range", 0);
    while (drawn < wanted && repeats < REDRAWS) {
        for (size_t k = 0; k < out->dimensions; k++)
            NSYM_TRY(draw_value(&out->value[drawn * out->dimensions + k], &d[k], card, &random));
        bool repeated = is_repeated(out, drawn);
        repeats = repeated ? repeats + 1 : 0;
        drawn += !repeated;
    }
    out->tries = drawn;
    return NSYM_OK;
}

nsym_status nsym_space_draw(nsym_space *out, const nsym_tree *card, const nsym_node *search, size_t tries,
                            uint64_t seed) {
    dimension d[NSYM_DIMENSIONS_MAX] = {0};
    size_t size;
    bool ranges = false;
    *out = (nsym_space){.tries = tries};
    NSYM_TRY(read_space(out, d, &size, card, search));
    for (size_t k = 0; k < out->dimensions; k++) ranges |= is_range(&d[k]);
    if (!ranges && out->tries > size) out->tries = size;
    out->value = calloc(out->tries * out->dimensions, sizeof(nsym_node *));
    if (!out->value) return no_memory(tries);
    return ranges ? draw_values(out, d, card, seed) : draw_places(out, d, size, seed);
}

void nsym_space_free(nsym_space *space) {
    free(space->value);
    *space = (nsym_space){0};
}
