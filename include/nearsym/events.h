/* Events in memory: a ragged list of particles (values and offsets, the layout of awkward-array) and columns with one
   entry per event. All numbers are double precision, so that reading and writing a file loses nothing. */
#ifndef NEARSYM_EVENTS_H
#define NEARSYM_EVENTS_H

#include <nearsym/remarks.h>
#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A quantity of each event, such as a label, a weight or a mass. With `width` > 1 it has several values under one name,
   such as event weights. */
typedef struct nsym_column {
    char *name;     /* "label", "weight", "pt" */
    char *unit;     /* "GeV"; "" if it has none */
    char *meaning;  /* one line of description; "" if there is none */
    size_t width;   /* values per event, at least 1 */
    char **labels;  /* (width) names of the values, or NULL; a network reads a single value by its name */
    double *values; /* (count, width) */
} nsym_column;

/* A fact about the whole sample, as text: "generator", "cross_section_pb", "lhe_init". */
typedef struct nsym_attribute {
    char *name, *value;
} nsym_attribute;

/* A sample. It owns all its members; nsym_events_free frees them. */
typedef struct nsym_events {
    size_t count;         /* number of events */
    size_t features;      /* values per particle; 0 without particles */
    char **feature_names; /* (features) "px", "py", "pz", "energy" */
    char **feature_units; /* (features) "GeV" or "" */
    double *particles;    /* (offsets[count], features) */
    uint64_t *offsets;    /* (count + 1) index of each event's first particle, from 0; NULL without particles */
    size_t columns;
    nsym_column *column; /* (columns) */
    size_t attributes;
    nsym_attribute *attribute; /* (attributes) */
    size_t *origin; /* (count) position of each event, from 0, in the sample that it was first selected from, such as a
                       file; NULL: the position is the same as here */
    /* Text that a file keeps with its events in addition to numbers, such as <mgrwt> in an LHE file. Only a file of the
       same format keeps it. `notes` holds the bytes of all events one after another; `note_offsets` (count + 1) says
       where those of each event begin, from 0. NULL: there is no such text. <nearsym/formats/lhe.h> describes the notes
       of LHE files. */
    char *notes;
    uint64_t *note_offsets;
} nsym_events;

#define NSYM_NONE ((size_t)-1)

/* New sample of `count` events with nothing in them (free with nsym_events_free, NULL is fine). */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_new(nsym_events **out, size_t count);
NSYM_API void nsym_events_free(nsym_events *events);

/* Adds particles to events that have none. Their values are zero; the caller fills them. `names` (features), `units`
   (features, or NULL) and `offsets` (count + 1) are copied. Errors: offsets that do not start at 0 or that fall; the
   events have particles already. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_set_particles(nsym_events *events, size_t features,
                                                               const char *const *names, const char *const *units,
                                                               const uint64_t *offsets);

/* Adds n features to every particle, after the existing ones. Their values are zero; the caller fills them. `names` (n)
   and `units` (n, or NULL) are copied. Errors: no particles; a name that is taken. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_add_features(nsym_events *events, size_t n, const char *const *names,
                                                              const char *const *units);

/* Renames the feature `from`, the column `from`, or both if both exist, to `to`. Errors: neither exists; the new name
   is taken. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_rename(nsym_events *events, const char *from, const char *to);

/* Adds a column of zeros. *values (count, width) is borrowed, for the caller to fill. Errors: the name is taken; width
   is 0. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_add_column(nsym_events *events, const char *name, const char *unit,
                                                            const char *meaning, size_t width, double **values);

/* Sets or replaces an attribute; both texts are copied. If `value` is NULL, the attribute is removed. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_set_attribute(nsym_events *events, const char *name,
                                                               const char *value);

/* Looks up a column, a feature (its index) or an attribute by its name; NULL or NSYM_NONE if there is none. The column
   and the attribute are borrowed. */
NSYM_API nsym_column *nsym_events_column(const nsym_events *events, const char *name);
NSYM_API size_t nsym_events_feature(const nsym_events *events, const char *name);
NSYM_API const char *nsym_events_attribute(const nsym_events *events, const char *name);

/* Notes that were dropped: in how many events, and of what kinds ("<mgrwt>"). Start with {0}. */
typedef struct nsym_notes_lost {
    size_t events, kinds;
    char kind[8][32];
    bool more; /* there are more kinds than `kind` has room for */
} nsym_notes_lost;

/* nsym_events_drop_notes frees the notes, if there are any, and adds them to the count in `lost`. Call it before you
   change the particles that the notes describe. nsym_notes_tell then reports the count, unless it is 0, as a warning or
   a note: "PATH: <mgrwt> and <scales> of 1000 events are not kept, WHY". */
NSYM_API void nsym_events_drop_notes(nsym_events *events, nsym_notes_lost *lost);
NSYM_API void nsym_notes_tell(const nsym_notes_lost *lost, nsym_remark_kind kind, const char *path, const char *why);

/* The row, from 1, of an event (from 0) in the file or sample that was read, before events were selected and shuffled.
   Messages name events by this number. */
NSYM_API size_t nsym_events_row(const nsym_events *events, size_t event);

/* New sample of the events `index` (n) of `events`, in that order; an event may appear several times. Errors: an index
   out of range. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_select(nsym_events **out, const nsym_events *events,
                                                        const size_t *index, size_t n);

/* New sample with the columns and attributes, but not the particles, of `n` events starting at `first`. Errors: a range
   beyond the sample. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_columns(nsym_events **out, const nsym_events *events, size_t first,
                                                         size_t n);

/* New sample: the events of `a`, then those of `b`. Both must have the same features and the same columns with the same
   widths; their order may differ, as they are matched by name. Labelled values of a column are matched by their labels.
   Values in another unit of the same quantity (MeV and GeV) are converted to the unit of `a`, and words (attributes
   categories:NAME) are numbered as in `a`. Only attributes that are the same in both are kept. Warnings
   (nearsym/remarks.h) report a conversion, a unit that one sample lacks, weights of another kind (IDWTUP) and
   attributes that are dropped. Errors: samples that do not match; the message names the difference. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_concat(nsym_events **out, const nsym_events *a, const nsym_events *b);

/* The same; messages call the samples by these names, in place of "the first sample" and "the second sample". */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_concat_named(nsym_events **out, const nsym_events *a,
                                                              const nsym_events *b, const char *name_a,
                                                              const char *name_b);

#ifdef __cplusplus
}
#endif
#endif
