#include "stats/massfit_surface.h"

#include "stats/massfit_events.h"

#include <math.h>
#include <string.h>

enum { P = NSYM_MASS_PARAMETERS, K = NSYM_MASS_TAU, BLOCK = NSYM_MASS_BLOCK };
typedef nsym_mass_surface surface;
typedef nsym_mass_model model;
typedef nsym_mass_events events;

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

static model model_at(const double *at, double low, double high) {
    model m = {.low = low, .high = high, .middle = (low + high) / 2, .at = at};
    falling norm = log_norm(at[K], (high - low) / 2);
    m.norm = norm.value;
    m.norm_k = norm.k;
    m.norm_kk = norm.kk;
    double centre = at[NSYM_MASS_CENTRE];
    nsym_voigt_integrals(low - centre, high - centre, at[NSYM_MASS_SIGMA], at[NSYM_MASS_GAMMA], m.norms);
    for (int t = 1; t < NSYM_VOIGT_TERMS; t++) m.norms[t] /= m.norms[NSYM_VOIGT_VALUE];
    return m;
}

/* Sums of blocks, then the sum of the sums, that rounding stays small. */
void nsym_mass_evaluate(surface *out, const nsym_mass_sample *sample, double low, double high, const double *at) {
    const model m = model_at(at, low, high);
    double sums[NSYM_MASS_SUMS] = {0}, part[NSYM_MASS_SUMS];
    events here = {0};
    for (size_t begin = 0; begin < sample->n; begin += BLOCK) {
        size_t n = sample->n - begin < BLOCK ? sample->n - begin : BLOCK;
        nsym_mass_events_at(&here, &m, sample->mass + begin, n);
        nsym_mass_events_sums(part, &here, &m, sample->weight ? sample->weight + begin : NULL, n);
        for (int k = 0; k < NSYM_MASS_SUMS; k++) sums[k] += part[k];
    }
    out->value = sums[0];
    memcpy(out->gradient, sums + 1, sizeof out->gradient);
    for (int i = 0, k = 1 + P; i < P; i++)
        for (int j = 0; j <= i; j++, k++) out->hessian[i][j] = out->hessian[j][i] = sums[k];
}

void nsym_mass_scatter(double middle[P][P], double *with_total, const nsym_mass_sample *sample, double low, double high,
                       const double *at) {
    const model m = model_at(at, low, high);
    events some = {0};
    memset(middle, 0, sizeof(double[P][P]));
    memset(with_total, 0, sizeof(double[P]));
    for (size_t e = 0; e < sample->n; e++) {
        size_t here = e % BLOCK;
        if (here == 0) nsym_mass_events_at(&some, &m, sample->mass + e, sample->n - e < BLOCK ? sample->n - e : BLOCK);
        double weight = sample->weight ? sample->weight[e] : 1;
        for (int i = 0; i < P; i++) {
            double of_i = weight * some.first[i][here] / some.p[here];
            with_total[i] += weight * of_i;
            for (int j = 0; j < P; j++) middle[i][j] += of_i * weight * some.first[j][here] / some.p[here];
        }
    }
}

void nsym_mass_event_scores(double *score, double *odds, double *probability, const double *masses, size_t n,
                            double low, double high, const double *at) {
    const model m = model_at(at, low, high);
    events some = {0};
    double s = at[NSYM_MASS_FRACTION];
    for (size_t e = 0; e < n; e++) {
        size_t here = e % BLOCK;
        if (here == 0) nsym_mass_events_at(&some, &m, masses + e, n - e < BLOCK ? n - e : BLOCK);
        for (int i = 0; i < P; i++) score[e * P + i] = some.first[i][here] / some.p[here];
        double *of = odds + e * P, v = fmax(some.v[0][here], 1e-300);
        of[K] = -some.slope[here];
        of[NSYM_MASS_SIGMA] = some.v[NSYM_VOIGT_S][here] / v;
        of[NSYM_MASS_GAMMA] = some.v[NSYM_VOIGT_G][here] / v;
        of[NSYM_MASS_FRACTION] = 1 / (s * (1 - s));
        of[NSYM_MASS_CENTRE] = some.v[NSYM_VOIGT_C][here] / v;
        probability[e] = s * some.v[0][here] / some.p[here];
    }
}
