/* Events in memory: ragged particles (values and offsets, the layout of awkward-array) and one column per event
   quantity. Everything is double precision, so that nothing is lost between a file and a file. */
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

/* One quantity per event: a label, a weight, a mass, or several values under one name (`width` > 1: event weights). */
typedef struct nsym_column {
    char *name;     /* "label", "weight", "pt" */
    char *unit;     /* "GeV", "" where there is none */
    char *meaning;  /* one line for a reader, "" where there is none */
    size_t width;   /* values per event, at least 1 */
    char **labels;  /* (width) names of the values, or NULL; a network reads a value by its name */
    double *values; /* (count, width) */
} nsym_column;

/* A fact about the whole sample, as text: "generator", "cross_section_pb", "lhe_init". */
typedef struct nsym_attribute {
    char *name, *value;
} nsym_attribute;

/* A sample. All members are owned by it and freed by nsym_events_free. */
typedef struct nsym_events {
    size_t count;         /* events */
    size_t features;      /* values per particle; 0 where there are no particles */
    char **feature_names; /* (features) "px", "py", "pz", "energy" */
    char **feature_units; /* (features) "GeV" or "" */
    double *particles;    /* (offsets[count], features) */
    uint64_t *offsets;    /* (count + 1) first particle of each event, from 0; NULL where there are no particles */
    size_t columns;
    nsym_column *column; /* (columns) */
    size_t attributes;
    nsym_attribute *attribute; /* (attributes) */
    size_t *origin;            /* (count) where each event stood, from 0, in the sample that it was selected from first,
                                  such as a file; NULL: where it stands */
    /* What the file says of the events beside numbers, such as <mgrwt> in an LHE file, which only a file of that format
       keeps: bytes of all events, one event's behind another's, and (count + 1) where those of each begin, from 0;
       NULL: there is nothing. <nearsym/formats/lhe.h> says what those of LHE are */
    char *notes;
    uint64_t *note_offsets;
} nsym_events;

#define NSYM_NONE ((size_t)-1)

/* New, with `count` events and nothing in them (free with nsym_events_free, NULL is fine). */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_new(nsym_events **out, size_t count);
NSYM_API void nsym_events_free(nsym_events *events);

/* Gives the events particles: `names` and `units` (features) are copied (units may be NULL), `offsets` (count + 1) is
   copied, the values are zero and the caller's to fill. Errors: offsets that do not rise from 0; particles there
   already. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_set_particles(nsym_events *events, size_t features,
                                                               const char *const *names, const char *const *units,
                                                               const uint64_t *offsets);

/* Gives every particle further features, behind those that it has; their values are zero and the caller's to fill.
   Names and units (n) are copied (units may be NULL). Errors: no particles, a name that is taken. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_add_features(nsym_events *events, size_t n, const char *const *names,
                                                              const char *const *units);

/* Gives the feature and the column called `from`, or the one of them that there is, the name `to`. Errors: there is
   neither; the name is taken. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_rename(nsym_events *events, const char *from, const char *to);

/* A new column of zeros, (count, width) in *values (borrowed). Errors: the name is taken, width is 0. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_add_column(nsym_events *events, const char *name, const char *unit,
                                                            const char *meaning, size_t width, double **values);

/* Sets or replaces an attribute; both texts are copied. Takes it away where `value` is NULL. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_set_attribute(nsym_events *events, const char *name,
                                                               const char *value);

/* The column, feature (its index) or attribute of that name; NULL or NSYM_NONE where there is none. */
NSYM_API nsym_column *nsym_events_column(const nsym_events *events, const char *name);
NSYM_API size_t nsym_events_feature(const nsym_events *events, const char *name);
NSYM_API const char *nsym_events_attribute(const nsym_events *events, const char *name);

/* What is lost where notes are not kept: how many events have some, and of what kinds ("<mgrwt>"). Empty as {0}. */
typedef struct nsym_notes_lost {
    size_t events, kinds;
    char kind[8][32];
    bool more; /* kinds than fit */
} nsym_notes_lost;

/* Frees the notes, where there are some, and counts them in, for those who change the particles, which the notes speak
   of; and tells, as a warning or a note, what was counted, if anything: "PATH: <mgrwt> and <scales> of 1000 events are
   not kept, WHY". */
NSYM_API void nsym_events_drop_notes(nsym_events *events, nsym_notes_lost *lost);
NSYM_API void nsym_notes_tell(const nsym_notes_lost *lost, nsym_remark_kind kind, const char *path, const char *why);

/* The row, from 1, where an event (from 0) stood in what was read, before events were selected and shuffled: what a
   message calls it. */
NSYM_API size_t nsym_events_row(const nsym_events *events, size_t event);

/* New sample of the events `index` (n) of `events`, in that order, repeats allowed. Errors: an index out of range. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_select(nsym_events **out, const nsym_events *events,
                                                        const size_t *index, size_t n);

/* New sample of the columns and attributes, without particles, of `n` events from `first` on. Errors: a range beyond
   the sample. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_columns(nsym_events **out, const nsym_events *events, size_t first,
                                                         size_t n);

/* New sample: the events of `a`, then those of `b`, by the names of what they hold: both must have the same features
   and the same columns of the same widths, in any order; values of a column that have labels are matched by them;
   values in another unit of the same quantity (MeV and GeV) are converted to that of `a`, words (attributes
   categories:NAME) numbered as in `a`. Attributes are those that both have alike. Warnings (nearsym/remarks.h) tell a
   conversion, a unit that one sample lacks, weights of another kind (IDWTUP) and attributes that go. Errors: what
   differs is named. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_events_concat(nsym_events **out, const nsym_events *a, const nsym_events *b);

#ifdef __cplusplus
}
#endif
#endif
