/* The file: a head, then blocks of events in order, each (candidates, block's events) of floats; blocks are only ever
   appended, so that a file that ends early holds whole blocks and the part of one. */
#include "observables/efp_candidates.h"

#include "base/fail.h"
#include "base/hash.h"
#include "observables/efp_run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = NSYM_EFP_CANDIDATES_BLOCK, HEAD = 4096 };

struct nsym_efp_candidates {
    const nsym_efp_set *set;
    nsym_efp_options options;
    size_t count, events;
    int file;
    char *path;
};

/* A float above 0 that grows with x >= 0: the bit pattern keeps 10 bits of x's exponent (2^-506 to 2^509; what is
   beyond counts as the end) and 21 bits of its fraction. */
static float order_of(double x) {
    const uint64_t low = (uint64_t)(1023 - 510) << 21;
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits >>= 31;
    uint64_t at = bits > low ? bits - low : 0;
    uint32_t pattern = at < 0x00800000 ? 0x00800000 : at > 0x7f7fffff ? 0x7f7fffff : (uint32_t)at;
    float order;
    memcpy(&order, &pattern, sizeof order);
    return order;
}

static nsym_status io_error(const nsym_efp_candidates *c, const char *what) {
    return nsym_fail(NSYM_EIO, "%s: cannot be %s: %s", c->path, what, errno ? strerror(errno) : "it is cut short");
}

static nsym_status write_all(const nsym_efp_candidates *c, const void *data, size_t bytes, uint64_t at) {
    for (const char *from = data; bytes > 0;) {
        errno = 0;
        ssize_t n = pwrite(c->file, from, bytes, (off_t)at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return io_error(c, "written");
        from += n, bytes -= (size_t)n, at += (uint64_t)n;
    }
    return NSYM_OK;
}

static nsym_status read_all(const nsym_efp_candidates *c, void *data, size_t bytes, uint64_t at) {
    for (char *to = data; bytes > 0;) {
        errno = 0;
        ssize_t n = pread(c->file, to, bytes, (off_t)at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return io_error(c, "read");
        to += n, bytes -= (size_t)n, at += (uint64_t)n;
    }
    return NSYM_OK;
}

/* What the file is of, as text. */
static nsym_status describe(const nsym_efp_candidates *c, const char *key, char head[HEAD]) {
    char *text = NULL, identity[256];
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return nsym_fail(NSYM_ENOMEM, "no memory for candidates");
    uint64_t once = nsym_hash_text(NSYM_HASH_START, key), twice = nsym_hash_text(once, key); /* a key may be long */
    fprintf(out, "nearsym efp candidates 2\nevents %zu of %016llx%016llx\nmeasure %d %d %d\n", c->events,
            (unsigned long long)once, (unsigned long long)twice, c->options.measure, c->options.coordinates,
            c->options.unnormed);
    for (size_t k = 0; k < c->options.kappas; k++) fprintf(out, "kappa %.17g\n", c->options.kappa[k]);
    for (size_t b = 0; b < c->options.betas; b++) fprintf(out, "beta %.17g\n", c->options.beta[b]);
    uint64_t hash = NSYM_HASH_START;
    for (size_t g = 0; g < nsym_efp_set_count(c->set); g++) {
        nsym_efp_identity(nsym_efp_set_graph(c->set, g), identity, sizeof identity);
        hash = nsym_hash_text(hash, identity);
    }
    fprintf(out, "graphs %zu %016llx\n", nsym_efp_set_count(c->set), (unsigned long long)hash);
    bool whole = fclose(out) == 0;
    nsym_status status = whole && size < HEAD ? NSYM_OK
                                              : nsym_fail(NSYM_EINVAL,
                                                          "the description of the candidates takes %zu "
                                                          "bytes, at most %d are possible",
                                                          size, HEAD - 1);
    memset(head, 0, HEAD);
    if (status == NSYM_OK) memcpy(head, text, size);
    free(text);
    return status;
}

static size_t blocks_of(const nsym_efp_candidates *c) {
    return (c->events + BLOCK - 1) / BLOCK;
}

static size_t events_of(const nsym_efp_candidates *c, size_t block) {
    return block + 1 < blocks_of(c) ? BLOCK : c->events - block * BLOCK;
}

static uint64_t place_of(const nsym_efp_candidates *c, size_t block) {
    return HEAD + (uint64_t)block * BLOCK * c->count * sizeof(float);
}

/* Opens the file, and tells how many blocks are there; one of something else is begun anew. */
static nsym_status open_file(nsym_efp_candidates *c, const char *key, size_t *done) {
    char head[HEAD], there[HEAD];
    struct stat about;
    *done = 0;
    NSYM_TRY(describe(c, key, head));
    errno = 0;
    c->file = open(c->path, O_RDWR | O_CREAT, 0666);
    if (c->file < 0 || fstat(c->file, &about) != 0) return io_error(c, "opened");
    bool same = about.st_size >= HEAD && pread(c->file, there, HEAD, 0) == HEAD && memcmp(head, there, HEAD) == 0;
    if (same) {
        while (*done < blocks_of(c) &&
               (uint64_t)about.st_size >= place_of(c, *done) + (uint64_t)events_of(c, *done) * c->count * sizeof(float))
            ++*done;
        return NSYM_OK;
    }
    if (ftruncate(c->file, 0) != 0) return io_error(c, "emptied");
    return write_all(c, head, HEAD, 0);
}

static nsym_status make_block(nsym_efp_candidates *c, size_t block, const uint64_t *offsets, const double *particles,
                              double *values, float *order) {
    size_t first = block * BLOCK, n = events_of(c, block), width = nsym_efp_width(c->options.coordinates);
    uint64_t own[BLOCK + 1];
    for (size_t i = 0; i <= n; i++) own[i] = offsets[first + i] - offsets[first];
    nsym_efp_options options = c->options;
    options.progress = NULL;
    NSYM_TRY(nsym_efp_compute(values, c->set, &options, n, own, particles + offsets[first] * width));
    for (size_t k = 0; k < c->count; k++)
        for (size_t i = 0; i < n; i++) order[k * n + i] = order_of(values[i * c->count + k]);
    nsym_progress_add(c->options.progress, (double)n);
    return write_all(c, order, n * c->count * sizeof *order, place_of(c, block));
}

static nsym_status make(nsym_efp_candidates *c, size_t done, const uint64_t *offsets, const double *particles) {
    size_t blocks = blocks_of(c);
    if (done == blocks) return NSYM_OK;
    double *values = malloc(BLOCK * c->count * sizeof *values);
    float *order = malloc(BLOCK * c->count * sizeof *order);
    nsym_status status =
        values && order ? NSYM_OK
                        : nsym_fail(NSYM_ENOMEM, "no memory for %zu polynomials of %d events", c->count, (int)BLOCK);
    nsym_progress_start(c->options.progress, "events", (double)(c->events - done * BLOCK), 0);
    for (size_t block = done; status == NSYM_OK && block < blocks; block++)
        status = make_block(c, block, offsets, particles, values, order);
    free(values);
    free(order);
    return status;
}

nsym_status nsym_efp_candidates_open(nsym_efp_candidates **out, const char *path, const char *key,
                                     const nsym_efp_set *set, const nsym_efp_options *options, size_t events,
                                     const uint64_t *offsets, const double *particles) {
    size_t done;
    nsym_efp_candidates *c = calloc(1, sizeof *c);
    if (!c || !(c->path = strdup(path))) {
        free(c);
        return nsym_fail(NSYM_ENOMEM, "no memory for candidates");
    }
    c->file = -1;
    c->set = set;
    c->options = *options;
    c->events = events;
    c->count = options->kappas * options->betas * nsym_efp_set_count(set);
    nsym_status status = open_file(c, key, &done);
    if (status == NSYM_OK) status = make(c, done, offsets, particles);
    if (status == NSYM_OK)
        *out = c;
    else
        nsym_efp_candidates_close(c);
    return status;
}

void nsym_efp_candidates_close(nsym_efp_candidates *candidates) {
    if (!candidates) return;
    if (candidates->file >= 0) close(candidates->file);
    free(candidates->path);
    free(candidates);
}

size_t nsym_efp_candidates_count(const nsym_efp_candidates *candidates) {
    return candidates->count;
}

const nsym_efp_graph *nsym_efp_candidates_at(const nsym_efp_candidates *candidates, size_t number, double *kappa,
                                             double *beta) {
    return nsym_efp_candidate_of(candidates->set, &candidates->options, number, kappa, beta);
}

const nsym_efp_graph *nsym_efp_candidate_of(const nsym_efp_set *set, const nsym_efp_options *options, size_t number,
                                            double *kappa, double *beta) {
    size_t graphs = nsym_efp_set_count(set), pair = number / graphs;
    *kappa = options->kappa[pair / options->betas];
    *beta = options->beta[pair % options->betas];
    return nsym_efp_set_graph(set, number % graphs);
}

nsym_status nsym_efp_candidates_read(const nsym_efp_candidates *candidates, size_t first, size_t count, float *order) {
    const nsym_efp_candidates *c = candidates;
    float *part = malloc(count * BLOCK * sizeof *part);
    nsym_status status = part ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu candidates", count);
    for (size_t block = 0; status == NSYM_OK && block < blocks_of(c); block++) {
        size_t n = events_of(c, block);
        status = read_all(c, part, count * n * sizeof *part, place_of(c, block) + (uint64_t)first * n * sizeof *part);
        for (size_t k = 0; status == NSYM_OK && k < count; k++)
            memcpy(order + k * c->events + block * BLOCK, part + k * n, n * sizeof *part);
    }
    free(part);
    return status;
}
