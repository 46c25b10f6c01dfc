/* What the reader of tables has to say beside errors. */
#include "base/remark.h"
#include "data/csv.h"

#include <stdio.h>
#include <string.h>

static const char *delimiter_name(char delimiter, char text[4]) {
    if (delimiter == ' ') return "blanks";
    if (delimiter == '\t') return "tabs";
    snprintf(text, 4, "'%c'", delimiter);
    return text;
}

void nsym_csv_tell_dialect(const nsym_csv *t, const char *path) {
    const nsym_csv_dialect *d = &t->dialect;
    char header[96], delimiter[4];
    size_t last = t->columns > 0 ? t->columns - 1 : 0;
    if (d->header > 0)
        snprintf(header, sizeof header, "line %zu names %zu column%s", d->header, t->columns, last > 0 ? "s" : "");
    else
        snprintf(header, sizeof header, "no line names the columns, which are c0%s", last > 0 ? " to c" : "");
    if (d->header == 0 && last > 0) snprintf(header + strlen(header), sizeof header - strlen(header), "%zu", last);
    nsym_remark(d->doubtful ? NSYM_WARNING : NSYM_NOTE, "%s: %s; cells are separated by %s%s%s%s%s", path, header,
                delimiter_name(t->records.delimiter, delimiter), d->point == NSYM_CSV_COMMA ? "; decimal commas" : "",
                t->records.utf16.is_used ? "; UTF-16" : "", d->is_latin1 ? "; Latin-1" : "",
                d->doubtful ? "; if that line is an event, read it with --header no" : "");
    for (size_t i = 0; i < t->columns; i++)
        if (t->column[i].is_unnamed && !t->column[i].is_left_out)
            nsym_remark(NSYM_NOTE, "%s: column %zu has no name and is called %s%s; --drop %s leaves it out", path,
                        i + 1, t->column[i].name, i == 0 ? ", as the index of pandas" : "", t->column[i].name);
}

void nsym_csv_tell_cells(const nsym_csv *t, const char *path) {
    if (t->missing > 0)
        nsym_remark(NSYM_NOTE, "%s: %zu cell%s such as \"%s\" in line %zu %s read as NaN", path, t->missing,
                    t->missing > 1 ? "s" : "", t->missing_text, t->missing_line, t->missing > 1 ? "are" : "is");
    if (t->comments > 0)
        nsym_remark(NSYM_NOTE,
                    "%s: %zu line%s between the rows that begin%s with '%c' %s left out; --comment none reads "
                    "them",
                    path, t->comments, t->comments > 1 ? "s" : "", t->comments > 1 ? "" : "s", t->records.comment,
                    t->comments > 1 ? "are" : "is");
    for (size_t i = 0; i < t->columns; i++) {
        const nsym_csv_column *c = &t->column[i];
        if (c->inexact > 0)
            nsym_remark(NSYM_WARNING,
                        "%s: column \"%s\": %zu whole number%s beyond 2^53, the first %s in line %zu, %s "
                        "rounded to double precision",
                        path, c->name, c->inexact, c->inexact > 1 ? "s" : "", c->inexact_text, c->inexact_line,
                        c->inexact > 1 ? "are" : "is");
    }
}
