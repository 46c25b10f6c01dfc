/* LMDB stores, read-only: one table of keys and values in a B+ tree of pages, in one file.

   The file is read here rather than by liblmdb because that trusts it: a damaged page makes it abort the program or
   read beyond its memory, and downloads do break. Here every offset is checked before it is followed. The format is
   that of liblmdb 0.9 on a 64-bit little-endian machine (lmdb.h and mdb.c of OpenLDAP: MDB_meta, MDB_page, MDB_node).
 */
#ifndef NSYM_DATA_LMDB_STORE_H
#define NSYM_DATA_LMDB_STORE_H

#include "data/map.h"

#include <stdint.h>

typedef struct nsym_lmdb {
    char *path; /* of the file; NULL where the bytes are the caller's */
    nsym_map file;
    size_t page_size;
    uint64_t last_page; /* the largest page number that was ever given out */
    uint64_t root;      /* page number */
    unsigned depth;     /* of the tree; 0: it is empty */
    uint64_t entries;
} nsym_lmdb;

/* Opens a store at `path`, a folder that holds data.mdb or the file itself, and walks through its tree: all its pages
   and where its values lie, not the values. Several threads may read it at once. End it with nsym_lmdb_close, which
   takes a zeroed struct as well. Another program must neither write to it nor shorten it meanwhile. Errors, with the
   file's name: NSYM_ENOTFOUND where there is none; what is no LMDB store, is cut short or damaged; several tables,
   duplicate or integer keys. */
NSYM_MUST_CHECK nsym_status nsym_lmdb_open(nsym_lmdb *store, const char *path);

/* The same of borrowed bytes. */
NSYM_MUST_CHECK nsym_status nsym_lmdb_open_memory(nsym_lmdb *store, const void *bytes, size_t size);
void nsym_lmdb_close(nsym_lmdb *store);

/* Gives back the memory of what was read so far; values that are borrowed stay, and are read in again where they are
   used. So a store that is larger than the memory can be read from end to end. */
void nsym_lmdb_release(const nsym_lmdb *store);

/* The value of a key, borrowed while the store is open, at any alignment. Errors: NSYM_ENOTFOUND where the key is not
   there; a value that is damaged. */
NSYM_MUST_CHECK nsym_status nsym_lmdb_get(const nsym_lmdb *store, const char *key, const unsigned char **value,
                                          size_t *size);

/* The value of the key "index" (decimal), which has to be `count` numbers of type float64: borrowed bytes in *value.
   Errors: as nsym_lmdb_get; another length. */
NSYM_MUST_CHECK nsym_status nsym_lmdb_get_doubles(const nsym_lmdb *store, uint64_t index, size_t count,
                                                  const unsigned char **value);

#endif
