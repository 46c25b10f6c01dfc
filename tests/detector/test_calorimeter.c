#include "detector/calorimeter.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { SIDE = 8 };

static nsym_pixels *grid(void) {
    nsym_pixels *pixels;
    assert_int_equal(nsym_pixels_new_equal(&pixels, SIDE, SIDE, -0.4, 0.4), NSYM_OK);
    return pixels;
}

static void fill(nsym_calorimeter *c, uint64_t index, nsym_neighbour *neighbours, size_t n, double mu_eta,
                 double *image) {
    nsym_random random = nsym_random_stream(1, "test", index);
    const nsym_activity s = {.count = n, .capacity = n, .neighbour = neighbours};
    assert_int_equal(nsym_calorimeter_fill(c, &random, &s, mu_eta, image), NSYM_OK);
}

/* Where resolution is perfect, energies fall into the cell at the calorimeter, not at the vertex. */
static void cells_sum_what_arrives(void **state) {
    (void)state;
    nsym_pixels *pixels = grid();
    nsym_calorimeter c = {.pixels = pixels};
    nsym_neighbour n[] = {
        {NSYM_PHOTON, 2, 0.05, -0.05, -0.05},        {NSYM_PILE_UP, 0.5, 0.05, 0.35, -0.05},
        {NSYM_CHARGED_HADRON, 1, -0.35, 0.05, 0.35}, {NSYM_CHARGED_HADRON, 4, 0.05, -0.05, 0.7}, /* beside the grid */
        {NSYM_PILE_UP, 0.3, 0.05, -0.05, NAN},       {NSYM_NEUTRAL_HADRON, 0, 0.05, -0.05, -0.05}};
    double image[SIDE * SIDE], sum = 0;
    fill(&c, 0, n, sizeof n / sizeof *n, 1, image);
    for (size_t i = 0; i < SIDE * SIDE; i++) sum += image[i];
    assert_true(image[4 * SIDE + 3] == 2.5 && image[7] == 1 && sum == 3.5);
    fill(&c, 0, NULL, 0, 1, image);
    for (size_t i = 0; i < SIDE * SIDE; i++) assert_true(image[i] == 0);
    nsym_calorimeter_clear(&c);
    nsym_pixels_free(pixels);
}

/* The width is that of the energy, pT cosh(eta), in five standard errors of the mean and the variance of a Gaussian. */
static void energies_have_the_resolution_of_their_kind(void **state) {
    (void)state;
    enum { DRAWS = 50000 };
    nsym_pixels *pixels = grid();
    nsym_calorimeter c = {.pixels = pixels, .resolution = {0.1, 0.52, 0.03}};
    const nsym_neighbour_kind kinds[] = {NSYM_CHARGED_HADRON, NSYM_NEUTRAL_HADRON, NSYM_PHOTON, NSYM_LEPTON,
                                         NSYM_PILE_UP};
    for (size_t k = 0; k < 5; k++) {
        double pt = 20, energy = pt * cosh(1.25), mean = 0, square = 0, image[SIDE * SIDE];
        bool hadron = kinds[k] != NSYM_PHOTON && kinds[k] != NSYM_LEPTON;
        double variance = pt * pt * (hadron ? 0.52 * 0.52 / energy + 0.03 * 0.03 : 0.1 * 0.1 / energy);
        for (uint64_t i = 0; i < DRAWS; i++) {
            nsym_neighbour n = {kinds[k], pt, 0.25, 0.05, 0.05};
            fill(&c, i, &n, 1, 1, image);
            double d = image[6 * SIDE + 4] - pt;
            mean += d / DRAWS, square += d * d / DRAWS;
        }
        assert_true(fabs(mean) < 5 * sqrt(variance / DRAWS));
        assert_true(fabs(square / variance - 1) < 5 * sqrt(2. / DRAWS));
    }
    nsym_calorimeter_clear(&c);
    nsym_pixels_free(pixels);
}

/* A Gaussian of mean 1 and width s lies below 0 with the probability Phi(-1 / s). */
static void a_measured_energy_is_never_negative(void **state) {
    (void)state;
    enum { DRAWS = 20000 };
    nsym_pixels *pixels = grid();
    nsym_calorimeter c = {.pixels = pixels, .resolution = {0.1, 1, 0}};
    size_t none = 0;
    for (uint64_t i = 0; i < DRAWS; i++) {
        nsym_neighbour n = {NSYM_NEUTRAL_HADRON, 0.5, 0.05, 0.05, 0.05};
        double image[SIDE * SIDE];
        fill(&c, i, &n, 1, -0.05, image);
        assert_true(image[4 * SIDE + 4] >= 0);
        none += image[4 * SIDE + 4] == 0 ? 1 : 0;
    }
    double p = 0.5 * erfc(sqrt(0.5) / sqrt(2));
    assert_true(fabs((double)none / DRAWS - p) < 5 * sqrt(p * (1 - p) / DRAWS));
    nsym_calorimeter_clear(&c);
    nsym_pixels_free(pixels);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_sum_what_arrives),
        cmocka_unit_test(energies_have_the_resolution_of_their_kind),
        cmocka_unit_test(a_measured_energy_is_never_negative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
