/* The published CMS muon sample: its tables, and its LMDB stores read event by event. */
#include <nearsym/formats/cms_muons.h>

#include "base/fail.h"
#include "data/blocks.h"
#include "data/cms_tables.h"
#include "data/lmdb_store.h"
#include "data/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { BLOCK_EVENTS = 4096, CONES = 18, FEATURES_MAX = 5, PID = 3, NAME = 96 };

/* What an event's value is in a store of objects. */
typedef struct shape {
    size_t rows, numbers;
} shape;
static const shape data_objects = {128, 4}, simulation_objects = {512, 3};
static const char *const feature_names[FEATURES_MAX] = {"pt", "d_eta", "d_phi", "pid", "kind"};
static const char *const feature_units[FEATURES_MAX] = {"GeV", "", "", "", ""};

typedef struct polynomial {
    char *column;
    size_t graph, store;
} polynomial;

struct nsym_cms_muons {
    nsym_events *table; /* the columns of the tables, of all events */
    size_t lines;       /* of a table, and values of a store; more than events where few are wanted */
    shape objects;
    nsym_lmdb store; /* of the objects */
    nsym_lmdb cones;
    bool has_cones;
    polynomial *polynomial; /* (polynomials) */
    size_t polynomials;
    nsym_lmdb *polynomial_store; /* (polynomial_stores) */
    size_t polynomial_stores;
    nsym_cms_kind *kind; /* (kinds) */
    size_t kinds;
};

static bool exists(const char *path) {
    struct stat about;
    return stat(path, &about) == 0;
}

/* Opens a store that has to have a value for every line of the tables. */
static nsym_status open_store(const nsym_cms_muons *m, nsym_lmdb *store, const char *path) {
    NSYM_TRY(nsym_lmdb_open(store, path));
    if (store->entries == m->lines) return NSYM_OK;
    return nsym_fail(NSYM_EFORMAT,
                     "%s: has %llu events, but the tables have %zu lines: they are of different samples, or a part is "
                     "missing",
                     path, (unsigned long long)store->entries, m->lines);
}

static nsym_status open_objects(nsym_cms_muons *m, const nsym_cms_muons_options *o, const char *folder, char *path,
                                size_t room) {
    m->objects = o->simulation ? simulation_objects : data_objects;
    snprintf(path, room, "%s/%s", folder, o->store ? o->store : o->simulation ? "pfn_sim_fixed" : "pfn");
    if (!o->store && o->simulation && !exists(path)) snprintf(path, room, "%s/pfn_sim", folder);
    NSYM_TRY(open_store(m, &m->store, path));
    if (o->simulation) return NSYM_OK;
    snprintf(path, room, "%s/iso", folder);
    m->has_cones = exists(path);
    return m->has_cones ? open_store(m, &m->cones, path) : NSYM_OK;
}

/* A number as Python writes it, "1.0", or, `plain`, as the shortest decimal, "1". */
static void put_number(char text[NSYM_NUMBER_SIZE + 2], double value, bool plain) {
    size_t n = nsym_number_format(text, value);
    if (!plain && !strpbrk(text, ".en")) memcpy(text + n, ".0", sizeof ".0");
}

static void put_polynomial_path(char *path, size_t room, const char *folder, const nsym_cms_polynomial *p, bool plain) {
    char kappa[NSYM_NUMBER_SIZE + 2], beta[NSYM_NUMBER_SIZE + 2];
    put_number(kappa, p->kappa, plain);
    put_number(beta, p->beta, plain);
    snprintf(path, room, "%s/cms_efp_k%s_b%s", folder, kappa, beta);
}

static nsym_status open_polynomial(nsym_cms_muons *m, const nsym_cms_polynomial *p, const char *folder, char *path,
                                   size_t room) {
    if (p->graph >= NSYM_CMS_POLYNOMIALS)
        return nsym_fail(NSYM_EINVAL, "%s: is polynomial %zu, but a store has %d", p->column, p->graph,
                         NSYM_CMS_POLYNOMIALS);
    polynomial *made = &m->polynomial[m->polynomials];
    *made = (polynomial){strdup(p->column), p->graph, m->polynomial_stores};
    if (!made->column) return nsym_fail(NSYM_ENOMEM, "%s: no memory", p->column);
    m->polynomials++;
    put_polynomial_path(path, room, folder, p, true);
    if (!exists(path)) put_polynomial_path(path, room, folder, p, false);
    size_t n = strlen(path);
    for (size_t i = 0; i < m->polynomial_stores; i++) {
        const char *file = m->polynomial_store[i].path;
        if (!file || strncmp(file, path, n) != 0 || (file[n] != '\0' && file[n] != '/')) continue;
        made->store = i;
        return NSYM_OK;
    }
    nsym_status status = open_store(m, &m->polynomial_store[m->polynomial_stores++], path);
    if (status != NSYM_ENOTFOUND) return status;
    return nsym_fail_in(
        status, "%s cannot be taken (the stores of polynomials are made by the authors' make_efps.py): ", p->column);
}

static nsym_status open_polynomials(nsym_cms_muons *m, const nsym_cms_muons_options *o, const char *folder, char *path,
                                    size_t room) {
    if (o->polynomials == 0) return NSYM_OK;
    m->polynomial = calloc(o->polynomials, sizeof *m->polynomial);
    m->polynomial_store = calloc(o->polynomials, sizeof *m->polynomial_store);
    if (!m->polynomial || !m->polynomial_store)
        return nsym_fail(NSYM_ENOMEM, "no memory for %zu polynomials", o->polynomials);
    for (size_t i = 0; i < o->polynomials; i++) NSYM_TRY(open_polynomial(m, &o->polynomial[i], folder, path, room));
    return NSYM_OK;
}

static nsym_status copy_kinds(nsym_cms_muons *m, const nsym_cms_muons_options *o) {
    if (o->kinds == 0) return NSYM_OK;
    if (o->simulation) return nsym_fail(NSYM_EINVAL, "the simulation's objects have no PID to tell their kind by");
    for (size_t i = 0; i < o->kinds; i++) {
        if (o->kind[i].kind < 1 || o->kind[i].kind > 5)
            return nsym_fail(NSYM_EINVAL, "kind of PID %g is %d, must be 1 to 5", o->kind[i].pid, o->kind[i].kind);
        for (size_t k = 0; k < i; k++)
            if (o->kind[k].pid == o->kind[i].pid)
                return nsym_fail(NSYM_EINVAL, "kind of PID %g is given twice", o->kind[i].pid);
    }
    m->kind = malloc(o->kinds * sizeof *m->kind);
    if (!m->kind) return nsym_fail(NSYM_ENOMEM, "no memory for %zu kinds", o->kinds);
    memcpy(m->kind, o->kind, o->kinds * sizeof *m->kind);
    m->kinds = o->kinds;
    return NSYM_OK;
}

static nsym_status open_all(nsym_cms_muons *m, const nsym_cms_muons_options *o, const char *folder) {
    if (o->simulation && o->polynomials > 0)
        return nsym_fail(NSYM_EINVAL, "%s: the simulation has no stores of polynomials", folder);
    size_t room = strlen(folder) + NAME + (o->store ? strlen(o->store) : 0);
    char *path = malloc(room);
    if (!path) return nsym_fail(NSYM_ENOMEM, "%s: no memory", folder);
    nsym_status status = copy_kinds(m, o);
    if (status == NSYM_OK) status = nsym_cms_tables_read(&m->table, folder, o->simulation, o->max_events, &m->lines);
    if (status == NSYM_OK) status = open_objects(m, o, folder, path, room);
    if (status == NSYM_OK) status = open_polynomials(m, o, folder, path, room);
    free(path);
    NSYM_TRY(status);
    NSYM_TRY(nsym_events_set_attribute(m->table, "source", "arXiv:2306.15737, doi:10.5281/zenodo.8211425"));
    nsym_events *none; /* column names that are taken show here */
    NSYM_TRY(nsym_cms_muons_read(&none, m, 0, 0));
    nsym_events_free(none);
    return NSYM_OK;
}

nsym_status nsym_cms_muons_open(nsym_cms_muons **out, const nsym_cms_muons_options *options) {
    *out = NULL;
    char *folder;
    NSYM_TRY(nsym_cms_folder(&folder, options->folder, options->simulation));
    nsym_cms_muons *m = calloc(1, sizeof *m);
    nsym_status status = m ? open_all(m, options, folder) : nsym_fail(NSYM_ENOMEM, "%s: no memory", folder);
    free(folder);
    if (status != NSYM_OK) {
        nsym_cms_muons_free(m);
        return status;
    }
    *out = m;
    return NSYM_OK;
}

void nsym_cms_muons_free(nsym_cms_muons *m) {
    if (!m) return;
    nsym_events_free(m->table);
    nsym_lmdb_close(&m->store);
    nsym_lmdb_close(&m->cones);
    for (size_t i = 0; i < m->polynomial_stores; i++) nsym_lmdb_close(&m->polynomial_store[i]);
    for (size_t i = 0; i < m->polynomials; i++) free(m->polynomial[i].column);
    free(m->polynomial_store);
    free(m->polynomial);
    free(m->kind);
    free(m);
}

size_t nsym_cms_muons_count(const nsym_cms_muons *m) {
    return m->table->count;
}

/* Number `i` of a value, which may stand at any address. */
static double number_at(const unsigned char *value, size_t i) {
    double number;
    memcpy(&number, value + i * sizeof number, sizeof number);
    return number;
}

static bool is_padding(const unsigned char *row, size_t numbers) {
    for (size_t k = 0; k < numbers; k++)
        if (number_at(row, k) != 0) return false;
    return true;
}

static nsym_status find_kind(const nsym_cms_muons *m, size_t event, double pid, double *kind) {
    for (size_t i = 0; i < m->kinds; i++)
        if (m->kind[i].pid == pid) {
            *kind = m->kind[i].kind;
            return NSYM_OK;
        }
    return nsym_fail(NSYM_EINVAL, "%s: key \"%zu\": an object has PID %g, for which no kind is given", m->store.path,
                     event, pid);
}

/* The rows of an event that are no padding, with `features` numbers each, to *row, which is moved behind them. */
static nsym_status read_event(const nsym_cms_muons *m, size_t event, size_t features, double **row) {
    const unsigned char *value;
    size_t numbers = m->objects.numbers;
    NSYM_TRY(nsym_lmdb_get_doubles(&m->store, event, m->objects.rows * numbers, &value));
    for (size_t r = 0; r < m->objects.rows; r++) {
        const unsigned char *object = value + r * numbers * sizeof(double);
        if (is_padding(object, numbers)) continue;
        for (size_t k = 0; k < numbers; k++) {
            (*row)[k] = number_at(object, k);
            if (!isfinite((*row)[k]))
                return nsym_fail(NSYM_ENUMERIC,
                                 "%s: key \"%zu\": %s of object %zu is %g, must be finite; copy or download the store "
                                 "again",
                                 m->store.path, event, feature_names[k], r, (*row)[k]);
        }
        if (m->kinds > 0) NSYM_TRY(find_kind(m, event, (*row)[PID], &(*row)[PID + 1]));
        *row += features;
    }
    return NSYM_OK;
}

static nsym_status find_offsets(const nsym_cms_muons *m, size_t first, size_t count, uint64_t *offsets) {
    size_t row = m->objects.numbers * sizeof(double);
    offsets[0] = 0;
    for (size_t i = 0; i < count; i++) {
        const unsigned char *value;
        NSYM_TRY(nsym_lmdb_get_doubles(&m->store, first + i, m->objects.rows * m->objects.numbers, &value));
        offsets[i + 1] = offsets[i];
        for (size_t r = 0; r < m->objects.rows; r++) offsets[i + 1] += !is_padding(value + r * row, m->objects.numbers);
    }
    return NSYM_OK;
}

static nsym_status add_objects(const nsym_cms_muons *m, nsym_events *events, size_t first) {
    size_t features = m->objects.numbers + (m->kinds > 0);
    uint64_t *offsets = malloc((events->count + 1) * sizeof *offsets);
    nsym_status status = offsets ? find_offsets(m, first, events->count, offsets)
                                 : nsym_fail(NSYM_ENOMEM, "no memory for %zu events", events->count);
    if (status == NSYM_OK) status = nsym_events_set_particles(events, features, feature_names, feature_units, offsets);
    free(offsets);
    NSYM_TRY(status);
    double *row = events->particles;
    for (size_t i = 0; i < events->count; i++) NSYM_TRY(read_event(m, first + i, features, &row));
    return NSYM_OK;
}

/* Number `at` of `count` in the store's values becomes a column. */
static nsym_status add_column(const nsym_lmdb *store, size_t count, size_t at, const char *name, const char *meaning,
                              nsym_events *events, size_t first) {
    double *values;
    NSYM_TRY(nsym_events_add_column(events, name, "", meaning, 1, &values));
    for (size_t i = 0; i < events->count; i++) {
        const unsigned char *value;
        NSYM_TRY(nsym_lmdb_get_doubles(store, first + i, count, &value));
        values[i] = number_at(value, at);
        if (!isfinite(values[i]))
            return nsym_fail(NSYM_ENUMERIC,
                             "%s: key \"%zu\": number %zu (%s) is %g, must be finite; copy or download the store again",
                             store->path, first + i, at, name, values[i]);
    }
    return NSYM_OK;
}

/* I(R) of R = 0.025, 0.05 ... 0.45 is what nearsym/observables.h calls iso_pileup_R (arXiv:2306.15737: charged, and
   neutral less half of the charged pile-up). */
static nsym_status add_cones(const nsym_cms_muons *m, nsym_events *events, size_t first) {
    for (size_t k = 0; k < CONES; k++) {
        char name[NAME] = "iso_pileup_";
        nsym_number_format(name + strlen(name), (double)(k + 1) / 40);
        NSYM_TRY(add_column(&m->cones, CONES, k, name, "isolation, as published", events, first));
    }
    return NSYM_OK;
}

static nsym_status add_all(const nsym_cms_muons *m, nsym_events *events, size_t first) {
    NSYM_TRY(add_objects(m, events, first));
    if (m->has_cones) NSYM_TRY(add_cones(m, events, first));
    for (size_t i = 0; i < m->polynomials; i++) {
        const polynomial *p = &m->polynomial[i];
        NSYM_TRY(add_column(&m->polynomial_store[p->store], NSYM_CMS_POLYNOMIALS, p->graph, p->column,
                            "energy-flow polynomial, as stored", events, first));
    }
    return NSYM_OK;
}

nsym_status nsym_cms_muons_read(nsym_events **out, const nsym_cms_muons *m, size_t first, size_t count) {
    NSYM_TRY(nsym_events_columns(out, m->table, first, count));
    nsym_status status = add_all(m, *out, first);
    nsym_lmdb_release(&m->store);
    nsym_lmdb_release(&m->cones);
    for (size_t i = 0; i < m->polynomial_stores; i++) nsym_lmdb_release(&m->polynomial_store[i]);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_events_free(*out);
    *out = NULL;
    return status;
}

static nsym_status make_block(nsym_events **out, const void *muons, uint64_t first, size_t count) {
    return nsym_cms_muons_read(out, muons, (size_t)first, count);
}

nsym_status nsym_cms_muons_write(const nsym_cms_muons *m, size_t workers, nsym_progress *progress, bool (*stop)(void),
                                 const char *path) {
    const nsym_blocks blocks = {.make = make_block,
                                .options = m,
                                .events = m->table->count,
                                .block = BLOCK_EVENTS,
                                .workers = workers,
                                .progress = progress,
                                .stop = stop,
                                .what = "converting"};
    return nsym_blocks_write(&blocks, path);
}
