#include "base/fail.h"
#include "base/file_kind.h"
#include "data/categories.h"
#include "data/dense.h"
#include "data/features.h"
#include "data/formats.h"
#include "data/notes.h"
#include "data/plausible.h"
#include "data/summary.h"
#include "data/unpack.h"
#include "data/wanted.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { HEAD = 512, KNOWN = 128 };

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
    {.name = "LHE",
     .endings = (const char *const[]){".lhe", NULL},
     .sniff = is_lhe,
     .read = nsym_lhe_read_events,
     .write = nsym_lhe_write_events,
     .open = nsym_lhe_open_events,
     .notes = true,
     .unpacks = true,
     .packs = true},
    {.name = "HDF5",
     .endings = (const char *const[]){".h5", ".hdf5", NULL},
     .sniff = is_hdf5,
     .read = nsym_hdf5_read_events,
     .write = nsym_hdf5_write_events,
     .inspect = nsym_hdf5_inspect,
     .open = nsym_hdf5_open_events,
     .create = nsym_hdf5_create_events,
     .selects = true},
    {.name = "npy",
     .endings = (const char *const[]){".npy", NULL},
     .sniff = is_npy,
     .read = nsym_npy_read_events,
     .write = nsym_npy_write_events,
     .inspect = nsym_npy_inspect,
     .unpacks = true},
    {.name = "npz",
     .endings = (const char *const[]){".npz", NULL},
     .sniff = is_zip,
     .read = nsym_npz_read_events,
     .write = nsym_npz_write_events,
     .inspect = nsym_npz_inspect,
     .selects = true},
    {.name = "csv",
     .endings = (const char *const[]){".csv", NULL},
     .also_read = (const char *const[]){".tsv", ".txt", ".dat", NULL},
     .read = nsym_csv_read_events,
     .write = nsym_csv_write_events,
     .inspect = nsym_csv_inspect,
     .open = nsym_csv_open_events,
     .create = nsym_csv_create_events,
     .selects = true,
     .unpacks = true,
     .packs = true},
    {.name = "JSON lines",
     .endings = (const char *const[]){".jsonl", NULL},
     .read = nsym_jsonl_read_events,
     .write = nsym_jsonl_write_events,
     .open = nsym_jsonl_open_events,
     .create = nsym_jsonl_create_events,
     .selects = true,
     .unpacks = true,
     .packs = true},
};
enum { FORMATS = sizeof formats / sizeof *formats };

/* Do the `n` characters of a path end so? */
static bool ends_with(const char *path, size_t n, const char *ending) {
    size_t m = strlen(ending);
    return n > m && strncasecmp(path + n - m, ending, m) == 0;
}

/* Whether the `n` characters of a path end in one of a list, which is added to the endings that are `known`. */
static bool has_ending(const char *path, size_t n, const char *const *ending, char known[KNOWN]) {
    for (; ending && *ending; ending++) {
        size_t used = strlen(known);
        if (ends_with(path, n, *ending)) return true;
        snprintf(known + used, KNOWN - used, " %s", *ending);
    }
    return false;
}

/* By the ending, behind which may be that of a packed file. */
static nsym_status find_by_name(const nsym_format **out, const char *path, bool read) {
    char known[KNOWN] = "";
    size_t n = nsym_unpack_stem(path);
    for (size_t i = 0; i < FORMATS; i++) {
        *out = &formats[i];
        if (has_ending(path, n, formats[i].endings, known)) return NSYM_OK;
        if (read && has_ending(path, n, formats[i].also_read, known)) return NSYM_OK;
    }
    *out = NULL;
    if (ends_with(path, n, ".json"))
        return nsym_fail(NSYM_EINVAL,
                         "%s: nearsym reads and writes JSON as lines, one event per line, in files that end in .jsonl; "
                         "pandas writes them by to_json(\"events.jsonl\", orient=\"records\", lines=True), awkward by "
                         "to_json(array, \"events.jsonl\", line_delimited=True)",
                         path);
    return nsym_fail(
        NSYM_EINVAL,
        "%s: its ending is not that of a format; known endings are%s, and after those of text formats also .gz%s", path,
        known, read ? ", .xz, .zst and .bz2" : "");
}

nsym_status nsym_format_of_name(const nsym_format **out, const char *path) {
    NSYM_TRY(find_by_name(out, path, false));
    const char *packing = path + nsym_unpack_stem(path);
    if (!*packing || ((*out)->packs && nsym_is_gzip_name(path))) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "%s: nearsym does not write %s packed as %s; write %.*s%s", path, (*out)->name,
                     packing, (int)(packing - path), path, (*out)->packs ? ".gz" : "");
}

static nsym_status refuse_root(const char *path) {
    size_t n = strlen(path);
    int stem = (int)(n - (ends_with(path, n, ".root") ? strlen(".root") : 0));
    return nsym_fail(NSYM_EFORMAT,
                     "%s: is a ROOT file, which the Python package reads (pip install uproot awkward): python -m "
                     "nearsym convert %s --tree NAME -o %.*s.h5",
                     path, path, stem, path);
}

/* What is known and not read. */
static nsym_status refuse_others(const char *path, const unsigned char *head, size_t n) {
    static const char pickle[] = "in Python, a table: pandas.read_pickle(FILE).to_csv(\"events.csv\", index=False); "
                                 "arrays: numpy.savez(\"events.npz\", particles=..., label=...)";
    static const struct {
        const char *mark;
        size_t at, n;
        const char *what, *way;
    } others[] = {
        {"HepMC::", 0, 7, "HepMC text",
         "read it in Python by pyhepmc and keep the final particles as arrays (docs/formats.md shows how)"},
        {"ustar", 257, 5, "a tar archive", "take the files out of it: tar -xf"},
        {"\x04\x22\x4D\x18", 0, 4, "packed by lz4", "unpack it first: lz4 -d"},
        {"\x1F\x9D", 0, 2, "packed by compress", "unpack it first: gzip -d"},
        {"7z\xBC\xAF\x27\x1C", 0, 6, "a 7-Zip archive", "unpack it first: 7z x"},
        {"PAR1", 0, 4, "Parquet",
         "in Python, particles: nearsym.as_events(awkward.from_parquet(FILE)).write(\"events.h5\"); a table: "
         "pandas.read_parquet(FILE).to_csv(\"events.csv\", index=False)"},
        {"ARROW1", 0, 6, "Feather",
         "in Python, particles: nearsym.as_events(awkward.from_feather(FILE)).write(\"events.h5\"); a table: "
         "pandas.read_feather(FILE).to_csv(\"events.csv\", index=False)"},
        {"version https://git-lfs", 0, 23, "a pointer of Git LFS in place of a file", "git lfs pull fetches the file"},
        {"<!DOCTYPE html", 0, 14, "a web page, perhaps from a failed download", "download the file again"},
        {"<!doctype html", 0, 14, "a web page, perhaps from a failed download", "download the file again"},
        {"\x80\x04", 0, 2, "a pickle", pickle},
        {"\x80\x05", 0, 2, "a pickle", pickle},
    };
    if (is_root(head, n)) return refuse_root(path);
    size_t first = 0;
    while (first < n && (head[first] == '\n' || head[first] == '\r' || head[first] == ' ')) first++;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        size_t at = others[i].at > 0 ? others[i].at : first;
        if (n >= at + others[i].n && memcmp(head + at, others[i].mark, others[i].n) == 0)
            return nsym_fail(NSYM_EFORMAT, "%s: is %s, which nearsym does not read; %s", path, others[i].what,
                             others[i].way);
    }
    return NSYM_OK;
}

/* By the first bytes; *out stays NULL where they tell nothing. */
static nsym_status find_by_content(const nsym_format **out, const char *path, nsym_unpack *file) {
    unsigned char head[HEAD];
    size_t n = 0, got = 1;
    while (n < HEAD && got > 0) {
        nsym_status status = nsym_unpack_read(file, head + n, HEAD - n, &got);
        if (status == NSYM_EIO || status == NSYM_ENOMEM) return nsym_fail_in(status, "%s: ", path);
        if (status != NSYM_OK) break; /* the format's reader tells the place of the damage */
        n += got;
    }
    NSYM_TRY(refuse_others(path, head, n));
    for (size_t i = 0; i < FORMATS && n > 0 && !*out; i++)
        if (formats[i].sniff && formats[i].sniff(head, n)) *out = &formats[i];
    return NSYM_OK;
}

bool nsym_comes_once(const char *path) {
    struct stat about;
    return strcmp(path, "-") == 0 || (stat(path, &about) == 0 && !S_ISREG(about.st_mode));
}

/* What is no regular file. A pipe's bytes come once, which is enough for text. */
static nsym_status format_of_special(const nsym_format **out, const char *path, const char *kind) {
    bool pipe = strcmp(kind, "a named pipe") == 0 || strcmp(kind, "a device") == 0;
    if (!pipe) return nsym_fail(NSYM_EIO, "%s: is %s, not a file", path, kind);
    NSYM_TRY(find_by_name(out, path, true));
    if ((*out)->packs) return NSYM_OK;
    return nsym_fail(NSYM_EIO, "%s: is %s, and %s is read from regular files only: cat %s > events%s", path, kind,
                     (*out)->name, path, (*out)->endings[0]);
}

nsym_status nsym_format_of_file(const nsym_format **out, const char *path) {
    *out = NULL;
    if (strcmp(path, "-") == 0) { /* the only format that is read as a stream */
        *out = &formats[0];
        return NSYM_OK;
    }
    struct stat about;
    if (stat(path, &about) != 0) return nsym_fail(NSYM_EIO, "%s: cannot be opened: %s", path, strerror(errno));
    const char *kind = nsym_file_kind(about.st_mode);
    if (kind) return format_of_special(out, path, kind);
    nsym_unpack *file;
    NSYM_TRY(nsym_unpack_open(&file, path, 0));
    const char *packer = nsym_unpack_packer(file);
    nsym_status status = find_by_content(out, path, file);
    nsym_unpack_close(file);
    if (status == NSYM_OK && !*out) status = find_by_name(out, path, true);
    if (status == NSYM_OK && packer && !(*out)->unpacks)
        status = nsym_fail(NSYM_EFORMAT, "%s: is %s packed by %s; unpack it first: %s -dk %s", path, (*out)->name,
                           packer, packer, path);
    return status;
}

/* Options that say how a csv table is written. */
static nsym_status refuse_csv_options(const nsym_format *format, const char *path, const nsym_read_options *o) {
    const char *option = o->header      ? "header"
                         : o->delimiter ? "delimiter"
                         : o->comment   ? "comment"
                         : o->encoding  ? "encoding"
                                        : NULL;
    if (!option || format->read == nsym_csv_read_events) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "%s: is %s, but the option %s is for csv files", path, format->name, option);
}

nsym_status nsym_format_takes(const nsym_format *format, const char *path, const nsym_read_options *options) {
    bool hdf5 = format->read == nsym_hdf5_read_events;
    if (options->ragged && !hdf5)
        return nsym_fail(NSYM_EINVAL, "%s: is %s, but only HDF5 files have ragged arrays such as %s_offset", path,
                         format->name, options->ragged);
    if (options->layout && !hdf5)
        return nsym_fail(NSYM_EINVAL, "%s: is %s, but layout \"%s\" is for HDF5 files", path, format->name,
                         options->layout);
    return refuse_csv_options(format, path, options);
}

nsym_status nsym_format_finish(const nsym_format *format, const char *path, const nsym_read_options *options,
                               nsym_events *events) {
    nsym_status status = nsym_points_gather(events);
    if (status == NSYM_OK && !format->selects) status = nsym_wanted_keep(events, options);
    if (status == NSYM_OK) status = nsym_features_used(events, options);
    return status == NSYM_OK ? NSYM_OK : nsym_fail_in(status, "%s: ", path);
}

nsym_status nsym_events_read(nsym_events **out, const char *path, const nsym_read_options *options) {
    static const nsym_read_options all;
    const nsym_format *format;
    *out = NULL;
    NSYM_TRY(nsym_format_of_file(&format, path));
    if (!options) options = &all;
    NSYM_TRY(nsym_format_takes(format, path, options));
    NSYM_TRY(format->read(out, path, options));
    nsym_status status = nsym_format_finish(format, path, options, *out);
    if (status == NSYM_OK) {
        nsym_plausible_tell(*out, path);
        return NSYM_OK;
    }
    nsym_events_free(*out);
    *out = NULL;
    return status;
}

nsym_status nsym_events_write(const nsym_events *events, const char *path) {
    const nsym_format *format;
    NSYM_TRY(nsym_format_of_name(&format, path));
    NSYM_TRY(format->write(events, path));
    nsym_notes_lost lost = {0};
    if (!format->notes) nsym_notes_count(&lost, events);
    nsym_notes_tell(&lost, NSYM_NOTE, path, NSYM_NOTES_NEED_LHE);
    return NSYM_OK;
}

/* Words are kept as numbers, whose range says nothing. */
static bool is_words(const nsym_events *events, const char *name) {
    char attribute[256];
    snprintf(attribute, sizeof attribute, NSYM_CATEGORIES "%s", name);
    return nsym_events_attribute(events, attribute) != NULL;
}

static void inspect_values(const nsym_events *events, nsym_array_info info, const double *values, size_t n,
                           size_t stride, nsym_visit visit, void *context) {
    bool words = is_words(events, info.name);
    info.type = words ? "words" : "float64";
    nsym_summary_start(&info);
    if (!words) nsym_summary_add(&info, values, n, stride);
    nsym_summary_finish(&info, words ? 0 : n);
    for (size_t i = 0; words && i < n; i++) info.nan += isnan(values[i * stride]) != 0;
    visit(context, &info);
}

static void inspect_events(const nsym_events *events, nsym_visit visit, void *context) {
    for (size_t i = 0; i < events->features; i++) {
        uint64_t rows = events->offsets[events->count];
        nsym_array_info info = {
            .name = events->feature_names[i], .unit = events->feature_units[i], .dimensions = 1, .shape = {rows}};
        inspect_values(events, info, events->particles + i, (size_t)rows, events->features, visit, context);
    }
    for (size_t i = 0; i < events->columns; i++) {
        const nsym_column *column = &events->column[i];
        nsym_array_info info = {.name = column->name,
                                .unit = column->unit,
                                .dimensions = column->width > 1 ? 2 : 1,
                                .shape = {events->count, column->width}};
        inspect_values(events, info, column->values, events->count * column->width, 1, visit, context);
    }
}

nsym_status nsym_inspect(const char *path, const nsym_read_options *options,
                         void (*visit)(void *context, const nsym_array_info *), void *context) {
    static const nsym_read_options all;
    const nsym_format *format;
    if (!options) options = &all;
    NSYM_TRY(nsym_format_of_file(&format, path));
    NSYM_TRY(nsym_format_takes(format, path, options));
    if (format->inspect) return format->inspect(path, options, visit, context);
    nsym_events *events;
    NSYM_TRY(nsym_events_read(&events, path, options));
    inspect_events(events, visit, context);
    nsym_events_free(events);
    return NSYM_OK;
}
