/* A classifier's scores as a file holds them: one column of events in any format that nsym_events_read knows. */
#ifndef NEARSYM_SCORES_H
#define NEARSYM_SCORES_H

#include <nearsym/events.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All members are owned and freed by nsym_scores_free. */
typedef struct nsym_scores {
    size_t count;
    char *path, *column; /* where they stood */
    double *values;      /* (count) */
    float *labels;       /* (count) the file's column label; NULL where there is none */
    double *weights;     /* (count) the file's column weight; NULL where there is none */
    double *parts;       /* (count) the file's column part (nearsym/part.h); NULL where there is none */
    nsym_events *ids;    /* (count) the file's columns that number events (event, run, id, ...); NULL where there are
                            none */
} nsym_scores;

/* Reads the scores that `source` names, FILE or FILE:COLUMN (a file whose own name has a colon is found first). Without
   a COLUMN it is the one called `column`, or else the only one that the file has; with `column` NULL it is "logit",
   which tells events apart where "output" is as good as 0 or 1, else "output", else the only one besides label, part
   and weight. Labels and weights are as the file has them. Errors: those of nsym_events_read; no such column, with
   those there are; several values an event, also of label, weight or part; no events; a NaN score or a weight that is
   not finite, with its row. *out is empty then. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_scores_read(nsym_scores *out, const char *source, const char *column);

/* Errors: two files are not of the same events in the same order: their numbers differ, or what numbers the events
   does, with the row. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_scores_same_events(const nsym_scores *a, const nsym_scores *b);

/* Keeps the events i whose parts[i] (scores->count) is `part`. */
NSYM_API void nsym_scores_take(nsym_scores *scores, const double *parts, double part);

NSYM_API void nsym_scores_free(nsym_scores *scores);

#ifdef __cplusplus
}
#endif
#endif
