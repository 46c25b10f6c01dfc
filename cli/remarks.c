#include "remarks.h"

#include "tell.h"

#include <nearsym/remarks.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOLD = 256 };

static bool show_notes;
static char *told[TOLD]; /* the latest, in turn */
static size_t count;

/* A command may read a file more than once. */
static bool is_new(const char *text) {
    for (size_t i = 0; i < TOLD && told[i]; i++)
        if (strcmp(told[i], text) == 0) return false;
    char **place = &told[count++ % TOLD];
    free(*place);
    *place = strdup(text);
    return true;
}

static void tell(void *context, nsym_remark_kind kind, const char *text) {
    (void)context;
    if ((kind == NSYM_NOTE && !show_notes) || !is_new(text)) return;
    if (kind == NSYM_WARNING)
        tell_warning("%s", text);
    else
        fprintf(stderr, "%s\n", text);
}

void remarks_listen(void) {
    nsym_remarks_listen(tell, NULL);
}

void remarks_show_notes(void) {
    show_notes = true;
}
