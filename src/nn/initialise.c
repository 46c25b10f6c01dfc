#include "nn/initialise.h"

/* Of a standard normal cut at +-2. */
static const double CUT_DEVIATION = 0.87962566103423978;

static void draw_uniform(nsym_random *random, real *values, size_t n, double bound) {
    for (size_t i = 0; i < n; i++) values[i] = (real)(bound * (2 * nsym_random_uniform(random) - 1));
}

/* Normals cut at two deviations, of this deviation after the cut. */
static void draw_cut_normal(nsym_random *random, real *values, size_t n, double deviation) {
    for (size_t i = 0; i < n; i++) {
        double x = nsym_random_normal(random);
        while (fabs(x) > 2) x = nsym_random_normal(random);
        values[i] = (real)(deviation / CUT_DEVIATION * x);
    }
}

static double dot(const real *a, const real *b, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += (double)a[i] * (double)b[i];
    return sum;
}

/* Leaves of vector k what is orthogonal to the k unit vectors before it, by Gram & Schmidt, twice because once rounds
   too much; gives its length. */
static double project(real *vectors, size_t k, size_t length) {
    real *own = vectors + k * length;
    for (int round = 0; round < 2; round++) {
        for (size_t j = 0; j < k; j++) {
            const real *other = vectors + j * length;
            const real share = (real)dot(own, other, length);
            for (size_t i = 0; i < length; i++) own[i] -= share * other[i];
        }
    }
    return sqrt(dot(own, own, length));
}

/* Rows or columns, whichever are fewer, become orthonormal: the Q of a normal matrix's QR decomposition whose R has a
   positive diagonal, so that every Q is as likely as any other (Mezzadri, arXiv:math-ph/0609050). */
static void draw_orthogonal(nsym_random *random, real *weights, size_t inputs, size_t outputs, real *vectors) {
    /* weights (inputs, outputs), vectors (count, length) */
    const bool columns = inputs >= outputs;
    const size_t count = columns ? outputs : inputs, length = columns ? inputs : outputs;
    for (size_t k = 0; k < count; k++) {
        real *own = vectors + k * length;
        double norm = 0;
        while (norm == 0) {
            for (size_t i = 0; i < length; i++) own[i] = (real)nsym_random_normal(random);
            norm = project(vectors, k, length);
        }
        for (size_t i = 0; i < length; i++) own[i] = (real)((double)own[i] / norm);
        for (size_t i = 0; i < length; i++) weights[columns ? i * outputs + k : k * outputs + i] = own[i];
    }
}

void nsym_initial_weights(nsym_initialisation how, nsym_random *random, real *weights, size_t inputs, size_t outputs,
                          size_t places, real *scratch) {
    const size_t n = inputs * outputs;
    const double both = (double)inputs + (double)(outputs * places);
    switch (how) {
    case NSYM_INIT_PYTORCH:
        draw_uniform(random, weights, n, 1 / sqrt((double)inputs));
        break;
    case NSYM_INIT_GLOROT_UNIFORM:
        draw_uniform(random, weights, n, sqrt(6 / both));
        break;
    case NSYM_INIT_GLOROT_NORMAL:
        draw_cut_normal(random, weights, n, sqrt(2 / both));
        break;
    case NSYM_INIT_HE_NORMAL:
        draw_cut_normal(random, weights, n, sqrt(2 / (double)inputs));
        break;
    case NSYM_INIT_ORTHOGONAL:
        draw_orthogonal(random, weights, inputs, outputs, scratch);
        break;
    }
}

void nsym_initial_biases(nsym_initialisation how, nsym_random *random, real *biases, size_t inputs, size_t n) {
    if (how == NSYM_INIT_PYTORCH) draw_uniform(random, biases, n, 1 / sqrt((double)inputs));
    for (size_t i = 0; how != NSYM_INIT_PYTORCH && i < n; i++) biases[i] = 0;
}
