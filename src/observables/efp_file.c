/* Energy-flow polynomials from file to file. The output is laid out first, with room for all values; threads then write
   blocks of events to their places. Behind HDF5's own end stands what is done: a mark, the job's hash, where the values
   begin, and a byte a block. Once all blocks are there, that tail is cut off and the file sealed and renamed. */
#include <nearsym/efp.h>

#include "base/fail.h"
#include "base/workers.h"
#include "data/hdf5.h"
#include "data/hdf5_seal.h"
#include "data/number.h"
#include "data/texts.h"
#include "observables/efp_run.h"
#include "observables/neighbours.h"

#include <errno.h>
#include <fcntl.h>
#include <nearsym/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK_EVENTS = 16, TEXT = 256 };

typedef struct tail {
    char mark[8];         /* "nsym-efp" */
    uint64_t job, values; /* a hash of everything that enters; the byte at which the values begin */
} tail;

typedef struct job {
    const nsym_efp_set *set;
    nsym_efp_options options;
    const char *selection;
    const nsym_events *events;
    size_t blocks;
    char *part; /* PATH.part */
    int file;   /* of it, open; -1: not */
    tail tail;
    uint64_t end;                  /* of HDF5's own bytes */
    unsigned char *done;           /* (blocks) */
    nsym_efp_workspace *workspace; /* (workers) */
    double **values;               /* (workers) room for a block */
} job;

/* The features that are measured; false: they are not all there. */
static bool find_features(const nsym_events *events, nsym_efp_coordinates *coordinates, size_t column[4]) {
    static const char *const ways[][4] = {
        {"energy", "px", "py", "pz"}, {"e", "px", "py", "pz"}, {"E", "px", "py", "pz"}};
    nsym_neighbours s;
    *coordinates = NSYM_EFP_PT_ETA_PHI;
    if (nsym_neighbours_find(&s, events, NSYM_PLACES) == NSYM_OK) {
        column[0] = s.pt, column[1] = s.eta, column[2] = s.phi;
        return true;
    }
    *coordinates = NSYM_EFP_P4;
    for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
        size_t n = 0;
        while (n < 4 && (column[n] = nsym_events_feature(events, ways[way][n])) != NSYM_NONE) n++;
        if (n == 4) return true;
    }
    return false;
}

/* Keeps of each particle what is measured, in place, and checks it. */
static nsym_status prepare(nsym_events *events, nsym_efp_options *o) {
    size_t column[4];
    if (!events->offsets || !find_features(events, &o->coordinates, column))
        return nsym_fail(NSYM_EFORMAT,
                         "its particles must have pt (or et), eta (or y, rapidity, d_eta) and phi (or d_phi), or "
                         "energy (or e), px, py and pz; `nearsym data inspect` shows what they have");
    size_t width = nsym_efp_width(o->coordinates), features = events->features;
    for (uint64_t i = 0; i < events->offsets[events->count]; i++) {
        double kept[4];
        for (size_t c = 0; c < width; c++) kept[c] = events->particles[i * features + column[c]];
        memcpy(events->particles + i * width, kept, width * sizeof *kept);
    }
    return nsym_efp_check_events(o, events->count, events->offsets, events->particles);
}

static uint64_t hash(uint64_t h, const void *data, size_t bytes) {
    const unsigned char *at = data;
    for (; bytes >= sizeof h; bytes -= sizeof h, at += sizeof h) {
        uint64_t word;
        memcpy(&word, at, sizeof word);
        h = (h ^ word) * 0x9e3779b97f4a7c15u, h ^= h >> 29;
    }
    for (; bytes > 0; bytes--) h = (h ^ *at++) * 0x100000001b3u;
    return h;
}

static uint64_t hash_job(const job *j) {
    const nsym_efp_options *o = &j->options;
    size_t width = nsym_efp_width(o->coordinates), count = j->events->count;
    const uint64_t numbers[] = {j->set->count, o->kappas, o->betas, o->measure, o->coordinates, o->unnormed, count};
    uint64_t h = hash(1, numbers, sizeof numbers);
    for (size_t i = 0; i < j->set->count; i++) {
        char identity[TEXT];
        h = hash(h, identity, nsym_efp_identity(&j->set->graphs[i], identity, TEXT));
    }
    h = hash(h, o->kappa, o->kappas * sizeof *o->kappa);
    h = hash(h, o->beta, o->betas * sizeof *o->beta);
    h = hash(h, j->events->offsets, (count + 1) * sizeof *j->events->offsets);
    return hash(h, j->events->particles, (size_t)j->events->offsets[count] * width * sizeof(double));
}

/* Numbers as a dataset and, for people, as the texts of an attribute of `efps`. */
static nsym_status put_parameter(nsym_h5 *file, const char *name, const double *values, size_t n) {
    char text[NSYM_EFP_PARAMETERS_MAX][NSYM_NUMBER_SIZE];
    const char *texts[NSYM_EFP_PARAMETERS_MAX];
    uint64_t shape = n;
    for (size_t i = 0; i < n; i++) {
        nsym_number_format(text[i], values[i]);
        texts[i] = text[i];
    }
    NSYM_TRY(nsym_h5_write(file, name, NSYM_H5_DOUBLE, 1, &shape, values));
    return nsym_h5_set_texts(file, "efps", name, texts, n);
}

/* A text of every graph as attribute of `graphs`. */
static nsym_status put_texts(nsym_h5 *file, const nsym_efp_set *set, const char *name,
                             size_t (*tell)(const nsym_efp_graph *graph, char *text, size_t size)) {
    char(*text)[TEXT] = calloc(set->count, sizeof *text);
    const char **texts = calloc(set->count, sizeof *texts);
    nsym_status status = text && texts ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu graphs", set->count);
    for (size_t i = 0; i < set->count && status == NSYM_OK; i++) {
        tell(&set->graphs[i], text[i], TEXT);
        texts[i] = text[i];
    }
    if (status == NSYM_OK) status = nsym_h5_set_texts(file, "graphs", name, texts, set->count);
    free(text);
    free(texts);
    return status;
}

static nsym_status put_graphs(nsym_h5 *file, const nsym_efp_set *set) {
    static const char *const columns[] = {"n", "e", "d", "v", "k", "c", "p", "h"};
    uint64_t shape[] = {set->count, 8}, *table = malloc(set->count * 8 * sizeof *table);
    if (!table) return nsym_fail(NSYM_ENOMEM, "no memory for %zu graphs", set->count);
    for (size_t i = 0; i < set->count; i++) {
        const nsym_efp_graph *g = &set->graphs[i];
        const unsigned row[] = {g->n, g->e, g->d, g->v, g->k, g->c, g->p, g->h};
        for (size_t c = 0; c < 8; c++) table[8 * i + c] = row[c];
    }
    nsym_status status = nsym_h5_write(file, "graphs", NSYM_H5_UINT64, 2, shape, table);
    free(table);
    NSYM_TRY(status);
    NSYM_TRY(nsym_h5_set_texts(file, "graphs", "columns", columns, 8));
    NSYM_TRY(put_texts(file, set, "identity", nsym_efp_identity));
    return put_texts(file, set, "edges", nsym_efp_edges);
}

static nsym_status fill(nsym_h5 *file, const job *j, uint64_t *offset) {
    const nsym_efp_options *o = &j->options;
    const uint64_t shape[] = {j->events->count, o->kappas, o->betas, j->set->count};
    NSYM_TRY(nsym_h5_reserve(file, "efps", 4, shape, offset));
    NSYM_TRY(put_parameter(file, "kappa", o->kappa, o->kappas));
    NSYM_TRY(put_parameter(file, "beta", o->beta, o->betas));
    NSYM_TRY(put_graphs(file, j->set));
    NSYM_TRY(nsym_h5_set_text(file, "/", "selection", j->selection));
    NSYM_TRY(nsym_h5_set_text(file, "/", "measure", o->measure == NSYM_EFP_HADR ? "hadr" : "hadrdot"));
    return nsym_h5_set_text(file, "/", "normed", o->unnormed ? "false" : "true");
}

static nsym_status system_refused(const job *j) {
    return nsym_fail(NSYM_EIO, "%s: cannot be written: %s", j->part, strerror(errno));
}

static bool write_at(int file, const void *data, size_t bytes, uint64_t at) {
    for (const char *from = data; bytes > 0;) {
        ssize_t n = pwrite(file, from, bytes, (off_t)at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        from += n, at += (uint64_t)n, bytes -= (size_t)n;
    }
    return true;
}

/* Two programs at work on one file would spoil it. Where the file system knows no locks, there is none. */
static nsym_status claim(const job *j) {
    if (flock(j->file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return NSYM_OK;
    return nsym_fail(NSYM_EIO, "%s: another program is writing it", j->part);
}

/* A new PATH.part, laid out, with nothing done. */
static nsym_status begin(job *j) {
    nsym_h5 *file;
    struct stat about;
    NSYM_TRY(nsym_h5_create(&file, j->part));
    nsym_status status = fill(file, j, &j->tail.values);
    if (status != NSYM_OK) {
        nsym_h5_close(file);
        return status;
    }
    NSYM_TRY(nsym_h5_commit_unsealed(file));
    j->file = open(j->part, O_RDWR);
    if (j->file < 0 || fstat(j->file, &about) != 0) return system_refused(j);
    NSYM_TRY(claim(j));
    j->end = (uint64_t)about.st_size;
    if (!write_at(j->file, j->done, j->blocks, j->end + sizeof j->tail) ||
        !write_at(j->file, &j->tail, sizeof j->tail, j->end))
        return system_refused(j);
    return NSYM_OK;
}

/* Goes on with the PATH.part that there is. */
static nsym_status go_on(job *j) {
    struct stat about;
    tail found = {0};
    size_t bytes = sizeof found + j->blocks;
    NSYM_TRY(claim(j));
    bool fine = fstat(j->file, &about) == 0 && (uint64_t)about.st_size > bytes;
    j->end = fine ? (uint64_t)about.st_size - bytes : 0;
    fine = fine && pread(j->file, &found, sizeof found, (off_t)j->end) == (ssize_t)sizeof found &&
           memcmp(found.mark, j->tail.mark, sizeof found.mark) == 0 && found.job == j->tail.job &&
           pread(j->file, j->done, j->blocks, (off_t)(j->end + sizeof found)) == (ssize_t)j->blocks;
    if (!fine)
        return nsym_fail(NSYM_EINVAL, "%s: is there, but of other events, graphs or options; remove it to begin anew",
                         j->part);
    j->tail = found;
    return NSYM_OK;
}

static nsym_status run_block(void *context, size_t block, size_t worker) {
    job *j = context;
    const nsym_efp_options *o = &j->options;
    if (j->done[block]) return NSYM_OK;
    size_t row = o->kappas * o->betas * j->set->count;
    size_t first = block * BLOCK_EVENTS, left = j->events->count - first, n = left < BLOCK_EVENTS ? left : BLOCK_EVENTS;
    if (!j->values[worker] && !(j->values[worker] = malloc(BLOCK_EVENTS * row * sizeof(double))))
        return nsym_fail(NSYM_ENOMEM, "no memory for the values of %d events", (int)BLOCK_EVENTS);
    nsym_status status = nsym_efp_run_events(j->set, o, &j->workspace[worker], n, j->events->offsets + first,
                                             j->events->particles, j->values[worker]);
    if (status == NSYM_EINTERRUPTED)
        return nsym_fail(status, "stopped on request; the same command goes on from %s", j->part);
    NSYM_TRY(status);
    static const unsigned char one = 1;
    if (!write_at(j->file, j->values[worker], n * row * sizeof(double),
                  j->tail.values + first * row * sizeof(double)) ||
        !write_at(j->file, &one, 1, j->end + sizeof j->tail + block))
        return system_refused(j);
    return NSYM_OK;
}

static nsym_status run_blocks(job *j) {
    size_t workers = j->options.workers > 0 ? j->options.workers : nsym_workers_available(), left = 0;
    for (size_t i = 0; i < j->blocks; i++) left += !j->done[i];
    j->workspace = calloc(workers, sizeof *j->workspace);
    j->values = calloc(workers, sizeof *j->values);
    nsym_status status = j->workspace && j->values ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for workers");
    if (left < j->blocks)
        nsym_progress_note(j->options.progress, "%s: %zu of %zu blocks are there", j->part, j->blocks - left,
                           j->blocks);
    nsym_progress_start(j->options.progress, "energy-flow polynomials", (double)left * BLOCK_EVENTS, 0);
    if (status == NSYM_OK) status = nsym_workers_run(workers, j->blocks, run_block, j, NULL);
    for (size_t i = 0; i < workers && j->workspace && j->values; i++) {
        nsym_efp_workspace_free(&j->workspace[i]);
        free(j->values[i]);
    }
    free(j->workspace);
    free(j->values);
    return status;
}

static nsym_status finish(job *j, const char *path) {
    if (ftruncate(j->file, (off_t)j->end) != 0) return system_refused(j);
    NSYM_TRY(nsym_h5_seal(j->part));
    return rename(j->part, path) == 0 ? NSYM_OK : system_refused(j);
}

static nsym_status run_job(job *j, const char *path) {
    j->blocks = (j->events->count + BLOCK_EVENTS - 1) / BLOCK_EVENTS;
    j->done = calloc(j->blocks + 1, 1);
    j->part = malloc(strlen(path) + sizeof ".part");
    if (!j->done || !j->part) return nsym_fail(NSYM_ENOMEM, "no memory for %zu events", j->events->count);
    sprintf(j->part, "%s.part", path);
    j->tail = (tail){.mark = "nsym-efp", .job = hash_job(j)};
    j->file = open(j->part, O_RDWR);
    NSYM_TRY(j->file >= 0 ? go_on(j) : begin(j));
    NSYM_TRY(run_blocks(j));
    return finish(j, path);
}

nsym_status nsym_efp_write(const nsym_efp_set *set, const char *selection, const nsym_efp_options *options,
                           const char *events_path, const char *path) {
    nsym_events *events;
    NSYM_TRY(nsym_efp_check_options(options));
    NSYM_TRY(nsym_events_read(&events, events_path, NULL));
    job j = {.set = set, .options = *options, .selection = selection, .events = events, .file = -1};
    nsym_status status = prepare(events, &j.options);
    if (status == NSYM_OK && events->count == 0) status = nsym_fail(NSYM_EFORMAT, "holds no events");
    if (status != NSYM_OK) status = nsym_fail_in(status, "%s: ", events_path);
    if (status == NSYM_OK) status = run_job(&j, path);
    if (j.file >= 0) close(j.file);
    free(j.part);
    free(j.done);
    nsym_events_free(events);
    return status;
}
