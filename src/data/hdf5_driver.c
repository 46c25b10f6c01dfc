#include "data/hdf5_driver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

enum { VALUES_KEPT_MAX = 1 << 16 }; /* texts are written as values, too */

/* What could not be written and may be read again. */
typedef struct kept {
    struct kept *next; /* written later */
    haddr_t at;
    size_t bytes;
    unsigned char data[];
} kept;

typedef struct driver {
    H5FD_t base; /* HDF5's own part comes first */
    int file;
    haddr_t end, written; /* what HDF5 has given out, and what was written */
    nsym_h5_fault *fault;
    kept *first, **last;
} driver;

typedef struct setting {
    nsym_h5_fault *fault;
} setting;

static H5FD_t *open_file(const char *path, unsigned flags, hid_t access, haddr_t most) {
    (void)flags, (void)most;
    const setting *set = H5Pget_driver_info(access);
    driver *d = set ? calloc(1, sizeof *d) : NULL;
    if (!d) return NULL;
    d->fault = set->fault;
    d->last = &d->first;
    d->file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (d->file >= 0) return &d->base;
    d->fault->error = errno;
    free(d);
    return NULL;
}

static void note(driver *d) {
    if (d->fault->error == 0) d->fault->error = errno;
}

static herr_t close_file(H5FD_t *file) {
    driver *d = (driver *)file;
    if (close(d->file) != 0) note(d);
    for (kept *k = d->first, *next; k; k = next) {
        next = k->next;
        free(k);
    }
    free(d);
    return 0;
}

static herr_t query(const H5FD_t *file, unsigned long *features) {
    (void)file;
    *features = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
                H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
}

static haddr_t get_end(const H5FD_t *file, H5FD_mem_t type) {
    (void)type;
    return ((const driver *)file)->end;
}

static herr_t set_end(H5FD_t *file, H5FD_mem_t type, haddr_t end) {
    (void)type;
    ((driver *)file)->end = end;
    return 0;
}

static haddr_t get_written(const H5FD_t *file, H5FD_mem_t type) {
    (void)type;
    return ((const driver *)file)->written;
}

/* Lays what was kept over the bytes that were read. */
static void lay_over(const driver *d, haddr_t at, size_t bytes, unsigned char *to) {
    for (const kept *k = d->first; k; k = k->next) {
        haddr_t start = k->at > at ? k->at : at;
        haddr_t end = k->at + k->bytes < at + bytes ? k->at + k->bytes : at + bytes;
        if (start < end) memcpy(to + (start - at), k->data + (start - k->at), (size_t)(end - start));
    }
}

static herr_t read_bytes(H5FD_t *file, H5FD_mem_t type, hid_t plan, haddr_t at, size_t bytes, void *to) {
    (void)type, (void)plan;
    driver *d = (driver *)file;
    size_t done = 0;
    while (done < bytes) {
        ssize_t n = pread(d->file, (unsigned char *)to + done, bytes - done, (off_t)(at + done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            note(d);
            return -1;
        }
        if (n == 0) break;
        done += (size_t)n;
    }
    memset((unsigned char *)to + done, 0, bytes - done);
    lay_over(d, at, bytes, to);
    return 0;
}

static bool put(const driver *d, haddr_t at, size_t bytes, const unsigned char *from) {
    while (bytes > 0) {
        ssize_t n = pwrite(d->file, from, bytes, (off_t)at);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        from += n, at += (haddr_t)n, bytes -= (size_t)n;
    }
    return true;
}

static herr_t write_bytes(H5FD_t *file, H5FD_mem_t type, hid_t plan, haddr_t at, size_t bytes, const void *from) {
    (void)plan;
    driver *d = (driver *)file;
    if (at + bytes > d->written) d->written = at + bytes;
    if (d->fault->error == 0 && put(d, at, bytes, from)) return 0;
    note(d);
    if (type == H5FD_MEM_DRAW && bytes > VALUES_KEPT_MAX) return 0;
    kept *k = malloc(sizeof *k + bytes);
    if (!k) return -1;
    *k = (kept){.at = at, .bytes = bytes};
    memcpy(k->data, from, bytes);
    *d->last = k;
    d->last = &k->next;
    return 0;
}

/* HDF5 may have given out more than was written. */
static herr_t truncate_file(H5FD_t *file, hid_t plan, hbool_t closing) {
    (void)plan, (void)closing;
    driver *d = (driver *)file;
    if (d->end != d->written && d->fault->error == 0 && ftruncate(d->file, (off_t)d->end) != 0) note(d);
    d->written = d->end;
    return 0;
}

/* HDF5's own number of the driver. It stays registered: HDF5 1.10 forgets a driver with its last file before it has
   closed that file. */
static hid_t registered = H5I_INVALID_HID;

static herr_t forget(void) {
    registered = H5I_INVALID_HID;
    return 0;
}

static const H5FD_class_t driver_class = {
#if H5_VERSION_GE(1, 13, 0)
    .version = H5FD_CLASS_VERSION,
    .value = 510, /* of those left to anyone's own drivers */
#endif
    .name = "nearsym",
    .maxaddr = INT64_MAX,
    .fc_degree = H5F_CLOSE_WEAK,
    .terminate = forget,
    .fapl_size = sizeof(setting),
    .open = open_file,
    .close = close_file,
    .query = query,
    .get_eoa = get_end,
    .set_eoa = set_end,
    .get_eof = get_written,
    .read = read_bytes,
    .write = write_bytes,
    .truncate = truncate_file,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

hid_t nsym_h5_driver_create(const char *path, hid_t creation, nsym_h5_fault *fault) {
    const setting set = {fault};
    if (registered < 0) registered = H5FDregister(&driver_class);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), file = H5I_INVALID_HID;
    if (registered >= 0 && access >= 0 && H5Pset_driver(access, registered, &set) >= 0)
        file = H5Fcreate(path, H5F_ACC_TRUNC, creation, access);
    if (access >= 0) H5Pclose(access);
    return file;
}
