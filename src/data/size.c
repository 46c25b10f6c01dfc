#include "data/size.h"

#include "base/fail.h"
#include "data/formats.h"
#include "data/hdf5.h"
#include "data/texts.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static nsym_status size_of_hdf5(uint64_t *bytes, const char *path) {
    nsym_h5 *file;
    char **names;
    size_t n;
    NSYM_TRY(nsym_h5_open(&file, path));
    nsym_status status = nsym_h5_list(file, &names, &n);
    for (size_t i = 0; status == NSYM_OK && i < n; i++) {
        nsym_h5_array array;
        if (nsym_h5_outline(file, names[i], &array) == NSYM_OK && array.number) *bytes += array.size * sizeof(double);
    }
    if (status == NSYM_OK) nsym_texts_free(names, n);
    nsym_h5_close(file);
    return status;
}

nsym_status nsym_events_size(uint64_t *bytes, const char *path) {
    const nsym_format *format;
    struct stat about;
    *bytes = 0;
    if (strcmp(path, "-") == 0) return NSYM_OK;
    NSYM_TRY(nsym_format_of_file(&format, path));
    if (format->read == nsym_hdf5_read_events) return size_of_hdf5(bytes, path);
    if (stat(path, &about) != 0) return nsym_fail(NSYM_EIO, "%s: cannot be opened: %s", path, strerror(errno));
    *bytes = (uint64_t)about.st_size;
    return NSYM_OK;
}
