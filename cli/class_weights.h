/* What the classes of a labelled file weigh. */
#ifndef CLI_CLASS_WEIGHTS_H
#define CLI_CLASS_WEIGHTS_H

#include <jansson.h>
#include <nearsym/classes.h>
#include <nearsym/events.h>
#include <stdbool.h>
#include <stdio.h>

/* Of all events that were added. Empty as {0}; free what it holds with class_weights_free. */
typedef struct class_weights {
    size_t count[NSYM_CLASSES_MAX];
    double sum[NSYM_CLASSES_MAX];
    json_t *words; /* that labels stand for, numbered as in the first file, those of others behind; NULL: numbers */
    char label[32], weight[32]; /* columns that may be label and weight under other names; "" for none */
    bool unknown;               /* events without whole-number labels, or with several weights */
} class_weights;

void class_weights_add(class_weights *all, const nsym_events *events);
void class_weights_free(class_weights *all);

/* Says which columns may be meant as label and weight, where none has that name, and of each label how many events it
   has and what their weights add up to, with a warning where the sums differ by more than a factor of 3; nothing where
   it is unknown. */
void class_weights_tell(FILE *out, const class_weights *all);

#endif
