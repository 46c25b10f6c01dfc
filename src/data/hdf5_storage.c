/* Whether the values of an HDF5 dataset are where it says, before anybody makes room for them. */
#include "base/fail.h"
#include "data/hdf5_handle.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A shape is believed up to this many bytes, or so many times what the file stores (deflate's best is 1032). What was
   never written takes no room in a file at all, and filters that we do not know may pack better than deflate. */
static const uint64_t believed_bytes = 64u << 20, believed_ratio = 2048, believed_unwritten = UINT64_C(8) << 30;

enum { SOURCES_IN_SOURCES = 8, NUMBERS_AHEAD = 100, NUMBERS_MAX = 100000, NAME_SIZE = 1024 };

/* Filters by their registered numbers (The HDF Group's list of registered filters). */
static const char *filter_name(H5Z_filter_t filter) {
    static const struct {
        int id;
        const char *name;
    } known[] = {{H5Z_FILTER_SZIP, "szip"}, {305, "lzo"},   {307, "bzip2"},        {32000, "lzf"},
                 {32001, "blosc"},          {32004, "lz4"}, {32008, "bitshuffle"}, {32013, "zfp"},
                 {32015, "zstd"},           {32017, "sz"},  {32024, "sz3"},        {32026, "blosc2"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].id == filter) return known[i].name;
    return "a filter without a known name";
}

/* A filter of the dataset that HDF5 lacks, or one that packs in a way unknown to us; 0: none. */
static H5Z_filter_t find_filter(hid_t plan, bool lacking) {
    int n = H5Pget_nfilters(plan);
    for (int i = 0; i < n; i++) {
        unsigned flags, config;
        size_t values = 0;
        H5Z_filter_t filter = H5Pget_filter2(plan, (unsigned)i, &flags, &values, NULL, 0, NULL, &config);
        if (filter <= 0) continue;
        if (lacking ? H5Zfilter_avail(filter) <= 0 : filter > H5Z_FILTER_SCALEOFFSET) return filter;
    }
    return 0;
}

nsym_status nsym_h5_check_filters(const nsym_h5 *file, const char *name, hid_t set) {
    hid_t plan = H5Dget_create_plist(set);
    H5Z_filter_t filter = find_filter(plan, true);
    H5Pclose(plan);
    if (filter == 0) return NSYM_OK;
    const char *remedy =
        filter == 32000 ? "rebuild nearsym with liblzf (Debian: liblzf-dev) or rewrite the file with gzip"
                        : "`pip install hdf5plugin` and set HDF5_PLUGIN_PATH to the folder that `python -c 'import "
                          "hdf5plugin; print(hdf5plugin.PLUGIN_PATH)'` prints, or rewrite the file with gzip";
    return nsym_fail(
        NSYM_ENOTFOUND,
        "%s: %s: is packed with %s (HDF5 filter %d), which the HDF5 library here lacks; %s: docs/formats.md shows how",
        file->path, name, filter_name(filter), (int)filter, remedy);
}

/* Chunks that the file has; all of them where HDF5 cannot tell. */
static uint64_t chunks_written(hid_t set, uint64_t all) {
#if H5_VERSION_GE(1, 10, 5)
    hid_t space = H5Dget_space(set);
    hsize_t n = all;
    if (H5Dget_num_chunks(set, space, &n) < 0) n = all;
    H5Sclose(space);
    return n;
#else
    (void)set;
    return all;
#endif
}

/* Chunks of the dataset's shape, and the bytes of one. */
static uint64_t count_chunks(hid_t set, hid_t plan, size_t value_bytes, uint64_t *chunk_bytes) {
    hsize_t chunk[H5S_MAX_RANK], shape[H5S_MAX_RANK];
    hid_t space = H5Dget_space(set);
    int rank = H5Pget_chunk(plan, H5S_MAX_RANK, chunk);
    uint64_t chunks = 1;
    *chunk_bytes = value_bytes;
    if (H5Sget_simple_extent_dims(space, shape, NULL) != rank) rank = 0;
    for (int i = 0; i < rank && chunk[i] > 0; i++) {
        if (__builtin_mul_overflow(*chunk_bytes, chunk[i], chunk_bytes)) *chunk_bytes = UINT64_MAX;
        if (__builtin_mul_overflow(chunks, (shape[i] + chunk[i] - 1) / chunk[i], &chunks)) chunks = UINT64_MAX;
    }
    H5Sclose(space);
    return chunks;
}

/* Of values in the file itself. */
static nsym_status check_stored(const nsym_h5 *file, const char *name, hid_t set, hid_t plan, uint64_t bytes,
                                size_t value_bytes, bool *unwritten) {
    hsize_t stored = H5Dget_storage_size(set), file_bytes = 0;
    uint64_t chunk_bytes = 0, most = bytes;
    bool chunked = H5Pget_layout(plan) == H5D_CHUNKED;
    H5Fget_filesize(file->id, &file_bytes);
    *unwritten = bytes > 0 && stored == 0;
    if (chunked && bytes > 0) {
        uint64_t chunks = count_chunks(set, plan, value_bytes, &chunk_bytes);
        *unwritten = stored == 0 || chunks_written(set, chunks) < chunks;
        if (stored > 0 && chunk_bytes > most) most = chunk_bytes;
    }
    bool packed_well = find_filter(plan, false) != 0;
    bool believed = most <= believed_bytes || most / believed_ratio <= stored ||
                    ((*unwritten || packed_well) && most <= believed_unwritten);
    if (believed && (file->atomic || stored <= file_bytes)) return NSYM_OK;
    if (*unwritten && stored <= file_bytes)
        return nsym_fail(NSYM_EFORMAT,
                         "%s: %s: claims %llu bytes, of which %llu were ever written: the file is damaged, or made for "
                         "far more events than it holds",
                         file->path, name, (unsigned long long)bytes, (unsigned long long)stored);
    return nsym_fail(NSYM_EFORMAT, "%s: %s: claims %llu values but the file holds %llu bytes: it is damaged",
                     file->path, name, (unsigned long long)(bytes / value_bytes), (unsigned long long)file_bytes);
}

/* Of raw values in files beside this one. */
static nsym_status check_external(const nsym_h5 *file, const char *name, hid_t plan, uint64_t bytes) {
    uint64_t held = 0;
    int n = H5Pget_external_count(plan);
    for (int i = 0; i < n; i++) {
        char inside[NAME_SIZE] = "", path[PATH_MAX];
        off_t offset = 0;
        hsize_t size = 0;
        struct stat about;
        if (H5Pget_external(plan, (unsigned)i, sizeof inside - 1, inside, &offset, &size) < 0)
            return nsym_h5_refused(file, name, "has damaged names of files");
        const char *slash = *inside == '/' ? NULL : strrchr(file->path, '/');
        snprintf(path, sizeof path, "%.*s%s", slash ? (int)(slash - file->path + 1) : 0, file->path, inside);
        if (stat(path, &about) != 0 || !S_ISREG(about.st_mode))
            return nsym_fail(NSYM_ENOTFOUND, "%s: %s: its values are in file %s, which is missing", file->path, name,
                             path);
        if (offset < 0 || about.st_size < offset) continue;
        uint64_t there = (uint64_t)(about.st_size - offset);
        held += size < there ? size : there;
    }
    if (held >= bytes) return NSYM_OK;
    return nsym_fail(NSYM_EFORMAT, "%s: %s: has %llu bytes of values, but the files that hold them have %llu",
                     file->path, name, (unsigned long long)bytes, (unsigned long long)held);
}

/* One source of a virtual dataset. */
typedef struct source {
    char file[NAME_SIZE], set[NAME_SIZE];
    hid_t space;     /* what of it is taken */
    hssize_t points; /* how many; below 0: as many as there will be */
} source;

/* The source's file, which HDF5 looks for beside this file and then where we run; invalid: it is in neither place. */
static hid_t open_source_file(const nsym_h5 *file, const char *name) {
    char path[PATH_MAX], real[PATH_MAX];
    struct stat about;
    hid_t id = H5I_INVALID_HID;
    if (strcmp(name, ".") == 0) return H5Freopen(file->id);
    const char *starts[] = {file->path, realpath(file->path, real) ? real : "", ""};
    for (size_t i = 0; i < sizeof starts / sizeof *starts && id < 0; i++) {
        const char *slash = *name == '/' ? NULL : strrchr(starts[i], '/');
        snprintf(path, sizeof path, "%.*s%s", slash ? (int)(slash - starts[i] + 1) : 0, starts[i], name);
        if (stat(path, &about) == 0 && S_ISREG(about.st_mode)) id = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    }
    return id;
}

static nsym_status check_set(const nsym_h5 *file, const char *name, hid_t set, uint64_t bytes, size_t value_bytes,
                             bool *unwritten, int depth);

/* An open source dataset: big enough, and sound itself. */
static nsym_status check_source_set(const nsym_h5 *file, const char *name, const source *from, hid_t id, hid_t set,
                                    int depth) {
    hsize_t low[H5S_MAX_RANK], high[H5S_MAX_RANK], shape[H5S_MAX_RANK], bytes = 1;
    hid_t space = H5Dget_space(set), type = H5Dget_type(set);
    size_t value_bytes = H5Tget_size(type);
    int rank = H5Sget_simple_extent_dims(space, shape, NULL);
    bool fits = rank >= 0 && from->points <= H5Sget_simple_extent_npoints(space), ignored;
    if (fits && H5Sget_simple_extent_ndims(from->space) == rank && H5Sget_select_bounds(from->space, low, high) >= 0)
        for (int i = 0; i < rank; i++) fits &= high[i] < shape[i];
    for (int i = 0; i < rank; i++) bytes *= shape[i];
    H5Tclose(type);
    H5Sclose(space);
    if (!fits)
        return nsym_fail(NSYM_ENOTFOUND,
                         "%s: %s: is made of dataset %s of file %s, which has fewer values than it should", file->path,
                         name, from->set, from->file);
    NSYM_TRY(nsym_h5_check_filters(file, name, set));
    nsym_h5 other = {.id = id, .path = file->path};
    return check_set(&other, name, set, bytes * value_bytes, value_bytes, &ignored, depth + 1);
}

static nsym_status check_source(const nsym_h5 *file, const char *name, const source *from, int depth) {
    hid_t id = open_source_file(file, from->file);
    if (id < 0)
        return nsym_fail(NSYM_ENOTFOUND,
                         "%s: %s: is a virtual dataset made of dataset %s of file %s, which is missing; put it into "
                         "the same folder, or leave the dataset out: --drop %s",
                         file->path, name, from->set, from->file, name);
    hid_t set = H5Dopen2(id, from->set, H5P_DEFAULT);
    nsym_status status = NSYM_OK;
    if (set < 0)
        status = nsym_fail(NSYM_ENOTFOUND,
                           "%s: %s: is a virtual dataset made of dataset %s of file %s, which has no such dataset",
                           file->path, name, from->set, from->file);
    if (status == NSYM_OK && depth < SOURCES_IN_SOURCES) status = check_source_set(file, name, from, id, set, depth);
    if (set >= 0) H5Dclose(set);
    H5Fclose(id);
    return status;
}

/* A name in which "%b" is the source's number and "%%" a percent sign. */
static void put_number(char name[NAME_SIZE], const char *pattern, unsigned number) {
    size_t used = 0;
    for (const char *at = pattern; *at && used + 16 < NAME_SIZE; at++) {
        if (*at == '%' && at[1] == 'b') used += (size_t)snprintf(name + used, NAME_SIZE - used, "%u", number);
        if (*at != '%' || at[1] == '%') name[used++] = *at;
        at += *at == '%' && at[1];
    }
    name[used] = '\0';
}

static bool has_numbered(const nsym_h5 *file, const source *pattern, unsigned number, char name[NAME_SIZE]) {
    char set[NAME_SIZE];
    put_number(name, pattern->file, number);
    put_number(set, pattern->set, number);
    hid_t id = open_source_file(file, name);
    bool found = id >= 0 && H5Lexists(id, set, H5P_DEFAULT) > 0;
    if (id >= 0) H5Fclose(id);
    return found;
}

/* Sources with numbered names, "part%b.h5": HDF5 ends at the first that is missing, whatever is behind it. */
static nsym_status check_numbered(const nsym_h5 *file, const char *name, const source *from) {
    char missing[NAME_SIZE], other[NAME_SIZE];
    unsigned n = 0;
    while (n < NUMBERS_MAX && has_numbered(file, from, n, missing)) n++;
    for (unsigned i = n + 1; n < NUMBERS_MAX && i <= n + NUMBERS_AHEAD; i++)
        if (has_numbered(file, from, i, other))
            return nsym_fail(NSYM_ENOTFOUND,
                             "%s: %s: is a virtual dataset made of files %s; %s is there, but %s before it is missing",
                             file->path, name, from->file, other, missing);
    if (n > 0) return NSYM_OK;
    return nsym_fail(NSYM_ENOTFOUND,
                     "%s: %s: is a virtual dataset made of files %s, of which %s, the first, is missing", file->path,
                     name, from->file, missing);
}

/* Of a virtual dataset: all sources are there, and what they give is about what it claims. */
static nsym_status check_virtual(const nsym_h5 *file, const char *name, hid_t plan, uint64_t bytes, size_t value_bytes,
                                 bool *unwritten, int depth) {
    size_t n = 0;
    uint64_t mapped = 0;
    nsym_status status = NSYM_OK;
    if (H5Pget_virtual_count(plan, &n) < 0) return nsym_h5_refused(file, name, "has a damaged list of sources");
    for (size_t i = 0; i < n && status == NSYM_OK; i++) {
        hid_t here = H5Pget_virtual_vspace(plan, i);
        hssize_t points = here < 0 ? -1 : H5Sget_select_npoints(here);
        source from = {.space = H5Pget_virtual_srcspace(plan, i), .points = points};
        if (H5Pget_virtual_filename(plan, i, from.file, sizeof from.file) < 0 ||
            H5Pget_virtual_dsetname(plan, i, from.set, sizeof from.set) < 0)
            status = nsym_h5_refused(file, name, "has a damaged list of sources");
        else if (strchr(from.file, '%') || strchr(from.set, '%'))
            status = check_numbered(file, name, &from), mapped = bytes;
        else
            status = check_source(file, name, &from, depth);
        if (points < 0 || (uint64_t)points > (bytes - mapped) / value_bytes)
            mapped = bytes;
        else
            mapped += (uint64_t)points * value_bytes;
        if (here >= 0) H5Sclose(here);
        if (from.space >= 0) H5Sclose(from.space);
    }
    *unwritten = mapped < bytes;
    if (status != NSYM_OK || bytes <= believed_unwritten || bytes / believed_ratio <= mapped) return status;
    return nsym_fail(NSYM_EFORMAT, "%s: %s: claims %llu bytes, but its sources hold %llu of them: it is damaged",
                     file->path, name, (unsigned long long)bytes, (unsigned long long)mapped);
}

static nsym_status check_set(const nsym_h5 *file, const char *name, hid_t set, uint64_t bytes, size_t value_bytes,
                             bool *unwritten, int depth) {
    hid_t plan = H5Dget_create_plist(set);
    if (plan < 0) return nsym_h5_refused(file, name, "has a damaged description");
    nsym_status status;
    *unwritten = false;
    if (H5Pget_layout(plan) == H5D_VIRTUAL)
        status = check_virtual(file, name, plan, bytes, value_bytes, unwritten, depth);
    else if (H5Pget_external_count(plan) > 0)
        status = check_external(file, name, plan, bytes);
    else
        status = check_stored(file, name, set, plan, bytes, value_bytes, unwritten);
    H5Pclose(plan);
    return status;
}

nsym_status nsym_h5_check_storage(const nsym_h5 *file, const char *name, hid_t set, uint64_t bytes, size_t value_bytes,
                                  bool *unwritten) {
    return check_set(file, name, set, bytes, value_bytes, unwritten, 0);
}
