/* The option --precision: of the products of networks. */
#ifndef NEARSYM_CLI_PRECISION_H
#define NEARSYM_CLI_PRECISION_H

#include "options.h"

#include <nearsym/model.h>

option precision_option(const char **word);

/* The precision of that name; single where it is NULL. Gives OPTIONS_GO_ON, or the exit status after a message. */
int precision_read(const option_table *table, const char *word, nsym_precision *out);

#endif
