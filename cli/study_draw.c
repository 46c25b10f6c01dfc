#include "study_draw.h"
#include "tell.h"

#include <nearsym/report.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

nsym_status study_draw(const char *folder, size_t *missing) {
    char *text;
    nsym_status status = nsym_report_draw(&text, folder);
    if (status != NSYM_OK) return status;
    *missing = 0;
    for (char *line = text, *end; line && (end = strchr(line, '\n')); line = end + 1, ++*missing)
        tell_warning("%.*s", (int)(end - line), line);
    free(text);
    return NSYM_OK;
}

void study_stopped(const char *out) {
    fprintf(stderr, "nearsym: stopped; the finished runs are kept in %s. The same command continues.\n", out);
}
