/* A file that appears whole or not at all: written beside its place under another name, then renamed. */
#ifndef NSYM_BASE_ATOMIC_FILE_H
#define NSYM_BASE_ATOMIC_FILE_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stdio.h>

typedef struct nsym_atomic_file nsym_atomic_file;

/* New, for a file at `path`. An empty file to write to stands at nsym_atomic_file_path, in the same folder and with the
   same ending. Errors: a folder that is missing or may not be written; `path` is there and no regular file. */
NSYM_MUST_CHECK nsym_status nsym_atomic_file_new(nsym_atomic_file **out, const char *path);

/* Where to write; borrowed. */
const char *nsym_atomic_file_path(const nsym_atomic_file *file);

/* Puts what was written in its place, once the disk has it, and frees `file`, also on failure, where nothing is left
   behind. */
NSYM_MUST_CHECK nsym_status nsym_atomic_file_commit(nsym_atomic_file *file);

/* The same without waiting for the disk, for what can be made again in a moment: a loss of power may leave it empty. */
NSYM_MUST_CHECK nsym_status nsym_atomic_file_commit_quickly(nsym_atomic_file *file);

/* Removes what was written and frees `file`; NULL is fine. */
void nsym_atomic_file_abandon(nsym_atomic_file *file);

/* The same by a stream: opens it, and closes it again; commits quickly where `status`, how the writing went, is NSYM_OK
   and the stream is well, or abandons and gives back what failed. */
NSYM_MUST_CHECK nsym_status nsym_atomic_stream_open(nsym_atomic_file **out, FILE **stream, const char *path);
NSYM_MUST_CHECK nsym_status nsym_atomic_stream_close(nsym_atomic_file *file, FILE *stream, nsym_status status);

/* Removes from a folder what killed writers of this host left there. The first new file of a process in a folder does
   so. */
void nsym_atomic_clean(const char *folder);

/* Waits until the disk has an open file; a full disk may say so only here. False, and errno says why, where it cannot
   take it. A file system that does not know how to wait is believed. */
NSYM_MUST_CHECK bool nsym_atomic_settle(int descriptor);

/* Renames a file that is whole, once the disk has it, and lets the disk know of the new name. */
NSYM_MUST_CHECK nsym_status nsym_atomic_replace(const char *from, const char *to);

#endif
