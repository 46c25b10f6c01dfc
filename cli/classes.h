/* How well several classes are told apart, for readers and as JSON. */
#ifndef CLI_CLASSES_H
#define CLI_CLASSES_H

#include <jansson.h>
#include <nearsym/classes.h>

/* A line for each class, with its AUC against the others and what its events are called, then the AUCs of pairs. */
void classes_print(const nsym_class_results *results);

/* New object: names, events, accuracy, and the AUCs and the confusion with their errors. */
json_t *classes_json(const nsym_class_results *results);

#endif
