#include "convert_events.h"

#include "tell.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 256 };

bool keep_final(nsym_events *events, const char *path, nsym_notes_lost *lost) {
    size_t status = nsym_events_feature(events, "status"), features = events->features;
    if (status == NSYM_NONE) {
        tell_error(
            "%s: its particles have no feature \"status\", or --only or --drop leaves it out, so none is known to "
            "be final",
            path);
        return false;
    }
    uint64_t kept = 0, row = 0;
    for (size_t i = 0; i < events->count; i++) {
        for (; row < events->offsets[i + 1]; row++) {
            const double *particle = events->particles + row * features;
            if (particle[status] != 1) continue;
            memmove(events->particles + kept++ * features, particle, features * sizeof *particle);
        }
        events->offsets[i + 1] = kept;
    }
    static const char *const mothers[] = {"mother1", "mother2"}; /* what a final particle came from is gone */
    for (size_t m = 0; m < 2; m++) {
        size_t mother = nsym_events_feature(events, mothers[m]);
        for (uint64_t i = 0; mother != NSYM_NONE && i < kept; i++) events->particles[i * features + mother] = 0;
    }
    nsym_events_drop_notes(events, lost);
    return true;
}

nsym_status set_label(nsym_events *events, double label) {
    nsym_column *column = nsym_events_column(events, "label");
    double *values = column ? column->values : NULL;
    nsym_status status =
        column ? nsym_events_set_attribute(events, "categories:label", NULL) /* it holds no words any more */
               : nsym_events_add_column(events, "label", "", "class of the event", 1, &values);
    if (status != NSYM_OK) return status;
    size_t width = column ? column->width : 1;
    for (size_t i = 0; i < events->count * width; i++) values[i] = label;
    return NSYM_OK;
}

bool label_of(const char *list, size_t i, size_t n, double *label) {
    size_t count = 0;
    for (const char *at = list;; at++) {
        char *end;
        double value = strtod(at, &end);
        if (end == at || (*end && *end != ',') || !isfinite(value)) return false;
        if (count == i || count == 0) *label = value;
        count++;
        at = end;
        if (!*end) return count == n || count == 1;
    }
}

/* The next "old=new" of a list, which it is moved behind, in `text` (size). False: it is no such list. */
static bool next_rename(const char **list, char *text, size_t size, char **from, char **to) {
    size_t n = strcspn(*list, ",");
    if (n + 1 > size) return false;
    memcpy(text, *list, n);
    text[n] = '\0';
    *list += n + ((*list)[n] == ',');
    *from = text;
    *to = strchr(text, '=');
    if (!*to || *to == text || !(*to)[1] || strchr(*to + 1, '=')) return false;
    *(*to)++ = '\0';
    return true;
}

bool is_rename_list(const char *list) {
    char text[NAME], *from, *to;
    if (!*list || list[strlen(list) - 1] == ',') return false;
    while (*list)
        if (!next_rename(&list, text, sizeof text, &from, &to)) return false;
    return true;
}

bool rename_all(nsym_events *events, const char *path, const char *list) {
    char text[NAME], between[32], *from, *to;
    size_t n = 0;
    for (const char *at = list; *at && next_rename(&at, text, sizeof text, &from, &to); n++) {
        snprintf(between, sizeof between, "\001%zu", n);
        bool there = nsym_events_column(events, from) || nsym_events_feature(events, from) != NSYM_NONE;
        if (nsym_events_rename(events, from, there ? between : to) == NSYM_OK) continue;
        tell_error("%s: %s", path, nsym_message());
        return false;
    }
    n = 0;
    for (const char *at = list; *at && next_rename(&at, text, sizeof text, &from, &to); n++) {
        snprintf(between, sizeof between, "\001%zu", n);
        if (nsym_events_rename(events, between, to) == NSYM_OK) continue;
        tell_error("%s: \"%s\" cannot be renamed to \"%s\": the name is taken", path, from, to);
        return false;
    }
    return true;
}

bool add_pair_mass(nsym_events *events, const char *path) {
    static const char *const names[] = {"px", "py", "pz", "energy"};
    size_t at[4];
    double *mass;
    for (size_t k = 0; k < 4; k++) {
        at[k] = nsym_events_feature(events, names[k]);
        if (at[k] != NSYM_NONE) continue;
        tell_error("%s: its particles have no feature %s, which --pair-mass takes", path, names[k]);
        return false;
    }
    if (nsym_events_add_column(events, "mass", "GeV", "invariant mass of the two particles", 1, &mass) != NSYM_OK) {
        tell_error("%s: --pair-mass: %s", path, nsym_message());
        return false;
    }
    for (size_t i = 0; i < events->count; i++) {
        const double *p = events->particles + events->offsets[i] * events->features, *q = p + events->features;
        if (events->offsets[i + 1] - events->offsets[i] != 2) {
            tell_error("%s: event %zu has %llu particles, and --pair-mass is of two%s", path,
                       nsym_events_row(events, i), (unsigned long long)(events->offsets[i + 1] - events->offsets[i]),
                       nsym_events_feature(events, "status") != NSYM_NONE ? "; --select final keeps those of the end"
                                                                          : "");
            return false;
        }
        double sum[4];
        for (size_t k = 0; k < 4; k++) sum[k] = p[at[k]] + q[at[k]];
        double squared = sum[3] * sum[3] - sum[0] * sum[0] - sum[1] * sum[1] - sum[2] * sum[2];
        mass[i] = squared > 0 ? sqrt(squared) : 0;
    }
    return true;
}
