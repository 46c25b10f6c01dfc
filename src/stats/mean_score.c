#include <nearsym/calibration.h>

#include <nearsym/classes.h>

#include <math.h>
#include <string.h>

/* log(e^a + e^b), also of -infinity. */
static double log_add(double a, double b) {
    double most = fmax(a, b), least = fmin(a, b);
    return isinf(most) ? most : most + log1p(exp(least - most));
}

/* log(1 / (1 + e^-z)). */
static double log_sigmoid(double z) {
    return z < 0 ? z - log1p(exp(z)) : -log1p(exp(-z));
}

/* The mean of m events' logits (m, stride between them), one of each network. */
static void mean_of_two(double *probability, double *logit, const double *z, size_t m, size_t stride) {
    double sum = 0, for_it = -INFINITY, against = -INFINITY;
    for (size_t k = 0; k < m; k++) {
        double one = z[k * stride];
        sum += 1 / (1 + exp(-one));
        for_it = log_add(for_it, log_sigmoid(one));
        against = log_add(against, log_sigmoid(-one));
    }
    *probability = sum / (double)m;
    *logit = m == 1 ? z[0] : for_it - against;
}

static void mean_of_classes(double *probability, double *logit, const double *z, size_t m, size_t stride,
                            size_t classes) {
    double of_one[NSYM_CLASSES_MAX];
    for (size_t j = 0; j < classes; j++) {
        probability[j] = 0;
        logit[j] = -INFINITY;
    }
    for (size_t k = 0; k < m; k++) {
        const double *one = z + k * stride;
        double sum = -INFINITY;
        nsym_class_probabilities(of_one, one, classes);
        for (size_t j = 0; j < classes; j++) sum = log_add(sum, one[j]);
        for (size_t j = 0; j < classes; j++) {
            probability[j] += of_one[j] / (double)m;
            logit[j] = log_add(logit[j], one[j] - sum - log((double)m));
        }
    }
    if (m == 1) memcpy(logit, z, classes * sizeof *logit);
}

void nsym_mean_score(double *probabilities, double *mean_logits, const double *logits, size_t m, size_t n,
                     size_t outputs) {
    for (size_t i = 0; i < n; i++) {
        size_t at = i * outputs;
        if (outputs == 1)
            mean_of_two(probabilities + at, mean_logits + at, logits + at, m, n);
        else
            mean_of_classes(probabilities + at, mean_logits + at, logits + at, m, n * outputs, outputs);
    }
}
