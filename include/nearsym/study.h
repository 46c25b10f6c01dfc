/* Studies. A card (YAML) describes a grid of trainings. nsym_study_run does them and writes a ledger of results,
   tables, figures and a report. */
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

/* How to run a study. Its members are borrowed. */
typedef struct nsym_study_options {
    const char *card;       /* name of a published study ("approximate-invariance") or path of a card */
    const char *preset;     /* name under the card's `presets`; NULL: no preset */
    const char *const *set; /* (sets) settings "train.epochs=10", applied in order after card and preset */
    size_t sets;
    size_t jobs; /* number of trainings at the same time, and of threads that prepare a sample; 0: one per CPU */
    const nsym_cluster *cluster; /* processes that share the runs, each with `jobs` of its own and the same options;
                                    NULL: this process alone */
    const char *out;             /* output folder, created if it is missing */
    bool fresh;                  /* start anew: move what an earlier study left in the folder to out/old-DATE first */
    nsym_progress *progress;     /* NULL: silent */
    bool (*stop)(void); /* called before every batch; if it returns true, the ledger is saved and the run ends; NULL:
                           never stop */
    nsym_status (*finish)(void *context); /* called when the results are written; NULL: nothing is called */
    void *context;                        /* argument of `finish` */
} nsym_study_options;

/* Does the runs that are missing in the output folder's ledger, then writes results.json. The same call continues a
   study that was stopped or killed. Processes that call it with the same output folder share the runs, on one machine
   or on several that see the folder. Each takes the next free run. One of them writes the results and calls its
   `finish` before any of them returns. In a cluster every process makes the call, on one file system. The results exist
   when it returns on rank 0, and only the message on rank 0 reports a failure of any process. Errors: a mistake in the
   card, with its line; a folder with the results of another study, or with runs of the same place in the grid but other
   settings; another process that works in the folder on another card; NSYM_EINTERRUPTED after `stop`. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_run(const nsym_study_options *options);

/* Time that an experiment's remaining runs take. */
typedef struct nsym_experiment_cost {
    const char *name; /* borrowed from the cost */
    size_t runs, done;
    double cpu_seconds;
} nsym_experiment_cost;

/* Time that the remaining runs of one model of an experiment take. */
typedef struct nsym_model_cost {
    const char *experiment, *name; /* borrowed from the cost */
    double runs;
    double cpu_seconds;
} nsym_model_cost;

/* The cost of a study, measured on a small part of each sample with a few epochs of every kind of run. It is right to
   about a factor of two. Free with nsym_study_cost_free. */
typedef struct nsym_study_cost {
    size_t runs;   /* number of runs in all experiments; for a search by halving, the expected number */
    size_t done;   /* number of these that the output folder has already */
    size_t shared; /* number of remaining runs that share their training with another remaining run */
    double cpu_seconds, sample_seconds; /* CPU time of the remaining runs, on one CPU; its part that makes the
                                           samples */
    double seconds;                     /* time until the study is done, on `jobs` CPUs */
    size_t jobs;
    double memory_bytes, disk_bytes; /* largest memory used at any time; size of what is written into the output
                                        folder */
    size_t kinds, measured; /* kinds of runs; kinds that were measured (in a search a few tries stand for all) */
    bool stops_early;       /* some trainings may stop early; the times assume that they run all their epochs */
    size_t searches;        /* entries of the card's section `searches`, whose time is not included */
    size_t experiments;
    nsym_experiment_cost *experiment; /* (experiments) */
    size_t models;
    nsym_model_cost *model; /* (models) ordered by experiment; only if their time was measured, else none */
} nsym_study_cost;

/* Estimates the cost of nsym_study_run with these options. It trains only for the measurement and writes nothing into
   the output folder. Temporary files are in $TMPDIR (or /tmp) until it returns. Errors: as nsym_study_run. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_estimate(nsym_study_cost *out, const nsym_study_options *options);
NSYM_API void nsym_study_cost_free(nsym_study_cost *cost);

/* Reports how complete an output folder is; other processes may be at work in it. If runs are missing, or a run was
   stopped early, it writes the results so far to FOLDER/results.partial.json and sets *partial to true. *out then holds
   the numbers of runs; its cpu_seconds is the time that the remaining runs take at the speed of the finished ones (NaN:
   unknown). If the results are complete, it removes that file and sets *out to zeros. Free *out with
   nsym_study_cost_free. Errors: not a study's folder; no run is finished. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_partial(nsym_study_cost *out, bool *partial, const char *folder);

/* Writes the finished runs of an output folder to one portable file of JSON lines, compressed if its name ends in .gz.
   Each run has its label, key, CPU path, time and every measured number, exact to the bit. The models and scores of the
   runs stay in the folder. *runs: their number. Errors: not a study's folder; the file cannot be written. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_write_runs(size_t *runs, const char *folder, const char *path);

/* The result of merging runs into a folder. */
typedef struct nsym_study_merged {
    size_t added, present; /* present: runs that the folder had already; it keeps its own */
    size_t differing;      /* those of `present` with other numbers, for example from another kind of CPU */
} nsym_study_merged;

/* Adds finished runs to an output folder, which is created if it is missing. A study that runs there continues from
   them. `from` is a file of nsym_study_write_runs or another output folder, which may be in use; models and scores are
   copied from a folder, too. Errors: `from` is neither; a damaged file, with the line; a folder that cannot be
   written. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_merge(nsym_study_merged *out, const char *folder, const char *from);

/* One trained network of a card: its training and its results on the test sample. Free with
   nsym_train_history_free(&history). */
typedef struct nsym_trained {
    nsym_train_history history;
    char note[2048]; /* cuts that were applied, class weights and warnings about the sample, one per line */
    size_t parameters, trains, validates, tests; /* number of parameters; numbers of training, validation and test
                                                    events */
    double auc, auc_error; /* DeLong; the error is NaN if a class has fewer than two events. With several classes the
                              mean of each class against the others */
    nsym_class_results classes; /* results for several classes, with their names; for two classes, classes.classes is
                                   0 */
    double temperature, temperature_error; /* nearsym/calibration.h; 1 and NaN if none is fitted */
} nsym_trained;

/* Trains one model of a card (`model`; NULL: the card's only one) on the card's sample and writes it to the file
   `path`. The card's experiments are ignored. Of `options` only card, preset, settings, jobs and stop are used. `watch`
   is called with `context` after every epoch; if it returns false, training stops and the best epoch is kept. NULL: not
   called. Errors: a mistake in the card, with its line; no model named for a card with several; a model that needs no
   training. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_train(nsym_trained *out, const nsym_study_options *options,
                                                      const char *model, const char *path,
                                                      bool (*watch)(void *context, const nsym_train_epoch *epoch),
                                                      void *context);

/* Makes a model from weights that another program trained, and writes it to `path`. `model` names the model of the card
   that describes it (NULL: the card's only one): its network, inputs and preparation of events; the card's sample is
   not made. `weights` is a .npz or .safetensors file of a PyTorch state_dict; docs/onnx.md lists the names of its
   arrays. Of `options` only card, preset and settings are used. Errors: a mistake in the card, with its line; a file of
   another format; tensors that are missing, unknown to the network or of another shape, with their names. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_import(const nsym_study_options *options, const char *model,
                                                       const char *weights, const char *path);

/* Calls `visit` with the name and title of every installed study, sorted by name. The folder of studies is
   $NSYM_STUDIES if that is set, else the one that nearsym was built or installed with. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_list(void (*visit)(void *context, const char *name, const char *title),
                                                     void *context);

/* Path of a study's card, from a name or a path: new (free with free). Errors: no such card; the message suggests the
   nearest name. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_find(char **path, const char *name);

/* What to cite, as BibTeX: nearsym and, after it, the study, given by its name or its card's path. The study's entries
   are the file cite.bib in the card's folder; without that file, a comment with the card's `citation`. `name` NULL:
   nearsym alone. New (free with free). Errors: no such study or card. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_cite(char **text, const char *name);

/* The card with preset and settings applied, as YAML text: new (free with free). Errors: a value that a run would use
   is invalid. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_show(char **text, const nsym_study_options *options);

/* The keys of a section of a card with their meanings, defaults and values, as lines of text or as Markdown tables: new
   (free with free). `section` is "train", "models", ...; "top": the card's top level; NULL: all sections. Errors: no
   such section; the message suggests the nearest name. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_keys(char **text, const char *section, bool markdown);

/* A JSON Schema (draft 2020-12) of cards, with which an editor completes and checks them. It has the names, types and
   ranges of keys, but does not say which keys have an effect together. New (free with free). */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_study_schema(char **text);

#ifdef __cplusplus
}
#endif
#endif
