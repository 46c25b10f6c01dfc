/* Precisions by name. */
#ifndef NSYM_NN_PRECISION_H
#define NSYM_NN_PRECISION_H

#include <nearsym/model.h>

/* In the order of nsym_precision, NULL-terminated. */
extern const char *const nsym_precision_words[];

#endif
