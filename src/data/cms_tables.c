#include "data/cms_tables.h"

#include "base/fail.h"
#include "data/lines.h"
#include "data/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MUONS = 2, TABLES = 5, NAME = 64, SHOWN = 40 };

typedef struct table {
    const char *file;
    size_t numbers; /* of a line */
    const char *column[MUONS], *unit, *meaning[MUONS];
} table;

#define NEAR_AND_OTHER                                                                                                 \
    { "of the muon that the objects are around", "of the other muon" }
static const table data_tables[TABLES] = {
    {"dimuon_invariant_mass", 1, {"mass"}, "GeV", {"invariant mass of the two muons"}},
    {"muon_pTs", 2, {"mu_pt", "mu2_pt"}, "GeV", NEAR_AND_OTHER},
    {"muon_etas", 2, {"mu_eta", "mu2_eta"}, "", NEAR_AND_OTHER},
    {"muon_phis", 2, {"mu_phi", "mu2_phi"}, "", NEAR_AND_OTHER},
    {"muon_charges", 2, {"mu_charge", "mu2_charge"}, "", NEAR_AND_OTHER},
};
static const table simulation_tables[TABLES] = {
    {"masses", 1, {"mass"}, "GeV", {"invariant mass of the two muons"}},
    {"muon_pTs", 1, {"mu_pt"}, "GeV", {"of the muon that the objects are around"}},
    {"muon_etas", 1, {"mu_eta"}, "", {"of the muon that the objects are around"}},
    {"muon_phis", 1, {"mu_phi"}, "", {"of the muon that the objects are around"}},
    {"muon_labels", 1, {"label"}, "", {"true class of the muon"}},
};

static const char *tables_folder(bool simulation) {
    return simulation ? "sim_csvs" : "cms_csvs";
}

static bool is_folder(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

nsym_status nsym_cms_folder(char **out, const char *folder, bool simulation) {
    static const char *const inside[] = {"", "/data", "/src/data"};
    *out = NULL;
    size_t room = strlen(folder) + NAME;
    char *path = malloc(room);
    if (!path) return nsym_fail(NSYM_ENOMEM, "%s: no memory", folder);
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        snprintf(path, room, "%s%s/%s", folder, inside[i], tables_folder(simulation));
        if (!is_folder(path)) continue;
        snprintf(path, room, "%s%s", folder, inside[i]);
        *out = path;
        return NSYM_OK;
    }
    snprintf(path, room, "%s/%s", folder, tables_folder(!simulation));
    bool other = is_folder(path);
    free(path);
    return nsym_fail(NSYM_ENOTFOUND,
                     "%s: has no folder %s, nor data/%s%s%s; give the folder that data.tar.gz was unpacked in", folder,
                     tables_folder(simulation), tables_folder(simulation), other ? ", but it has " : "",
                     other ? tables_folder(!simulation) : "");
}

/* The numbers of a line, separated by commas, into values (n). */
static nsym_status read_line(const char *line, size_t length, size_t n, double *values) {
    const char *end = line + length;
    for (size_t i = 0; i < n; i++) {
        const char *comma = memchr(line, ',', (size_t)(end - line)), *stop = comma ? comma : end;
        if (!comma != (i + 1 == n)) return nsym_fail(NSYM_EFORMAT, "must have %zu number%s", n, n > 1 ? "s" : "");
        size_t size = (size_t)(stop - line);
        if (!nsym_number_parse(line, size, &values[i]))
            return nsym_fail(NSYM_EFORMAT, "\"%.*s\" is not a number; the table must have no header",
                             (int)(size < SHOWN ? size : SHOWN), line);
        if (!isfinite(values[i]))
            return nsym_fail(NSYM_ENUMERIC, "number %zu is %g, must be finite; copy or download the table again", i + 1,
                             values[i]);
        line = stop + 1;
    }
    return NSYM_OK;
}

typedef struct numbers {
    double *values; /* (lines, numbers of a line) */
    size_t lines, room;
} numbers;

/* Appends the lines of a file; empty ones are left out. */
static nsym_status read_lines(nsym_lines *file, size_t n, numbers *all) {
    for (;;) {
        char *line;
        size_t length;
        NSYM_TRY(nsym_lines_next(file, &line, &length));
        if (!line) return NSYM_OK;
        if (strspn(line, " \t\r") == length) continue;
        if (all->lines == all->room) {
            size_t room = 2 * all->room + 1024;
            double *grown = realloc(all->values, room * n * sizeof *grown);
            if (!grown) return nsym_fail(NSYM_ENOMEM, "no memory for %zu lines", room);
            all->values = grown;
            all->room = room;
        }
        NSYM_TRY(read_line(line, length, n, all->values + all->lines * n));
        all->lines++;
    }
}

static nsym_status read_file(const char *path, size_t n, numbers *all) {
    nsym_lines file;
    NSYM_TRY(nsym_lines_open(&file, path, 0));
    nsym_status status = read_lines(&file, n, all);
    if (status != NSYM_OK) status = nsym_fail_in(status, "%s:%zu: ", path, file.number);
    nsym_lines_close(&file);
    return status;
}

/* Makes a table's columns of `events`; the first table makes the events. */
static nsym_status add_columns(nsym_events **events, const table *t, const numbers *all, const char *path,
                               size_t max_events, size_t *lines) {
    if (all->lines == 0) return nsym_fail(NSYM_EFORMAT, "%s: has no lines", path);
    if (!*events) {
        *lines = all->lines;
        NSYM_TRY(nsym_events_new(events, max_events > 0 && max_events < all->lines ? max_events : all->lines));
    }
    if (all->lines != *lines)
        return nsym_fail(NSYM_EFORMAT,
                         "%s: has %zu lines, but the table of masses has %zu; copy or download both again", path,
                         all->lines, *lines);
    for (size_t k = 0; k < t->numbers; k++) {
        double *values;
        NSYM_TRY(nsym_events_add_column(*events, t->column[k], t->unit, t->meaning[k], 1, &values));
        for (size_t i = 0; i < (*events)->count; i++) values[i] = all->values[i * t->numbers + k];
    }
    return NSYM_OK;
}

static nsym_status read_all(nsym_events **events, const char *folder, bool simulation, size_t max_events, size_t *lines,
                            char *path, size_t room) {
    const table *tables = simulation ? simulation_tables : data_tables;
    for (size_t i = 0; i < TABLES; i++) {
        numbers all = {0};
        snprintf(path, room, "%s/%s/%s.csv", folder, tables_folder(simulation), tables[i].file);
        nsym_status status = read_file(path, tables[i].numbers, &all);
        if (status == NSYM_OK) status = add_columns(events, &tables[i], &all, path, max_events, lines);
        free(all.values);
        NSYM_TRY(status);
    }
    return NSYM_OK;
}

nsym_status nsym_cms_tables_read(nsym_events **out, const char *folder, bool simulation, size_t max_events,
                                 size_t *lines) {
    *out = NULL;
    *lines = 0;
    size_t room = strlen(folder) + NAME;
    char *path = malloc(room);
    if (!path) return nsym_fail(NSYM_ENOMEM, "%s: no memory", folder);
    nsym_status status = read_all(out, folder, simulation, max_events, lines, path, room);
    free(path);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_events_free(*out);
    *out = NULL;
    return status;
}
