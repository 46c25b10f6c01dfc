/* How long the runs to do will take, from what runs like them took. Safe to use from several threads. */
#ifndef NSYM_STUDY_PACE_H
#define NSYM_STUDY_PACE_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

/* A run: its size, in any unit that is alike for all, such as the seconds that were foreseen for it or the rows that it
   trains on; and what its time for a unit hangs on, as numbers below the count of runs: its kind, or, of a kind of
   which nothing is known yet, its model. */
typedef struct nsym_pace_run {
    double size;
    size_t kind, model;
} nsym_pace_run;

typedef struct nsym_pace nsym_pace;

/* New, of runs (n, copied) that begin at `now` (seconds of a clock, as in all that follows), `jobs` at once. */
nsym_status nsym_pace_new(nsym_pace **out, const nsym_pace_run *runs, size_t n, size_t jobs,
                          double now) NSYM_MUST_CHECK;
void nsym_pace_free(nsym_pace *pace); /* NULL is fine */

/* A run begins here; `part` of it (0 to 1) is done; it took so many seconds, here or, `others`, by another process. Of
   NULL: nothing. */
void nsym_pace_begin(nsym_pace *pace, size_t run, double now);
void nsym_pace_part(nsym_pace *pace, size_t run, double part);
void nsym_pace_end(nsym_pace *pace, size_t run, double seconds, bool others);

/* Seconds until all are done: each run takes for a unit of its size what those of its kind do that are done; else those
   at work; else, likewise, those of its model; else all. Negative: nothing tells yet. */
double nsym_pace_left(nsym_pace *pace, double now);

#endif
