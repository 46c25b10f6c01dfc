/* What the classes of a labelled file weigh. */
#ifndef CLI_CLASS_WEIGHTS_H
#define CLI_CLASS_WEIGHTS_H

#include <nearsym/events.h>
#include <stdio.h>

/* Says of each label how many events it has and what their weights add up to, with a warning where the sums differ by
   more than a factor of 3; nothing of events without whole-number labels. */
void tell_class_weights(FILE *out, const nsym_events *events);

#endif
