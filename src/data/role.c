#include "data/role.h"

#include "base/fail.h"

#include <stdio.h>
#include <string.h>

enum { TEXT = 256 };

/* The labels of the column's values as " (nominal, up, down)", the first of them where there are many; "" for none. */
static void list_labels(char text[TEXT], const nsym_column *column) {
    size_t used = 0;
    text[0] = '\0';
    for (size_t k = 0; column->labels && k < column->width; k++) {
        if (used + strlen(column->labels[k]) + 16 > TEXT) {
            used += (size_t)snprintf(text + used, TEXT - used, ", ...");
            break;
        }
        used += (size_t)snprintf(text + used, TEXT - used, "%s%s", k ? ", " : " (", column->labels[k]);
    }
    if (used) snprintf(text + used, TEXT - used, ")");
}

nsym_status nsym_role_column(const nsym_column **out, const nsym_events *events, const char *name) {
    char labels[TEXT];
    *out = nsym_events_column(events, name);
    if (!*out || (*out)->width == 1) return NSYM_OK;
    list_labels(labels, *out);
    return nsym_fail(NSYM_EFORMAT,
                     "column '%s' has %zu values an event%s, must have one; `nearsym data convert IN -o OUT --drop %s` "
                     "leaves it out, and in Python events['%s'] = events['%s'][:, 0] keeps its first value",
                     name, (*out)->width, labels, name, name, name);
}

nsym_status nsym_role_missing(const nsym_events *events, const char *name) {
    char there[TEXT] = "none";
    size_t used = 0;
    for (size_t i = 0; i < events->columns && used < TEXT - 80; i++)
        if (events->column[i].width == 1)
            used += (size_t)snprintf(there + used, TEXT - used, "%s%.64s", used ? ", " : "", events->column[i].name);
    return nsym_fail(NSYM_ENOTFOUND,
                     "there is no column '%s' of one value an event; there are: %s%s; `nearsym data convert IN -o OUT "
                     "--rename OLD=%s` renames one",
                     name, there, used >= TEXT - 80 ? ", ..." : "", name);
}
