#include "base/fail.h"
#include "data/dense.h"
#include "data/formats.h"
#include "data/notes.h"
#include "data/summary.h"
#include "data/wanted.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <zlib.h>

enum { HEAD = 512 };

static bool is_hdf5(const unsigned char *head, size_t n) {
    return n >= 8 && memcmp(head, "\x89HDF\r\n\x1a\n", 8) == 0;
}

static bool is_npy(const unsigned char *head, size_t n) {
    return n >= 6 && memcmp(head, "\x93NUMPY", 6) == 0;
}

static bool is_zip(const unsigned char *head, size_t n) {
    return n >= 4 && (memcmp(head, "PK\3\4", 4) == 0 || memcmp(head, "PK\5\6", 4) == 0);
}

static bool is_lhe(const unsigned char *head, size_t n) {
    static const char mark[] = "<LesHouchesEvents";
    for (size_t i = 0; i + sizeof mark - 1 <= n; i++)
        if (memcmp(head + i, mark, sizeof mark - 1) == 0) return true;
    return false;
}

/* Behind the mark is the version, whose first byte is 0 and would be a letter of a text. */
static bool is_root(const unsigned char *head, size_t n) {
    return n >= 4 && memcmp(head, "root", 4) == 0 && (n == 4 || head[4] == 0);
}

static const nsym_format formats[] = {
    {"LHE", (const char *const[]){".lhe", ".lhe.gz", NULL}, is_lhe, nsym_lhe_read_events, nsym_lhe_write_events, NULL,
     NULL, false, true},
    {"HDF5", (const char *const[]){".h5", ".hdf5", NULL}, is_hdf5, nsym_hdf5_read_events, nsym_hdf5_write_events,
     nsym_hdf5_inspect, NULL, false, false},
    {"npy", (const char *const[]){".npy", NULL}, is_npy, nsym_npy_read_events, nsym_npy_write_events, nsym_npy_inspect,
     NULL, false, false},
    {"npz", (const char *const[]){".npz", NULL}, is_zip, nsym_npz_read_events, nsym_npz_write_events, nsym_npz_inspect,
     NULL, false, false},
    {"csv", (const char *const[]){".csv", ".csv.gz", NULL}, NULL, nsym_csv_read_events, nsym_csv_write_events,
     nsym_csv_inspect, NULL, false, false},
    {"JSON lines", (const char *const[]){".jsonl", ".jsonl.gz", NULL}, NULL, nsym_jsonl_read_events,
     nsym_jsonl_write_events, NULL, NULL, false, false},
};
enum { FORMATS = sizeof formats / sizeof *formats };

static bool ends_with(const char *path, const char *ending) {
    size_t n = strlen(path), m = strlen(ending);
    return n > m && strcasecmp(path + n - m, ending) == 0;
}

nsym_status nsym_format_of_name(const nsym_format **out, const char *path) {
    char known[128] = "";
    for (size_t i = 0; i < FORMATS; i++)
        for (const char *const *ending = formats[i].endings; *ending; ending++) {
            if (ends_with(path, *ending)) {
                *out = &formats[i];
                return NSYM_OK;
            }
            size_t used = strlen(known);
            snprintf(known + used, sizeof known - used, " %s", *ending);
        }
    *out = NULL;
    return nsym_fail(NSYM_EINVAL, "%s: its ending tells no format; known are%s", path, known);
}

static nsym_status refuse_root(const char *path) {
    int stem = (int)(strlen(path) - (ends_with(path, ".root") ? strlen(".root") : 0));
    return nsym_fail(NSYM_EFORMAT,
                     "%s: is a ROOT file, which the Python package reads (pip install uproot awkward): python -m "
                     "nearsym convert %s --tree NAME -o %.*s.h5",
                     path, path, stem, path);
}

nsym_status nsym_format_of_file(const nsym_format **out, const char *path) {
    *out = NULL;
    if (strcmp(path, "-") == 0) { /* the only format that is read as a stream */
        *out = &formats[0];
        return NSYM_OK;
    }
    struct stat about;
    if (stat(path, &about) != 0) return nsym_fail(NSYM_EIO, "%s: cannot be opened: %s", path, strerror(errno));
    if (S_ISDIR(about.st_mode)) return nsym_fail(NSYM_EIO, "%s: is a folder, not a file", path);
    gzFile file = S_ISREG(about.st_mode) ? gzopen(path, "rb") : NULL; /* a pipe's bytes come once */
    if (S_ISREG(about.st_mode) && !file) return nsym_fail(NSYM_EIO, "%s: cannot be opened: %s", path, strerror(errno));
    unsigned char head[HEAD];
    int n = file ? gzread(file, head, HEAD) : 0;
    if (file) gzclose(file);
    if (n > 0 && is_root(head, (size_t)n)) return refuse_root(path);
    for (size_t i = 0; i < FORMATS && n > 0; i++)
        if (formats[i].sniff && formats[i].sniff(head, (size_t)n)) {
            *out = &formats[i];
            return NSYM_OK;
        }
    return nsym_format_of_name(out, path);
}

nsym_status nsym_events_read(nsym_events **out, const char *path, const nsym_read_options *options) {
    static const nsym_read_options all;
    const nsym_format *format;
    *out = NULL;
    NSYM_TRY(nsym_format_of_file(&format, path));
    if (!options) options = &all;
    if (options->ragged && format->read != nsym_hdf5_read_events)
        return nsym_fail(NSYM_EINVAL, "%s: is %s, but only HDF5 files have ragged arrays such as %s_offset", path,
                         format->name, options->ragged);
    if (options->layout && format->read != nsym_hdf5_read_events)
        return nsym_fail(NSYM_EINVAL, "%s: is %s, but layout \"%s\" is one of HDF5 files", path, format->name,
                         options->layout);
    NSYM_TRY(options->ragged ? nsym_hdf5_read_ragged(out, path, options) : format->read(out, path, options));
    nsym_status status = options->ragged ? NSYM_OK : nsym_points_gather(*out);
    if (status == NSYM_OK && (options->ragged || !format->selects)) status = nsym_wanted_keep(*out, options);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_events_free(*out);
    *out = NULL;
    return nsym_fail_in(status, "%s: ", path);
}

nsym_status nsym_events_write(const nsym_events *events, const char *path) {
    const nsym_format *format;
    NSYM_TRY(nsym_format_of_name(&format, path));
    NSYM_TRY(format->write(events, path));
    nsym_notes_lost lost = {0};
    if (!format->notes) nsym_notes_count(&lost, events);
    nsym_notes_warn(&lost, path, NSYM_NOTES_NEED_LHE);
    return NSYM_OK;
}

static void inspect_events(const nsym_events *events, nsym_visit visit, void *context) {
    for (size_t i = 0; i < events->features; i++) {
        uint64_t rows = events->offsets[events->count];
        nsym_array_info info = {.name = events->feature_names[i],
                                .type = "float64",
                                .unit = events->feature_units[i],
                                .dimensions = 1,
                                .shape = {rows}};
        nsym_summary_start(&info);
        nsym_summary_add(&info, events->particles + i, (size_t)rows, events->features);
        nsym_summary_finish(&info, rows);
        visit(context, &info);
    }
    for (size_t i = 0; i < events->columns; i++) {
        const nsym_column *column = &events->column[i];
        size_t size = events->count * column->width;
        nsym_array_info info = {.name = column->name,
                                .type = "float64",
                                .unit = column->unit,
                                .dimensions = column->width > 1 ? 2 : 1,
                                .shape = {events->count, column->width}};
        nsym_summary_start(&info);
        nsym_summary_add(&info, column->values, size, 1);
        nsym_summary_finish(&info, size);
        visit(context, &info);
    }
}

nsym_status nsym_inspect(const char *path, const nsym_read_options *options,
                         void (*visit)(void *context, const nsym_array_info *), void *context) {
    static const nsym_read_options all;
    const nsym_format *format;
    if (!options) options = &all;
    NSYM_TRY(nsym_format_of_file(&format, path));
    if (format->inspect) return format->inspect(path, options, visit, context);
    nsym_events *events;
    NSYM_TRY(nsym_events_read(&events, path, options));
    inspect_events(events, visit, context);
    nsym_events_free(events);
    return NSYM_OK;
}
