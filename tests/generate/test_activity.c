#include <nearsym/generate/activity.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define PI 3.14159265358979323846

static const nsym_muon prompt = {true, 1, 12, 0.5, 0}, nonprompt = {false, 1, 12, 0.5, 0};

static void draw(nsym_activity *s, const nsym_activity_options *o, uint64_t index, const nsym_muon *muon,
                 uint64_t interactions) {
    if (nsym_activity_draw(s, o, index, muon, interactions) != NSYM_OK) fail_msg("%s", nsym_message());
}

/* Sums of a quantity that is drawn again and again. */
typedef struct sums {
    double n, sum, square, fourth;
} sums;

static void count(sums *s, double x, double expected) {
    double d = x - expected;
    s->n++, s->sum += d, s->square += d * d, s->fourth += d * d * d * d;
}

/* The mean is what count() was told, within five standard errors. */
static void assert_mean(const sums *s, const char *what) {
    if (!(fabs(s->sum / s->n) <= 5 * sqrt(s->square) / s->n)) fail_msg("%s is off by %g", what, s->sum / s->n);
}

static void assert_variance(const sums *s, double variance, const char *what) {
    double found = s->square / s->n, error = sqrt((s->fourth / s->n - found * found) / s->n);
    if (!(fabs(found - variance) <= 5 * error)) fail_msg("%s has variance %g, not %g", what, found, variance);
}

static bool same(const nsym_neighbour *a, const nsym_neighbour *b) {
    bool nowhere = isnan(a->d_phi_calorimeter) && isnan(b->d_phi_calorimeter);
    return a->kind == b->kind && a->pt == b->pt && a->d_eta == b->d_eta && a->d_phi == b->d_phi &&
           (nowhere || a->d_phi_calorimeter == b->d_phi_calorimeter);
}

static void numbers_out_of_range_are_refused_by_name(void **state) {
    (void)state;
    const nsym_activity_options good = nsym_activity_defaults();
    assert_int_equal(nsym_activity_check(&good), NSYM_OK);
    nsym_activity_options bad = good;
    const struct {
        double *number;
        double value;
        const char *says;
    } tests[] = {{&bad.radius, 0, "radius is 0, must be 0.001 to 1"},
                 {&bad.pile_up, -1, "pile_up is -1"},
                 {&bad.pile_up, NAN, "pile_up is nan"},
                 {&bad.activity, 0, "activity is 0"},
                 {&bad.field_t, INFINITY, "field_t is inf"},
                 {&bad.charged.power, 1, "charged.power is 1"},
                 {&bad.photons.density, -2, "photons.density is -2"},
                 {&bad.core_hadrons, 0.5, "core_hadrons is 0.5, must be 1 to 100"},
                 {&bad.tail_width, 2, "tail_width is 2"},
                 {&bad.jet_leptons, 1.5, "jet_leptons is 1.5"},
                 {&bad.jet_leptons, 0.5, "are 1.35 together, must be at most 1"}};
    for (size_t t = 0; t < sizeof tests / sizeof *tests; t++) {
        bad = good;
        *tests[t].number = tests[t].value;
        assert_int_equal(nsym_activity_check(&bad), NSYM_EINVAL);
        if (!strstr(nsym_message(), tests[t].says)) fail_msg("%s", nsym_message());
    }
    nsym_activity s = {0};
    nsym_muon soft = prompt;
    soft.pt = 0.34; /* 0.15 x 2 T x 1.15 m = 0.345 GeV */
    assert_int_equal(nsym_activity_draw(&s, &good, 0, &soft, 3), NSYM_EINVAL);
    assert_non_null(strstr(nsym_message(), "a muon of 0.34 GeV does not reach the calorimeter"));
    nsym_activity_free(&s);
    nsym_activity_free(NULL);
}

static void an_activity_depends_on_seed_and_index_and_the_jet_comes_last(void **state) {
    (void)state;
    nsym_activity_options o = nsym_activity_defaults();
    nsym_activity a = {0}, b = {0};
    draw(&a, &o, 7, &prompt, 50);
    for (uint64_t i = 0; i < 5; i++) draw(&b, &o, i, &nonprompt, 60);
    draw(&b, &o, 7, &nonprompt, 50);
    assert_true(b.count > a.count);
    for (size_t i = 0; i < a.count; i++) assert_true(same(&a.neighbour[i], &b.neighbour[i]));
    draw(&b, &o, 9, &prompt, 50);
    assert_false(same(&a.neighbour[0], &b.neighbour[0]));
    o.seed++;
    draw(&b, &o, 7, &prompt, 50);
    assert_false(same(&a.neighbour[0], &b.neighbour[0]));
    nsym_activity_free(&a);
    nsym_activity_free(&b);
}

static void interactions_are_poisson(void **state) {
    (void)state;
    nsym_activity_options o = nsym_activity_defaults();
    sums s = {0};
    for (uint64_t i = 0; i < 20000; i++) count(&s, (double)nsym_activity_interactions(&o, i), 50);
    assert_mean(&s, "the number of interactions");
    assert_variance(&s, 50, "the number of interactions");
    o.pile_up = 0;
    assert_int_equal(nsym_activity_interactions(&o, 1), 0);
}

enum { BINS = 10 };

/* r^2 and the angle of a uniform point of the disk are uniform. Shape: histogram (2, BINS). */
static bool fill(double histogram[2][BINS], double x, double y, double radius) {
    double r2 = (x * x + y * y) / (radius * radius);
    if (!(r2 < 1)) return false;
    histogram[0][(size_t)(BINS * r2)]++;
    histogram[1][(size_t)(BINS * fmin((atan2(y, x) + PI) / (2 * PI), 1 - 1e-12))]++;
    return true;
}

static void assert_flat(double histogram[2][BINS], const char *what) {
    for (size_t h = 0; h < 2; h++) {
        double sum = 0, chi2 = 0;
        for (size_t b = 0; b < BINS; b++) sum += histogram[h][b];
        for (size_t b = 0; b < BINS; b++)
            chi2 += (histogram[h][b] - sum / BINS) * (histogram[h][b] - sum / BINS) / (sum / BINS);
        if (!(chi2 < 40)) fail_msg("%s: chi2 %g of 9 degrees of freedom", what, chi2); /* probability 8e-6 */
    }
}

/* At the vertex and at the calorimeter, although the charged particles of the one are hardly those of the other; also
   their number is the same at both, above the momentum that reaches it. */
static void pile_up_is_flat_at_the_vertex_and_at_the_calorimeter(void **state) {
    (void)state;
    enum { EVENTS = 3000 };
    const nsym_activity_options o = nsym_activity_defaults();
    nsym_activity s = {0};
    double charged[2][BINS] = {{0}}, bent[2][BINS] = {{0}}, neutral[2][BINS] = {{0}};
    sums difference = {0};
    size_t both = 0, all = 0;
    for (uint64_t event = 0; event < EVENTS; event++) {
        draw(&s, &o, event, &prompt, 50);
        double reach = 0;
        for (size_t i = 0; i < s.count; i++) {
            const nsym_neighbour *n = &s.neighbour[i];
            if (n->kind != NSYM_PILE_UP) {
                if (n->kind == NSYM_PHOTON) assert_true(fill(neutral, n->d_eta, n->d_phi, o.radius));
                continue;
            }
            bool here = fill(charged, n->d_eta, n->d_phi, o.radius), arrives = !isnan(n->d_phi_calorimeter);
            bool there = arrives && fill(bent, n->d_eta, n->d_phi_calorimeter, o.radius);
            assert_true(here || there);
            both += here && there;
            all++;
            reach += (double)there - (double)(here && arrives);
        }
        count(&difference, reach, 0);
    }
    assert_flat(charged, "charged at the vertex");
    assert_flat(bent, "charged at the calorimeter");
    assert_flat(neutral, "photons");
    assert_mean(&difference, "the number at the calorimeter less that at the vertex");
    assert_true(both > all / 10 && both < all / 2);
    nsym_activity_free(&s);
}

/* Given the activity A of n interactions, a gamma of mean n and variance n / shape, a number is Poisson of mean d A. */
static void numbers_and_spectra_of_pile_up_are_those_of_the_formulas(void **state) {
    (void)state;
    enum { EVENTS = 10000, INTERACTIONS = 40 };
    nsym_activity_options o = nsym_activity_defaults();
    o.underlying = 0;
    nsym_activity s = {0};
    double area = PI * o.radius * o.radius;
    double density = o.charged.density * pow(1 + o.pt_min_gev / o.charged.scale_gev, -o.charged.power);
    const double mean[3] = {INTERACTIONS * area * density, INTERACTIONS * area * o.neutral.density,
                            INTERACTIONS * area * o.photons.density};
    sums number[3] = {{0}}, pt[3] = {{0}};
    for (uint64_t event = 0; event < EVENTS; event++) {
        size_t found[3] = {0};
        draw(&s, &o, event, &prompt, INTERACTIONS);
        for (size_t i = 0; i < s.count; i++) {
            const nsym_neighbour *n = &s.neighbour[i];
            bool here = n->d_eta * n->d_eta + n->d_phi * n->d_phi < o.radius * o.radius;
            size_t k = n->kind == NSYM_PILE_UP ? 0 : n->kind == NSYM_NEUTRAL_HADRON ? 1 : 2;
            const nsym_soft_spectrum *spectrum = k == 0 ? &o.charged : k == 1 ? &o.neutral : &o.photons;
            double low = k == 0 ? o.pt_min_gev : 0;
            assert_true(n->pt >= low && n->kind != NSYM_CHARGED_HADRON && n->kind != NSYM_LEPTON);
            if (k == 1) assert_int_equal(n->kind, NSYM_NEUTRAL_HADRON);
            if (!here) continue;
            found[k]++;
            count(&pt[k], n->pt, low + (spectrum->scale_gev + low) / (spectrum->power - 1));
        }
        for (size_t k = 0; k < 3; k++) count(&number[k], (double)found[k], mean[k]);
    }
    for (size_t k = 0; k < 3; k++) {
        assert_mean(&number[k], "the number of particles");
        assert_variance(&number[k], mean[k] + mean[k] * mean[k] / (o.activity * INTERACTIONS), "it");
        assert_mean(&pt[k], "their pT");
    }
    o.underlying = 3; /* without pile-up all is of the muon's vertex */
    draw(&s, &o, 0, &prompt, 0);
    assert_true(s.count > 0);
    for (size_t i = 0; i < s.count; i++) assert_int_not_equal(s.neighbour[i].kind, NSYM_PILE_UP);
    nsym_activity_free(&s);
}

/* Charges turn a particle either way by asin(0.15 B R / pT), the muon too. */
static void bending_is_that_of_a_helix(void **state) {
    (void)state;
    nsym_activity_options o = nsym_activity_defaults();
    const nsym_muon negative = {false, -1, 12, 0.5, 0};
    nsym_activity a = {0}, b = {0};
    const double turning = 0.345, muon = asin(turning / 12);
    size_t lost = 0, left = 0, charged = 0;
    for (uint64_t event = 0; event < 200; event++) {
        draw(&a, &o, event, &nonprompt, 50);
        for (size_t i = 0; i < a.count; i++) {
            const nsym_neighbour *n = &a.neighbour[i];
            if (n->kind == NSYM_PHOTON || n->kind == NSYM_NEUTRAL_HADRON) {
                assert_true(n->d_phi_calorimeter == n->d_phi);
                continue;
            }
            charged++;
            lost += isnan(n->d_phi_calorimeter) ? 1 : 0;
            assert_true(isnan(n->d_phi_calorimeter) == (n->pt <= turning));
            if (n->pt <= turning) continue;
            double turned = n->d_phi_calorimeter - n->d_phi - muon; /* the muon went to smaller phi */
            assert_true(fabs(fabs(turned) - asin(turning / n->pt)) < 1e-12);
            left += turned < 0;
        }
    }
    assert_true(lost > 0);
    double arrived = (double)(charged - lost);
    assert_true(fabs((double)left - arrived / 2) < 5 * sqrt(arrived / 4));
    o.pile_up = o.underlying = 0; /* only the jet, which is made at the vertex */
    draw(&a, &o, 3, &nonprompt, 0);
    draw(&b, &o, 3, &negative, 0);
    assert_int_equal(a.count, b.count);
    for (size_t i = 0; i < a.count; i++) {
        const nsym_neighbour *n = &a.neighbour[i], *m = &b.neighbour[i];
        assert_true(n->pt == m->pt && n->d_phi == m->d_phi);
        bool bent = n->d_phi_calorimeter != n->d_phi && n->pt > turning;
        if (bent) assert_true(fabs(n->d_phi_calorimeter - m->d_phi_calorimeter - 2 * muon) < 1e-12);
    }
    nsym_activity_free(&a);
    nsym_activity_free(&b);
}

/* With no spread, no tail and no pile-up all particles of the core lie on its axis. */
static void the_core_lies_off_the_muon_by_the_momentum_across(void **state) {
    (void)state;
    enum { EVENTS = 20000 };
    nsym_activity_options o = nsym_activity_defaults();
    o.underlying = o.tail = o.core_spread_gev = 0;
    nsym_activity s = {0};
    sums pt = {0}, number = {0}, offset[2] = {{0}};
    double mean = o.core_share * nonprompt.pt;
    for (uint64_t event = 0; event < EVENTS; event++) {
        draw(&s, &o, event, &nonprompt, 0);
        double core = 0;
        for (size_t i = 0; i < s.count; i++) {
            core += s.neighbour[i].pt;
            assert_true(s.neighbour[i].d_eta == s.neighbour[0].d_eta && s.neighbour[i].d_phi == s.neighbour[0].d_phi);
        }
        double width = o.core_kt_gev * (1 / core + 1 / nonprompt.pt);
        count(&pt, core, mean);
        count(&number, (double)s.count, o.core_hadrons);
        count(&offset[0], s.neighbour[0].d_eta / width, 0);
        count(&offset[1], s.neighbour[0].d_phi / width, 0);
    }
    assert_mean(&pt, "the core's pT");
    assert_variance(&pt, mean * mean / o.core_shape, "the core's pT");
    assert_mean(&number, "the core's number of particles");
    assert_variance(&number, o.core_hadrons - 1, "the core's number of particles");
    for (int c = 0; c < 2; c++) {
        assert_mean(&offset[c], "the axis");
        assert_variance(&offset[c], 1, "the axis");
    }
    nsym_activity_free(&s);
}

/* With a core of almost no momentum the tail lies about the muon itself. */
static void the_tail_and_the_kinds_are_those_of_the_options(void **state) {
    (void)state;
    enum { EVENTS = 10000 };
    nsym_activity_options o = nsym_activity_defaults();
    o.underlying = o.core_kt_gev = o.core_share = 0; /* so there is no core */
    nsym_activity s = {0};
    sums number = {0}, pt = {0}, place = {0}, kinds[4] = {{0}};
    const double shares[4] = {o.jet_charged, 1 - o.jet_charged - o.jet_photons - o.jet_leptons, o.jet_photons,
                              o.jet_leptons};
    for (uint64_t event = 0; event < EVENTS; event++) {
        draw(&s, &o, event, &nonprompt, 0);
        count(&number, (double)s.count, o.tail);
        for (size_t i = 0; i < s.count; i++) {
            const nsym_neighbour *n = &s.neighbour[i];
            count(&pt, n->pt, o.tail_scale_gev / (o.tail_power - 1));
            count(&place, n->d_eta, 0);
            count(&place, n->d_phi, 0);
            for (int k = 0; k < 4; k++) count(&kinds[k], (int)n->kind == k + 1, shares[k]);
        }
    }
    assert_mean(&number, "the number of particles");
    assert_variance(&number, o.tail, "the number of particles");
    assert_mean(&pt, "their pT");
    assert_mean(&place, "their place");
    assert_variance(&place, o.tail_width * o.tail_width, "their place");
    for (int k = 0; k < 4; k++) assert_mean(&kinds[k], "the share of a kind");
    nsym_activity_free(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_out_of_range_are_refused_by_name),
        cmocka_unit_test(an_activity_depends_on_seed_and_index_and_the_jet_comes_last),
        cmocka_unit_test(interactions_are_poisson),
        cmocka_unit_test(pile_up_is_flat_at_the_vertex_and_at_the_calorimeter),
        cmocka_unit_test(numbers_and_spectra_of_pile_up_are_those_of_the_formulas),
        cmocka_unit_test(bending_is_that_of_a_helix),
        cmocka_unit_test(the_core_lies_off_the_muon_by_the_momentum_across),
        cmocka_unit_test(the_tail_and_the_kinds_are_those_of_the_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
