/* The jet of a muon of heavy flavour: how many hadrons, how they share its momentum and how far from its axis they lie.
 */
#include <nearsym/generate/jet.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const nsym_muon muon = {false, 1, 30, 0.5, 0};

static void draw(nsym_activity *s, const nsym_jet_options *o, uint64_t index, const nsym_muon *about) {
    const nsym_activity_options around = nsym_activity_defaults();
    s->count = 0;
    if (nsym_jet_draw(s, o, &around, index, about) != NSYM_OK) fail_msg("%s", nsym_message());
}

/* A core of 12 GeV alone, but for rounding, of charged hadrons alone. */
static nsym_jet_options bare(void) {
    nsym_jet_options o = nsym_jet_defaults();
    o.share = 0.4, o.shape = 1e6, o.charged = 1;
    o.pions = o.leptons = o.tail = 0;
    return o;
}

/* Sums of a quantity that is drawn again and again. */
typedef struct sums {
    double n, sum, square;
} sums;

static void count(sums *s, double x, double expected) {
    double d = x - expected;
    s->n++, s->sum += d, s->square += d * d;
}

/* The mean is what count() was told, within five standard errors. */
static void assert_mean(const sums *s, const char *what) {
    if (!(fabs(s->sum / s->n) <= 5 * sqrt(s->square) / s->n + 1e-12)) fail_msg("%s is off by %g", what, s->sum / s->n);
}

static void numbers_out_of_range_are_refused_by_name(void **state) {
    (void)state;
    const nsym_jet_options good = nsym_jet_defaults();
    assert_int_equal(nsym_jet_check(&good), NSYM_OK);
    nsym_jet_options bad = good;
    const struct {
        double *number;
        double value;
        const char *says;
    } tests[] = {{&bad.share, -1, "jet.share is -1, must be 0 to 100"},
                 {&bad.shape, 0, "jet.shape is 0"},
                 {&bad.hadrons, NAN, "jet.hadrons is nan"},
                 {&bad.scale_gev, 0, "jet.scale_gev is 0"},
                 {&bad.tail_power, 1, "jet.tail_power is 1"},
                 {&bad.pions, 0.5, "jet.charged, jet.pions and jet.leptons are 1.105 together, must be at most 1"}};
    for (size_t t = 0; t < sizeof tests / sizeof *tests; t++) {
        bad = good;
        *tests[t].number = tests[t].value;
        assert_int_equal(nsym_jet_check(&bad), NSYM_EINVAL);
        if (!strstr(nsym_message(), tests[t].says)) fail_msg("%s", nsym_message());
    }
    nsym_activity s = {0};
    const nsym_activity_options around = nsym_activity_defaults();
    nsym_muon soft = muon;
    soft.pt = 0.34; /* 0.15 x 2 T x 1.15 m = 0.345 GeV */
    assert_int_equal(nsym_jet_draw(&s, &good, &around, 0, &soft), NSYM_EINVAL);
    nsym_activity_free(&s);
}

static void a_jet_is_added_and_depends_on_seed_and_index(void **state) {
    (void)state;
    const nsym_jet_options o = nsym_jet_defaults();
    nsym_activity_options around = nsym_activity_defaults();
    nsym_activity a = {0}, b = {0};
    assert_int_equal(nsym_activity_draw(&a, &around, 7, &(nsym_muon){true, 1, 30, 0.5, 0}, 10), NSYM_OK);
    size_t before = a.count;
    assert_int_equal(nsym_jet_draw(&a, &o, &around, 7, &muon), NSYM_OK);
    assert_true(a.count > before);
    for (uint64_t i = 0; i < 5; i++) draw(&b, &o, i, &muon);
    draw(&b, &o, 7, &muon);
    assert_int_equal(a.count, before + b.count);
    for (size_t i = 0; i < b.count; i++) {
        const nsym_neighbour *x = &a.neighbour[before + i], *y = &b.neighbour[i];
        assert_true(x->kind == y->kind && x->pt == y->pt && x->d_eta == y->d_eta && x->d_phi == y->d_phi);
    }
    around.seed++, b.count = 0;
    assert_int_equal(nsym_jet_draw(&b, &o, &around, 7, &muon), NSYM_OK);
    assert_true(b.neighbour[0].pt != a.neighbour[before].pt);
    nsym_activity_free(&a);
    nsym_activity_free(&b);
}

/* 1 + Poisson(hadrons ln(1 + pT / scale)) parts; n of them at random cuts have a mean of sum z^2 of 2 / (n + 1). */
static void a_core_falls_into_more_hadrons_the_harder_it_is(void **state) {
    (void)state;
    nsym_jet_options o = bare();
    nsym_activity s = {0};
    for (double pt = 10; pt < 100; pt *= 3) {
        nsym_muon about = muon;
        about.pt = pt;
        sums number = {0}, sharing = {0}, whole = {0};
        double core = o.share * pt;
        for (uint64_t event = 0; event < 10000; event++) {
            double sum = 0, squares = 0;
            draw(&s, &o, event, &about);
            for (size_t i = 0; i < s.count; i++) sum += s.neighbour[i].pt;
            for (size_t i = 0; i < s.count; i++) squares += pow(s.neighbour[i].pt / sum, 2);
            count(&number, (double)s.count, 1 + o.hadrons * log1p(core / o.scale_gev));
            count(&sharing, squares, 2 / ((double)s.count + 1));
            count(&whole, sum, core);
        }
        assert_mean(&number, "the number of hadrons");
        assert_mean(&sharing, "how they share the momentum");
        assert_mean(&whole, "the core's pT");
    }
    nsym_activity_free(&s);
}

/* A hadron of pT is within r of the axis with 1 - exp(-(r pT / spread)^2 / 2), a wide fragment of any pT within r of
   the sum of core and muon with 1 - exp(-(r / width)^2 / 2). */
static void momentum_lies_about_the_axis_as_in_closed_form(void **state) {
    (void)state;
    const double radii[] = {0.01, 0.03, 0.1, 0.2};
    nsym_jet_options o = bare(), wide = bare();
    o.kt_gev = 0;                  /* so that the axis is the muon's */
    wide.share = 0, wide.tail = 2; /* so that there is no core */
    nsym_activity s = {0};
    sums within[4] = {{0}}, beside[4] = {{0}};
    for (uint64_t event = 0; event < 20000; event++) {
        draw(&s, &o, event, &muon);
        for (int r = 0; r < 4; r++) {
            double found = 0, wanted = 0;
            for (size_t i = 0; i < s.count; i++) {
                const nsym_neighbour *n = &s.neighbour[i];
                found += n->pt * (hypot(n->d_eta, n->d_phi) < radii[r]);
                wanted += n->pt * -expm1(-pow(radii[r] * n->pt / o.spread_gev, 2) / 2);
            }
            count(&within[r], found, wanted);
        }
        draw(&s, &wide, event, &muon);
        for (size_t i = 0; i < s.count; i++)
            for (int r = 0; r < 4; r++)
                count(&beside[r], hypot(s.neighbour[i].d_eta, s.neighbour[i].d_phi) < radii[r],
                      -expm1(-pow(radii[r] / wide.tail_width, 2) / 2));
    }
    for (int r = 0; r < 4; r++) assert_mean(&within[r], "the pT near the axis");
    for (int r = 0; r < 4; r++) assert_mean(&beside[r], "the share of wide fragments near it");
    nsym_activity_free(&s);
}

/* The axis lies at kt (1/pT(core) + 1/pT(muon)) in each coordinate. */
static void the_axis_lies_off_the_muon_by_the_momentum_across(void **state) {
    (void)state;
    nsym_jet_options o = bare();
    o.spread_gev = 0;
    nsym_activity s = {0};
    sums squares[2] = {{0}};
    double width = o.kt_gev * (1 / (o.share * muon.pt) + 1 / muon.pt);
    for (uint64_t event = 0; event < 20000; event++) {
        draw(&s, &o, event, &muon);
        for (size_t i = 0; i < s.count; i++)
            assert_true(s.neighbour[i].d_eta == s.neighbour[0].d_eta && s.neighbour[i].d_phi == s.neighbour[0].d_phi);
        count(&squares[0], pow(s.neighbour[0].d_eta / width, 2), 1);
        count(&squares[1], pow(s.neighbour[0].d_phi / width, 2), 1);
    }
    assert_mean(&squares[0], "the axis' square in eta, with a core of 0.1 % width,");
    assert_mean(&squares[1], "the axis' square in phi");
    nsym_activity_free(&s);
}

/* Two photons of one place have the pion's mass, m^2 = pT pT' angle^2, and their sum lies where it was. */
static void neutral_pions_are_two_photons(void **state) {
    (void)state;
    nsym_jet_options o = bare();
    o.charged = 0, o.pions = 1, o.hadrons = 0, o.kt_gev = o.spread_gev = 0;
    nsym_activity s = {0};
    sums share = {0};
    for (uint64_t event = 0; event < 5000; event++) {
        draw(&s, &o, event, &muon);
        assert_int_equal(s.count, 2);
        const nsym_neighbour *a = &s.neighbour[0], *b = &s.neighbour[1];
        assert_true(a->kind == NSYM_PHOTON && b->kind == NSYM_PHOTON);
        double angle = hypot(a->d_eta - b->d_eta, a->d_phi - b->d_phi);
        assert_true(fabs(sqrt(a->pt * b->pt) * angle - 0.135) < 1e-9);
        assert_true(fabs(a->pt * a->d_eta + b->pt * b->d_eta) < 1e-9 &&
                    fabs(a->pt * a->d_phi + b->pt * b->d_phi) < 1e-9);
        count(&share, a->pt / (a->pt + b->pt), 0.5);
    }
    assert_mean(&share, "a photon's share");
    nsym_activity_free(&s);
}

static void kinds_have_their_shares(void **state) {
    (void)state;
    nsym_jet_options o = nsym_jet_defaults();
    nsym_activity s = {0};
    o.share = 0, o.tail = 5; /* so that a pion's second photon is the only one that counts twice */
    double hadrons = 0, number[5] = {0};
    for (uint64_t event = 0; event < 10000; event++) {
        draw(&s, &o, event, &muon);
        for (size_t i = 0; i < s.count; i++) {
            double one = s.neighbour[i].kind == NSYM_PHOTON ? 0.5 : 1;
            number[s.neighbour[i].kind] += one;
            hadrons += one;
        }
    }
    const double shares[] = {0, o.charged, 1 - o.charged - o.pions - o.leptons, o.pions, o.leptons};
    for (int k = 1; k < 5; k++)
        assert_true(fabs(number[k] / hadrons - shares[k]) < 5 * sqrt(shares[k] * (1 - shares[k]) / hadrons));
    nsym_activity_free(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_out_of_range_are_refused_by_name),
        cmocka_unit_test(a_jet_is_added_and_depends_on_seed_and_index),
        cmocka_unit_test(a_core_falls_into_more_hadrons_the_harder_it_is),
        cmocka_unit_test(momentum_lies_about_the_axis_as_in_closed_form),
        cmocka_unit_test(the_axis_lies_off_the_muon_by_the_momentum_across),
        cmocka_unit_test(neutral_pions_are_two_photons),
        cmocka_unit_test(kinds_have_their_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
