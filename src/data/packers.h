/* The ways of packing that nsym_unpack knows, one row each; every library's own interface stays behind it. */
#ifndef NSYM_DATA_PACKERS_H
#define NSYM_DATA_PACKERS_H

#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>

/* Packed bytes that wait, and room for what they give; both move on as they are used. */
typedef struct nsym_packed {
    const unsigned char *in;
    size_t in_left;
    unsigned char *out;
    size_t out_left;
} nsym_packed;

typedef enum nsym_unpacked {
    NSYM_UNPACKED_SOME,  /* wants more bytes, or more room */
    NSYM_UNPACKED_PIECE, /* this piece is complete and sound */
    NSYM_UNPACKED_DAMAGE,
    NSYM_UNPACKED_MEMORY /* not enough of it, or more is wanted than 1 GiB */
} nsym_unpacked;

typedef struct nsym_packer {
    const char *name, *ending;
    bool (*begins)(const unsigned char *head,
                   size_t n); /* by the first bytes of a piece; NSYM_PACKER_HEAD tell surely */
    /* New state; NULL where there is no memory */
    void *(*open)(void);
    bool (*restart)(void *state); /* for the next piece */
    nsym_unpacked (*step)(void *state, nsym_packed *bytes);
    void (*close)(void *state);
} nsym_packer;

enum { NSYM_PACKER_HEAD = 6, NSYM_PACKERS = 4 };
extern const nsym_packer nsym_packers[NSYM_PACKERS];

#endif
