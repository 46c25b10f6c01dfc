/* Studies: a card (YAML) becomes a grid of trainings, a ledger of results, tables, figures and a report. */
#ifndef NEARSYM_STUDY_H
#define NEARSYM_STUDY_H

#include <nearsym/classes.h>
#include <nearsym/cluster.h>
#include <nearsym/progress.h>
#include <nearsym/status.h>
#include <nearsym/train.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How to run a study. Borrowed. */
typedef struct nsym_study_options {
    const char *card;       /* a published study's name ("approximate-invariance") or the path of a card */
    const char *preset;     /* a name under the card's `presets`; NULL: the card as it stands */
    const char *const *set; /* (sets) "train.epochs=10": laid over card and preset, in order */
    size_t sets;
    size_t jobs; /* trainings at once, threads that prepare a sample; 0: one per CPU */
    const nsym_cluster
        *cluster;            /* processes that share the runs, each with `jobs` and the same options; NULL: this one */
    const char *out;         /* output folder, made where it is missing */
    bool fresh;              /* what a study left in it before is moved to out/old-DATE first, and all is done anew */
    nsym_progress *progress; /* NULL: silent */
    bool (*stop)(void);      /* asked before every batch; true ends the run after the ledger is safe; NULL: never */
    nsym_status (*finish)(void *context); /* called once the results are written; NULL: nothing follows */
    void *context;                        /* of `finish` */
} nsym_study_options;

/* Runs what is not in the output folder's ledger yet, then writes results.json. A run that was stopped or killed is
   continued by the same call. Processes that call it with one output folder share the runs, on one machine or many that
   see the folder: each takes the next that nobody is at, and one of them writes the results and calls its `finish`
   before any returns. In a cluster every process calls it, in one file system; the results are there when it returns on
   rank 0, whose message alone tells of a failure anywhere. Errors: a card's fault with its line; a folder that holds
   the results of another study, or of other settings at one of the card's places; another process is at work there on
   another card; NSYM_EINTERRUPTED after `stop`. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_run(const nsym_study_options *options);

/* What the runs of an experiment that are not done yet take. */
typedef struct nsym_experiment_cost {
    const char *name; /* borrowed from the cost */
    size_t runs, done;
    double cpu_seconds;
} nsym_experiment_cost;

/* What the runs of one of an experiment's models take that are not done yet. */
typedef struct nsym_model_cost {
    const char *experiment, *name; /* borrowed from the cost */
    double runs;
    double cpu_seconds;
} nsym_model_cost;

/* What a study takes, measured on a small part of each of its samples: a few epochs of every kind of run. Good to about
   a factor of two. Free with nsym_study_cost_free. */
typedef struct nsym_study_cost {
    size_t runs;                        /* of all experiments; of a search by halving, those that are expected */
    size_t done;                        /* already, in the output folder */
    size_t shared;                      /* the same training as another that is to do */
    double cpu_seconds, sample_seconds; /* of what is not done, on one CPU; the latter for making the samples, of it */
    double seconds;                     /* until it is done, on so many CPUs: */
    size_t jobs;
    double memory_bytes, disk_bytes; /* the most at a time; what is written into the output folder */
    size_t kinds, measured;          /* of runs; those that were measured (of a search's tries a few stand for all) */
    bool stops_early;                /* some trainings may: the times are of all their epochs */
    size_t searches;                 /* of the card's section `searches`, whose time is not in all this */
    size_t experiments;
    nsym_experiment_cost *experiment; /* (experiments) */
    size_t models;
    nsym_model_cost *model; /* (models) of one experiment after the other; of what is measured, else none */
} nsym_study_cost;

/* Measures what nsym_study_run with these options would take. Nothing is trained beyond that and nothing is written
   into the output folder; work files stand in $TMPDIR (or /tmp) until it returns. Errors: as nsym_study_run. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_estimate(nsym_study_cost *out, const nsym_study_options *options);
NSYM_API void nsym_study_cost_free(nsym_study_cost *cost);

/* Looks at an output folder, whatever is at work in it. Where the results of its card are not whole - runs are missing,
   or a run was stopped before its end - FOLDER/results.partial.json is written, of what is done, *partial is true and
   *out says how much that is, with cpu_seconds of what is left as fast as what is done (NaN: not known). Where they
   are, that file is removed, and *out is all zeros. Free *out. Errors: no study's folder; nothing is done yet. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_partial(nsym_study_cost *out, bool *partial, const char *folder);

/* Writes the finished runs of a study's output folder to a file that goes anywhere, JSON lines, a run each with its
   label, key, CPU path, time and every number that it measured, to the bit; packed where the name ends in .gz. Models
   and scores that runs leave stay in the folder. *runs: how many. Errors: no study's folder; the file cannot be
   written. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_write_runs(size_t *runs, const char *folder, const char *path);

/* What became of runs that were merged into a folder. */
typedef struct nsym_study_merged {
    size_t added, present; /* present: the folder had them, and keeps its own */
    size_t differing;      /* of those present: with other numbers, as of another kind of CPU */
} nsym_study_merged;

/* Adds finished runs to an output folder, which is made where it is missing; a study that runs there goes on from them.
   `from` is a file of nsym_study_write_runs or another output folder, whose models and scores are copied, too; it may
   be in use. Errors: neither of these; a damaged file, with the line; a folder that cannot be written. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_merge(nsym_study_merged *out, const char *folder, const char *from);

/* One network of a card: how its training went, and how it does on the test part. Free the history. */
typedef struct nsym_trained {
    nsym_train_history history;
    char note[2048]; /* what was cut, how the classes weigh, and warnings about the sample, a line each */
    size_t parameters, trains, validates, tests; /* events */
    double auc, auc_error;      /* DeLong; the error is NaN where a class has fewer than two events. Of several classes
                                   the mean of each against the others */
    nsym_class_results classes; /* of several classes, with their names; else classes.classes is 0 */
    double temperature, temperature_error; /* nearsym/calibration.h; 1 and NaN where none is fitted */
} nsym_trained;

/* Trains one model of a card (`model`; NULL: the only one) on the card's sample, without its experiments, and writes it
   to a file. Of `options` the card, preset, settings, jobs and stop count. `watch` is called after every epoch with
   `context`; NULL: nobody watches; false stops there, with the best epoch. Errors: a card's fault with its line; a card
   of several models where none is named; a model that is not trained. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_train(nsym_trained *out, const nsym_study_options *options,
                                                      const char *model, const char *path,
                                                      bool (*watch)(void *context, const nsym_train_epoch *epoch),
                                                      void *context);

/* Makes a model of the weights that another program trained, by a card's model (`model`; NULL: the only one), and
   writes it to `path`: the network, its inputs and the chain of its events are the card's, whose sample is not made.
   `weights` is a .npz or .safetensors file of a PyTorch state_dict; docs/onnx.md says which names it has. Of `options`
   the card, preset and settings count. Errors: a card's fault with its line; a file that is neither; tensors that are
   missing, are none of the network or have another shape, by name. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_import(const nsym_study_options *options, const char *model,
                                                       const char *weights, const char *path);

/* Calls `visit` with the name and title of every study that is installed, in order of name. The folder of studies is
   $NSYM_STUDIES where that is set, else the one nearsym was built or installed with. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_list(void (*visit)(void *context, const char *name, const char *title),
                                                     void *context);

/* The path of a study's card, from a name or a path: new (free with free). Errors: none such; the nearest is suggested.
 */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_find(char **path, const char *name);

/* What to cite, as BibTeX: nearsym, and behind it, of a study's name or a card's path, the file cite.bib beside the
   card or, where there is none, a comment with what the card's `citation` says. NULL: nearsym alone. New (free with
   free). Errors: no such study or card. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_cite(char **text, const char *name);

/* The card after preset and settings as YAML text: new (free with free). Every value that a run would use is checked.
 */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_show(char **text, const nsym_study_options *options);

/* The keys of a section of a card ("train", "models"; "top": the card itself; NULL: all), what they are for, their
   defaults and values: lines of text or Markdown tables, new (free with free). Errors: no such section; the nearest is
   suggested. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_keys(char **text, const char *section, bool markdown);

/* A JSON Schema (draft 2020-12) of cards, by which an editor completes and checks them: names, kinds and ranges of
   keys, not which of them have an effect together. New (free with free). */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_schema(char **text);

#ifdef __cplusplus
}
#endif
#endif
