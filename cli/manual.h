/* The man page, from the tables that --help prints. */
#ifndef NEARSYM_CLI_MANUAL_H
#define NEARSYM_CLI_MANUAL_H

#include "commands.h"

#include <stddef.h>

/* Prints nearsym(1) on standard output. */
void print_manual(const command *commands, size_t n);

#endif
