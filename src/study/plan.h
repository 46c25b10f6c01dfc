/* What a study is to do: the runs of its card, which of them are done, and what the others take. */
#ifndef NSYM_STUDY_PLAN_H
#define NSYM_STUDY_PLAN_H

#include "base/arena.h"
#include "study/pace.h"
#include "study/provenance.h"
#include "study/run.h"
#include "study/samples.h"
#include "study/searches.h"

/* What a plan is for: its runs are done and the output folder is made ready; or it is only looked at, and nothing is
   written. */
typedef enum nsym_plan_use { NSYM_PLAN_RUN, NSYM_PLAN_LOOK } nsym_plan_use;

typedef struct nsym_plan {
    const nsym_study_options *options;
    nsym_plan_use use;
    nsym_arena *arena;           /* texts and lists of the plan */
    nsym_tree *card, *reference; /* no reference: NULL */
    nsym_grid grid;
    nsym_ledger *ledger; /* NULL: there is none yet, in a plan that is only looked at */
    size_t runs;
    nsym_run *run; /* every point's runs, also those that share a key with another's */
    nsym_searches searches;
    size_t note_count;
    const char **notes; /* (note_count) of the points' settings */
    size_t wanted;      /* runs of this rung: */
    size_t done;        /* of them, those that are done already */
    size_t shared;      /* and those that are one training with another that is to do */
    size_t gaps;        /* recorded runs that lack numbers, and kept files that are damaged: both are made anew */
    size_t damaged;
    size_t to_do;
    size_t *todo; /* (to_do) runs to do, one for each key, in their order */
    nsym_samples samples;
    nsym_provenance provenance; /* of a plan that is run */
    nsym_pace *pace;            /* of the runs to do, while they are done and somebody is told; else NULL */
    atomic_bool stop;
} nsym_plan;

/* The plan of a card, to be closed whatever the status; `out` is all zeros before. Errors: a card's fault with its
   line; a folder that cannot be used. */
nsym_status nsym_plan_open(nsym_plan *out, const nsym_study_options *options, nsym_plan_use use) NSYM_MUST_CHECK;
void nsym_plan_close(nsym_plan *plan);

/* Does this process plan, record and report? The others of a cluster only do runs. */
bool nsym_plan_leads(const nsym_plan *plan);

/* The runs of a rung that do not wait. Runs with one key are one training: the first that keeps its files stands for
   all, and all take its label. They are done sample by sample, of each the first members of all points first. */
nsym_status nsym_plan_work(nsym_plan *plan, size_t rung) NSYM_MUST_CHECK;

/* Tells the samples which runs to do want them. */
void nsym_plan_want_samples(nsym_plan *plan);

/* Runs of a point: its members, then those that are trained once more; and the first of them among all. */
size_t nsym_plan_runs_of(const nsym_point *point);
size_t nsym_plan_first_run(const nsym_plan *plan, size_t point);

/* "epochs-published-20000-hybrid": where a point stands, as names of files and the ledger have it, from the arena;
   NULL: no memory. */
char *nsym_plan_place(nsym_arena *arena, const nsym_point *point);

/* Does a run leave its model and scores? A column is in the sample already. */
bool nsym_plan_leaves_files(const nsym_run *run);

/* A recorded run that is to be kept is done only where its files are there too, and, in a plan that is run, whole. */
nsym_status nsym_plan_is_done(const nsym_plan *plan, const nsym_run *run, bool *done) NSYM_MUST_CHECK;

/* Rows that a run trains on, over all epochs: events, and their copies. `events`: of its sample, where the card does
   not say how many are used. */
double nsym_plan_rows(const nsym_run *run, size_t events);

/* A text at the card's top level; missing: *out is left as it is. */
nsym_status nsym_plan_text(const nsym_plan *plan, const char *key, const char **out) NSYM_MUST_CHECK;

#endif
