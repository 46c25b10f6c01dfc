/* This host in names and texts: whose is a file that a process left? Its name has the host's mark and the process's
   number. */
#ifndef NSYM_BASE_HOST_H
#define NSYM_BASE_HOST_H

#include <stdbool.h>

enum { NSYM_HOST_SIZE = 9, NSYM_HOST_NAME = 64 };

/* The host's name, cut to that size; "unknown" where it has none. */
void nsym_host_name(char name[NSYM_HOST_NAME]);

/* A hash in eight letters that stands for the host and, where containers share one, for what numbers its processes. */
void nsym_host_mark(char mark[NSYM_HOST_SIZE]);

/* Has a name the form BEFORE-MARK-PROCESS-..., with that start, of this host and of a process that is gone? */
bool nsym_host_left(const char *name, const char *before);

#endif
