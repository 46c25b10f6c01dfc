/* "-" in place of a file: standard input and standard output of commands that read or write events. */
#ifndef NEARSYM_CLI_STREAMS_H
#define NEARSYM_CLI_STREAMS_H

#include <stdbool.h>

/* Files that stand for the streams while a command runs: formats are read and written with going to and fro. */
typedef struct streams {
    char folder[512];             /* "": there is none */
    char input[640], output[640]; /* "": not that stream */
} streams;

/* Does this command take "-"? argv[0] is its name. */
bool streams_taken(int argc, char **argv);

/* Puts files in place of "-" in the words, the one that is read filled from standard input, and takes `--format
   csv|npz` out of them (*argc falls). Gives OPTIONS_GO_ON, or the status to exit with, told on standard error. Close it
   whatever the status. */
int streams_open(streams *s, int *argc, char **argv);

/* Writes to standard output what a command that ended with this status wrote, removes the files and gives the status.
 */
int streams_close(streams *s, int status);

#endif
