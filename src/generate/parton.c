/* Parton densities: an input at 91.188 GeV and its evolution.

   The input, x f = A x^a (1 - x)^b (1 + c sqrt(x) + d x), is our own fit (scripts/fit_partons.py) to the flavour,
   rapidity and mass of the quark pairs of 100,000 pp -> Z -> mu+ mu- and 100,000 pp -> gamma* -> mu+ mu- events at 13
   TeV and to the two cross sections, chi2 = 1460 for 1456 cells. The events are MadGraph5_aMC@NLO 3.1.1's with NNPDF2.3
   QED LO (1308.0598) as densities, so the fit stands in for that set and is no measurement. They hold x from 5e-4 to
   0.3 at scales from 70 to 1000 GeV; outside it is an extrapolation. Two up and one down valence quark and a momentum
   sum of 1 are imposed. The gluon is known from the momentum sum and the scaling violation only; bottom is taken as 0.7
   of charm, as no event tells of it.

   The evolution is leading order (Altarelli and Parisi, Nucl. Phys. B126 (1977) 298) with five flavours, done on Mellin
   moments, where it is a product, and turned back along a contour in the complex plane (as in Vogt, hep-ph/0408244). */
#include "generate/parton.h"

#include "base/fail.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>

typedef double complex cplx;

#define INPUT_SCALE_GEV 91.188
#define INPUT_ALPHA_S 0.13
#define FLAVOURS 5.0
#define BETA0 (11 - 2 * FLAVOURS / 3)
#define BETA1 (102 - 38 * FLAVOURS / 3)
#define BOTTOM_OF_CHARM 0.7
#define PI 3.14159265358979323846

/* The table: rows of logit(x) at equal steps, scales at equal steps of their logarithm. */
enum { ROWS = 198, SCALES = 41, PANELS = 22, POINTS = 8, NODES = PANELS * POINTS };
#define LOGIT_MIN (-13.815509557963774) /* x = 1e-6 */
#define LOGIT_MAX 3.5                   /* x = 0.9707 */

struct nsym_partons {
    double xf[SCALES][ROWS][NSYM_PARTONS];
};

/* A x^a (1 - x)^b (1 + c sqrt(x) + d x). */
typedef struct shape {
    double A, a, b, c, d;
} shape;

enum { UP_VALENCE, DOWN_VALENCE, UP_SEA, DOWN_SEA, STRANGE_SEA, CHARM_SEA, GLUON_INPUT, INPUTS };

static const shape input_shapes[INPUTS] = {
    [UP_VALENCE] = {1, 0.5037, 4.618, 0, 0}, /* the sum rules set A of the valence quarks and the gluon */
    [DOWN_VALENCE] = {1, 0.5548, 5.46, 0, 0},
    [UP_SEA] = {0.11944, -0.3764, 8.06, -2.411, 3.196},
    [DOWN_SEA] = {0.1133, -0.3764, 8.031, -1.413, 2.84},
    [STRANGE_SEA] = {0.09477, -0.3764, 7.716, -3.936, 7.594},
    [CHARM_SEA] = {0.08586, -0.3764, 9.657, -4.159, 8.382},
    [GLUON_INPUT] = {1, -0.5923, 6.1725, 0, 0},
};

/* ln Gamma and its derivative: the recurrence up to |z| > 10, then Stirling's series (Abramowitz and
   Stegun 6.1.40, 6.3.18). Valid off the negative axis, to 1e-12. */
static cplx log_gamma(cplx z) {
    cplx shifted = 1;
    for (; cabs(z) < 10; z += 1) shifted *= z;
    cplx r = 1 / z, r2 = r * r;
    cplx series = r * (1. / 12 - r2 * (1. / 360 - r2 * (1. / 1260 - r2 * (1. / 1680 - r2 / 1188))));
    return (z - 0.5) * clog(z) - z + 0.5 * log(2 * PI) + series - clog(shifted);
}

static cplx digamma(cplx z) {
    cplx shifted = 0;
    for (; cabs(z) < 10; z += 1) shifted += 1 / z;
    cplx r2 = 1 / (z * z);
    cplx series = r2 * (1. / 12 - r2 * (1. / 120 - r2 * (1. / 252 - r2 * (1. / 240 - r2 / 132))));
    return clog(z) - 0.5 / z - series - shifted;
}

static cplx beta(cplx p, double q) {
    return cexp(log_gamma(p) - log_gamma(p + q)) * tgamma(q);
}

/* The n-th moment of a density: the integral of x^(n - 1) f(x). */
static cplx moment(const shape *s, cplx n) {
    cplx p = n - 1 + s->a;
    double q = s->b + 1;
    cplx first = beta(p, q), sum = first * (1 + s->d * p / (p + q));
    if (s->c != 0) sum += s->c * beta(p + 0.5, q);
    return s->A * sum;
}

/* The input with its sum rules: uv = 2, dv = 1, all momenta = 1. */
static void normalise(shape *inputs) {
    for (int i = 0; i < INPUTS; i++) inputs[i] = input_shapes[i];
    inputs[UP_VALENCE].A = 2 / creal(moment(&inputs[UP_VALENCE], 1));
    inputs[DOWN_VALENCE].A = 1 / creal(moment(&inputs[DOWN_VALENCE], 1));
    double quarks = 0;
    for (int i = 0; i < GLUON_INPUT; i++) {
        double times = i < UP_SEA ? 1 : i == CHARM_SEA ? 2 * (1 + BOTTOM_OF_CHARM) : 2;
        quarks += times * creal(moment(&inputs[i], 2));
    }
    inputs[GLUON_INPUT].A = (1 - quarks) / creal(moment(&inputs[GLUON_INPUT], 2));
}

double nsym_alpha_s(double q_gev) {
    const double b = BETA0 / (4 * PI), c = BETA1 / (4 * PI * BETA0);
    const double at_input = 1 / INPUT_ALPHA_S;
    double target = at_input - c * log(at_input / c + 1) + 2 * b * log(q_gev / INPUT_SCALE_GEV);
    double y = at_input; /* 1 / alpha_s solves y - c ln(y / c + 1) = target, by Newton's steps: convex and rising */
    for (int i = 0; i < 20; i++) {
        double step = (y - c * log(y / c + 1) - target) / (1 - c / (y + c));
        y -= step;
        if (fabs(step) < 1e-14 * y) break;
    }
    return 1 / y;
}

/* One point of the contour: the moments of the input and the splitting functions there. */
typedef struct node {
    cplx n, weight;
    cplx input[INPUTS];
    cplx qq, qg, gq, gg;
} node;

static void fill_node(node *v, const shape *inputs) {
    const double CF = 4. / 3, CA = 3, EULER = 0.57721566490153286061;
    cplx n = v->n, s1 = digamma(n + 1) + EULER, top = n * n + n + 2;
    for (int i = 0; i < INPUTS; i++) v->input[i] = moment(&inputs[i], n);
    v->qq = CF * (1.5 + 1 / (n * (n + 1)) - 2 * s1);
    v->qg = FLAVOURS * top / (n * (n + 1) * (n + 2));
    v->gq = CF * top / ((n - 1) * n * (n + 1));
    v->gg = 2 * CA * (1 / (n * (n - 1)) + 1 / ((n + 1) * (n + 2)) - s1) + BETA0 / 2;
}

/* Gauss-Legendre points in panels along n = 1.9 + z exp(3 i pi / 4), right of every pole. Shape: contour (NODES). */
static void fill_contour(node *contour, const shape *inputs) {
    static const double edges[PANELS + 1] = {0,  0.5, 1,  1.5, 2,  3,  4,  5,  6,  8,   10, 12,
                                             15, 18,  22, 27,  33, 40, 50, 62, 80, 105, 140};
    static const double at[POINTS / 2] = {0.1834346424956498, 0.5255324099163290, 0.7966664774136267,
                                          0.9602898564975363};
    static const double of[POINTS / 2] = {0.3626837833783620, 0.3137066458778873, 0.2223810344533745,
                                          0.1012285362903763};
    const cplx direction = cexp(0.75 * PI * I);
    for (int p = 0; p < PANELS; p++)
        for (int k = 0; k < POINTS; k++) {
            double middle = 0.5 * (edges[p] + edges[p + 1]), half = 0.5 * (edges[p + 1] - edges[p]);
            node *v = &contour[p * POINTS + k];
            v->n = 1.9 + (middle + (k % 2 ? half : -half) * at[k / 2]) * direction;
            v->weight = half * of[k / 2] / PI * direction;
            fill_node(v, inputs);
        }
}

/* How far to evolve: the integral of alpha_s / (2 pi) over ln q^2 from the input's scale, with two-loop running. */
static double evolution_length(double q_gev) {
    const double c = BETA1 / (4 * PI * BETA0);
    double a = nsym_alpha_s(q_gev);
    return 2 / BETA0 * log(INPUT_ALPHA_S / a * (1 + c * a) / (1 + c * INPUT_ALPHA_S));
}

/* The moments of all partons after the evolution by `length`. Shape: out (NSYM_PARTONS). */
static void evolve(const node *v, double length, cplx *out) {
    const cplx *in = v->input;
    cplx up = in[UP_VALENCE] + 2 * in[UP_SEA], down = in[DOWN_VALENCE] + 2 * in[DOWN_SEA];
    cplx strange = 2 * in[STRANGE_SEA], charm = 2 * in[CHARM_SEA], bottom = BOTTOM_OF_CHARM * charm;
    cplx singlet = up + down + strange + charm + bottom, gluon = in[GLUON_INPUT];

    cplx root = csqrt((v->qq - v->gg) * (v->qq - v->gg) + 4 * v->qg * v->gq);
    cplx high = 0.5 * (v->qq + v->gg + root), low = high - root;
    cplx at_high = cexp(high * length) / root, at_low = cexp(low * length) / root, mixing = at_high - at_low;
    cplx evolved = (at_high * (v->qq - low) - at_low * (v->qq - high)) * singlet + mixing * v->qg * gluon;
    out[NSYM_GLUON] = (at_high * (v->gg - low) - at_low * (v->gg - high)) * gluon + mixing * v->gq * singlet;

    cplx alone = cexp(v->qq * length); /* of differences, which gluons do not feed */
    cplx common = (evolved - singlet * alone) / (2 * FLAVOURS);
    out[NSYM_STRANGE] = common + 0.5 * strange * alone;
    out[NSYM_CHARM] = common + 0.5 * charm * alone;
    out[NSYM_BOTTOM] = common + 0.5 * bottom * alone;
    out[NSYM_ANTIUP] = common + in[UP_SEA] * alone;
    out[NSYM_ANTIDOWN] = common + in[DOWN_SEA] * alone;
    out[NSYM_UP] = out[NSYM_ANTIUP] + in[UP_VALENCE] * alone;
    out[NSYM_DOWN] = out[NSYM_ANTIDOWN] + in[DOWN_VALENCE] * alone;
}

static double scale_of(int k) {
    return NSYM_PARTON_Q_MIN_GEV * pow(NSYM_PARTON_Q_MAX_GEV / NSYM_PARTON_Q_MIN_GEV, (double)k / (SCALES - 1));
}

static const double row_step = (LOGIT_MAX - LOGIT_MIN) / (ROWS - 3); /* one row more on either side */

/* Weights x^(1 - n) of the inverse Mellin transform at every row. Shape: kernel (ROWS, NODES). */
static void fill_kernel(cplx *kernel, const node *contour) {
    for (int r = 0; r < ROWS; r++) {
        double log_x = -log1p(exp(-(LOGIT_MIN + (r - 1) * row_step)));
        for (int k = 0; k < NODES; k++) kernel[r * NODES + k] = contour[k].weight * cexp((1 - contour[k].n) * log_x);
    }
}

/* Turns the moments at one scale back into densities. Shape: kernel (ROWS, NODES), moments (NODES, NSYM_PARTONS). */
static void invert(double xf[ROWS][NSYM_PARTONS], const cplx *kernel, cplx moments[NODES][NSYM_PARTONS]) {
    for (int r = 0; r < ROWS; r++) {
        double sum[NSYM_PARTONS] = {0};
        for (int k = 0; k < NODES; k++) {
            double re = creal(kernel[r * NODES + k]), im = cimag(kernel[r * NODES + k]);
            for (int f = 0; f < NSYM_PARTONS; f++) sum[f] += re * cimag(moments[k][f]) + im * creal(moments[k][f]);
        }
        for (int f = 0; f < NSYM_PARTONS; f++) xf[r][f] = fmax(sum[f], 0);
    }
}

nsym_status nsym_partons_new(nsym_partons **out) {
    nsym_partons *partons = malloc(sizeof *partons);
    node *contour = malloc(NODES * sizeof *contour);
    cplx *kernel = malloc((size_t)ROWS * NODES * sizeof *kernel);
    cplx(*moments)[NSYM_PARTONS] = malloc(NODES * sizeof *moments);
    nsym_status status = NSYM_OK;
    if (partons && contour && kernel && moments) {
        shape inputs[INPUTS];
        normalise(inputs);
        fill_contour(contour, inputs);
        fill_kernel(kernel, contour);
        for (int q = 0; q < SCALES; q++) {
            double length = evolution_length(scale_of(q));
            for (int k = 0; k < NODES; k++) evolve(&contour[k], length, moments[k]);
            invert(partons->xf[q], kernel, moments);
        }
    } else {
        free(partons);
        partons = NULL;
        status = nsym_fail(NSYM_ENOMEM, "no memory for a table of parton densities");
    }
    free(contour);
    free(kernel);
    free(moments);
    *out = partons;
    return status;
}

void nsym_partons_free(nsym_partons *partons) {
    free(partons);
}

/* Cubic in logit(x), linear in the logarithm of the scale: within 1e-3 of the inversion itself below x = 0.3, 3e-3
   below 0.7. */
void nsym_partons_at(const nsym_partons *partons, double log_x, double q_gev, double *xf) {
    double logit = fmax(log_x - log1p(-exp(log_x)), LOGIT_MIN);
    if (!(logit < LOGIT_MAX)) {
        for (int f = 0; f < NSYM_PARTONS; f++) xf[f] = 0;
        return;
    }
    double row = (logit - LOGIT_MIN) / row_step;
    int r = (int)row;
    double t = row - r;
    double wx[4] = {-t * (t - 1) * (t - 2) / 6, (t + 1) * (t - 1) * (t - 2) / 2, -(t + 1) * t * (t - 2) / 2,
                    (t + 1) * t * (t - 1) / 6};

    double scale = log(q_gev / NSYM_PARTON_Q_MIN_GEV) / log(NSYM_PARTON_Q_MAX_GEV / NSYM_PARTON_Q_MIN_GEV);
    scale = fmin(fmax(scale, 0), 1) * (SCALES - 1);
    int q = scale < SCALES - 2 ? (int)scale : SCALES - 2;
    double s = scale - q;
    for (int f = 0; f < NSYM_PARTONS; f++) {
        double low = 0, high = 0;
        for (int k = 0; k < 4; k++) {
            low += wx[k] * partons->xf[q][r + k][f];
            high += wx[k] * partons->xf[q + 1][r + k][f];
        }
        xf[f] = fmax(low + s * (high - low), 0);
    }
}
