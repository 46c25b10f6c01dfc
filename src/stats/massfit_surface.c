#include "stats/massfit_surface.h"

#include "stats/voigt.h"

#include <math.h>
#include <string.h>

enum { P = NSYM_MASS_PARAMETERS, K = NSYM_MASS_TAU, CHUNK = 512 };
typedef nsym_mass_surface surface;

typedef struct {
    double value, k, kk; /* a density and its derivatives in k */
} falling;

/* log(2 sinh(k h) / k) and its derivatives, the normalisation of exp(-k t) for |t| < h. */
static falling log_norm(double k, double h) {
    double a = fabs(k) * h;
    if (a < 1e-3) return (falling){log(2 * h) + a * a / 6, k * h * h / 3, h * h / 3 * (1 - a * a / 5)};
    double e = exp(-2 * a), coth = (1 + e) / (1 - e);
    return (falling){a + log1p(-e) - log(fabs(k)), copysign(h * coth, k) - 1 / k,
                     1 / (k * k) - 4 * h * h * e / ((1 - e) * (1 - e))};
}

/* What does not change from event to event. */
typedef struct {
    double low, high, middle;
    const double *at; /* (P) */
    falling norm;
    double norms[NSYM_VOIGT_TERMS]; /* the profile's integral, then its derivatives by it */
} model;

static model model_at(const double *at, double low, double high) {
    model m = {.low = low, .high = high, .middle = (low + high) / 2, .at = at};
    m.norm = log_norm(at[K], (high - low) / 2);
    double centre = at[NSYM_MASS_CENTRE];
    nsym_voigt_integrals(low - centre, high - centre, at[NSYM_MASS_SIGMA], at[NSYM_MASS_GAMMA], m.norms);
    for (int t = 1; t < NSYM_VOIGT_TERMS; t++) m.norms[t] /= m.norms[NSYM_VOIGT_VALUE];
    return m;
}

/* Voigt's terms become those of the profile normalised in the window. */
static void normalise(const double *norms, double *v) {
    static const int first[6] = {NSYM_VOIGT_S, NSYM_VOIGT_S, NSYM_VOIGT_S, NSYM_VOIGT_G, NSYM_VOIGT_G, NSYM_VOIGT_C};
    static const int second[6] = {NSYM_VOIGT_S, NSYM_VOIGT_G, NSYM_VOIGT_C, NSYM_VOIGT_G, NSYM_VOIGT_C, NSYM_VOIGT_C};
    double inverse = 1 / norms[NSYM_VOIGT_VALUE];
    for (int t = 0; t < NSYM_VOIGT_TERMS; t++) v[t] *= inverse;
    for (int t = NSYM_VOIGT_S; t <= NSYM_VOIGT_C; t++) v[t] -= v[0] * norms[t];
    for (int t = 0; t < 6; t++)
        v[NSYM_VOIGT_SS + t] -=
            v[first[t]] * norms[second[t]] + v[second[t]] * norms[first[t]] + v[0] * norms[NSYM_VOIGT_SS + t];
}

/* The densities at a mass, and the mixture's first derivatives. */
typedef struct {
    double v[NSYM_VOIGT_TERMS]; /* the signal's, with its derivatives */
    double e, slope;            /* the background's, and the derivative of its logarithm in k */
    double p, first[P];         /* s v + (1 - s) e */
} event;

/* `terms` (NSYM_VOIGT_TERMS) are the profile's there. */
static void event_at(event *out, const model *m, double mass, const double *terms) {
    double *v = out->v, s = m->at[NSYM_MASS_FRACTION], t = mass - m->middle;
    memcpy(v, terms, sizeof out->v);
    normalise(m->norms, v);
    double e = exp(-m->at[K] * t - m->norm.value), slope = -t - m->norm.k;
    out->e = e;
    out->slope = slope;
    out->p = fmax(s * v[0] + (1 - s) * e, 1e-300);
    out->first[K] = (1 - s) * e * slope;
    out->first[NSYM_MASS_SIGMA] = s * v[NSYM_VOIGT_S];
    out->first[NSYM_MASS_GAMMA] = s * v[NSYM_VOIGT_G];
    out->first[NSYM_MASS_FRACTION] = v[0] - e;
    out->first[NSYM_MASS_CENTRE] = s * v[NSYM_VOIGT_C];
}

/* Fills out (n), n at most CHUNK. */
static void events_at(event *out, const model *m, const double *mass, size_t n) {
    double x[CHUNK] = {0}, terms[CHUNK * NSYM_VOIGT_TERMS];
    for (size_t i = 0; i < n; i++) x[i] = mass[i] - m->at[NSYM_MASS_CENTRE];
    nsym_voigt_terms(x, n, m->at[NSYM_MASS_SIGMA], m->at[NSYM_MASS_GAMMA], terms);
    for (size_t i = 0; i < n; i++) event_at(&out[i], m, mass[i], terms + i * NSYM_VOIGT_TERMS);
}

/* Adds an event of that weight. */
static void add(const model *m, const event *at, double weight, surface *sum) {
    const double *v = at->v, *first = at->first, s = m->at[NSYM_MASS_FRACTION], e = at->e, slope = at->slope;
    double inverse = 1 / at->p;
    const double second[P][P] = {
        /* the lower triangle */
        {(1 - s) * e * (slope * slope - m->norm.kk)},
        {0, s * v[NSYM_VOIGT_SS]},
        {0, s * v[NSYM_VOIGT_SG], s * v[NSYM_VOIGT_GG]},
        {-e * slope, v[NSYM_VOIGT_S], v[NSYM_VOIGT_G], 0},
        {0, s * v[NSYM_VOIGT_SC], s * v[NSYM_VOIGT_GC], v[NSYM_VOIGT_C], s * v[NSYM_VOIGT_CC]}};
    sum->value -= weight * log(at->p);
    for (int i = 0; i < P; i++) {
        double relative = first[i] * inverse;
        sum->gradient[i] -= weight * relative;
        for (int j = 0; j <= i; j++)
            sum->hessian[i][j] += weight * (relative * first[j] * inverse - second[i][j] * inverse);
    }
}

/* Sums of chunks, then the sum of the sums, that rounding stays small. */
void nsym_mass_evaluate(surface *out, const nsym_mass_sample *sample, double low, double high, const double *at) {
    const model m = model_at(at, low, high);
    event here[CHUNK];
    memset(out, 0, sizeof *out);
    for (size_t begin = 0; begin < sample->n; begin += CHUNK) {
        surface part = {0};
        size_t end = begin + CHUNK < sample->n ? begin + CHUNK : sample->n;
        events_at(here, &m, sample->mass + begin, end - begin);
        for (size_t i = begin; i < end; i++) add(&m, &here[i - begin], sample->weight ? sample->weight[i] : 1, &part);
        out->value += part.value;
        for (int i = 0; i < P; i++) {
            out->gradient[i] += part.gradient[i];
            for (int j = 0; j <= i; j++) out->hessian[i][j] += part.hessian[i][j];
        }
    }
    for (int i = 0; i < P; i++)
        for (int j = i + 1; j < P; j++) out->hessian[i][j] = out->hessian[j][i];
}

void nsym_mass_scatter(double middle[P][P], double *with_total, const nsym_mass_sample *sample, double low, double high,
                       const double *at) {
    const model m = model_at(at, low, high);
    event some[CHUNK];
    memset(middle, 0, sizeof(double[P][P]));
    memset(with_total, 0, sizeof(double[P]));
    for (size_t e = 0; e < sample->n; e++) {
        if (e % CHUNK == 0) events_at(some, &m, sample->mass + e, sample->n - e < CHUNK ? sample->n - e : CHUNK);
        const event *here = &some[e % CHUNK];
        double weight = sample->weight ? sample->weight[e] : 1;
        for (int i = 0; i < P; i++) {
            double of_i = weight * here->first[i] / here->p;
            with_total[i] += weight * of_i;
            for (int j = 0; j < P; j++) middle[i][j] += of_i * weight * here->first[j] / here->p;
        }
    }
}

void nsym_mass_event_scores(double *score, double *odds, double *probability, const double *masses, size_t n,
                            double low, double high, const double *at) {
    const model m = model_at(at, low, high);
    event some[CHUNK];
    double s = at[NSYM_MASS_FRACTION];
    for (size_t e = 0; e < n; e++) {
        if (e % CHUNK == 0) events_at(some, &m, masses + e, n - e < CHUNK ? n - e : CHUNK);
        const event *here = &some[e % CHUNK];
        for (int i = 0; i < P; i++) score[e * P + i] = here->first[i] / here->p;
        double *of = odds + e * P, v = fmax(here->v[0], 1e-300);
        of[K] = -here->slope;
        of[NSYM_MASS_SIGMA] = here->v[NSYM_VOIGT_S] / v;
        of[NSYM_MASS_GAMMA] = here->v[NSYM_VOIGT_G] / v;
        of[NSYM_MASS_FRACTION] = 1 / (s * (1 - s));
        of[NSYM_MASS_CENTRE] = here->v[NSYM_VOIGT_C] / v;
        probability[e] = s * here->v[0] / here->p;
    }
}
