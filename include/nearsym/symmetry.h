/* Measures how broken a symmetry is: of a sample, of a detector, and of a trained network. */
#ifndef NEARSYM_SYMMETRY_H
#define NEARSYM_SYMMETRY_H

#include <nearsym/copies.h>
#include <nearsym/events.h>
#include <nearsym/model.h>
#include <nearsym/progress.h>
#include <nearsym/study.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { NSYM_SYMMETRY_TEXT = 256, NSYM_SYMMETRY_NOTE = 1024, NSYM_SYMMETRY_SIZES = 32 };

/* Options of a measurement. */
typedef struct nsym_symmetry_options {
    const char *transform; /* a name of nsym_transform_names, or "reflect": y changes sign; NULL: the transformation in
                              the card's section `copies`, or for each event one of the matrices there */
    double range;  /* for transformations without a period, such as a boost (its rapidity): values are drawn from -range
                      to range; 0: the card's copies.range, or 0.5 */
    size_t events; /* largest number of events used; default 10000 */
    const char *columns; /* event columns that the classifier reads in addition to the particles, separated by commas;
                            the transformation does not change them. NULL: none */
    nsym_image_style style; /* how images are rotated after the detector; default NSYM_IMAGE_EXACT */
    size_t epochs; /* largest number of epochs of a classifier, which stops after 5 epochs without improvement; default
                      30 */
    double learning_rate; /* of the classifiers; default 1e-3 */
    size_t steps;  /* number of sizes of the transformation at which a network is measured, up to NSYM_SYMMETRY_SIZES;
                      default 13 */
    uint64_t seed; /* seed of draws, splits and classifiers; default 1 */
    size_t jobs;   /* classifiers trained at the same time; 0: one per CPU. The result is the same for any number */
    nsym_progress *progress; /* NULL: silent */
    bool (*stop)(void); /* called before every batch; if it returns true, the call ends with NSYM_EINTERRUPTED; NULL:
                           never */
} nsym_symmetry_options;

NSYM_API nsym_symmetry_options nsym_symmetry_defaults(void);

/* How well a classifier distinguishes two versions, a and b, of the same events. It is tested on events that it was not
   trained on. */
typedef struct nsym_distinguished {
    size_t events;
    bool same;                       /* the versions of every event are equal to the last bit; the errors are 0 */
    double auc, auc_error;           /* 0.5: it cannot distinguish them */
    double accuracy, accuracy_error; /* 0.5: it cannot distinguish them */
    double q, q_error; /* mean of ln sigmoid(phi) + ln 2, where phi is the logit of b minus that of a. 0: it cannot
                          distinguish them; largest value ln 2; below 0: the classifier is worse than none. Source:
                          arXiv:2111.05442 */
} nsym_distinguished;

/* Trains a classifier (a particle-flow network) on one half of the events and tests it on the other, then the other way
   round. Both versions of an event are in the same half; a fifth of the training half is for validation. `a` and `b`
   have the same events in the same order, with the same features. The column `weight` of `a`, if there is one and no
   weight is negative, weights the events. The error of a half is the spread of what one event, with both versions,
   contributes (Obuchowski, Biometrics 53 (1997) 567, for clusters of two). The results of the halves are averaged, and
   so are their errors: the halves train each other's classifier and are not independent. Of `options` only columns,
   epochs, learning_rate, seed, jobs, progress and stop are used. Errors: fewer than 100 events; different features or
   numbers of events; a value that is not finite. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_symmetry_compare(nsym_distinguished *out, const nsym_events *a,
                                                           const nsym_events *b, const nsym_symmetry_options *options);

/* The questions. z is an event before the detector D, x the event as measured, and g a random transformation of each
   event. */
typedef enum nsym_symmetry_question {
    NSYM_SYMMETRY_TRUE,       /* is the sample symmetric before the detector? z against g z */
    NSYM_SYMMETRY_MEASURED,   /* is the sample symmetric as measured? x against g x */
    NSYM_SYMMETRY_COMMUTATOR, /* does the detector commute with g? D(g z) against g D(z) */
    NSYM_SYMMETRY_FLOOR, /* the result if nothing is broken: D(z) against D(z) with other random draws; for a detector
                            without random draws, the commutator's two versions in random order */
    NSYM_SYMMETRY_QUESTIONS
} nsym_symmetry_question;

/* A network's answers on events transformed with one size t, in the unit of the transformation. An event has the same
   axis at every size. For matrices t is the number of the matrix, from 1; 0: no transformation. */
typedef struct nsym_invariance_at {
    double size;
    double auc, auc_error;                        /* of its logits, with the events' labels; NaN without labels */
    double relative, relative_low, relative_high; /* median and quantiles (16 % and 84 %) of |f(g x) - f(x)| / (|f(x)| +
                                                     1e-12), f the logit */
    double agreement;                             /* fraction of events whose decision stays the same */
} nsym_invariance_at;

/* How invariant a network is. */
typedef struct nsym_network_invariance {
    size_t events;  /* 0: no network was measured */
    double trained; /* estimated number of these events that trained the network, as nsym_predict tells; its AUC is too
                       good for them */
    double spread;  /* standard deviation of the output over the sizes, averaged over the events */
    double spread_error; /* error of that average */
    double local,
        local_error; /* mean over events of |d output / d t| at t = 0, by a central difference, per radian or
                        per unit of rapidity (LEE, local equivariance error, arXiv:2210.02984); NaN for matrices */
    size_t sizes;
    nsym_invariance_at at[NSYM_SYMMETRY_SIZES]; /* (sizes), rising from 0 */
} nsym_network_invariance;

/* The answers to all questions, and the network. */
typedef struct nsym_symmetry_result {
    char transform[32], unit[16]; /* "rotate", "degrees" */
    double range; /* values are drawn from -range to range; 0: from the whole period, or from a list of matrices */
    char sample[NSYM_SYMMETRY_TEXT];     /* description of the sample */
    char detector[NSYM_SYMMETRY_TEXT];   /* description of the detector; "": none is known */
    char note[NSYM_SYMMETRY_NOTE];       /* what a reader should know, in lines; "": nothing */
    bool asked[NSYM_SYMMETRY_QUESTIONS]; /* which of the questions have an answer */
    nsym_distinguished answer[NSYM_SYMMETRY_QUESTIONS];
    nsym_network_invariance network;
} nsym_symmetry_result;

/* Measures a sample of measured events and, unless `model` is NULL, a network. The detector is unknown. Errors: an
   unknown transformation, with the nearest; particles that lack the features which it transforms; too few events;
   events that the network cannot read. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_symmetry_of_events(nsym_symmetry_result *out, const nsym_events *events,
                                                             nsym_model *model, const nsym_symmetry_options *options);

/* Measures a sample of events before the detector, a detector and, unless `model` is NULL, a network. `detector` is
   YAML or JSON with the section detector of a card, such as {"detector": {"cells": [32, 32]}}. Errors: as above; an
   invalid detector. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_symmetry_of_detector(nsym_symmetry_result *out, const nsym_events *events,
                                                               const char *detector, nsym_model *model,
                                                               const nsym_symmetry_options *options);

/* Measures the sample of a card (an installed study's name, or a path) before and after its detector, the detector and,
   unless `model` is NULL, a network. Of `study` only card, preset and set are used. A card with axes has several
   detectors: `where`, such as "recipe=published,binning=uniform", chooses the first of its runs with these values;
   NULL: the first run with a detector. The events are those of the source, each once, after the card's cuts. Errors: as
   above; a card that cannot be read; no run with these values; images that cannot be rotated. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_symmetry_of_card(nsym_symmetry_result *out, const nsym_study_options *study,
                                                           const char *where, nsym_model *model,
                                                           const nsym_symmetry_options *options);

/* Options of a study that compares what to do about a broken symmetry. */
typedef struct nsym_methods_options {
    const size_t *size; /* (sizes) numbers of events in the training sample, rising; at least 20 */
    size_t sizes;       /* 0: a tenth, a third and all of 3000 events, or of half the sample if that is smaller */
    size_t members;     /* trainings of each method at each size, each on its own bootstrap; at least 2; default 5 */
} nsym_methods_options;

NSYM_API nsym_methods_options nsym_methods_defaults(void);

/* Writes the card of a study (nsym_study_run) to `path`. The study trains a small particle-flow network in several
   ways: without copies; on copies made after the detector, and on copies made before it, each with and without a
   penalty for different answers on an event's copies; and as a hybrid with invariant inputs. Sample, weights and
   detector are those of the card and run that nsym_symmetry_of_card would use. Of `symmetry` only transform, range,
   columns (the hybrid's invariant columns), style, events and seed are used. A file at `path` with the same card is
   kept. *note says in lines which methods are left out and why: new (free with free), or NULL. Errors: as
   nsym_symmetry_of_card; sizes that do not rise, or are too large for the sample; another file at `path`. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_symmetry_write_methods(char **note, const char *path,
                                                                 const nsym_study_options *study, const char *where,
                                                                 const nsym_symmetry_options *symmetry,
                                                                 const nsym_methods_options *methods);

/* nsym_symmetry_question_name: short name of a question, such as "sample, measured"; borrowed, valid for ever.
   nsym_symmetry_verdict: what an answer means, such as "broken: 5.2 sigma", written into the caller's buffer `text`
   (NSYM_SYMMETRY_TEXT). */
NSYM_API const char *nsym_symmetry_question_name(nsym_symmetry_question question);
NSYM_API void nsym_symmetry_verdict(char *text, nsym_symmetry_question question, const nsym_distinguished *answer);

/* The whole result as text for a terminal: new (free with free). */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_symmetry_text(char **text, const nsym_symmetry_result *result);

#ifdef __cplusplus
}
#endif
#endif
