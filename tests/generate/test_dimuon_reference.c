/* The generator against 100,000 MadGraph events of either process, where they are at hand: those that its parton
   densities were fitted to, so this tests the fit and the generator together, not the fit on events it has not seen. */
#include <nearsym/generate/dimuon.h>
#include <nearsym/io.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MASS, PT, ETA_PLUS, ETA_MINUS, RAPIDITY, SPECTRA };

static const char *const spectrum_names[SPECTRA] = {"mass", "pt", "eta of mu+", "eta of mu-", "pair rapidity"};

/* The four-momentum (px, py, pz, energy) of the first particle of that pdg code in an event. */
static void momentum(const nsym_events *events, size_t event, int pdg, double p[4]) {
    static const char *const names[4] = {"px", "py", "pz", "energy"};
    size_t code = nsym_events_feature(events, "pdg");
    assert_true(code != NSYM_NONE);
    for (uint64_t k = events->offsets[event]; k < events->offsets[event + 1]; k++) {
        const double *row = events->particles + k * events->features;
        if (row[code] != pdg) continue;
        for (int c = 0; c < 4; c++) p[c] = row[nsym_events_feature(events, names[c])];
        return;
    }
    fail_msg("event %zu has no particle %d", event, pdg);
}

/* New (SPECTRA, count) values, each spectrum sorted. */
static double *spectra(const nsym_events *events, int (*order)(const void *, const void *)) {
    size_t n = events->count;
    double *out = malloc(SPECTRA * n * sizeof *out);
    assert_non_null(out);
    for (size_t i = 0; i < n; i++) {
        double plus[4], minus[4];
        momentum(events, i, -13, plus);
        momentum(events, i, 13, minus);
        double pt = hypot(minus[0], minus[1]), e = plus[3] + minus[3], z = plus[2] + minus[2];
        out[MASS * n + i] = sqrt((e - z) * (e + z)); /* the pair has no pT */
        out[PT * n + i] = pt;
        out[ETA_PLUS * n + i] = asinh(plus[2] / pt);
        out[ETA_MINUS * n + i] = asinh(minus[2] / pt);
        out[RAPIDITY * n + i] = atanh(z / e);
    }
    for (size_t k = 0; k < SPECTRA; k++) qsort(out + k * n, n, sizeof *out, order);
    return out;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The largest distance of two samples' cumulative distributions. Shapes: a (n), b (m), both sorted. */
static double kolmogorov_smirnov(const double *a, size_t n, const double *b, size_t m) {
    double largest = 0;
    for (size_t i = 0, k = 0; i < n && k < m;) {
        double at = fmin(a[i], b[k]);
        while (i < n && a[i] <= at) i++;
        while (k < m && b[k] <= at) k++;
        largest = fmax(largest, fabs((double)i / (double)n - (double)k / (double)m));
    }
    return largest;
}

static void compare(nsym_dimuon_process process, const char *file) {
    const char *folder = getenv("NSYM_DATA");
    if (!folder) {
        print_message("NSYM_DATA is unset: no MadGraph events to compare with\n");
        skip();
    }
    char path[1024];
    snprintf(path, sizeof path, "%s/dimuon/%s", folder, file);
    nsym_events *theirs, *ours;
    if (nsym_events_read(&theirs, path, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    nsym_dimuon_options options = nsym_dimuon_defaults(process);
    options.events = 200000;
    if (nsym_dimuon_generate(&ours, &options) != NSYM_OK) fail_msg("%s", nsym_message());
    double *a = spectra(theirs, ascending), *b = spectra(ours, ascending);
    for (size_t k = 0; k < SPECTRA; k++) {
        size_t n = theirs->count, m = ours->count;
        double distance = kolmogorov_smirnov(a + k * n, n, b + k * m, m);
        print_message("%s: Kolmogorov-Smirnov distance %.4f\n", spectrum_names[k], distance);
        assert_true(distance < 0.01); /* chance alone gives 0.006 in one of a hundred comparisons */
    }
    free(a);
    free(b);
    nsym_events_free(theirs);
    nsym_events_free(ours);
}

static void z_spectra_are_madgraphs(void **state) {
    (void)state;
    compare(NSYM_DIMUON_Z, "zmm_mll70_train.lhe.gz");
}

static void photon_spectra_are_madgraphs(void **state) {
    (void)state;
    compare(NSYM_DIMUON_PHOTON, "amm_mll70_train.lhe.gz");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(z_spectra_are_madgraphs),
        cmocka_unit_test(photon_spectra_are_madgraphs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
