/* Energy-flow polynomials: for a multigraph, the sum over all choices of a constituent for each vertex of the product
   of z of every vertex and theta of every edge (Komiske, Metodiev & Thaler, arXiv:1712.07124). A set of graphs is
   computed together, whatever its graphs have in common once. */
#ifndef NEARSYM_EFP_H
#define NEARSYM_EFP_H

#include <nearsym/progress.h>
#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NSYM_EFP_DEGREE_MAX 7      /* edges, counted with their multiplicity */
#define NSYM_EFP_PARAMETERS_MAX 64 /* kappas, and betas, of one call */
#define NSYM_EFP_CONSTITUENTS_MAX 2048

/* A loopless multigraph: edge i joins the vertices ends[i], multiplicity[i] times. The numbers are EnergyFlow's, and so
   is the order of connected graphs. */
typedef struct nsym_efp_graph {
    unsigned n, e, d; /* vertices, edges without and with their multiplicity */
    unsigned v;       /* the most edges at a vertex */
    unsigned m;       /* the most edges between the same two vertices */
    unsigned k;       /* number among the connected graphs of that n and d; 0 of a product */
    unsigned c;       /* chi: evaluated by itself it takes a time of order M^chi (its tree width + 1) */
    unsigned p;       /* connected factors */
    unsigned h;       /* vertices with one edge */
    uint8_t ends[NSYM_EFP_DEGREE_MAX][2];
    uint8_t multiplicity[NSYM_EFP_DEGREE_MAX];
    uint8_t factor[NSYM_EFP_DEGREE_MAX][2]; /* (p) n and d of each factor, */
    uint16_t factor_k[NSYM_EFP_DEGREE_MAX]; /* (p) and its k */
} nsym_efp_graph;

/* Graphs and the plan to compute them. */
typedef struct nsym_efp_set nsym_efp_set;

/* New set (free with nsym_efp_set_free, NULL is fine) of a selection: conditions joined by commas, each a name (n, e,
   d, v, m, k, c or chi, p, h), one of < <= = == != >= > and a number, or `connected`; "d<=7,n<=7,connected" has 467
   graphs. Or identities, "(4,7,12) (2,1,0)(2,1,0)": (n,d,k) of a connected graph, several without a blank for their
   product; also as cards name them, "4-7-12 2-1-0_2-1-0". Connected graphs come first in EnergyFlow's order; products
   are ordered by n, d, number of factors and factors. Errors: what cannot be read, by its place; a condition that asks
   for graphs of more than NSYM_EFP_DEGREE_MAX edges, or of more vertices than that without a bound on d; no graph
   fits. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_efp_set_new(nsym_efp_set **out, const char *selection);
NSYM_API void nsym_efp_set_free(nsym_efp_set *set);
NSYM_API size_t nsym_efp_set_count(const nsym_efp_set *set);
NSYM_API const nsym_efp_graph *nsym_efp_set_graph(const nsym_efp_set *set, size_t i); /* borrowed */

/* What one evaluation of the whole set takes. */
typedef struct nsym_efp_cost {
    size_t matrix_products, matrix_vector, element_wise, vector, fourth_order; /* steps of each kind */
    double flops; /* additions and multiplications for one event of M constituents, at one kappa and beta */
} nsym_efp_cost;
NSYM_API nsym_efp_cost nsym_efp_set_cost(const nsym_efp_set *set, size_t constituents);

/* The plan, a line a step, in order: "m3 = m1 m2" (m: matrix, v: vector, n: number; o: element by element). New text,
   to be freed with free; NULL: no memory. */
NSYM_API char *nsym_efp_set_plan(const nsym_efp_set *set);

typedef enum nsym_efp_style { NSYM_EFP_PLAIN, NSYM_EFP_LATEX } nsym_efp_style;

/* Texts of a graph, cut at `size` as snprintf does: its identity "(4,7,12)", its edges "0-1 0-1 1-2", and its formula.
   Each gives the length of the whole text. */
NSYM_API size_t nsym_efp_identity(const nsym_efp_graph *graph, char *text, size_t size);
NSYM_API size_t nsym_efp_edges(const nsym_efp_graph *graph, char *text, size_t size);
NSYM_API size_t nsym_efp_formula(const nsym_efp_graph *graph, nsym_efp_style style, char *text, size_t size);

/* A picture as SVG, in the same way: vertices on a circle, an arc for each edge. */
NSYM_API size_t nsym_efp_svg(const nsym_efp_graph *graph, char *text, size_t size);

/* Writes it to a file. Errors: the file cannot be written; what was there before then stays. */
NSYM_API nsym_status nsym_efp_draw(const nsym_efp_graph *graph, const char *path) NSYM_MUST_CHECK;

/* How constituents are measured. theta is (d_eta^2 + d_phi^2)^(beta/2), d_phi in [-pi, pi] (NSYM_EFP_HADR), or
   |2 p_i.p_j / (pt_i pt_j)|^(beta/2) (NSYM_EFP_HADRDOT); from pt, eta and phi that is massless, and a momentum counts
   as massless where m^2 < 2^-48 E^2, which rounding alone can make. Both keep their digits for collinear particles. z
   is (pt / sum of pt)^kappa (normed), or pt^kappa. Constituents without pt are left out whatever kappa is; kappa = 0
   counts those with pt. An event without constituents has all values 0, one with a single constituent those of a single
   point. */
typedef enum nsym_efp_measure { NSYM_EFP_HADR, NSYM_EFP_HADRDOT } nsym_efp_measure;
typedef enum nsym_efp_coordinates {
    NSYM_EFP_PT_ETA_PHI, /* 3 numbers; eta is whatever rapidity the user has; massless */
    NSYM_EFP_P4          /* 4 numbers: energy, px, py, pz; the rapidity is the true one */
} nsym_efp_coordinates;
typedef struct nsym_efp_options {
    size_t kappas, betas;
    const double *kappa, *beta; /* (kappas), (betas); beta > 0 */
    nsym_efp_measure measure;
    nsym_efp_coordinates coordinates;
    bool unnormed;
    size_t workers;          /* threads; 0: one per CPU. The result is the same for any number */
    nsym_progress *progress; /* NULL: silent */
    bool (*stop)(void);      /* asked now and then; true ends the work; NULL: never */
} nsym_efp_options;

/* The values (events, kappas, betas, graphs) of `events` events with particles (offsets[events], 3 or 4) and offsets
   (events + 1) from 0. The values of an event depend on nothing but its own particles, their order included, and on the
   kind of CPU. Errors: a negative, infinite or NaN number, by event and particle; an event of more than
   NSYM_EFP_CONSTITUENTS_MAX constituents; a beta or kappa out of range; NSYM_EINTERRUPTED after `stop`. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_efp_compute(double *values, const nsym_efp_set *set,
                                                      const nsym_efp_options *options, size_t events,
                                                      const uint64_t *offsets, const double *particles);

/* The same from a file of events (HDF5, npz, npy or csv with particles pt or et, eta or y or rapidity, phi (or the
   differences from an axis d_eta, d_phi or deta, dphi), or energy or e, px, py, pz, which set the coordinates) to an
   HDF5 file: `efps` (events, kappas, betas, graphs) with attributes `kappa` and `beta`, and the table of graphs
   `graphs` (graphs, 8) with attributes `columns`, `identity` and `edges`. While it is made it is called PATH.part; the
   same call goes on with what another one left there. Errors: as nsym_efp_compute, a file without such particles, a
   PATH.part of another job, another process at work on PATH (which PATH.lock tells of), a PATH that cannot be written.
 */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_efp_write(const nsym_efp_set *set, const char *selection,
                                                    const nsym_efp_options *options, const char *events_path,
                                                    const char *path);

/* Rates of one thread on random events of so many constituents, kappa = beta = 1; operations as nsym_efp_set_cost. */
typedef struct nsym_efp_rate {
    double per_second, per_cpu_second;
    double gflops, peak_gflops;           /* of CPU time; the peak is that of fused multiply-adds in registers */
    double series_gflops, diamond_gflops; /* of the matrix products and of the step of fourth order alone */
} nsym_efp_rate;
NSYM_API NSYM_MUST_CHECK nsym_status nsym_bench_efp(nsym_efp_rate *out, const nsym_efp_set *set, size_t constituents,
                                                    size_t threads, double seconds);

#ifdef __cplusplus
}
#endif
#endif
