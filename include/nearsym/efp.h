/* Energy-flow polynomials (Komiske, Metodiev & Thaler, arXiv:1712.07124). The polynomial of a multigraph is a sum over
   all assignments of constituents to its vertices. Each term is the product of z of every vertex and theta of every
   edge. The graphs of a set are computed together: parts that they share are computed once. */
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
#define NSYM_EFP_PARAMETERS_MAX 64 /* largest number of kappas, and of betas, in one call */
#define NSYM_EFP_CONSTITUENTS_MAX 2048

/* A multigraph without loops: edge i joins the vertices ends[i], multiplicity[i] times. The names of the numbers, and
   the order of connected graphs, are those of EnergyFlow. */
typedef struct nsym_efp_graph {
    unsigned n, e, d; /* number of vertices; of edges without multiplicity; of edges with multiplicity */
    unsigned v;       /* largest number of edges at a vertex */
    unsigned m;       /* largest number of edges between two vertices */
    unsigned k;       /* index among the connected graphs with the same n and d; 0 for a product */
    unsigned c; /* chi: computed alone, the polynomial takes a time of order M^chi for M constituents (chi: tree width +
                   1) */
    unsigned p; /* number of connected factors */
    unsigned h; /* number of vertices with one edge */
    uint8_t ends[NSYM_EFP_DEGREE_MAX][2];
    uint8_t multiplicity[NSYM_EFP_DEGREE_MAX];
    uint8_t factor[NSYM_EFP_DEGREE_MAX][2]; /* (p) n and d of each factor */
    uint16_t factor_k[NSYM_EFP_DEGREE_MAX]; /* (p) k of each factor */
} nsym_efp_graph;

/* Graphs and the plan to compute them. */
typedef struct nsym_efp_set nsym_efp_set;

/* New set of graphs (free with nsym_efp_set_free, NULL is fine), given in one of two ways. (1) Conditions separated by
   commas: a name (n, e, d, v, m, k, c or chi, p, h), one of < <= = == != >= > and a number, or `connected`.
   "d<=7,n<=7,connected" has 467 graphs. (2) Identities separated by blanks: "(4,7,12) (2,1,0)(2,1,0)", where (n,d,k) is
   a connected graph and several without a blank are their product. The spelling of cards, "4-7-12 2-1-0_2-1-0", is also
   read. Connected graphs come first, in EnergyFlow's order; products are ordered by n, d, number of factors and
   factors. Errors: text that cannot be read, with its position; conditions that ask for graphs of more than
   NSYM_EFP_DEGREE_MAX edges, or of more vertices than that without a limit on d; no graph fits. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_efp_set_new(nsym_efp_set **out, const char *selection);
NSYM_API void nsym_efp_set_free(nsym_efp_set *set);
NSYM_API size_t nsym_efp_set_count(const nsym_efp_set *set);
NSYM_API const nsym_efp_graph *nsym_efp_set_graph(const nsym_efp_set *set, size_t i); /* borrowed */

/* The work of one evaluation of the whole set. */
typedef struct nsym_efp_cost {
    size_t matrix_products, matrix_vector, element_wise, vector, fourth_order; /* steps of each kind */
    double flops; /* additions and multiplications for one event of M constituents, at one kappa and one beta */
} nsym_efp_cost;
NSYM_API nsym_efp_cost nsym_efp_set_cost(const nsym_efp_set *set, size_t constituents);

/* The plan as text, one step per line, in order: "m3 = m1 m2" (m: matrix, v: vector, n: number; o: element by element).
   New (free with free); NULL: no memory. */
NSYM_API char *nsym_efp_set_plan(const nsym_efp_set *set);

typedef enum nsym_efp_style { NSYM_EFP_PLAIN, NSYM_EFP_LATEX } nsym_efp_style;

/* Texts of a graph: its identity "(4,7,12)", its edges "0-1 0-1 1-2", and its formula. They are written into the
   caller's buffer and cut at `size`, as snprintf does; each function returns the length of the whole text. */
NSYM_API size_t nsym_efp_identity(const nsym_efp_graph *graph, char *text, size_t size);
NSYM_API size_t nsym_efp_edges(const nsym_efp_graph *graph, char *text, size_t size);
NSYM_API size_t nsym_efp_formula(const nsym_efp_graph *graph, nsym_efp_style style, char *text, size_t size);

/* A picture of the graph as SVG text, written in the same way: vertices on a circle, an arc for each edge. */
NSYM_API size_t nsym_efp_svg(const nsym_efp_graph *graph, char *text, size_t size);

/* Writes the picture to a file. Errors: the file cannot be written; a file that was there before is then unchanged. */
NSYM_API nsym_status nsym_efp_draw(const nsym_efp_graph *graph, const char *path) NSYM_MUST_CHECK;

/* How constituents are measured. NSYM_EFP_HADR: theta is (d_eta^2 + d_phi^2)^(beta/2), with d_phi in [-pi, pi].
   NSYM_EFP_HADRDOT: theta is |2 p_i.p_j / (pt_i pt_j)|^(beta/2). Constituents given by pt, eta and phi are massless,
   and so are momenta with m^2 < 2^-48 E^2, a mass that rounding alone can produce. Both measures are precise for
   collinear particles. z is (pt / sum of pt)^kappa, or pt^kappa if `unnormed`. Constituents without pt are left out for
   every kappa; with kappa = 0 the others are counted. In an event without constituents all values are 0; an event with
   one constituent has the values of a single point. */
typedef enum nsym_efp_measure { NSYM_EFP_HADR, NSYM_EFP_HADRDOT } nsym_efp_measure;
typedef enum nsym_efp_coordinates {
    NSYM_EFP_PT_ETA_PHI, /* 3 numbers; eta may be any rapidity; massless */
    NSYM_EFP_P4          /* 4 numbers: energy, px, py, pz; eta is the true rapidity */
} nsym_efp_coordinates;
typedef struct nsym_efp_options {
    size_t kappas, betas;
    const double *kappa, *beta; /* (kappas), (betas); beta > 0 */
    nsym_efp_measure measure;
    nsym_efp_coordinates coordinates;
    bool unnormed;
    size_t workers;          /* threads; 0: one per CPU. The result is the same for any number */
    nsym_progress *progress; /* NULL: silent */
    bool (*stop)(void);      /* called now and then; if it returns true, the work ends; NULL: never */
} nsym_efp_options;

/* Computes values (events, kappas, betas, graphs). Shapes: offsets (events + 1) from 0, particles (offsets[events], 3
   or 4). The values of an event depend only on its own particles, their order included, and on the kind of CPU. Errors:
   a negative, infinite or NaN number, with event and particle; an event of more than NSYM_EFP_CONSTITUENTS_MAX
   constituents; a beta or kappa out of range; NSYM_EINTERRUPTED after `stop`. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_efp_compute(double *values, const nsym_efp_set *set,
                                                      const nsym_efp_options *options, size_t events,
                                                      const uint64_t *offsets, const double *particles);

/* The same from file to file. The events (HDF5, npz, npy or csv) have particles with pt or et, eta or y or rapidity,
   and phi, or the differences from an axis d_eta, d_phi or deta, dphi; or with energy or e, px, py, pz. These features
   set the coordinates. The result is an HDF5 file: `efps` (events, kappas, betas, graphs) with attributes `kappa` and
   `beta`, and the table `graphs` (graphs, 8) with attributes `columns`, `identity` and `edges`. Until it is complete it
   is called PATH.part; after an interruption the same call continues from that file. Errors: as nsym_efp_compute; a
   file without such particles; a PATH.part of another calculation; another process at work on PATH (shown by
   PATH.lock); a PATH that cannot be written. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_efp_write(const nsym_efp_set *set, const char *selection,
                                                    const nsym_efp_options *options, const char *events_path,
                                                    const char *path);

/* Rates of one thread on random events with `constituents` constituents, at kappa = beta = 1. Operations are counted as
   in nsym_efp_set_cost. */
typedef struct nsym_efp_rate {
    double per_second, per_cpu_second;
    double gflops, peak_gflops; /* per CPU time, in 10^9 operations per second; the peak is that of fused multiply-adds
                                   in registers */
    double series_gflops, diamond_gflops; /* of the matrix products alone, and of the step of fourth order alone */
} nsym_efp_rate;
NSYM_API NSYM_MUST_CHECK nsym_status nsym_bench_efp(nsym_efp_rate *out, const nsym_efp_set *set, size_t constituents,
                                                    size_t threads, double seconds);

#ifdef __cplusplus
}
#endif
#endif
