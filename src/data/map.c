#include "data/map.h"

#include "base/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static nsym_status map_open(nsym_map *map, const char *path, int descriptor) {
    struct stat about;
    if (fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode))
        return nsym_fail(NSYM_EIO, "%s: is not a regular file", path);
    *map = (nsym_map){(const unsigned char *)"", (size_t)about.st_size};
    if (map->size == 0) return NSYM_OK;
    void *bytes = mmap(NULL, map->size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (bytes == MAP_FAILED) return nsym_fail(NSYM_EIO, "%s: cannot be read: %s", path, strerror(errno));
    map->bytes = bytes;
    return NSYM_OK;
}

nsym_status nsym_map_open(nsym_map *map, const char *path) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return nsym_fail(NSYM_EIO, "%s: cannot be opened: %s", path, strerror(errno));
    nsym_status status = map_open(map, path, descriptor);
    close(descriptor);
    return status;
}

void nsym_map_close(nsym_map *map) {
    if (map->size > 0) munmap((void *)map->bytes, map->size);
    map->size = 0;
}
