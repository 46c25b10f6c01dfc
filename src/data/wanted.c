#include "data/wanted.h"

#include "base/fail.h"
#include "base/list.h"
#include "base/nearest.h"
#include "data/events.h"
#include "data/notes.h"

#include <stdlib.h>
#include <string.h>

bool nsym_wanted(const nsym_read_options *options, const char *name) {
    if (options->only) return nsym_list_has(options->only, name);
    return !options->drop || !nsym_list_has(options->drop, name);
}

static bool is_known(const char *const *names, const char *name) {
    for (; *names; names++)
        if (strcmp(*names, name) == 0) return true;
    return false;
}

nsym_status nsym_wanted_check(const nsym_read_options *options, const char *const *names) {
    enum { NAME = 256 };
    const char *list = options->only ? options->only : options->drop;
    if (options->only && options->drop)
        return nsym_fail(NSYM_EINVAL, "columns to read and columns to drop are both given; give only one of the two");
    size_t n;
    for (const char *at = list, *next; at; at = next) {
        char name[NAME];
        next = nsym_list_next(at, &n);
        if (n == 0 || n >= NAME)
            return nsym_fail(NSYM_EINVAL, "\"%s\" is not a list of names, NAME or NAME,NAME,...", list);
        memcpy(name, at, n);
        name[n] = '\0';
        if (is_known(names, name) || (options->only && options->only_if_there)) continue;
        const char *nearest = nsym_nearest(name, names);
        return nsym_fail(NSYM_ENOTFOUND, "there is no column or feature \"%s\"%s%s%s", name,
                         nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
    }
    return NSYM_OK;
}

static nsym_status check_names(const nsym_events *events, const nsym_read_options *options, char *const *left_out,
                               size_t left_out_count) {
    size_t n = 0;
    const char **names = calloc(events->features + events->columns + left_out_count + 1, sizeof *names);
    if (!names) return nsym_fail(NSYM_ENOMEM, "no memory for names");
    for (size_t i = 0; i < events->features; i++) names[n++] = events->feature_names[i];
    for (size_t i = 0; i < events->columns; i++) names[n++] = events->column[i].name;
    for (size_t i = 0; i < left_out_count; i++) names[n++] = left_out[i];
    nsym_status status = nsym_wanted_check(options, names);
    free(names);
    return status;
}

/* Takes feature `at` out: the others move together, in place. */
static void drop_feature(nsym_events *events, size_t at) {
    size_t features = events->features, rows = (size_t)events->offsets[events->count];
    double *to = events->particles;
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < features; k++)
            if (k != at) *to++ = events->particles[i * features + k];
    free(events->feature_names[at]);
    free(events->feature_units[at]);
    for (size_t k = at + 1; k < features; k++) {
        events->feature_names[k - 1] = events->feature_names[k];
        events->feature_units[k - 1] = events->feature_units[k];
    }
    events->features--;
}

/* Notes speak of whole particles, and are wanted no more than those. */
static void keep_features(nsym_events *events, const nsym_read_options *options) {
    for (size_t k = events->features; k-- > 0;) {
        if (nsym_wanted(options, events->feature_names[k])) continue;
        nsym_notes_free(events);
        if (events->features == 1)
            nsym_events_drop_particles(events);
        else
            drop_feature(events, k);
    }
}

nsym_status nsym_wanted_finish(nsym_events *events, const nsym_read_options *options, char *const *left_out, size_t n) {
    if (!options->only && !options->drop) return NSYM_OK;
    NSYM_TRY(check_names(events, options, left_out, n));
    keep_features(events, options);
    for (size_t i = events->columns; i-- > 0;)
        if (!nsym_wanted(options, events->column[i].name)) nsym_events_drop_column(events, i);
    return NSYM_OK;
}

nsym_status nsym_wanted_keep(nsym_events *events, const nsym_read_options *options) {
    return nsym_wanted_finish(events, options, NULL, 0);
}
