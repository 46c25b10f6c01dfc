/* Reads a classifier's scores from a file: a column of events in any format that nsym_events_read knows. */
#ifndef NEARSYM_SCORES_H
#define NEARSYM_SCORES_H

#include <nearsym/events.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Scores of a file. They own all members; free with nsym_scores_free. */
typedef struct nsym_scores {
    size_t count;
    char *path, *column; /* file and column that they were read from */
    double *values;      /* (count) */
    float *labels;       /* (count) the file's column label; NULL if there is none */
    double *weights;     /* (count) the file's column weight; NULL if there is none */
    double *parts;       /* (count) the file's column part (nearsym/part.h); NULL if there is none */
    nsym_events *ids; /* (count) the file's columns that number events (event, run, id, ...); NULL if there are none */
} nsym_scores;

/* Reads the scores that `source` names, FILE or FILE:COLUMN; a file whose whole name is `source`, with its colon, comes
   first. Without COLUMN it reads the column called `column` or, if it does not exist, the only column. If `column` is
   NULL, it reads "logit", which still separates events whose "output" rounds to 0 or 1; else "output"; else the only
   column besides label, part and weight. Labels and weights are those of the file. Errors: as nsym_events_read; no such
   column, with those there are; several values per event, also of label, weight or part; no events; a NaN score or a
   weight that is not finite, with its row. *out is then empty. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_scores_read(nsym_scores *out, const char *source, const char *column);

/* Checks that two files have the same events in the same order. Errors: different numbers of events, or different event
   numbers, with the row. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_scores_same_events(const nsym_scores *a, const nsym_scores *b);

/* Keeps the events i for which parts[i] (scores->count) is `part`. */
NSYM_API void nsym_scores_take(nsym_scores *scores, const double *parts, double part);

NSYM_API void nsym_scores_free(nsym_scores *scores);

#ifdef __cplusplus
}
#endif
#endif
