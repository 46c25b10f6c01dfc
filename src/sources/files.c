#include "sources/files.h"

#include "base/arena.h"
#include "base/fail.h"
#include "base/hash.h"
#include "base/memory.h"
#include "data/events.h"
#include "data/join.h"
#include "data/notes.h"
#include "data/role.h"
#include "data/size.h"
#include "sources/source.h"
#include <nearsym/io.h>

#include <glob.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *path;
    double label, cross_section, weight; /* NaN: not given */
    unsigned part;                       /* nsym_file_part */
} entry;

static const char *const parts[] = {"any", "train", "validation", "test", NULL};

static const nsym_field fields[] = {
    {"path", NSYM_FIELD_TEXT, offsetof(entry, path), .standard = "",
     .help = "a file, or a pattern such as `zmm*.lhe.gz`, relative to the card's folder"},
    {"label", NSYM_FIELD_NUMBER, offsetof(entry, label), .high = 15, .standard = "the file's column",
     .help = "label of all events of the entry"},
    {"cross_section", NSYM_FIELD_NUMBER, offsetof(entry, cross_section), .low = 1e-300, .high = 1e300, .standard = "",
     .help = "cross section in pb. The weights of the entry's events are scaled so that they add up to it"},
    {"weight", NSYM_FIELD_NUMBER, offsetof(entry, weight), .low = -1e300, .high = 1e300, .standard = "1",
     .help = "factor on the weights of the entry's events"},
    {"part", NSYM_FIELD_WORD, offsetof(entry, part), .words = parts,
     .help = "part of the sample that the events are for: `train`, `validation`, `test`, or `any`, which the section "
             "`split` divides"},
};

static void set_entry(void *out, unsigned scope) {
    (void)scope;
    *(entry *)out = (entry){.path = "", .label = (double)NAN, .cross_section = (double)NAN, .weight = 1};
}

const nsym_section nsym_section_file = {
    "data.files.ENTRY", fields, sizeof fields / sizeof *fields, NULL, NULL, 0, sizeof(entry), set_entry, NULL};

/* An entry is a path alone, or a map. */
static nsym_status read_entry(entry *out, const nsym_tree *tree, const nsym_node *node, size_t i) {
    char where[64];
    snprintf(where, sizeof where, "data.files[%zu]", i);
    set_entry(out, 0);
    if (node->kind == NSYM_SCALAR)
        out->path = node->text;
    else
        NSYM_TRY(nsym_section_read(out, &nsym_section_file, (nsym_reader){tree, node, where}, 0));
    if (out->path[0]) return NSYM_OK;
    return nsym_fail_at(tree, node, "%s has no path, such as {path: zmm.lhe.gz, label: 1}", where);
}

static nsym_status open_list(nsym_tree **out, const nsym_data_card *data) {
    return nsym_tree_parse(out, data->files, strlen(data->files), "data.files");
}

nsym_status nsym_files_check(const nsym_data_card *data, const nsym_tree *card) {
    const nsym_node *list = nsym_node_at(card->root, "data.files");
    size_t labelled = 0;
    if (!data->files[0]) return NSYM_OK;
    if (data->file[0]) return nsym_fail_at(card, list, "data.file and data.files both give events; keep one");
    if (list->kind != NSYM_LIST || list->count == 0)
        return nsym_fail_at(card, list, "data.files must be a list of files, such as [{path: a.h5, label: 1}, ...]");
    for (size_t i = 0; i < list->count; i++) {
        entry e;
        NSYM_TRY(read_entry(&e, card, list->child[i], i));
        labelled += !isnan(e.label);
        if (!isnan(e.label) && e.label != floor(e.label))
            return nsym_fail_at(card, list->child[i], "data.files[%zu].label is %g, must be a whole number", i,
                                e.label);
    }
    if (labelled == 0 || labelled == list->count) return NSYM_OK;
    return nsym_fail_at(card, list, "%zu of %zu entries of data.files have a label; give it for all, or for none",
                        labelled, list->count);
}

bool nsym_files_give(const nsym_data_card *data, nsym_file_part part) {
    nsym_tree *tree;
    bool found = false;
    if (!data->files[0] || open_list(&tree, data) != NSYM_OK) return false;
    for (size_t i = 0; i < tree->root->count && !found; i++) {
        entry e;
        bool read = read_entry(&e, tree, tree->root->child[i], i) == NSYM_OK;
        found = read && (part == NSYM_FOR_ANY ? e.part != NSYM_FOR_ANY : e.part == part);
    }
    nsym_tree_free(tree);
    return found;
}

/* The files of a pattern, in the order of their names; beside the card where the pattern is the card's own. */
static nsym_status spread(glob_t *out, const nsym_data_card *data, const char *pattern) {
    char path[PATH_MAX];
    if (data->folder[0] && pattern[0] != '/' &&
        snprintf(path, sizeof path, "%s%s", data->folder, pattern) < (int)sizeof path && glob(path, 0, NULL, out) == 0)
        return NSYM_OK;
    if (glob(pattern, 0, NULL, out) == 0) return NSYM_OK;
    return nsym_fail(NSYM_ENOTFOUND, "data.files: there is no file '%s'%s%s", pattern,
                     data->folder[0] ? ", neither here nor in the card's folder " : "", data->folder);
}

static nsym_status fill_column(nsym_events *events, const char *name, const char *meaning, double value) {
    double *values;
    NSYM_TRY(nsym_column_set(&values, events, name, meaning));
    for (size_t i = 0; i < events->count; i++) values[i] = value;
    return NSYM_OK;
}

/* A sample without notes, which no study writes. */
static nsym_status read_sample(nsym_events **out, const char *path, size_t most) {
    NSYM_TRY(nsym_events_read(out, path, &(nsym_read_options){.max_events = most}));
    nsym_notes_free(*out);
    return NSYM_OK;
}

/* The events of one file with what its entry says. */
static nsym_status read_file(nsym_events **out, const char *path, const entry *e, size_t number, size_t most,
                             bool parted) {
    NSYM_TRY(read_sample(out, path, most));
    nsym_status status = NSYM_OK;
    if (!nsym_events_column(*out, "file")) /* a file's own stays */
        status = fill_column(*out, "file", "number of the file that the event is of, from 0", (double)number);
    if (status == NSYM_OK && !isnan(e->label)) status = fill_column(*out, "label", "class of the event", e->label);
    if (status == NSYM_OK && parted)
        status = fill_column(*out, NSYM_GIVEN_PART, "0: any part, 1: trains, 2: validates, 3: tests", e->part);
    bool weighted = !isnan(e->cross_section) || e->weight != 1;
    if (status == NSYM_OK && weighted && !nsym_events_column(*out, "weight"))
        status = fill_column(*out, "weight", "weight of the event", 1);
    if (status != NSYM_OK) nsym_events_free(*out);
    return status == NSYM_OK ? NSYM_OK : nsym_fail_in(status, "%s: ", path);
}

/* What a generator says of the weights is over. */
static void forget_strategy(nsym_events *events) {
    for (size_t i = events->attributes; i-- > 0;)
        if (strcmp(events->attribute[i].name, "lhe_init") == 0) nsym_events_drop_attribute(events, i);
}

/* Scales the weights of the files (n) of one entry. */
static nsym_status weigh(nsym_events *const *events, size_t n, const entry *e, size_t i) {
    double factor = e->weight, sum = 0;
    if (isnan(e->cross_section) && factor == 1) return NSYM_OK;
    for (size_t k = 0; k < n; k++) {
        const nsym_column *column;
        nsym_status status = nsym_role_column(&column, events[k], "weight");
        if (status != NSYM_OK) return nsym_fail_in(status, "data.files[%zu] (%s): ", i, e->path);
        for (size_t j = 0; j < events[k]->count; j++) sum += column->values[j];
    }
    if (!isnan(e->cross_section) && !(sum > 0 && isfinite(sum)))
        return nsym_fail(
            NSYM_EINVAL,
            "data.files[%zu] (%s): the weights add up to %g, must be above 0 to be scaled to the cross section", i,
            e->path, sum);
    if (!isnan(e->cross_section)) factor *= e->cross_section / sum;
    for (size_t k = 0; k < n; k++) {
        for (size_t j = 0; j < events[k]->count; j++) nsym_events_column(events[k], "weight")->values[j] *= factor;
        forget_strategy(events[k]);
    }
    return NSYM_OK;
}

/* Files that were read, in order, with their names: at most so many events of each. */
typedef struct {
    size_t most;
    bool parted; /* entries say what their events are for */
    size_t count;
    nsym_events **events;
    char **path;
} pile;

static nsym_status put_on(pile *p, nsym_events *events, const char *path) {
    nsym_events **more = realloc(p->events, (p->count + 1) * sizeof(nsym_events *));
    if (more) p->events = more;
    char **paths = more ? realloc(p->path, (p->count + 1) * sizeof(char *)) : NULL;
    if (paths) p->path = paths;
    char *copy = paths ? strdup(path) : NULL;
    if (!copy) {
        nsym_events_free(events);
        return nsym_fail(NSYM_ENOMEM, "no memory for %s", path);
    }
    p->events[p->count] = events;
    p->path[p->count++] = copy;
    return NSYM_OK;
}

static void free_pile(pile *p) {
    for (size_t i = 0; i < p->count; i++) {
        nsym_events_free(p->events[i]);
        free(p->path[i]);
    }
    free(p->events);
    free(p->path);
}

/* What is done with the files (n) of entry i. */
typedef nsym_status with_entry(void *context, const entry *e, size_t i, char **paths, size_t n);

/* Every entry of the list with the files of its pattern. */
static nsym_status each_entry(const nsym_data_card *data, with_entry *take, void *context) {
    nsym_tree *tree;
    NSYM_TRY(open_list(&tree, data));
    nsym_status status = NSYM_OK;
    for (size_t i = 0; status == NSYM_OK && i < tree->root->count; i++) {
        entry e;
        glob_t files;
        status = read_entry(&e, tree, tree->root->child[i], i);
        if (status == NSYM_OK) status = spread(&files, data, e.path);
        if (status != NSYM_OK) break;
        status = take(context, &e, i, files.gl_pathv, files.gl_pathc);
        globfree(&files);
    }
    nsym_tree_free(tree);
    return status;
}

static nsym_status read_entry_files(void *context, const entry *e, size_t i, char **paths, size_t n) {
    pile *p = context;
    size_t first = p->count;
    for (size_t k = 0; k < n; k++) {
        nsym_events *events;
        NSYM_TRY(read_file(&events, paths[k], e, p->count, p->most, p->parted));
        NSYM_TRY(put_on(p, events, paths[k]));
    }
    return weigh(p->events + first, p->count - first, e, i);
}

/* Entries with weights and entries without: those without have weights of 1. */
static nsym_status complete_weights(pile *p) {
    bool any = false;
    for (size_t i = 0; i < p->count; i++) any = any || nsym_events_column(p->events[i], "weight");
    for (size_t i = 0; any && i < p->count; i++)
        if (!nsym_events_column(p->events[i], "weight"))
            NSYM_TRY(fill_column(p->events[i], "weight", "weight of the event", 1));
    return NSYM_OK;
}

/* Makes all files fit behind the first, which is what messages compare them with; *head is new, and has the attributes
   of all. */
static nsym_status fit_all(nsym_events **head, pile *p) {
    NSYM_TRY(nsym_events_select(head, p->events[0], NULL, 0));
    for (size_t i = 1; i < p->count; i++) {
        nsym_events *fitting;
        const nsym_join_names names = {p->path[0], p->path[i], NSYM_JOIN_SILENT};
        nsym_status status = nsym_join_fit(&fitting, *head, p->events[i], &names);
        if (status != NSYM_OK) return nsym_fail_in(status, "%s and %s cannot be joined: ", p->path[0], p->path[i]);
        if (!fitting) continue;
        nsym_events_free(p->events[i]);
        p->events[i] = fitting;
    }
    return NSYM_OK;
}

/* Joins neighbours until one is left: every event is copied a few times, however many files there are. */
static nsym_status join_neighbours(pile *p) {
    for (size_t step = 1; step < p->count; step *= 2)
        for (size_t i = 0; i + step < p->count; i += 2 * step) {
            nsym_events *joined;
            NSYM_TRY(nsym_join_append(&joined, p->events[i], p->events[i + step]));
            nsym_events_free(p->events[i]);
            nsym_events_free(p->events[i + step]);
            p->events[i] = joined;
            p->events[i + step] = NULL;
        }
    return NSYM_OK;
}

static nsym_status join(nsym_events **out, pile *p) {
    nsym_events *head = NULL;
    if (p->count == 0) return nsym_fail(NSYM_EINVAL, "data.files names no file");
    nsym_status status = fit_all(&head, p);
    if (status == NSYM_OK) status = join_neighbours(p);
    if (status == NSYM_OK) {
        nsym_events_swap_attributes(p->events[0], head);
        *out = p->events[0];
        p->events[0] = NULL;
    }
    nsym_events_free(head);
    return status;
}

static nsym_status add_sizes(void *context, const entry *e, size_t i, char **paths, size_t n) {
    uint64_t *all = context, bytes;
    (void)e;
    (void)i;
    for (size_t k = 0; k < n; k++) {
        NSYM_TRY(nsym_events_size(&bytes, paths[k]));
        *all += bytes;
    }
    return NSYM_OK;
}

/* Errors: events that cannot be in memory, however little else is there. */
static nsym_status check_memory(const nsym_data_card *data) {
    static const double gigabyte = 1e9;
    uint64_t all = 0, left = nsym_memory_free();
    NSYM_TRY(data->file[0] ? nsym_events_size(&all, data->file) : each_entry(data, add_sizes, &all));
    if (all <= left) return NSYM_OK;
    double share = 100. * (double)left / (double)all;
    return nsym_fail(
        NSYM_ENOMEM,
        "%s: the events take %.3g GB of memory, and %.3g GB are free. A sample is in memory as a whole, and "
        "twice while it is made: about %.0f %% of it fit. Take fewer events or columns (nearsym data convert -n N, "
        "--only NAME,...), "
        "free memory, or raise the limit (ulimit -v, --mem of Slurm)",
        data->file[0] ? data->file : "data.files", (double)all / gigabyte, (double)left / gigabyte, share / 2);
}

nsym_status nsym_files_load(nsym_events **out, const nsym_data_card *data, size_t most) {
    if (!most) NSYM_TRY(check_memory(data));
    if (data->file[0]) return read_sample(out, data->file, most);
    pile p = {.most = most, .parted = nsym_files_give(data, NSYM_FOR_ANY)};
    nsym_status status = each_entry(data, read_entry_files, &p);
    if (status == NSYM_OK) status = complete_weights(&p);
    if (status == NSYM_OK) status = join(out, &p);
    free_pile(&p);
    return status;
}

/* Files while their marks are read. */
typedef struct {
    nsym_arena *arena;
    uint64_t hash;
    nsym_listed_file *file; /* (count) */
    size_t count;
} marking;

static nsym_status mark_entry(void *context, const entry *e, size_t i, char **paths, size_t n) {
    marking *m = context;
    char text[256];
    (void)i;
    nsym_listed_file *more = nsym_arena_alloc(m->arena, m->count + n, sizeof *more);
    if (!more) return nsym_fail(NSYM_ENOMEM, "no memory for the names of %zu files", m->count + n);
    if (m->count) memcpy(more, m->file, m->count * sizeof *more);
    m->file = more;
    for (size_t k = 0; k < n; k++) {
        nsym_listed_file *file = &m->file[m->count++];
        file->path = nsym_arena_strdup(m->arena, paths[k]);
        if (!file->path) return nsym_fail(NSYM_ENOMEM, "no memory for %s", paths[k]);
        NSYM_TRY(nsym_file_mark(file->mark, paths[k]));
        snprintf(text, sizeof text, " %s/%zu %g %.17g %.17g %u", file->mark, k, e->label, e->cross_section, e->weight,
                 e->part);
        m->hash = nsym_hash_text(m->hash, text);
    }
    return NSYM_OK;
}

nsym_status nsym_files_mark(nsym_data_card *data, nsym_arena *arena) {
    marking m = {.arena = arena, .hash = NSYM_HASH_START};
    data->files_mark[0] = '\0';
    if (!data->files[0]) return NSYM_OK;
    NSYM_TRY(each_entry(data, mark_entry, &m));
    data->listed = m.file;
    data->listed_count = m.count;
    snprintf(data->files_mark, sizeof data->files_mark, "%016" PRIx64, m.hash);
    return NSYM_OK;
}
