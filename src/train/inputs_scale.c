/* The standardisation of inputs: means and deviations of the events that train, weighted as they are, from numbers in
   double precision. */
#include "base/fail.h"
#include "train/input_maker.h"
#include "train/inputs.h"

#include <math.h>
#include <stdlib.h>

/* A variance from sums of x and x^2 has lost digits below this part of the mean square; and a deviation below this part
   of the root mean square is rounding. */
static const double cancelled = 1e-6, constant = 1e-10;

/* Events (n) that count, with weights or NULL for ones. */
typedef struct {
    const uint32_t *rows;
    size_t n;
    const double *weights;
} counted;

/* An event counts by the size of its weight: where some are negative, the sums of signed ones could cancel. */
static double weight_of(const counted *c, size_t i) {
    return c->weights ? fabs(c->weights[c->rows[i]]) : 1;
}

/* Sums over the events of w, w x and w x^2, or, around `mean`, of w, w for each x that is there and w (x - mean)^2.
   Shape: sums (2, width). Gives the first: rows that are padded or zeros of a list are counted. */
static nsym_status add_up(double *sums, double *total, const nsym_inputs *in, nsym_input_maker *m, size_t part,
                          const counted *c, const double *mean) {
    size_t width = nsym_input_of(m->spec, part)->width;
    for (size_t i = 0; i < c->n; i++) {
        size_t event = c->rows[i], n = in->offsets[event + 1] - in->offsets[event], rows = m->per_particle ? n : 1;
        double w = weight_of(c, i);
        if (w == 0) continue;
        NSYM_TRY(nsym_maker_make(m, event, nsym_maker_particles(m, event, n)));
        const double *value = m->values;
        for (size_t r = 0; r < rows; r++)
            for (size_t k = 0; k < m->width; k++, value++) {
                size_t column = nsym_maker_column(m, r, k);
                if (column == NSYM_NONE) continue;
                double x = *value - (mean ? mean[column] : 0);
                sums[column] += w * (mean ? 1 : x);
                sums[width + column] += w * x * x;
            }
        *total += w * (part > 0 ? 1 : in->padding ? (double)m->spec->padded : (double)n);
    }
    return NSYM_OK;
}

/* The variances (width) of columns whose digits were lost, in sums around the means. */
static nsym_status refine(double *variance, const double *mean, const nsym_inputs *in, nsym_input_maker *m, size_t part,
                          const counted *c) {
    size_t width = nsym_input_of(m->spec, part)->width;
    double *sums = calloc(2 * width, sizeof *sums), total = 0;
    nsym_status status = sums ? add_up(sums, &total, in, m, part, c, mean)
                              : nsym_fail(NSYM_ENOMEM, "no memory to standardise %zu columns", width);
    for (size_t k = 0; status == NSYM_OK && k < width; k++) /* zeros that are not there are (0 - mean)^2 away */
        variance[k] = (sums[width + k] + (total - sums[k]) * mean[k] * mean[k]) / total;
    free(sums);
    return status;
}

/* Sums (2, width) become means and scales; a column that does not vary beyond rounding, or that is not to be scaled,
   has scale 1. */
static nsym_status to_scaling(double *sums, double total, const nsym_inputs *in, nsym_input_maker *m, size_t part,
                              const counted *c) {
    size_t width = nsym_input_of(m->spec, part)->width;
    double *variance = calloc(width, sizeof *variance);
    if (!variance) return nsym_fail(NSYM_ENOMEM, "no memory to standardise %zu columns", width);
    bool lost = false;
    for (size_t k = 0; k < width; k++) {
        bool scaled = nsym_maker_scales(m, k) && total > 0;
        double mean = scaled ? sums[k] / total : 0, square = scaled ? sums[width + k] / total : 0;
        sums[k] = mean;
        sums[width + k] = square;
        variance[k] = square - mean * mean;
        lost = lost || !(variance[k] >= cancelled * square);
    }
    nsym_status status = lost ? refine(variance, sums, in, m, part, c) : NSYM_OK;
    for (size_t k = 0; k < width; k++) {
        double square = sums[width + k];
        sums[width + k] = variance[k] > constant * constant * square && square > 0 ? sqrt(variance[k]) : 1;
    }
    free(variance);
    return status;
}

/* An energy is divided by an event's, in the mean, and not shifted: a particle of none has none. */
static void scale_energy(double *scaling, size_t width, double energy) {
    scaling[0] = 0;
    scaling[width] = energy > 0 ? energy : 1;
}

/* New scaling (2, width) of one part, NULL where the model has no such input. */
static nsym_status scale_part(double **out, const nsym_inputs *in, nsym_input_maker *m, size_t part, const counted *c) {
    size_t width = nsym_input_of(m->spec, part)->width;
    if (!m->kind || width == 0) return NSYM_OK;
    double *sums = *out = calloc(2 * width, sizeof *sums), total = 0, events = 0;
    if (!sums) return nsym_fail(NSYM_ENOMEM, "no memory to standardise %zu columns", width);
    NSYM_TRY(add_up(sums, &total, in, m, part, c, NULL));
    for (size_t i = 0; i < c->n; i++) events += weight_of(c, i);
    const double energy = sums[0] / (events > 0 ? events : 1);
    NSYM_TRY(to_scaling(sums, total, in, m, part, c));
    if (part == 0 && m->spec->kind == NSYM_EFN) scale_energy(sums, width, energy);
    return NSYM_OK;
}

/* Equal weights say nothing, and leave the sums as they are without. */
static bool all_equal(const double *weights, const uint32_t *rows, size_t n) {
    for (size_t i = 1; weights && i < n; i++)
        if (fabs(weights[rows[i]]) != fabs(weights[rows[0]])) return false;
    return true;
}

nsym_status nsym_inputs_scale(nsym_inputs *inputs, const nsym_model_spec *spec, const nsym_material *material,
                              const double *weights, const uint32_t *rows, size_t n) {
    const counted c = {rows, n, all_equal(weights, rows, n) ? NULL : weights};
    size_t most = 0;
    for (size_t i = 0; i < inputs->count; i++)
        if (inputs->offsets[i + 1] > inputs->offsets[i] && nsym_material_particles(material, i) > most)
            most = nsym_material_particles(material, i);
    for (size_t part = 0; part < NSYM_INPUT_PARTS; part++) {
        nsym_input_maker maker;
        nsym_status status = nsym_maker_open(&maker, spec, part, material, most);
        if (status == NSYM_OK) status = scale_part(&inputs->scaling[part], inputs, &maker, part, &c);
        nsym_maker_close(&maker);
        NSYM_TRY(status);
    }
    return nsym_inputs_fill(inputs, spec, material, (const double *const *)inputs->scaling);
}

nsym_status nsym_inputs_standardise(nsym_inputs *inputs, const nsym_model_spec *spec, const nsym_events *events,
                                    const double *weights, const uint32_t *rows, size_t n) {
    const nsym_material material = nsym_material_of_events(events);
    return nsym_inputs_scale(inputs, spec, &material, weights, rows, n);
}
