/* Files of which a few columns are read. */
#include <nearsym/io.h>

#include "base/fail.h"
#include "base/list.h"
#include "data/formats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Is every name of the list a column? */
static bool has_all(const nsym_events *events, const char *list) {
    size_t n;
    for (const char *next; list && *list; list = next) {
        bool there = false;
        next = nsym_list_next(list, &n);
        for (size_t i = 0; i < events->columns; i++)
            there |= strlen(events->column[i].name) == n && strncmp(events->column[i].name, list, n) == 0;
        if (!there) return false;
    }
    return true;
}

nsym_status nsym_events_read_columns(nsym_events **out, const char *path, const char *needed, const char *useful) {
    *out = NULL;
    if (nsym_comes_once(path)) return nsym_events_read(out, path, NULL);
    size_t size = (needed ? strlen(needed) : 0) + (useful ? strlen(useful) : 0) + 2;
    char *only = malloc(size);
    if (!only) return nsym_fail(NSYM_ENOMEM, "%s: no memory", path);
    snprintf(only, size, "%s%s%s", needed ? needed : "", needed && useful ? "," : "", useful ? useful : "");
    nsym_status status = nsym_events_read(out, path, &(nsym_read_options){.only = only, .only_if_there = true});
    free(only);
    if (status == NSYM_OK && has_all(*out, needed)) return NSYM_OK;
    nsym_events_free(*out);
    return nsym_events_read(out, path, NULL);
}
