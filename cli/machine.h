/* What this machine is and has, for nearsym doctor. */
#ifndef NEARSYM_CLI_MACHINE_H
#define NEARSYM_CLI_MACHINE_H

#include <stdbool.h>
#include <stddef.h>

/* Is a program on the PATH? */
bool machine_has(const char *program);

/* Are there letters to draw with: a font file where fontconfig looks? */
bool machine_has_fonts(void);

/* The first line that a shell command prints, "" where it fails. Gives text. Shape: text (size). */
const char *machine_answer(const char *shell_command, char *text, size_t size);

/* "Debian GNU/Linux 12 (bookworm), Linux 6.1.0 x86_64". Gives text. */
const char *machine_system(char *text, size_t size);

/* The CPU's name, and those of its instructions that nearsym can use: "AMD EPYC 7543, avx2 fma". Gives text. */
const char *machine_cpu(char *text, size_t size);

/* Prints "NAME=VALUE", a line each, of the environment variables that change what nearsym does. */
void machine_print_environment(void);

#endif
