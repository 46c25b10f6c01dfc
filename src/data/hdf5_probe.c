/* Reads all of an HDF5 file as this library might, in a process that it may crash (nearsym/trust.h). Whatever HDF5
   refuses is passed over: only a crash, a hang and hunger for memory count. */
#define _DEFAULT_SOURCE
#include "base/fail.h"
#include "data/hdf5_guard.h"
#include "data/hdf5_handle.h"
#include "data/hdf5_text.h"
#include "data/texts.h"

#include <nearsym/io.h>
#include <nearsym/trust.h>

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    NUMBER_BYTES_MAX = 16, /* wider numbers are refused by the readers before HDF5 converts them */
    CPU_SECONDS = 3,       /* for any call of HDF5, and one more for each ... */
    BYTES_A_SECOND = 4 << 20,
    PERTURB = 0xA5, /* what is freed, or not set yet, is no address: its use shows */
    EVENTS = 1000,  /* that the readers read of a large file, whose datasets are all read before */
};
static const uint64_t block_bytes = 64u << 20, attribute_bytes = 16u << 20, small_file = 4u << 20,
                      believed_ratio = 2048, memory_base = 1u << 30, memory_ratio = 4;

typedef struct probe {
    uint64_t bytes; /* of the file */
    bool whole, elsewhere;
    bool starved, confined; /* it had no memory; and who started the process allows it less than we would */
} probe;

/* A dataset as it is read: block by block of `extent`. */
typedef struct blocks {
    hid_t set, space;
    int rank;
    bool ends_only; /* the first and the last block stand for all */
    hsize_t shape[H5S_MAX_RANK], extent[H5S_MAX_RANK];
} blocks;

/* CPU time for a call that moves so many bytes; SIGXCPU if it takes longer. */
static void allow(uint64_t bytes) {
    struct rusage used;
    struct rlimit limit;
    if (getrusage(RUSAGE_SELF, &used) != 0 || getrlimit(RLIMIT_CPU, &limit) != 0) return;
    rlim_t end = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 1 + CPU_SECONDS + bytes / BYTES_A_SECOND;
    limit.rlim_cur = end < limit.rlim_max ? end : limit.rlim_max;
    setrlimit(RLIMIT_CPU, &limit);
}

/* No core is left behind, and no more memory is taken than a sound file of that size can need. */
static void set_limits(probe *p) {
    unsigned long pages = 0;
    struct rlimit core = {0, 0}, memory;
    FILE *about = fopen("/proc/self/statm", "r");
    bool known = about && fscanf(about, "%lu", &pages) == 1;
    if (about) fclose(about);
    setrlimit(RLIMIT_CORE, &core);
    if (known && getrlimit(RLIMIT_AS, &memory) == 0) {
        rlim_t most = pages * (rlim_t)sysconf(_SC_PAGESIZE) + memory_base + memory_ratio * p->bytes;
        p->confined = memory.rlim_cur < most;
        if (!p->confined) memory.rlim_cur = most;
        setrlimit(RLIMIT_AS, &memory);
    }
#ifdef M_PERTURB
    mallopt(M_PERTURB, PERTURB);
#endif
    allow(p->bytes);
}

static herr_t find_hunger(unsigned n, const H5E_error2_t *error, void *context) {
    (void)n;
    if (error->maj_num == H5E_RESOURCE && error->min_num == H5E_NOSPACE) *(bool *)context = true;
    return 0;
}

/* What HDF5 refuses is no matter, unless it had no memory. */
static void pass(probe *p, herr_t result) {
    if (result < 0) H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, find_hunger, &p->starved);
    H5Eclear2(H5E_DEFAULT);
}

static void reclaim(hid_t type, hid_t space, void *values) {
    if (H5Tdetect_class(type, H5T_VLEN) > 0 || H5Tdetect_class(type, H5T_STRING) > 0)
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, values);
}

static void probe_attribute(probe *p, hid_t attribute) {
    hid_t held = H5Aget_type(attribute), space = H5Aget_space(attribute);
    hid_t type = H5Tget_native_type(held, H5T_DIR_DEFAULT);
    hssize_t count = H5Sget_simple_extent_npoints(space);
    size_t bytes = type >= 0 ? H5Tget_size(type) : 0;
    allow(p->bytes);
    if (count > 0 && bytes > 0 && (uint64_t)count < attribute_bytes / bytes) {
        void *values = calloc((size_t)count, bytes);
        herr_t result = values ? H5Aread(attribute, type, values) : 0;
        if (!values) p->starved = true;
        pass(p, result);
        if (values && result >= 0) reclaim(type, space, values);
        free(values);
    }
    char **texts = NULL;
    size_t n = 0;
    herr_t taken = nsym_h5_take_attribute(attribute, &texts, &n);
    pass(p, taken);
    if (taken >= 0) nsym_texts_free(texts, n);
    if (type >= 0) H5Tclose(type);
    H5Tclose(held);
    H5Sclose(space);
}

static herr_t visit_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context) {
    (void)info;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    pass(context, attribute < 0 ? -1 : 0);
    if (attribute < 0) return 0;
    probe_attribute(context, attribute);
    H5Aclose(attribute);
    return 0;
}

/* How large blocks are: whole rows while these are small, cut to whole chunks. Also whether all need be read: numbers
   that stand in one piece are read alike everywhere, and no file is believed to hold far more than it stores. */
static void plan_blocks(const probe *p, blocks *b, size_t value_bytes) {
    hid_t plan = H5Dget_create_plist(b->set);
    hsize_t chunk[H5S_MAX_RANK] = {0};
    H5D_layout_t layout = H5Pget_layout(plan);
    if (layout == H5D_CHUNKED && H5Pget_chunk(plan, H5S_MAX_RANK, chunk) < 0) memset(chunk, 0, sizeof chunk);
    uint64_t left = block_bytes / (value_bytes > 0 ? value_bytes : 1), total = value_bytes;
    for (int i = b->rank - 1; i >= 0; i--) {
        hsize_t most = left > 1 ? left : 1;
        b->extent[i] = b->shape[i] < most ? b->shape[i] : most;
        if (chunk[i] > 0 && b->extent[i] < b->shape[i] && b->extent[i] > chunk[i])
            b->extent[i] -= b->extent[i] % chunk[i];
        left /= b->extent[i] > 0 ? b->extent[i] : 1;
        if (__builtin_mul_overflow(total, b->shape[i], &total)) total = UINT64_MAX;
    }
    b->ends_only = !p->whole || layout == H5D_CONTIGUOUS || total / believed_ratio > p->bytes + block_bytes;
    H5Pclose(plan);
}

/* Reads the block that begins at `start`, as values of a type. */
static void read_block(probe *p, const blocks *b, const hsize_t *start, hid_t type) {
    hsize_t count[H5S_MAX_RANK], n = 1;
    for (int i = 0; i < b->rank; i++) {
        count[i] = b->shape[i] - start[i] < b->extent[i] ? b->shape[i] - start[i] : b->extent[i];
        n *= count[i];
    }
    size_t bytes = H5Tget_size(type);
    if (n == 0 || bytes == 0) return;
    hid_t memory = b->rank > 0 ? H5Screate_simple(b->rank, count, NULL) : H5Screate(H5S_SCALAR);
    if (b->rank > 0) H5Sselect_hyperslab(b->space, H5S_SELECT_SET, start, NULL, count, NULL);
    void *values = calloc(n, bytes);
    allow(n * bytes);
    herr_t result = values ? H5Dread(b->set, type, memory, b->space, H5P_DEFAULT, values) : 0;
    if (!values) p->starved = true;
    pass(p, result);
    if (values && result >= 0) reclaim(type, memory, values);
    free(values);
    H5Sclose(memory);
}

/* The next block in the file's order, or, where the ends stand for all, the last; false behind the last. */
static bool next_block(const blocks *b, hsize_t *start) {
    if (b->ends_only) {
        bool moved = false;
        for (int i = 0; i < b->rank; i++) {
            hsize_t last = b->shape[i] - b->extent[i];
            moved = moved || start[i] != last;
            start[i] = last;
        }
        return moved;
    }
    for (int i = b->rank - 1; i >= 0; i--) {
        start[i] += b->extent[i];
        if (start[i] < b->shape[i]) return true;
        start[i] = 0;
    }
    return false;
}

static void read_values(probe *p, blocks *b, hid_t held) {
    const hid_t numbers[] = {H5T_NATIVE_DOUBLE, H5T_NATIVE_FLOAT, H5T_NATIVE_INT64, H5T_NATIVE_UINT64};
    H5T_class_t class = H5Tget_class(held);
    bool number = class == H5T_INTEGER || class == H5T_FLOAT || class == H5T_ENUM;
    hid_t type = number ? H5Tcopy(numbers[0]) : H5Tget_native_type(held, H5T_DIR_DEFAULT);
    size_t bytes = H5Tget_size(held), bytes_read = type >= 0 ? H5Tget_size(type) : 0;
    hsize_t start[H5S_MAX_RANK] = {0};
    pass(p, type < 0 ? -1 : 0);
    if (type < 0 || (number && bytes > NUMBER_BYTES_MAX)) return;
    plan_blocks(p, b, bytes_read > bytes ? bytes_read : bytes);
    for (size_t i = 1; number && i < sizeof numbers / sizeof *numbers; i++) read_block(p, b, start, numbers[i]);
    do read_block(p, b, start, type);
    while (next_block(b, start));
    H5Tclose(type);
}

static void probe_dataset(probe *p, hid_t set) {
    hid_t type = H5Dget_type(set), plan = H5Dget_create_plist(set);
    blocks b = {.set = set, .space = H5Dget_space(set)};
    b.rank = H5Sget_simple_extent_dims(b.space, b.shape, NULL);
    if (H5Pget_layout(plan) == H5D_VIRTUAL || H5Pget_external_count(plan) > 0) p->elsewhere = true;
    H5Dget_storage_size(set);
    H5Dget_offset(set);
    if (type >= 0 && b.rank >= 0 && H5Sget_simple_extent_type(b.space) != H5S_NULL) read_values(p, &b, type);
    H5Sclose(b.space);
    H5Pclose(plan);
    if (type >= 0) H5Tclose(type);
}

static void probe_object(probe *p, hid_t parent, const char *name) {
    allow(p->bytes);
    hid_t object = H5Oopen(parent, name, H5P_DEFAULT);
    pass(p, object < 0 ? -1 : 0);
    if (object < 0) return;
    pass(p, H5Aiterate2(object, H5_INDEX_CRT_ORDER, H5_ITER_INC, NULL, visit_attribute, p));
    pass(p, H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, visit_attribute, p));
    if (H5Iget_type(object) == H5I_DATASET) probe_dataset(p, object);
    H5Oclose(object);
    allow(p->bytes);
}

/* From HDF5 1.12 on objects are known by tokens, and visits have a version for it. */
#if H5_VERSION_GE(1, 12, 0)
typedef H5O_info2_t object_info;
typedef H5L_info2_t link_info;
#define visit_objects(id, index, p) H5Ovisit3(id, index, H5_ITER_INC, visit_object, p, H5O_INFO_BASIC)
#define visit_links(id, p) H5Lvisit2(id, H5_INDEX_NAME, H5_ITER_INC, visit_link, p)
#else
typedef H5O_info_t object_info;
typedef H5L_info_t link_info;
#define visit_objects(id, index, p) H5Ovisit2(id, index, H5_ITER_INC, visit_object, p, H5O_INFO_BASIC)
#define visit_links(id, p) H5Lvisit(id, H5_INDEX_NAME, H5_ITER_INC, visit_link, p)
#endif

static herr_t visit_object(hid_t root, const char *name, const object_info *info, void *context) {
    (void)info;
    probe_object(context, root, name);
    return 0;
}

static herr_t visit_link(hid_t root, const char *name, const link_info *info, void *context) {
    probe *p = context;
    if (info->type == H5L_TYPE_EXTERNAL) p->elsewhere = true;
    if (info->type != H5L_TYPE_HARD) probe_object(p, root, name);
    return 0;
}

static void walk(probe *p, const nsym_h5 *file) {
    nsym_h5_enter();
    allow(p->bytes);
    herr_t result = visit_objects(file->id, H5_INDEX_CRT_ORDER, p);
    pass(p, result);
    if (result < 0) pass(p, visit_objects(file->id, H5_INDEX_NAME, p));
    allow(p->bytes);
    pass(p, visit_links(file->id, p));
    nsym_h5_leave();
}

static void ignore_array(void *context, const nsym_array_info *info) {
    (void)context, (void)info;
}

/* The readers themselves: what they ask of HDF5 depends on what they find. */
static void read_events(probe *p, const char *path) {
    bool small = p->bytes < small_file;
    nsym_read_options options = {.max_events = small ? 0 : EVENTS};
    nsym_events *events = NULL;
    allow(memory_base);
    nsym_status status = nsym_events_read(&events, path, &options);
    if (status == NSYM_ENOMEM) p->starved = true;
    nsym_events_free(events);
    allow(memory_base);
    if (small && nsym_inspect(path, NULL, ignore_array, NULL) == NSYM_ENOMEM) p->starved = true;
}

nsym_status nsym_hdf5_probe(bool *elsewhere, const char *path, bool whole) {
    nsym_h5 *file;
    struct stat about;
    *elsewhere = false;
    if (stat(path, &about) != 0) return NSYM_OK;
    probe p = {.bytes = (uint64_t)about.st_size, .whole = whole};
    set_limits(&p);
    nsym_hdf5_ask_nobody();
    if (nsym_h5_open(&file, path) != NSYM_OK) return NSYM_OK;
    walk(&p, file);
    nsym_h5_close(file);
    read_events(&p, path);
    *elsewhere = p.elsewhere || (p.starved && p.confined);
    return p.starved && !p.confined
               ? nsym_fail(NSYM_ENOMEM, "%s: takes more memory than a file of its size should", path)
               : NSYM_OK;
}

const char *nsym_hdf5_version(void) {
    static char version[32];
    unsigned numbers[3] = {0};
    nsym_h5_enter();
    H5get_libversion(&numbers[0], &numbers[1], &numbers[2]);
    snprintf(version, sizeof version, "%u.%u.%u", numbers[0], numbers[1], numbers[2]);
    nsym_h5_leave();
    return version;
}
