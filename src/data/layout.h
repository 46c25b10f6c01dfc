/* How the arrays of an HDF5 file make events. A layout (layouts.c has the table) only describes them: which numbers of
   which dataset are a column, which are a feature of the particles. One reader (layout_read.c) then reads any rows of
   what is described, so that every layout can be read whole, in blocks, and without the columns that nobody wants. */
#ifndef NSYM_DATA_LAYOUT_H
#define NSYM_DATA_LAYOUT_H

#include "base/arena.h"
#include "data/categories.h"
#include "data/hdf5.h"

#include <nearsym/io.h>

/* A dataset that is read by rows, one row for each event or, where particles are ragged, for each particle. All texts
   are the arena's. */
typedef struct nsym_rows {
    const char *dataset;
    const char **field; /* (fields) of a dataset of records, read together; NULL: all of it */
    size_t fields;
    nsym_h5_array array; /* of one field, where there are fields */
    size_t width;        /* numbers, or texts, of a row */
    bool used, told;     /* by what is wanted; a remark was made of rounded numbers */
} nsym_rows;

typedef struct nsym_layout_column {
    const char *name, *unit, *meaning;
    size_t rows, first, width; /* numbers first ... first + width - 1 of a row of rows[rows] */
    char **labels;             /* (width) or NULL */
    nsym_categories *words;    /* of texts, sorted; of an enumeration, by value; NULL: numbers */
} nsym_layout_column;

typedef struct nsym_layout_feature {
    const char *name, *unit;
    size_t rows, first, step; /* of an event's particle i, or of the row of a ragged particle: number first + i step */
    bool wanted;
} nsym_layout_feature;

typedef enum nsym_layout_particles {
    NSYM_LAYOUT_NONE,
    NSYM_LAYOUT_RAGGED, /* rows begins[i] ... of all features; begins has the rows (events + 1), or `counts` is given */
    NSYM_LAYOUT_PADDED  /* `slots` places in every event: those whose mask is not 0, or those up to the last that is
                           not all zeros (or NaN) */
} nsym_layout_particles;

/* A place in a row. */
typedef struct nsym_place {
    size_t rows, at;
} nsym_place;

typedef struct nsym_layout {
    nsym_arena *arena;
    nsym_h5 *file;
    const char *path;
    const nsym_read_options *options;
    char **names, **groups; /* (n), (n_groups) all datasets and groups of the file */
    size_t n, n_groups;

    uint64_t events; /* that are read */
    size_t n_rows, n_columns, n_features, n_attributes, n_offered;
    nsym_rows *rows;
    nsym_layout_column *column;
    nsym_layout_feature *feature;
    nsym_attribute *attribute;
    const char **offered; /* names that may be wanted or not */

    nsym_layout_particles particles;
    size_t slots;
    bool masked, counted;
    nsym_place mask, begins, counts;
    uint64_t particle_rows; /* of ragged particles in the file */
    const char *nothing;    /* a text that stands for none, beside the empty one; NULL */
    size_t left;            /* how many things are left out, and their names */
    char left_out[512];
    const struct nsym_layout_kind *kind; /* told by the file; NULL: plain arrays, or a layout that was asked for */
} nsym_layout;

/* New: the layout of a file, ready to be read; `options` must live as long. Errors: as nsym_events_read. */
NSYM_MUST_CHECK nsym_status nsym_layout_open(nsym_layout **out, const char *path, const nsym_read_options *options);
void nsym_layout_free(nsym_layout *layout);

/* New sample of the events first ... first + count - 1. */
NSYM_MUST_CHECK nsym_status nsym_layout_read(nsym_events **out, nsym_layout *layout, uint64_t first, uint64_t count);

/* Of layouts_*.c: what a layout is made of. */

/* A layout of the table: its name for --layout, whether a file looks like it, and how it is described. */
typedef struct nsym_layout_kind {
    const char *name;
    bool (*is)(const nsym_layout *layout);
    nsym_status (*plan)(nsym_layout *layout);
    const char *what; /* "a pandas table": for a message */
} nsym_layout_kind;

bool nsym_layout_is_pandas(const nsym_layout *layout);
bool nsym_layout_is_jetnet(const nsym_layout *layout);
bool nsym_layout_is_mod(const nsym_layout *layout);
bool nsym_layout_is_lheh5(const nsym_layout *layout);
NSYM_MUST_CHECK nsym_status nsym_layout_plan_pandas(nsym_layout *layout);
NSYM_MUST_CHECK nsym_status nsym_layout_plan_toptag(nsym_layout *layout);
NSYM_MUST_CHECK nsym_status nsym_layout_plan_lhco(nsym_layout *layout);
NSYM_MUST_CHECK nsym_status nsym_layout_plan_jetnet(nsym_layout *layout);
NSYM_MUST_CHECK nsym_status nsym_layout_plan_mod(nsym_layout *layout);
NSYM_MUST_CHECK nsym_status nsym_layout_plan_lheh5(nsym_layout *layout);
NSYM_MUST_CHECK nsym_status nsym_layout_plan_plain(nsym_layout *layout);
NSYM_MUST_CHECK nsym_status nsym_layout_plan_ragged(nsym_layout *layout);

/* The file turned out to be of the kind with this name, when its plan looked closer. */
void nsym_layout_set_kind(nsym_layout *layout, const char *name);

/* Whether the file has a dataset of that path. */
bool nsym_layout_has(const nsym_layout *layout, const char *dataset);

/* Whether a column or feature is wanted (nsym_read_options); it counts as one that there is. */
NSYM_MUST_CHECK nsym_status nsym_layout_offer(nsym_layout *layout, const char *name, bool *wanted);

/* Describes a dataset, or (`n` > 0) some fields of one of records, of which `array` is one; *rows is its number. */
NSYM_MUST_CHECK nsym_status nsym_layout_add_rows(nsym_layout *layout, const char *dataset, const char *const *fields,
                                                 size_t n, const nsym_h5_array *array, size_t width, size_t *rows);

/* Describes a column, if it is wanted; the caller may then set unit, meaning and labels of the last one. */
NSYM_MUST_CHECK nsym_status nsym_layout_add_column(nsym_layout *layout, const char *name, size_t rows, size_t first,
                                                   size_t width);

/* Describes a feature of the particles. */
NSYM_MUST_CHECK nsym_status nsym_layout_add_feature(nsym_layout *layout, const char *name, const char *unit,
                                                    size_t rows, size_t first, size_t step);

/* An attribute of the sample; all those of the file that are one text or one number. */
NSYM_MUST_CHECK nsym_status nsym_layout_add_attribute(nsym_layout *layout, const char *name, const char *value);
NSYM_MUST_CHECK nsym_status nsym_layout_add_attributes(nsym_layout *layout);

/* Says, when all is described, that something of the file is not read: "NAME (why)". */
void nsym_layout_leave_out(nsym_layout *layout, const char *name, const char *why, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether a text stands for no word. */
bool nsym_layout_is_nothing(const nsym_layout *layout, const char *text, size_t n);

/* Sets how many events the file has; as many are read as options allow. */
void nsym_layout_set_events(nsym_layout *layout, uint64_t events);

/* An attribute's texts as names of `n` things, arena's (n); NULL in *names where there are not so many. */
NSYM_MUST_CHECK nsym_status nsym_layout_names(nsym_layout *layout, const char *dataset, const char *attribute, size_t n,
                                              const char *const **names);

/* An attribute as text, arena's; NULL where there is none. */
const char *nsym_layout_text(nsym_layout *layout, const char *object, const char *attribute);

/* Describes a dataset of one kind, beside those that a layout knows: see nsym_layout_plan_plain. */
NSYM_MUST_CHECK nsym_status nsym_layout_add_dataset(nsym_layout *layout, const char *dataset, const char *name);

/* Particles (events, slots, names) of one dataset, with these names of features; that called `mask` is none. */
NSYM_MUST_CHECK nsym_status nsym_layout_add_padded(nsym_layout *layout, const char *dataset, const nsym_h5_array *array,
                                                   const char *const *names);

/* The names of `n` features that the file does not name, arena's: data/features.h. */
NSYM_MUST_CHECK nsym_status nsym_layout_feature_names(nsym_layout *layout, size_t n, const char *const **names);

/* The columns of a table (events, n) by the names of its columns. */
NSYM_MUST_CHECK nsym_status nsym_layout_add_table(nsym_layout *layout, const char *dataset, const nsym_h5_array *array,
                                                  const char *const *names);

#endif
