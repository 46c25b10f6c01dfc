/* How a set of graphs is computed: steps, each of which every graph shares that needs it. */
#ifndef NSYM_OBSERVABLES_EFP_PLAN_H
#define NSYM_OBSERVABLES_EFP_PLAN_H

#include <nearsym/efp.h>

/* What a step makes of the results of earlier ones, its arguments x, y, w. i and j are constituents, z their weights.
   "Matrix" is (M, M), "vector" (M). An argument NSYM_EFP_NO_STEP as a vector means ones. */
typedef enum nsym_efp_kind {
    NSYM_EFP_POWER,     /* matrix theta^power */
    NSYM_EFP_SCALE,     /* matrix z_i w_i x_ij */
    NSYM_EFP_SERIES,    /* matrix sum_k x_ik y_kj, x transposed where x_turned; y is a SCALE */
    NSYM_EFP_PRODUCT,   /* matrix x_ij y_ij */
    NSYM_EFP_TRANSPOSE, /* matrix x_ji */
    NSYM_EFP_DIAMOND,   /* matrix sum_kl z_k z_l t_ik t_jk t_kl t_il t_jl, t = x = theta */
    NSYM_EFP_SUM,       /* vector sum_j x_ij z_j w_j, x transposed where x_turned */
    NSYM_EFP_SUM2,      /* vector sum_j x_ij y_ij z_j w_j of symmetric x and y */
    NSYM_EFP_TIMES,     /* vector x_i y_i */
    NSYM_EFP_TRIANGLE,  /* number sum_ijk z_i z_j z_k x_ij x_jk x_ik of a symmetric x without a diagonal */
    NSYM_EFP_DOT,       /* number sum_i z_i x_i y_i */
    NSYM_EFP_FACTOR     /* number x y */
} nsym_efp_kind;

enum { NSYM_EFP_NO_STEP = -1 };

typedef struct nsym_efp_step {
    nsym_efp_kind kind;
    int x, y, w;
    unsigned power;
    bool x_turned, symmetric;
    size_t place; /* which matrix, vector or number of the workspace holds the result */
} nsym_efp_step;

typedef struct nsym_efp_plan {
    size_t steps, matrices, vectors, numbers; /* places of each in a workspace */
    unsigned powers;                          /* of theta, 1 to which are the first matrices */
    nsym_efp_step *step;                      /* (steps), each behind its arguments */
    size_t *result;                           /* (graphs) place of each graph's number */
} nsym_efp_plan;

/* Fills *plan (free with nsym_efp_plan_free). */
NSYM_MUST_CHECK nsym_status nsym_efp_plan_make(nsym_efp_plan *plan, const nsym_efp_graph *graphs, size_t count);
void nsym_efp_plan_free(nsym_efp_plan *plan);

bool nsym_efp_is_matrix(nsym_efp_kind kind);
bool nsym_efp_is_vector(nsym_efp_kind kind);

/* Additions and multiplications of a step for M constituents. */
double nsym_efp_step_flops(const nsym_efp_step *step, double m);

struct nsym_efp_set {
    size_t count;
    nsym_efp_graph *graphs; /* (count) */
    nsym_efp_plan plan;
};

#endif
