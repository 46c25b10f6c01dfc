/* Completion of the command line in bash and zsh, from the tables that --help prints and from a card's keys. */
#ifndef NEARSYM_CLI_COMPLETION_H
#define NEARSYM_CLI_COMPLETION_H

#include "commands.h"

#include <stddef.h>

/* Prints a script for that shell, "bash" or "zsh", on standard output. */
void print_completion(const char *shell, const command *commands, size_t n);

#endif
