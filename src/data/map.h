/* A whole file as read-only memory, which the system reads in as it is used. */
#ifndef NSYM_DATA_MAP_H
#define NSYM_DATA_MAP_H

#include <nearsym/status.h>
#include <stddef.h>

typedef struct nsym_map {
    const unsigned char *bytes; /* (size) */
    size_t size;
} nsym_map;

/* Maps a regular file; nsym_map_close ends it. Another program must not shorten the file meanwhile. */
NSYM_MUST_CHECK nsym_status nsym_map_open(nsym_map *map, const char *path);
void nsym_map_close(nsym_map *map);

#endif
