/* How broken a symmetry is: of a sample, of a detector, and of a trained network. */
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

typedef struct nsym_symmetry_options {
    const char *transform;   /* "rotate", "boost", "shift_phi"; NULL: that of the card's section `copies` */
    double range;            /* of values without a period, such as a boost's rapidity: drawn from -range to range; 0:
                                the card's copies.range, or 0.5 */
    size_t events;           /* that are looked at, at most; 10000 */
    const char *columns;     /* event columns that the transformation leaves as they are, commas between, which the
                                classifier reads beside the particles; NULL: none */
    nsym_image_style style;  /* how images are rotated after the detector; NSYM_IMAGE_EXACT */
    size_t epochs;           /* of a classifier, at most; it stops after 5 without improvement; 30 */
    double learning_rate;    /* 1e-3 */
    size_t steps;            /* sizes of the transformation at which a network is measured, at most
                                NSYM_SYMMETRY_SIZES; 13 */
    uint64_t seed;           /* of draws, divisions and classifiers; 1 */
    size_t jobs;             /* classifiers trained at once; 0: one per CPU. The result is the same for any number */
    nsym_progress *progress; /* NULL: silent */
    bool (*stop)(void);      /* asked before every batch; true: NSYM_EINTERRUPTED; NULL: never */
} nsym_symmetry_options;

NSYM_API nsym_symmetry_options nsym_symmetry_defaults(void);

/* How well a classifier tells two versions, a and b, of the same events apart, on events that did not train it. */
typedef struct nsym_distinguished {
    size_t events;
    bool same;                       /* both are the same in every event, to the last bit: the errors are 0 */
    double auc, auc_error;           /* 0.5: not at all */
    double accuracy, accuracy_error; /* 0.5 */
    double q, q_error; /* mean of ln sigmoid(phi) + ln 2, phi the logit of b less that of a: 0, and at most ln 2
                          (arXiv:2111.05442); below 0: the classifier is worse than none */
} nsym_distinguished;

/* Trains a classifier (a particle-flow network) on one half of the events and judges it on the other, then the other
   way round; both versions of an event are on one side, and a fifth of the half that trains validates. `a` and `b` have
   the same events in the same order, and the same features; column `weight` of `a`, where there is one and none of it
   is below 0, weighs events. Errors of either half: the variance of what one event, both its versions, adds
   (Obuchowski, Biometrics 53 (1997) 567, of clusters of two); the mean of both halves has the mean of both errors, as
   the halves train each other's judge and are not independent. Of `options`, columns, epochs, learning_rate, seed,
   jobs, progress and stop count. Errors: fewer than 100 events; other features or numbers of events; a value that is
   not finite. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_symmetry_compare(nsym_distinguished *out, const nsym_events *a,
                                                           const nsym_events *b, const nsym_symmetry_options *options);

/* What is asked. z is an event before the detector D, x as it was measured, g a random transformation of each event. */
typedef enum nsym_symmetry_question {
    NSYM_SYMMETRY_TRUE,       /* is the sample symmetric before the detector? z against g z */
    NSYM_SYMMETRY_MEASURED,   /* is it as measured? x against g x */
    NSYM_SYMMETRY_COMMUTATOR, /* does the detector commute with g? D(g z) against g D(z) */
    NSYM_SYMMETRY_FLOOR,      /* what comes out where nothing is broken: D(z) against D(z) with other random draws; of a
                                 detector without any, the commutator's versions in a random order */
    NSYM_SYMMETRY_QUESTIONS
} nsym_symmetry_question;

/* A network's answers on transformed events at one size t of the transformation, in its unit. */
typedef struct nsym_invariance_at {
    double size;
    double auc, auc_error;                        /* of its logits for the labels; NaN without labels */
    double relative, relative_low, relative_high; /* median, 16 % and 84 % of |f(g x) - f(x)| / (|f(x)| + 1e-12),
                                                     f the logit */
    double agreement;                             /* share of events whose decision stays */
} nsym_invariance_at;

typedef struct nsym_network_invariance {
    size_t events;  /* 0: no network was measured */
    double trained; /* about how many of them trained the network, as nsym_predict tells; its AUC is too good there */
    double spread;  /* standard deviation of the output over the sizes, mean over events */
    double spread_error;       /* of that mean */
    double local, local_error; /* mean over events of |d output / d t| at t = 0, by a central difference: per radian or
                                  per unit of rapidity (LEE, arXiv:2210.02984) */
    size_t sizes;
    nsym_invariance_at at[NSYM_SYMMETRY_SIZES]; /* (sizes), rising from 0 */
} nsym_network_invariance;

typedef struct nsym_symmetry_result {
    char transform[16], unit[16];        /* "rotate", "degrees" */
    double range;                        /* values are drawn from -range to range; 0: from the whole period */
    char sample[NSYM_SYMMETRY_TEXT];     /* what it is, for a reader */
    char detector[NSYM_SYMMETRY_TEXT];   /* likewise; "": none is known */
    char note[NSYM_SYMMETRY_NOTE];       /* what a reader should know, lines; "": nothing */
    bool asked[NSYM_SYMMETRY_QUESTIONS]; /* which of the questions have an answer */
    nsym_distinguished answer[NSYM_SYMMETRY_QUESTIONS];
    nsym_network_invariance network;
} nsym_symmetry_result;

/* Events as they were measured: the sample, and, unless `model` is NULL, a network. Nothing is known of a detector.
   Errors: an unknown transformation, with the nearest; particles without what it acts on; too few events; events that
   the network cannot read. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_symmetry_of_events(nsym_symmetry_result *out, const nsym_events *events,
                                                             nsym_model *model, const nsym_symmetry_options *options);

/* Events as they were before a detector, and that: YAML, so also JSON, with a card's section detector, such as
   {"detector": {"cells": [32, 32]}}. Errors: as above; a detector that cannot be. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_symmetry_of_detector(nsym_symmetry_result *out, const nsym_events *events,
                                                               const char *detector, nsym_model *model,
                                                               const nsym_symmetry_options *options);

/* The sample of a card (an installed study's name, or a path) before and after its detector, the detector, and, unless
   `model` is NULL, a network. Of `study` card, preset and set count. A card with axes has several detectors: `where`,
   such as "recipe=published,binning=uniform", chooses the first of its runs that has these values; NULL: the first with
   a detector. Events are those that the source gives, each once, after the card's cuts. Errors: as above; a card that
   cannot be read; no run of these values; images that cannot be rotated. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_symmetry_of_card(nsym_symmetry_result *out, const nsym_study_options *study,
                                                           const char *where, nsym_model *model,
                                                           const nsym_symmetry_options *options);

/* A study of what to do about a broken symmetry. */
typedef struct nsym_methods_options {
    const size_t *size; /* (sizes) of the training sample, in events, rising; at least 20 */
    size_t sizes;       /* 0: a tenth, a third and all of 3000 events, or of half the sample where that is smaller */
    size_t members;     /* trainings of each method at each size, every one on a bootstrap of its own; 2 or more; 5 */
} nsym_methods_options;

NSYM_API nsym_methods_options nsym_methods_defaults(void);

/* Writes PATH, the card of a study (nsym_study_run) that trains a small particle-flow network in several ways: without
   copies; on copies made after the detector and before it, each with and without a penalty for answering differently on
   an event's copies; and a hybrid with invariant inputs. The sample, its weights and the detector are those of the card
   and place that nsym_symmetry_of_card would look at; of `symmetry` transform, range, columns (invariant columns, for
   the hybrid), style, events and seed count. What is there already is kept where it is the same card. *note: new (free
   with free), which methods are left out and why, lines; or NULL. Errors: as nsym_symmetry_of_card; sizes that do not
   rise, or are too large for the sample; another file at PATH. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_symmetry_write_methods(char **note, const char *path,
                                                                 const nsym_study_options *study, const char *where,
                                                                 const nsym_symmetry_options *symmetry,
                                                                 const nsym_methods_options *methods);

/* A short name of a question ("sample, measured"), and what an answer says in words, such as "broken: 5.2 sigma", into
   `text` (NSYM_SYMMETRY_TEXT). The name is borrowed for ever. */
NSYM_API const char *nsym_symmetry_question_name(nsym_symmetry_question question);
NSYM_API void nsym_symmetry_verdict(char *text, nsym_symmetry_question question, const nsym_distinguished *answer);

/* The whole result as text for a terminal: new (free with free). */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_symmetry_text(char **text, const nsym_symmetry_result *result);

#ifdef __cplusplus
}
#endif
#endif
