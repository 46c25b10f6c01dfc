/* Energy-flow polynomials from file to file. The events are read twice, block by block: to count, check and hash them,
   by which a job that was stopped is known, and to measure them. */
#include <nearsym/efp.h>

#include "base/fail.h"
#include "base/workers.h"
#include "data/hdf5.h"
#include "data/number.h"
#include "data/texts.h"
#include "observables/efp_part.h"
#include "observables/efp_run.h"
#include "observables/neighbours.h"

#include <nearsym/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Events that are marked as done together, and blocks of them that are computed together: small events want company. */
enum { BLOCK_EVENTS = 16, RUN_BLOCKS = 4, TEXT = 256 };

typedef struct job {
    const nsym_efp_set *set;
    nsym_efp_options options;
    const char *selection, *path; /* of the events */
    size_t count;                 /* of all events */
    uint64_t hash;                /* of everything that enters */
    nsym_events *kept;            /* all events, where they were read in one piece; else NULL */
    const nsym_events *events;    /* those in memory, */
    size_t first;                 /* whose first is this one of all */
    nsym_efp_part *part;          /* the file that is made */
    size_t workers;
    nsym_efp_workspace *workspace; /* (workers) */
    double **values;               /* (workers) room for a run of blocks */
} job;

/* Every feature that may be measured, and pid, by which a file is seen to hold something else; nothing else is read. */
static const char measured[] = "pt,et,eta,y,rapidity,d_eta,deta,phi,d_phi,dphi,energy,e,E,px,py,pz,pid";

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

/* Keeps of each particle what is measured, in place, and checks it; the first event is `first` of all. */
static nsym_status prepare(nsym_events *events, size_t first, nsym_efp_options *o) {
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
    for (size_t i = 0; i < events->count; i++)
        NSYM_TRY(nsym_efp_check_event(o, first + i, events->offsets[i + 1] - events->offsets[i],
                                      events->particles + width * events->offsets[i]));
    return NSYM_OK;
}

/* Values of an event. */
static size_t values_of(const job *j) {
    return j->options.kappas * j->options.betas * j->set->count;
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

static uint64_t hash_settings(const job *j) {
    const nsym_efp_options *o = &j->options;
    const uint64_t numbers[] = {j->set->count, o->kappas, o->betas, o->measure, o->unnormed};
    uint64_t h = hash(1, numbers, sizeof numbers);
    for (size_t i = 0; i < j->set->count; i++) {
        char identity[TEXT];
        h = hash(h, identity, nsym_efp_identity(&j->set->graphs[i], identity, TEXT));
    }
    h = hash(h, o->kappa, o->kappas * sizeof *o->kappa);
    return hash(h, o->beta, o->betas * sizeof *o->beta);
}

/* Event by event, so that it is the same however they are read. */
static uint64_t hash_events(uint64_t h, const nsym_efp_options *o, const nsym_events *events) {
    size_t width = nsym_efp_width(o->coordinates);
    for (size_t i = 0; i < events->count; i++) {
        const uint64_t head[] = {width, events->offsets[i + 1] - events->offsets[i]};
        h = hash(h, head, sizeof head);
        h = hash(h, events->particles + width * events->offsets[i], (size_t)head[1] * width * sizeof(double));
    }
    return h;
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

static nsym_status lay_out(nsym_h5 *file, const void *context, uint64_t *values) {
    const job *j = context;
    const nsym_efp_options *o = &j->options;
    const uint64_t shape[] = {j->count, o->kappas, o->betas, j->set->count};
    NSYM_TRY(nsym_h5_reserve(file, "efps", 4, shape, values));
    NSYM_TRY(put_parameter(file, "kappa", o->kappa, o->kappas));
    NSYM_TRY(put_parameter(file, "beta", o->beta, o->betas));
    NSYM_TRY(put_graphs(file, j->set));
    NSYM_TRY(nsym_h5_set_text(file, "/", "selection", j->selection));
    NSYM_TRY(nsym_h5_set_text(file, "/", "measure", o->measure == NSYM_EFP_HADR ? "hadr" : "hadrdot"));
    return nsym_h5_set_text(file, "/", "normed", o->unnormed ? "false" : "true");
}

static size_t blocks_of(size_t events) {
    return (events + BLOCK_EVENTS - 1) / BLOCK_EVENTS;
}

/* Computes blocks first ... last - 1 of those in memory, and writes each. */
static nsym_status compute_blocks(job *j, size_t first, size_t last, size_t worker) {
    size_t from = first * BLOCK_EVENTS, to = last * BLOCK_EVENTS, row = values_of(j);
    if (to > j->events->count) to = j->events->count;
    double *values = j->values[worker];
    nsym_status status = nsym_efp_run_events(j->set, &j->options, &j->workspace[worker], to - from,
                                             j->events->offsets + from, j->events->particles, values);
    if (status == NSYM_EINTERRUPTED)
        return nsym_fail(status, "stopped on request; the same command goes on from %s", nsym_efp_part_path(j->part));
    NSYM_TRY(status);
    for (size_t at = from; at < to; at += BLOCK_EVENTS) {
        size_t n = to - at < BLOCK_EVENTS ? to - at : BLOCK_EVENTS;
        NSYM_TRY(nsym_efp_part_put(j->part, (j->first + at) / BLOCK_EVENTS, values + (at - from) * row,
                                   n * row * sizeof(double), (j->first + at) * row * sizeof(double)));
    }
    return NSYM_OK;
}

/* A run of blocks of those in memory: what is not there yet, neighbours together. */
static nsym_status run_blocks(void *context, size_t index, size_t worker) {
    job *j = context;
    size_t begin = index * RUN_BLOCKS, end = begin + RUN_BLOCKS, before = j->first / BLOCK_EVENTS;
    if (end > blocks_of(j->events->count)) end = blocks_of(j->events->count);
    if (!j->values[worker] && !(j->values[worker] = malloc(RUN_BLOCKS * BLOCK_EVENTS * values_of(j) * sizeof(double))))
        return nsym_fail(NSYM_ENOMEM, "no memory for the values of %d events", RUN_BLOCKS * BLOCK_EVENTS);
    for (size_t first = begin, last; first < end; first = last) {
        for (last = first; last < end && !nsym_efp_part_has(j->part, before + last);) last++;
        if (last > first)
            NSYM_TRY(compute_blocks(j, first, last, worker));
        else
            last++;
    }
    return NSYM_OK;
}

static nsym_status run_events(job *j, const nsym_events *events, size_t first) {
    j->events = events;
    j->first = first;
    return nsym_workers_run(j->workers, (blocks_of(events->count) + RUN_BLOCKS - 1) / RUN_BLOCKS, run_blocks, j, NULL);
}

static nsym_status open_events(nsym_events_reader **out, const job *j) {
    return nsym_events_reader_new(out, j->path, &(nsym_read_options){.only = measured, .only_if_there = true});
}

/* The next events, ready to be measured, and hashed. */
static nsym_status next_events(job *j, nsym_events_reader *reader, size_t most, size_t first, nsym_events **events,
                               uint64_t *h) {
    NSYM_TRY(nsym_events_reader_next(events, reader, most));
    if (!*events) return NSYM_OK;
    nsym_status status = prepare(*events, first, &j->options);
    if (status == NSYM_OK) {
        *h = hash_events(*h, &j->options, *events);
        return NSYM_OK;
    }
    nsym_events_free(*events);
    *events = NULL;
    return nsym_fail_in(status, "%s: ", j->path);
}

/* A pipe gives its bytes once. */
static bool can_be_read_again(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

/* Reads all events a first time: counts, checks and hashes them. */
static nsym_status scan_events(job *j) {
    nsym_events_reader *reader;
    nsym_events *events;
    nsym_status status;
    size_t most = can_be_read_again(j->path) ? 0 : SIZE_MAX, pieces = 0;
    j->hash = hash_settings(j);
    NSYM_TRY(open_events(&reader, j));
    while ((status = next_events(j, reader, most, j->count, &events, &j->hash)) == NSYM_OK && events) {
        j->count += events->count;
        nsym_events_free(j->kept);
        j->kept = pieces == 0 ? events : NULL;
        if (pieces++ > 0) nsym_events_free(events);
    }
    nsym_events_reader_free(reader);
    if (status == NSYM_OK && j->count == 0) status = nsym_fail(NSYM_EFORMAT, "%s: holds no events", j->path);
    return status;
}

/* Reads all events a second time, and computes what is not there yet. */
static nsym_status run_again(job *j) {
    nsym_events_reader *reader;
    nsym_events *events;
    nsym_status status;
    uint64_t h = hash_settings(j);
    size_t first = 0;
    bool same = true;
    NSYM_TRY(open_events(&reader, j));
    while ((status = next_events(j, reader, 0, first, &events, &h)) == NSYM_OK && events) {
        same = first % BLOCK_EVENTS == 0 && events->count <= j->count - first;
        if (same) status = run_events(j, events, first);
        first += events->count;
        nsym_events_free(events);
        if (status != NSYM_OK || !same) break;
    }
    nsym_events_reader_free(reader);
    if (status != NSYM_OK || (same && h == j->hash)) return status;
    return nsym_fail(NSYM_EINVAL, "%s: was changed while it was read; remove %s and start again", j->path,
                     nsym_efp_part_path(j->part));
}

static nsym_status run_all(job *j) {
    size_t blocks = blocks_of(j->count), left = 0;
    for (size_t i = 0; i < blocks; i++) left += !nsym_efp_part_has(j->part, i);
    if (left < blocks)
        nsym_progress_note(j->options.progress, "%s: %zu of %zu blocks are there", nsym_efp_part_path(j->part),
                           blocks - left, blocks);
    nsym_progress_start(j->options.progress, "energy-flow polynomials", (double)left * BLOCK_EVENTS, 0);
    if (left == 0) return NSYM_OK;
    return j->kept ? run_events(j, j->kept, 0) : run_again(j);
}

static nsym_status make_room(job *j) {
    j->workers = j->options.workers > 0 ? j->options.workers : nsym_workers_available();
    j->workspace = calloc(j->workers, sizeof *j->workspace);
    j->values = calloc(j->workers, sizeof *j->values);
    return j->workspace && j->values ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for workers");
}

static void free_room(job *j) {
    for (size_t i = 0; i < j->workers && j->workspace && j->values; i++) {
        nsym_efp_workspace_free(&j->workspace[i]);
        free(j->values[i]);
    }
    free(j->workspace);
    free(j->values);
    nsym_events_free(j->kept);
}

nsym_status nsym_efp_write(const nsym_efp_set *set, const char *selection, const nsym_efp_options *options,
                           const char *events_path, const char *path) {
    job j = {.set = set, .options = *options, .selection = selection, .path = events_path};
    NSYM_TRY(nsym_efp_check_options(options));
    NSYM_TRY(nsym_efp_part_new(&j.part, path));
    nsym_status status = scan_events(&j);
    uint64_t bytes = j.count * values_of(&j) * sizeof(double);
    if (status == NSYM_OK) status = nsym_efp_part_open(j.part, j.hash, blocks_of(j.count), bytes, lay_out, &j);
    if (status == NSYM_OK) status = make_room(&j);
    if (status == NSYM_OK) status = run_all(&j);
    if (status == NSYM_OK) status = nsym_efp_part_finish(j.part);
    free_room(&j);
    nsym_efp_part_free(j.part);
    return status;
}
