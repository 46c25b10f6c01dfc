/* LHEH5, Les Houches events in HDF5: version 1 (S. Hoeche, S. Prestel, H. Schulz, Phys. Rev. D 100 (2019) 014024,
   arXiv:1905.05120) has groups event, particle, init and procInfo of one array for each quantity; version 2 (E.
   Bothmann et al., arXiv:2309.13154) has tables events, particles, init and procInfo whose attribute properties names
   the columns. Particles and columns are called as those of LHE files. */
#include "base/fail.h"
#include "data/layout.h"
#include "data/number.h"
#include "data/texts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the format calls a quantity, and what we do. */
typedef struct renamed {
    const char *theirs, *ours, *unit;
} renamed;

static const renamed features[] = {
    {"id", "pdg", ""},         {"status", "status", ""},  {"mother1", "mother1", ""}, {"mother2", "mother2", ""},
    {"color1", "colour1", ""}, {"color2", "colour2", ""}, {"px", "px", "GeV"},        {"py", "py", "GeV"},
    {"pz", "pz", "GeV"},       {"e", "energy", "GeV"},    {"m", "mass", "GeV"},       {"lifetime", "lifetime", "mm"},
    {"spin", "spin", ""},      {NULL, NULL, NULL}};
static const renamed columns[] = {{"NOMINAL", "weight", ""}, {"weight", "weight", ""},  {"scale", "scale", "GeV"},
                                  {"aqed", "alpha_qed", ""}, {"aqcd", "alpha_qcd", ""}, {"pid", "process", ""},
                                  {NULL, NULL, NULL}};

static const renamed *find(const renamed *table, const char *theirs) {
    for (; table->theirs; table++)
        if (strcmp(table->theirs, theirs) == 0) return table;
    return NULL;
}

static bool is_second(const nsym_layout *l) {
    char **texts = NULL;
    size_t n = 0;
    bool found = nsym_layout_has(l, "events") && nsym_layout_has(l, "particles") &&
                 nsym_h5_get_texts(l->file, "events", "properties", &texts, &n) == NSYM_OK && texts;
    nsym_texts_free(texts, n);
    return found;
}

bool nsym_layout_is_lheh5(const nsym_layout *l) {
    return is_second(l) || (nsym_layout_has(l, "event/start") && nsym_layout_has(l, "event/nparticles") &&
                            nsym_layout_has(l, "particle/px"));
}

/* One quantity of events: where their particles are, or a column. */
static nsym_status add_quantity(nsym_layout *l, const char *name, size_t rows, size_t at, size_t width) {
    const renamed *known = find(columns, name);
    size_t before = l->n_columns;
    if (strcmp(name, "start") == 0) l->begins = (nsym_place){rows, at};
    if (strcmp(name, "nparticles") == 0) l->counts = (nsym_place){rows, at};
    if (strcmp(name, "start") == 0 || strcmp(name, "nparticles") == 0) return NSYM_OK;
    NSYM_TRY(nsym_layout_add_column(l, known ? known->ours : name, rows, at, width));
    if (known && l->n_columns > before) l->column[before].unit = known->unit;
    return NSYM_OK;
}

static nsym_status add_feature(nsym_layout *l, const char *name, size_t rows, size_t at) {
    const renamed *known = find(features, name);
    return nsym_layout_add_feature(l, known ? known->ours : name, known ? known->unit : "", rows, at, 1);
}

/* A table (rows, columns) of version 2 with the names of its columns. */
static nsym_status describe_table(nsym_layout *l, const char *dataset, nsym_h5_array *array,
                                  const char *const **names) {
    NSYM_TRY(nsym_h5_describe(l->file, dataset, array));
    if (array->dimensions != 2 || !array->number)
        return nsym_fail(NSYM_EFORMAT, "%s: must be numbers (rows, columns), as LHEH5 has them", dataset);
    NSYM_TRY(nsym_layout_names(l, dataset, "properties", (size_t)array->shape[1], names));
    if (*names) return NSYM_OK;
    return nsym_fail(NSYM_EFORMAT, "%s: its attribute properties must name its %llu columns", dataset,
                     (unsigned long long)array->shape[1]);
}

static nsym_status plan_second(nsym_layout *l, uint64_t *events) {
    nsym_h5_array array;
    const char *const *names;
    size_t rows;
    NSYM_TRY(describe_table(l, "events", &array, &names));
    NSYM_TRY(nsym_layout_add_rows(l, "events", NULL, 0, &array, (size_t)array.shape[1], &rows));
    l->begins.rows = l->counts.rows = NSYM_NONE;
    for (size_t k = 0; k < array.shape[1]; k++) NSYM_TRY(add_quantity(l, names[k], rows, k, 1));
    if (l->begins.rows == NSYM_NONE || l->counts.rows == NSYM_NONE)
        return nsym_fail(NSYM_EFORMAT, "events: has no columns start and nparticles");
    *events = array.shape[0];
    NSYM_TRY(describe_table(l, "particles", &array, &names));
    NSYM_TRY(nsym_layout_add_rows(l, "particles", NULL, 0, &array, (size_t)array.shape[1], &rows));
    for (size_t k = 0; k < array.shape[1]; k++) NSYM_TRY(add_feature(l, names[k], rows, k));
    l->particle_rows = array.shape[0];
    return NSYM_OK;
}

/* An array of version 1, "event/scale" or "particle/px"; `group` with its slash. */
static nsym_status plan_array(nsym_layout *l, const char *dataset, const char *group, uint64_t *length, bool event) {
    nsym_h5_array array;
    size_t rows;
    NSYM_TRY(nsym_h5_describe(l->file, dataset, &array));
    if (!array.number || array.dimensions < 1 || array.dimensions > (event ? 2 : 1)) {
        nsym_layout_leave_out(l, dataset, "%s in %zu dimensions", array.type, array.dimensions);
        return NSYM_OK;
    }
    if (*length == UINT64_MAX) *length = array.shape[0];
    if (array.shape[0] != *length)
        return nsym_fail(NSYM_EFORMAT, "%s: has %llu rows, others of its group have %llu", dataset,
                         (unsigned long long)array.shape[0], (unsigned long long)*length);
    size_t width = array.dimensions == 2 ? (size_t)array.shape[1] : 1;
    NSYM_TRY(nsym_layout_add_rows(l, dataset, NULL, 0, &array, width, &rows));
    const char *name = dataset + strlen(group);
    if (event) return add_quantity(l, strcmp(name, "weight") == 0 && width > 1 ? "weights" : name, rows, 0, width);
    return add_feature(l, name, rows, 0);
}

/* The arrays of one group: those that are known in our order, then the others. */
static nsym_status plan_group(nsym_layout *l, const char *group, const renamed *known, uint64_t *length) {
    bool event = known == columns;
    *length = UINT64_MAX;
    for (const renamed *k = known; k->theirs; k++)
        for (size_t i = 0; i < l->n; i++)
            if (strncmp(l->names[i], group, strlen(group)) == 0 && strcmp(l->names[i] + strlen(group), k->theirs) == 0)
                NSYM_TRY(plan_array(l, l->names[i], group, length, event));
    for (size_t i = 0; i < l->n; i++)
        if (strncmp(l->names[i], group, strlen(group)) == 0 && !find(known, l->names[i] + strlen(group)))
            NSYM_TRY(plan_array(l, l->names[i], group, length, event));
    return NSYM_OK;
}

static nsym_status plan_first(nsym_layout *l, uint64_t *events) {
    NSYM_TRY(plan_group(l, "event/", columns, events));
    return plan_group(l, "particle/", features, &l->particle_rows);
}

/* A column of procInfo or init (rows of them in *n): new, or NULL where there is none. */
static nsym_status read_facts(nsym_layout *l, const char *table, const char *name, double **values, uint64_t *n) {
    nsym_h5_array array;
    char dataset[64];
    const char *const *names = NULL;
    size_t at = 0, width = 1;
    *values = NULL, *n = 0;
    snprintf(dataset, sizeof dataset, "%s/%s", table, name);
    if (!nsym_layout_has(l, dataset)) snprintf(dataset, sizeof dataset, "%s", table);
    if (!nsym_layout_has(l, dataset)) return NSYM_OK;
    NSYM_TRY(nsym_h5_describe(l->file, dataset, &array));
    if (!strchr(dataset, '/')) {
        width = array.dimensions > 0 ? (size_t)array.shape[array.dimensions - 1] : 0;
        NSYM_TRY(nsym_layout_names(l, dataset, "properties", width, &names));
        for (at = 0; names && at < width && strcmp(names[at], name) != 0; at++) continue;
        if (!names || at == width) return NSYM_OK;
    }
    if (!array.number || array.size == 0 || width == 0) return NSYM_OK;
    double *all = malloc((size_t)array.size * sizeof *all);
    if (!all) return nsym_fail(NSYM_ENOMEM, "%s: no memory", dataset);
    nsym_status status =
        nsym_h5_read(l->file, dataset, NSYM_H5_DOUBLE, 0, array.dimensions > 0 ? array.shape[0] : 1, all);
    *n = array.size / width;
    for (uint64_t i = 0; i < *n; i++) all[i] = all[i * width + at];
    *values = all;
    return status;
}

static nsym_status set_number(nsym_layout *l, const char *name, double value) {
    char text[NSYM_NUMBER_SIZE];
    nsym_number_format(text, value);
    return nsym_layout_add_attribute(l, name, text);
}

/* The sum over processes, errors in quadrature. */
static nsym_status add_cross_section(nsym_layout *l) {
    static const char *const theirs[] = {"xSection", "error"};
    static const char *const ours[] = {"cross_section_pb", "cross_section_error_pb"};
    for (size_t i = 0; i < 2; i++) {
        double *values, sum = 0;
        uint64_t n;
        nsym_status status = read_facts(l, "procInfo", theirs[i], &values, &n);
        for (uint64_t k = 0; k < n && values; k++) sum += i == 0 ? values[k] : values[k] * values[k];
        if (status == NSYM_OK && n > 0 && values)
            status = set_number(l, ours[i], i == 0 ? sum : n == 1 ? fabs(values[0]) : sqrt(sum));
        free(values);
        NSYM_TRY(status);
    }
    return NSYM_OK;
}

static nsym_status add_beams(nsym_layout *l) {
    double *a = NULL, *b = NULL;
    uint64_t n = 0, m = 0;
    char text[2 * NSYM_NUMBER_SIZE];
    nsym_status status = read_facts(l, "init", "energyA", &a, &n);
    if (status == NSYM_OK) status = read_facts(l, "init", "energyB", &b, &m);
    if (status == NSYM_OK && n > 0 && m > 0) {
        size_t used = nsym_number_format(text, a[0]);
        if (b[0] != a[0]) {
            text[used++] = ' ';
            nsym_number_format(text + used, b[0]);
        }
        status = nsym_layout_add_attribute(l, "beam_energy_gev", text);
    }
    free(a);
    free(b);
    return status;
}

nsym_status nsym_layout_plan_lheh5(nsym_layout *l) {
    uint64_t events = 0;
    NSYM_TRY(is_second(l) ? plan_second(l, &events) : plan_first(l, &events));
    l->particles = NSYM_LAYOUT_RAGGED;
    l->counted = true;
    nsym_layout_set_events(l, events);
    NSYM_TRY(add_cross_section(l));
    NSYM_TRY(add_beams(l));
    return nsym_layout_add_attributes(l);
}
