/* The card of an output folder. */
#ifndef NSYM_STUDY_RESOLVED_H
#define NSYM_STUDY_RESOLVED_H

#include "options/tree.h"

/* Writes the card as it was laid. It stands in another folder than the card that was read, so that paths of data which
   were found beside that one are written whole. */
nsym_status nsym_resolved_save(const nsym_tree *card, const char *path) NSYM_MUST_CHECK;

#endif
