#include "select/ranking.h"

#include "base/atomic_file.h"
#include "base/fail.h"
#include "base/list.h"
#include <nearsym/observables.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Candidates that are in memory at once, and the letters of a name. */
enum { BLOCK = 128, NAME = 128 };

static double strength(double ado) {
    return fmax(ado, 1 - ado);
}

static int by_strength(const void *a, const void *b) {
    const nsym_ranked *x = a, *y = b;
    if (x->ado != y->ado) return x->ado > y->ado ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

static void name_of(const nsym_efp_candidates *candidates, size_t number, char name[NAME]) {
    double kappa, beta;
    const nsym_efp_graph *graph = nsym_efp_candidates_at(candidates, number, &kappa, &beta);
    nsym_observable_efp_name(name, NAME, kappa, beta, graph);
}

/* ADO of all candidates, block by block. */
static nsym_status rank_all(double *ado, const nsym_efp_candidates *candidates, const nsym_ado_ranking *ranking,
                            size_t events, const nsym_efp_options *space) {
    size_t all = nsym_efp_candidates_count(candidates);
    float *values = malloc(BLOCK * events * sizeof *values);
    nsym_status status =
        values ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %d candidates of %zu events", (int)BLOCK, events);
    nsym_progress_start(space->progress, "candidates", (double)all, 0);
    for (size_t first = 0, n; status == NSYM_OK && first < all; first += n) {
        n = all - first < BLOCK ? all - first : BLOCK;
        status = nsym_efp_candidates_read(candidates, first, n, values);
        if (status == NSYM_OK)
            status =
                nsym_ado_ranking_run(ado + first, ranking, values, n, space->workers, space->progress, space->stop);
    }
    free(values);
    return status;
}

static nsym_status write_ranking(const nsym_ranked *ranked, const double *ado, const nsym_efp_candidates *candidates,
                                 const char *path) {
    nsym_atomic_file *place;
    FILE *csv;
    char name[NAME];
    NSYM_TRY(nsym_atomic_stream_open(&place, &csv, path));
    fprintf(csv, "observable,ado\n");
    for (size_t i = 0; i < nsym_efp_candidates_count(candidates); i++) {
        name_of(candidates, ranked[i].number, name);
        fprintf(csv, "%s,%.6f\n", name, ado[ranked[i].number]);
    }
    return nsym_atomic_stream_close(place, csv, NSYM_OK);
}

/* The first that is not taken, nor its logarithm, or none. */
static nsym_ranked best_of(const nsym_ranked *ranked, const nsym_efp_candidates *candidates, const char *taken) {
    char logarithm[NAME + 3] = "ln_", *name = logarithm + 3;
    for (size_t i = 0; i < nsym_efp_candidates_count(candidates); i++) {
        name_of(candidates, ranked[i].number, name);
        if (!nsym_list_has(taken, name) && !nsym_list_has(taken, logarithm)) return ranked[i];
    }
    return (nsym_ranked){0};
}

nsym_status nsym_ranking_make(nsym_ranked *best, const nsym_efp_candidates *candidates, const nsym_ado_pairs *pairs,
                              const double *guide, size_t events, const nsym_efp_options *space, const char *taken,
                              const char *path) {
    size_t all = nsym_efp_candidates_count(candidates);
    nsym_ado_ranking *ranking = NULL;
    int8_t *order = malloc((pairs->count + 1) * sizeof *order);
    double *ado = calloc(all + 1, sizeof *ado);
    nsym_ranked *ranked = malloc((all + 1) * sizeof *ranked);
    nsym_status status =
        order && ado && ranked ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory to rank %zu candidates", all);
    if (status == NSYM_OK) status = nsym_ado_order(order, pairs, guide);
    if (status == NSYM_OK) status = nsym_ado_ranking_new(&ranking, pairs, order, events);
    if (status == NSYM_OK) status = rank_all(ado, candidates, ranking, events, space);
    for (size_t i = 0; status == NSYM_OK && i < all; i++) ranked[i] = (nsym_ranked){i, strength(ado[i])};
    if (status == NSYM_OK) qsort(ranked, all, sizeof *ranked, by_strength);
    if (status == NSYM_OK) status = write_ranking(ranked, ado, candidates, path);
    if (status == NSYM_OK) *best = best_of(ranked, candidates, taken);
    nsym_ado_ranking_free(ranking);
    free(order);
    free(ado);
    free(ranked);
    return status;
}
