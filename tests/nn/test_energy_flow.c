/* What particle-flow and energy-flow networks must not see (Komiske, Metodiev & Thaler, arXiv:1810.05165): the order of
   particles, and, with energies, particles of none and one that is parted into two of its direction. */
#include "nn/apart.h"
#include "nn/batch.h"
#include "nn/network.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { EVENTS = 40, MOST = 5 * EVENTS, WIDTH = PARTICLE_WIDTH };

/* Sums of other orders and products of other shapes round differently in float; logits are of order 1. */
static const double rounding = 1e-5;

/* With an activation that lets every hidden value pass, so that what is not invisible shows. */
static nsym_model_spec spec_of(nsym_model_kind kind) {
    nsym_model_spec spec = small_spec(kind, NSYM_NORM_NONE);
    spec.activation = NSYM_LEAKY_RELU;
    spec.leak = 0.3;
    return spec;
}

static nsym_network *network_new(const nsym_model_spec *spec) {
    nsym_network *network;
    assert_int_equal(nsym_network_new(&network, spec, EVENTS, 2 * MOST), NSYM_OK);
    nsym_network_initialise(network, 21);
    real *values = nsym_network_values(network);
    nsym_random random = nsym_random_stream(21, "shake", 0);
    for (size_t i = 0; i < nsym_network_parameters(network); i++)
        values[i] += (real)(0.3 * nsym_random_normal(&random));
    return network;
}

/* Events of 0 to 4 particles whose energies, the first values, are positive. */
static sample energetic(void) {
    sample e = sample_new(EVENTS, 0, 22);
    for (size_t r = 0; r < e.offsets[EVENTS]; r++) e.particles[r * WIDTH] = (real)fabs((double)e.particles[r * WIDTH]);
    return e;
}

/* The same events with particles that `change` writes, at most two for each; how many it says. */
typedef size_t (*change)(real *out, const real *particle, double size);

typedef struct changed {
    uint32_t offsets[EVENTS + 1];
    real particles[2 * MOST * WIDTH];
} changed;

static void apply(changed *to, const sample *from, change change_one, double size) {
    to->offsets[0] = 0;
    for (size_t i = 0; i < EVENTS; i++) {
        uint32_t rows = to->offsets[i];
        for (size_t r = from->offsets[i]; r < from->offsets[i + 1]; r++)
            rows += (uint32_t)change_one(to->particles + rows * WIDTH, from->particles + r * WIDTH, size);
        to->offsets[i + 1] = rows;
    }
}

/* A part `size` of the energy goes to a second particle in the same direction. */
static size_t part(real *out, const real *particle, double size) {
    memcpy(out, particle, WIDTH * sizeof *out);
    memcpy(out + WIDTH, particle, WIDTH * sizeof *out);
    out[0] = (real)((1 - size) * (double)particle[0]);
    out[WIDTH] = (real)(size * (double)particle[0]);
    return 2;
}

/* A particle of energy `size` goes ahead, in another direction. */
static size_t radiate(real *out, const real *particle, double size) {
    for (size_t k = 1; k < WIDTH; k++) out[k] = 1 - 2 * particle[k];
    out[0] = (real)size;
    memcpy(out + WIDTH, particle, WIDTH * sizeof *out);
    return 2;
}

/* All energies grow by a factor. */
static size_t scale(real *out, const real *particle, double size) {
    memcpy(out, particle, WIDTH * sizeof *out);
    out[0] = (real)(size * (double)particle[0]);
    return 1;
}

/* The largest difference that a change makes to a logit. */
static double effect_of(nsym_network *network, const sample *e, change change_one, double size) {
    static changed other;
    real before[EVENTS];
    apply(&other, e, change_one, size);
    const real *logits = nsym_network_forward(network, &e->batch, false);
    memcpy(before, logits, sizeof before);
    logits = nsym_network_forward(
        network, &(nsym_batch){.events = EVENTS, .offsets = other.offsets, .particles = other.particles}, false);
    return apart(logits, before, EVENTS);
}

static void energy_flow_does_not_see_a_collinear_splitting(void **state) {
    (void)state;
    sample e = energetic();
    for (size_t layers = 0; layers <= 2; layers++) {
        nsym_model_spec spec = spec_of(NSYM_EFN);
        spec.particle_map.count = layers;
        nsym_network *network = network_new(&spec);
        assert_true(effect_of(network, &e, part, 0.5) < rounding);
        assert_true(effect_of(network, &e, part, 0.1) < rounding);
        assert_true(effect_of(network, &e, part, 1) < rounding);
        nsym_network_free(network);
    }
    nsym_model_spec spec = spec_of(NSYM_PFN);
    nsym_network *network = network_new(&spec); /* which a particle-flow network does see */
    assert_true(effect_of(network, &e, part, 0.5) > 0.1);
    nsym_network_free(network);
    sample_free(&e);
}

static void energy_flow_does_not_see_particles_without_energy(void **state) {
    (void)state;
    sample e = energetic();
    for (size_t layers = 0; layers <= 2; layers++) {
        nsym_model_spec spec = spec_of(NSYM_EFN);
        spec.particle_map.count = layers;
        nsym_network *network = network_new(&spec);
        assert_true(effect_of(network, &e, radiate, 0) < rounding);
        double soft = effect_of(network, &e, radiate, 1e-3), hard = effect_of(network, &e, radiate, 1);
        assert_true(hard > 0.1);
        assert_true(soft < 0.02 * hard); /* a thousandth, where no hidden value changes its sign */
        nsym_network_free(network);
    }
    nsym_model_spec spec = spec_of(NSYM_PFN);
    nsym_network *network = network_new(&spec);
    assert_true(effect_of(network, &e, radiate, 0) > 0.1);
    nsym_network_free(network);
    sample_free(&e);
}

/* Without hidden layers the classifier is affine, so that the logit itself is additive in the energies. */
static void the_latent_of_energy_flow_is_additive_in_energy(void **state) {
    (void)state;
    sample e = energetic();
    nsym_model_spec spec = spec_of(NSYM_EFN);
    spec.hidden.count = 0;
    nsym_network *network = network_new(&spec);
    static changed thrice;
    uint32_t nothing[EVENTS + 1] = {0};
    double once[EVENTS];
    nsym_batch empty = {.events = EVENTS, .offsets = nothing, .particles = e.particles};
    double origin = (double)nsym_network_forward(network, &empty, false)[0];
    const real *logits = nsym_network_forward(network, &e.batch, false);
    for (size_t i = 0; i < EVENTS; i++) once[i] = (double)logits[i] - origin;
    apply(&thrice, &e, scale, 3);
    logits = nsym_network_forward(
        network, &(nsym_batch){.events = EVENTS, .offsets = thrice.offsets, .particles = thrice.particles}, false);
    for (size_t i = 0; i < EVENTS; i++)
        assert_true(fabs((double)logits[i] - origin - 3 * once[i]) < rounding * (1 + fabs(3 * once[i])));

    const uint32_t single[] = {0, 1};
    double sum[EVENTS] = {0}; /* of the particles, each an event of its own */
    for (size_t i = 0; i < EVENTS; i++)
        for (size_t r = e.offsets[i]; r < e.offsets[i + 1]; r++) {
            nsym_batch one = {.events = 1, .offsets = single, .particles = e.particles + r * WIDTH};
            sum[i] += (double)nsym_network_forward(network, &one, false)[0] - origin;
        }
    for (size_t i = 0; i < EVENTS; i++) assert_true(fabs(sum[i] - once[i]) < rounding * (1 + fabs(once[i])));
    nsym_network_free(network);
    sample_free(&e);
}

static void neither_network_sees_the_order_of_particles(void **state) {
    (void)state;
    static const nsym_model_kind kinds[] = {NSYM_PFN, NSYM_EFN};
    for (size_t k = 0; k < 2; k++) {
        sample e = energetic();
        nsym_model_spec spec = spec_of(kinds[k]);
        nsym_network *network = network_new(&spec);
        real before[EVENTS];
        memcpy(before, nsym_network_forward(network, &e.batch, false), sizeof before);
        nsym_random random = nsym_random_stream(23, "order", 0);
        for (size_t i = 0; i < EVENTS; i++) {
            uint32_t order[4], n = e.offsets[i + 1] - e.offsets[i];
            real shuffled[4 * WIDTH], *rows = e.particles + e.offsets[i] * WIDTH;
            for (uint32_t r = 0; r < n; r++) order[r] = r;
            nsym_random_shuffle(&random, order, n);
            for (uint32_t r = 0; r < n; r++)
                memcpy(shuffled + r * WIDTH, rows + order[r] * WIDTH, WIDTH * sizeof *rows);
            memcpy(rows, shuffled, n * WIDTH * sizeof *rows);
        }
        const real *after = nsym_network_forward(network, &e.batch, false);
        for (size_t i = 0; i < EVENTS; i++) assert_true(fabs((double)(after[i] - before[i])) < rounding);
        nsym_network_free(network);
        sample_free(&e);
    }
}

static void an_event_without_particles_is_one_without_energy(void **state) {
    (void)state;
    nsym_model_spec spec = spec_of(NSYM_EFN);
    nsym_network *network = network_new(&spec);
    const uint32_t none[] = {0, 0, 0}, some[] = {0, 2, 3};
    real particles[3 * WIDTH];
    for (size_t i = 0; i < 3 * WIDTH; i++) particles[i] = i % WIDTH ? (real)i : 0;
    const real *logits = nsym_network_forward(network, &(nsym_batch){.events = 2, .offsets = none}, false);
    double empty = (double)logits[0];
    assert_true(isfinite(empty) && logits[0] == logits[1]);
    logits = nsym_network_forward(network, &(nsym_batch){.events = 2, .offsets = some, .particles = particles}, false);
    assert_true((double)logits[0] == empty && (double)logits[1] == empty);
    nsym_network_free(network);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(energy_flow_does_not_see_a_collinear_splitting),
        cmocka_unit_test(energy_flow_does_not_see_particles_without_energy),
        cmocka_unit_test(the_latent_of_energy_flow_is_additive_in_energy),
        cmocka_unit_test(neither_network_sees_the_order_of_particles),
        cmocka_unit_test(an_event_without_particles_is_one_without_energy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
