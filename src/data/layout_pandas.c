/* Tables of pandas (DataFrame.to_hdf) in both of its formats, and two published samples that are such tables.

   "table": GROUP/table holds records with the fields index, values_block_0, ...; the attribute values_block_0_kind is
   the list of that block's columns, pickled. "fixed": GROUP/block0_values are numbers (rows, columns) and
   GROUP/block0_items the names of those columns. */
#include "base/fail.h"
#include "base/list.h"
#include "base/remark.h"
#include "data/layout.h"
#include "data/texts.h"
#include "data/wanted.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_MAX = 10000, LHCO_PARTICLES = 700 };

/* One column of the table and where its numbers are. */
typedef struct table_column {
    const char *name;
    size_t rows, at;
} table_column;

typedef struct table {
    const char *group;
    bool fixed;
    size_t n, room;
    table_column *column; /* (n), arena's */
} table;

/* Which groups are tables. */

/* "frame", "frame_table", "series", ... ; NULL: no table of pandas. */
static const char *pandas_type(const nsym_layout *l, const char *group) {
    static const char *const types[] = {"frame", "frame_table", "series", "series_table", NULL};
    char *text = NULL;
    const char *known = NULL;
    if (nsym_h5_get_text(l->file, group, "pandas_type", &text) == NSYM_OK && text)
        for (const char *const *type = types; *type; type++)
            if (strcmp(text, *type) == 0) known = *type;
    free(text);
    return known;
}

/* Tables of categories' words, GROUP/meta/..., belong to another table. */
static bool is_table(const nsym_layout *l, const char *group) {
    return !strstr(group, "/meta/") && pandas_type(l, group) != NULL;
}

bool nsym_layout_is_pandas(const nsym_layout *l) {
    for (size_t i = 0; i < l->n_groups; i++)
        if (is_table(l, l->groups[i])) return true;
    return false;
}

/* The table that is meant: the only one, or that of "pandas:KEY". */
static nsym_status find_table(nsym_layout *l, table *t) {
    const char *colon = l->options->layout ? strchr(l->options->layout, ':') : NULL, *key = colon ? colon + 1 : NULL;
    char known[256] = "";
    size_t tables = 0;
    if (key && *key == '/') key++;
    t->group = NULL;
    for (size_t i = 0; i < l->n_groups; i++) {
        if (!is_table(l, l->groups[i])) continue;
        nsym_list_tell(known, sizeof known, l->groups[i]);
        tables++;
        if (!key || strcmp(key, l->groups[i]) == 0) t->group = l->groups[i];
    }
    if (key && !t->group) return nsym_fail(NSYM_ENOTFOUND, "has no pandas table %s; there are %s", key, known);
    if (tables == 0) return nsym_fail(NSYM_EFORMAT, "holds no pandas table");
    if (!key && tables > 1)
        return nsym_fail(NSYM_EFORMAT, "holds %zu pandas tables: %s; --layout pandas:%s reads that one", tables, known,
                         t->group);
    t->fixed = !strstr(pandas_type(l, t->group), "table");
    return NSYM_OK;
}

static const char *path_in(nsym_layout *l, const table *t, const char *name) {
    return nsym_arena_printf(l->arena, "%s/%s", t->group, name);
}

static nsym_status no_memory(const table *t) {
    return nsym_fail(NSYM_ENOMEM, "%s: no memory for the names of columns", t->group);
}

static nsym_status add_table_column(nsym_layout *l, table *t, const char *name, size_t rows, size_t at) {
    if (t->n == t->room) {
        size_t room = 2 * t->room + 64;
        table_column *more = nsym_arena_alloc(l->arena, room, sizeof *more);
        if (!more) return no_memory(t);
        if (t->n > 0) memcpy(more, t->column, t->n * sizeof *more);
        t->column = more;
        t->room = room;
    }
    t->column[t->n++] = (table_column){name, rows, at};
    return NSYM_OK;
}

/* Names of columns. */

static nsym_status refuse_many_levels(const char *where) {
    return nsym_fail(NSYM_EFORMAT,
                     "%s: the table's columns have names of several levels; make them one in pandas, df.columns = "
                     "['_'.join(map(str, c)) for c in df.columns], and write it again",
                     where);
}

/* The names of a pickled list (protocol 0, as PyTables writes it): lines of texts (V, S) and whole numbers (I, L), with
   memo marks between them. Errors: another number than `n`; anything else. */
static nsym_status unpickle(nsym_layout *l, const char *where, const char *text, size_t n, const char **names) {
    size_t found = 0;
    const char *at = text;
    if (strncmp(at, "(l", 2) == 0) at += 2;
    while (*at && *at != '.') {
        size_t line = strcspn(at, "\n"), skip = 1;
        if (*at == '(' || *at == 't' || *at == 'g') return refuse_many_levels(where);
        if (*at == 'V' || *at == 'S' || *at == 'I' || *at == 'L') {
            size_t quoted = *at == 'S' && line > 2, length = line - 1 - 2 * quoted;
            if (*at == 'L' && length > 0 && at[length] == 'L') length--;
            if (found < n && !(names[found] = nsym_arena_printf(l->arena, "%.*s", (int)length, at + 1 + quoted)))
                return nsym_fail(NSYM_ENOMEM, "%s: no memory", where);
            found++;
            skip = line;
        } else if (*at == 'p') {
            skip = line;
        } else if (*at != 'a' && *at != '\n') {
            return nsym_fail(NSYM_EFORMAT, "%s: the names of its columns are not texts or whole numbers", where);
        }
        at += skip;
        if (*at == '\n') at++;
    }
    if (found == n) return NSYM_OK;
    return nsym_fail(NSYM_EFORMAT, "%s: has %zu names for %zu columns", where, found, n);
}

/* Names kept as a dataset of texts or of whole numbers. */
typedef struct name_list {
    nsym_layout *layout;
    const char **name;
    size_t n, found;
} name_list;

static nsym_status take_name(void *context, const char *text, size_t n) {
    name_list *list = context;
    if (list->found == list->n) return NSYM_OK;
    list->name[list->found] = nsym_arena_printf(list->layout->arena, "%.*s", (int)n, text);
    return list->name[list->found++] ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for names");
}

static nsym_status read_names(nsym_layout *l, const char *dataset, size_t n, const char **names) {
    nsym_h5_array array;
    name_list list = {.layout = l, .name = names, .n = n};
    NSYM_TRY(nsym_h5_describe(l->file, dataset, &array));
    if (array.size != n || array.dimensions != 1)
        return nsym_fail(NSYM_EFORMAT, "%s: has %llu names for %zu columns", dataset, (unsigned long long)array.size,
                         n);
    if (array.text) return nsym_h5_read_texts(l->file, dataset, NULL, 0, n, take_name, &list);
    int64_t *whole = malloc(n * sizeof *whole + 1);
    nsym_status status = whole ? nsym_h5_read(l->file, dataset, NSYM_H5_INT64, 0, n, whole)
                               : nsym_fail(NSYM_ENOMEM, "%s: no memory", dataset);
    for (size_t i = 0; i < n && status == NSYM_OK; i++) {
        names[i] = nsym_arena_printf(l->arena, "%lld", (long long)whole[i]);
        if (!names[i]) status = nsym_fail(NSYM_ENOMEM, "%s: no memory", dataset);
    }
    free(whole);
    return status;
}

/* The fixed format. */

static nsym_status add_fixed_block(nsym_layout *l, table *t, size_t block, uint64_t *rows) {
    char name[64];
    nsym_h5_array array;
    size_t at;
    snprintf(name, sizeof name, "block%zu_values", block);
    const char *values = path_in(l, t, name);
    snprintf(name, sizeof name, "block%zu_items", block);
    const char *items = path_in(l, t, name);
    if (!values || !items) return no_memory(t);
    if (!nsym_layout_has(l, items)) return refuse_many_levels(t->group);
    NSYM_TRY(nsym_h5_describe(l->file, values, &array));
    if (!array.number || array.dimensions != 2) {
        nsym_h5_array list;
        NSYM_TRY(nsym_h5_describe(l->file, items, &list));
        const char **names = nsym_arena_alloc(l->arena, (size_t)list.size + 1, sizeof *names);
        if (!names) return no_memory(t);
        NSYM_TRY(read_names(l, items, (size_t)list.size, names));
        for (size_t k = 0; k < list.size; k++) {
            bool wanted;
            NSYM_TRY(nsym_layout_offer(l, names[k], &wanted));
            if (wanted)
                nsym_layout_leave_out(l, names[k], "texts or objects, pickled by pandas; format=\"table\" keeps them");
        }
        return NSYM_OK;
    }
    size_t n = (size_t)array.shape[1];
    const char **names = nsym_arena_alloc(l->arena, n + 1, sizeof *names);
    if (!names) return no_memory(t);
    NSYM_TRY(read_names(l, items, n, names));
    NSYM_TRY(nsym_layout_add_rows(l, values, NULL, 0, &array, n, &at));
    if (array.shape[0] > *rows) *rows = array.shape[0];
    for (size_t k = 0; k < n; k++) NSYM_TRY(add_table_column(l, t, names[k], at, k));
    return NSYM_OK;
}

static nsym_status plan_fixed(nsym_layout *l, table *t) {
    uint64_t rows = 0;
    const char *values = path_in(l, t, "values"), *blocks = nsym_layout_text(l, t->group, "nblocks");
    if (!values) return no_memory(t);
    if (nsym_layout_has(l, values)) { /* a series */
        nsym_h5_array array;
        size_t at;
        const char *name = nsym_layout_text(l, t->group, "name");
        NSYM_TRY(nsym_h5_describe(l->file, values, &array));
        if (!array.number || array.dimensions != 1)
            return nsym_fail(NSYM_EFORMAT, "%s: is a pandas series of %s, not of numbers", values, array.type);
        NSYM_TRY(nsym_layout_add_rows(l, values, NULL, 0, &array, 1, &at));
        NSYM_TRY(add_table_column(l, t, name && *name && strcmp(name, "N.") != 0 ? name : "values", at, 0));
        rows = array.shape[0];
    }
    size_t n = blocks ? (size_t)strtoul(blocks, NULL, 10) : 0;
    for (size_t i = 0; i < n && i < SLOTS_MAX; i++) NSYM_TRY(add_fixed_block(l, t, i, &rows));
    nsym_layout_set_events(l, rows);
    return NSYM_OK;
}

/* The table format. */

/* A block of columns, or a column that is a field of its own. */
static nsym_status add_block(nsym_layout *l, table *t, const char *dataset, const nsym_h5_field *field, size_t rows,
                             size_t at) {
    size_t n = field->array.dimensions == 2 ? (size_t)field->array.shape[1] : 1;
    const char *attribute = nsym_arena_printf(l->arena, "%s_kind", field->name);
    const char *kind = attribute ? nsym_layout_text(l, dataset, attribute) : NULL;
    const char **names = nsym_arena_alloc(l->arena, n + 1, sizeof *names);
    if (!attribute || !names) return no_memory(t);
    if (kind && *kind == '(')
        NSYM_TRY(unpickle(l, attribute, kind, n, names));
    else if (n == 1)
        names[0] = nsym_arena_strdup(l->arena, field->name);
    else
        return nsym_fail(NSYM_EFORMAT, "%s: the names of its columns, attribute %s, are missing", dataset, attribute);
    const char *about = nsym_arena_printf(l->arena, "%s_meta", field->name);
    const char *meta = about ? nsym_layout_text(l, dataset, about) : NULL;
    for (size_t k = 0; k < n; k++) {
        if (!names[k]) return no_memory(t);
        if (meta && strcmp(meta, "category") == 0 && nsym_wanted(l->options, names[k]))
            nsym_remark(NSYM_NOTE,
                        "%s: %s is a pandas categorical: nearsym reads its codes, -1 if missing, not its words "
                        "(df[\"%s\"].astype(str) keeps the words)",
                        l->path, names[k], names[k]);
        NSYM_TRY(add_table_column(l, t, names[k], rows, at + k));
    }
    return NSYM_OK;
}

/* Blocks of floating numbers and short integers are read together; the others each for itself. */
static bool is_together(const nsym_h5_field *field) {
    return field->array.number && !field->array.whole64 && !field->array.bits && field->array.dimensions <= 2;
}

static nsym_status add_blocks(nsym_layout *l, table *t, const char *dataset, const nsym_h5_field *fields, size_t n) {
    const char **together = nsym_arena_alloc(l->arena, n + 1, sizeof *together);
    size_t count = 0, width = 0, rows = 0, own, at = 0;
    if (!together) return no_memory(t);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(fields[i].name, "index") == 0 || !is_together(&fields[i])) continue;
        together[count++] = fields[i].name;
        width += fields[i].array.dimensions == 2 ? (size_t)fields[i].array.shape[1] : 1;
    }
    for (size_t i = 0; i < n; i++) {
        const nsym_h5_array *a = &fields[i].array;
        size_t wide = a->dimensions == 2 ? (size_t)a->shape[1] : 1;
        if (strcmp(fields[i].name, "index") == 0) continue;
        if (is_together(&fields[i])) {
            if (at == 0) NSYM_TRY(nsym_layout_add_rows(l, dataset, together, count, a, width, &rows));
            NSYM_TRY(add_block(l, t, dataset, &fields[i], rows, at));
            at += wide;
        } else if ((a->number || a->text) && a->dimensions <= 2) {
            NSYM_TRY(nsym_layout_add_rows(l, dataset, (const char *const[]){fields[i].name}, 1, a, wide, &own));
            NSYM_TRY(add_block(l, t, dataset, &fields[i], own, 0));
        } else {
            nsym_layout_leave_out(l, fields[i].name, "%s in %zu dimensions", a->type, a->dimensions);
        }
    }
    return NSYM_OK;
}

static nsym_status plan_table(nsym_layout *l, table *t) {
    const char *dataset = path_in(l, t, "table");
    nsym_h5_array array;
    nsym_h5_field *fields;
    size_t n;
    if (!dataset) return no_memory(t);
    NSYM_TRY(nsym_h5_describe(l->file, dataset, &array));
    if (!array.record || array.dimensions != 1)
        return nsym_fail(NSYM_EFORMAT, "%s: must be records in one dimension, as pandas writes them", dataset);
    NSYM_TRY(nsym_h5_fields(l->file, dataset, &fields, &n));
    l->nothing = nsym_layout_text(l, t->group, "nan_rep");
    nsym_status status = add_blocks(l, t, dataset, fields, n);
    nsym_h5_fields_free(fields, n);
    nsym_layout_set_events(l, array.shape[0]);
    return status;
}

static nsym_status plan_columns(nsym_layout *l, table *t) {
    NSYM_TRY(find_table(l, t));
    return t->fixed ? plan_fixed(l, t) : plan_table(l, t);
}

/* What samples are made of such tables. */

static const table_column *find_column(const table *t, const char *name) {
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->column[i].name, name) == 0) return &t->column[i];
    return NULL;
}

static nsym_status add_other_columns(nsym_layout *l, const table *t, const bool *taken, const char *label) {
    for (size_t i = 0; i < t->n; i++) {
        const table_column *c = &t->column[i];
        if (taken && taken[i]) continue;
        bool is_label = label && strcmp(c->name, label) == 0;
        NSYM_TRY(nsym_layout_add_column(l, is_label ? "label" : c->name, c->rows, c->at, 1));
    }
    return NSYM_OK;
}

/* Top tagging: four-momenta E_0, PX_0, PY_0, PZ_0, E_1, ..., behind the last of a jet zeros. */
static size_t count_momenta(const table *t) {
    static const char *const names[] = {"E", "PX", "PY", "PZ"};
    for (size_t n = 0; n < SLOTS_MAX; n++)
        for (size_t k = 0; k < 4; k++) {
            char name[24];
            snprintf(name, sizeof name, "%s_%zu", names[k], n);
            size_t at = 4 * n + k; /* where it stands in the sample as it was published */
            const table_column *c =
                at < t->n && strcmp(t->column[at].name, name) == 0 ? &t->column[at] : find_column(t, name);
            const table_column *first = find_column(t, "E_0");
            if (!c || !first || c->rows != first->rows || c->at != first->at + at) return n;
        }
    return 0;
}

static nsym_status add_momenta(nsym_layout *l, const table *t, size_t n) {
    static const char *const names[] = {"energy", "px", "py", "pz"};
    const table_column *first = find_column(t, "E_0");
    bool *taken = nsym_arena_alloc(l->arena, t->n, sizeof *taken);
    if (!taken) return no_memory(t);
    for (size_t k = 0; k < 4; k++) NSYM_TRY(nsym_layout_add_feature(l, names[k], "GeV", first->rows, first->at + k, 4));
    for (size_t i = 0; i < t->n; i++)
        taken[i] =
            t->column[i].rows == first->rows && t->column[i].at >= first->at && t->column[i].at < first->at + 4 * n;
    l->particles = NSYM_LAYOUT_PADDED;
    l->slots = n;
    nsym_layout_set_kind(l, "toptag");
    return add_other_columns(l, t, taken, find_column(t, "label") ? NULL : "is_signal_new");
}

nsym_status nsym_layout_plan_toptag(nsym_layout *l) {
    table t = {0};
    NSYM_TRY(plan_columns(l, &t));
    size_t n = count_momenta(&t);
    if (n == 0)
        return nsym_fail(NSYM_EFORMAT,
                         "%s: has no columns E_0, PX_0, PY_0, PZ_0, E_1, ... as the top-tagging sample has", t.group);
    return add_momenta(l, &t, n);
}

/* LHC Olympics: one block of 700 particles' pt, eta, phi in columns 0 ... 2099, and 2100 is 1 for the signal (there is
   none in the black boxes). */
static bool is_lhco(const table *t) {
    size_t n = t->n;
    bool numbered = n == 3 * LHCO_PARTICLES || n == 3 * LHCO_PARTICLES + 1;
    for (size_t i = 0; i < n && numbered; i++) {
        char name[24];
        snprintf(name, sizeof name, "%zu", i);
        numbered =
            strcmp(t->column[i].name, name) == 0 && t->column[i].rows == t->column[0].rows && t->column[i].at == i;
    }
    return numbered;
}

static nsym_status add_lhco(nsym_layout *l, const table *t) {
    static const char *const names[] = {"pt", "eta", "phi"}, *const units[] = {"GeV", "", ""};
    for (size_t k = 0; k < 3; k++) NSYM_TRY(nsym_layout_add_feature(l, names[k], units[k], t->column[0].rows, k, 3));
    l->particles = NSYM_LAYOUT_PADDED;
    l->slots = LHCO_PARTICLES;
    nsym_layout_set_kind(l, "lhco");
    if (t->n == 3 * LHCO_PARTICLES) return NSYM_OK;
    return nsym_layout_add_column(l, "label", t->column[0].rows, 3 * LHCO_PARTICLES, 1);
}

nsym_status nsym_layout_plan_lhco(nsym_layout *l) {
    table t = {0};
    NSYM_TRY(plan_columns(l, &t));
    if (is_lhco(&t)) return add_lhco(l, &t);
    if (find_column(&t, "pxj1")) return add_other_columns(l, &t, NULL, NULL); /* the file of high-level features */
    return nsym_fail(
        NSYM_EFORMAT,
        "%s: has %zu columns; the LHC Olympics have 2101 (700 particles' pt, eta, phi and the label), 2100 "
        "in a black box, or pxj1, pyj1, ... in the file of features",
        t.group, t.n);
}

nsym_status nsym_layout_plan_pandas(nsym_layout *l) {
    table t = {0};
    NSYM_TRY(plan_columns(l, &t));
    bool told = l->options->layout == NULL; /* "pandas" means the columns as they are */
    size_t momenta = told ? count_momenta(&t) : 0;
    if (momenta > 0) return add_momenta(l, &t, momenta);
    return told && is_lhco(&t) ? add_lhco(l, &t) : add_other_columns(l, &t, NULL, NULL);
}
