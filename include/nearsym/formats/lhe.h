/* Reads Les Houches event files (hep-ph/0609017, 1405.1067), one event at a time. */
#ifndef NEARSYM_LHE_H
#define NEARSYM_LHE_H

#include <nearsym/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A particle of an event, as in HEPEUP. */
typedef struct nsym_lhe_particle {
    int pdg, status, mother[2], colour[2];
    double px, py, pz, energy, mass; /* GeV */
    double lifetime;                 /* mm */
    double spin;
} nsym_lhe_particle;

/* A process of the <init> block. */
typedef struct nsym_lhe_process {
    double cross_section, error; /* pb */
    double maximum;              /* XMAXUP */
    int id;
} nsym_lhe_process;

/* The <init> block and the text before it. */
typedef struct nsym_lhe_header {
    int beam_pdg[2], pdf_group[2], pdf_set[2], weight_strategy;
    double beam_energy[2]; /* GeV */
    size_t processes;
    nsym_lhe_process *process;
    size_t weights; /* weights per event: those declared in <initrwgt>, then those that only the first event has; 0:
                       there are none */
    char **weight_names;    /* (weights) their ids */
    size_t attributes;      /* numbers in the tag of the first event, such as npLO in <event npLO="2"> */
    char **attribute_names; /* (attributes) */
    char *text;             /* everything before </init>, unchanged */
} nsym_lhe_header;

/* An event. */
typedef struct nsym_lhe_event {
    int process;
    double weight, scale, alpha_qed, alpha_qcd; /* XWGTUP, SCALUP (GeV), AQEDUP, AQCDUP */
    size_t particles;
    nsym_lhe_particle *particle; /* (particles) */
    size_t weights;
    const double *weights_values; /* (weights) in the header's order; NaN: the event does not have it */
    size_t attributes;
    const double *attribute_values; /* (attributes) in the header's order; NaN: the event does not have it */
    const char *note; /* (note_length) text of the event that is not a number, in parts that each end with a zero byte:
                         what is before <event> and after the event before; further attributes; the rest of the event,
                         unchanged; in the last event also all that follows it. NULL: there is none */
    size_t note_length;
} nsym_lhe_event;

/* An open file. */
typedef struct nsym_lhe_reader nsym_lhe_reader;

/* New reader of a plain or gzipped file; "-" is standard input. It reads the header and the first event, which may name
   weights, at once. Free with nsym_lhe_close, NULL is fine. Errors, with file and line: NSYM_ENOTFOUND; NSYM_EIO;
   NSYM_EFORMAT for a file that is damaged, cut off or no LHE file; NSYM_ENUMERIC for a number that is not finite. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_lhe_open(nsym_lhe_reader **out, const char *path);
NSYM_API void nsym_lhe_close(nsym_lhe_reader *reader);
NSYM_API const nsym_lhe_header *nsym_lhe_header_of(const nsym_lhe_reader *reader); /* borrowed */

/* The next event in *event, borrowed until the next call; NULL at the end of the file. If </LesHouchesEvents> is
   missing, the end of the file is the end. Errors, with event and line: a file that ends inside an event; an event with
   a weight that the header does not have. After an error every further call fails. Warnings (<nearsym/remarks.h>):
   fewer events than the header announces; no </LesHouchesEvents>; when the reader is closed: events without some
   weights, tags between events. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_lhe_next(nsym_lhe_reader *reader, const nsym_lhe_event **event);

#ifdef __cplusplus
}
#endif
#endif
