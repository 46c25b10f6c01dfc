/* --precision: in what the products of networks are taken. */
#ifndef NEARSYM_CLI_PRECISION_H
#define NEARSYM_CLI_PRECISION_H

#include "options.h"

#include <nearsym/model.h>

option precision_option(const char **word);

/* That of the word, single where it is NULL. Gives OPTIONS_GO_ON, or the exit status after a message. */
int precision_read(const option_table *table, const char *word, nsym_precision *out);

#endif
