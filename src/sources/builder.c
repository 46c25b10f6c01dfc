#include "sources/builder.h"

#include "base/fail.h"
#include "data/texts.h"

#include <stdlib.h>
#include <string.h>

nsym_status nsym_builder_begin(nsym_builder *out, const nsym_events *like, const char *const *names, size_t features) {
    *out = (nsym_builder){.features = features};
    NSYM_TRY(nsym_events_columns(&out->like, like, 0, like->count > 0));
    out->column = calloc(out->like->columns + 1, sizeof *out->column);
    out->offsets = calloc(1, sizeof *out->offsets);
    out->names = calloc(features + 1, sizeof *out->names);
    bool there = out->column && out->offsets && out->names;
    if (there && features && names == (const char *const *)like->feature_names)
        there = (out->units = nsym_texts_copy((const char *const *)like->feature_units, features)) != NULL;
    for (size_t k = 0; there && k < features; k++) there = (out->names[k] = strdup(names[k])) != NULL;
    return there ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a sample");
}

void nsym_builder_free(nsym_builder *r) {
    for (size_t k = 0; r->column && k < r->like->columns; k++) free(r->column[k]);
    for (size_t k = 0; r->names && k < r->features; k++) free(r->names[k]);
    nsym_texts_free(r->units, r->features);
    free(r->names);
    free(r->column);
    free(r->origin);
    free(r->offsets);
    free(r->particles);
    nsym_events_free(r->like);
    *r = (nsym_builder){0};
}

/* Makes a block (room, width) larger, in place. */
static bool grow(void **block, size_t room, size_t size) {
    void *more = realloc(*block, room * size);
    if (more) *block = more;
    return more != NULL;
}

static nsym_status more_rows(nsym_builder *r) {
    size_t room = 2 * r->room + 256;
    bool there =
        grow((void **)&r->origin, room, sizeof *r->origin) && grow((void **)&r->offsets, room + 1, sizeof *r->offsets);
    for (size_t k = 0; there && k < r->like->columns; k++)
        there = grow((void **)&r->column[k], room * r->like->column[k].width, sizeof **r->column);
    if (!there) return nsym_fail(NSYM_ENOMEM, "no memory for a sample of %zu rows", room);
    r->room = room;
    return NSYM_OK;
}

nsym_status nsym_builder_add(nsym_builder *r, const nsym_events *events, size_t i, const double *particles, size_t n) {
    size_t used = (size_t)r->offsets[r->count];
    if (r->count == r->room) NSYM_TRY(more_rows(r));
    if (r->features && used + n > r->space) {
        size_t space = 2 * r->space + n + 1024;
        if (!grow((void **)&r->particles, space * r->features, sizeof *r->particles))
            return nsym_fail(NSYM_ENOMEM, "no memory for a sample of %zu particles", space);
        r->space = space;
    }
    if (r->features && n) memcpy(r->particles + used * r->features, particles, n * r->features * sizeof *particles);
    for (size_t k = 0; k < r->like->columns; k++) {
        size_t width = r->like->column[k].width;
        memcpy(r->column[k] + r->count * width, events->column[k].values + i * width, width * sizeof **r->column);
    }
    r->origin[r->count] = nsym_events_row(events, i) - 1;
    r->offsets[++r->count] = used + n;
    return NSYM_OK;
}

static nsym_status fill(nsym_events *events, const nsym_builder *r) {
    double *values;
    if (r->features)
        NSYM_TRY(nsym_events_set_particles(events, r->features, (const char *const *)r->names,
                                           (const char *const *)r->units, r->offsets));
    if (r->features && r->offsets[r->count])
        memcpy(events->particles, r->particles, r->offsets[r->count] * r->features * sizeof(double));
    for (size_t k = 0; k < r->like->columns; k++) {
        const nsym_column *c = &r->like->column[k];
        NSYM_TRY(nsym_events_add_column(events, c->name, c->unit, c->meaning, c->width, &values));
        if (r->count) memcpy(values, r->column[k], r->count * c->width * sizeof *values);
        if (!c->labels) continue;
        events->column[k].labels = nsym_texts_copy((const char *const *)c->labels, c->width);
        if (!events->column[k].labels) return nsym_fail(NSYM_ENOMEM, "no memory for column \"%s\"", c->name);
    }
    for (size_t k = 0; k < r->like->attributes; k++)
        NSYM_TRY(nsym_events_set_attribute(events, r->like->attribute[k].name, r->like->attribute[k].value));
    events->origin = malloc((r->count + 1) * sizeof *events->origin);
    if (!events->origin) return nsym_fail(NSYM_ENOMEM, "no memory for a sample of %zu rows", r->count);
    if (r->count) memcpy(events->origin, r->origin, r->count * sizeof *events->origin);
    return NSYM_OK;
}

nsym_status nsym_builder_end(nsym_events **out, const nsym_builder *r) {
    nsym_events *events;
    NSYM_TRY(nsym_events_new(&events, r->count));
    nsym_status status = fill(events, r);
    if (status == NSYM_OK)
        *out = events;
    else
        nsym_events_free(events);
    return status;
}
