/* The mass fits by which all scores of a sample's test events are judged (sPlot). */
#ifndef NSYM_SOURCES_JUDGE_H
#define NSYM_SOURCES_JUDGE_H

#include "sources/sample.h"

/* Gives the sample its fits and, for figures, columns sweight_signal and sweight_background. Errors: no column mass; a
   fit that fails. */
nsym_status nsym_judge_open(nsym_sample *sample, const nsym_data_card *card, const nsym_parts *parts,
                            size_t workers) NSYM_MUST_CHECK;

#endif
