/* usage: coverage_massfit TABLE [TOYS] [SEED]
   How well the errors of mass fits and of sPlots cover: toys are drawn from a truth and fitted, and the truth is looked
   for. TABLE:
     intervals     +-1 and +-2 standard deviations of the covariance and of the profile likelihood, little background
     independence  spread of the significance with which independent scores are found to depend on the mass
     bound         the published method where gamma is beyond its bound
     weights       pulls of fits to weighted events
   docs/massfit.md and docs/splot.md have the results. */
#include <nearsym/massfit.h>
#include <nearsym/random.h>
#include <nearsym/splot.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 40000 };
static const double low = 70, high = 110;

typedef struct {
    size_t n;
    double fraction, tau, sigma, gamma;
} truth;

typedef struct {
    size_t n;
    double mass[MOST], weight[MOST], score[MOST];
} sample;

static const truth little_background = {7473, 0.9458, 17, 0.891, 1.551};

/* Masses in the window: t.n of them, or a Poisson number with that mean (a normal one, which for thousands is as good).
   Signal weighs 3 and background 1, one event in twenty the negative of that. Scores are independent of the mass within
   signal and background. */
static void draw(sample *s, truth t, bool poisson, uint64_t seed, uint64_t index) {
    nsym_random random = nsym_random_stream(seed, "coverage", index);
    s->n = t.n;
    if (poisson) s->n = (size_t)((double)t.n + sqrt((double)t.n) * nsym_random_normal(&random) + 0.5);
    for (size_t i = 0; i < s->n; i++) {
        bool signal = nsym_random_uniform(&random) < t.fraction;
        do {
            double u = nsym_random_uniform(&random);
            s->mass[i] = signal ? 90.8 + t.sigma * nsym_random_normal(&random) + t.gamma * tan(M_PI * (u - 0.5))
                                : low - t.tau * log1p(-u);
        } while (!(s->mass[i] > low && s->mass[i] < high));
        s->weight[i] = signal ? 3 : 1;
        if (nsym_random_uniform(&random) < 0.05) s->weight[i] *= -1;
        s->score[i] = nsym_random_normal(&random) + (signal ? 1.3 : 0);
    }
}

static void told(const char *what) {
    fprintf(stderr, "%s: %s\n", what, nsym_message());
}

static bool inside(nsym_mass_interval i, double value) {
    return i.low <= value && value <= i.high;
}

/* Covered within 1 and 2 standard deviations: by the covariance, by the profile; pulls. */
typedef struct {
    double pull, pull2;
    size_t plain[2], profile[2], missing;
} cover;

static void count(cover *c, double value, double error, double at, const nsym_mass_interval *in) {
    double pull = (value - at) / error;
    if (isfinite(pull)) c->pull += pull, c->pull2 += pull * pull;
    for (int k = 0; k < 2; k++) {
        c->plain[k] += fabs(value - at) <= (k + 1) * error;
        c->profile[k] += inside(in[k], at);
        c->missing += isnan(in[k].low) || isnan(in[k].high);
    }
}

/* A fit with its intervals of one and two standard deviations; false after a message. */
static bool fit_all(nsym_mass_fit *fit, nsym_mass_intervals in[2], const sample *s, const double *weights) {
    nsym_mass_options o = nsym_mass_defaults(NSYM_MASS_LIKELIHOOD, low, high);
    if (nsym_mass_fit_events(fit, &o, s->mass, weights, s->n) == NSYM_OK &&
        nsym_mass_find_intervals(&in[0], &o, fit, s->mass, weights, s->n, 1) == NSYM_OK &&
        nsym_mass_find_intervals(&in[1], &o, fit, s->mass, weights, s->n, 2) == NSYM_OK)
        return true;
    told("fit");
    return false;
}

/* tau, sigma, gamma, s and the two yields of toys beside their truths `at`. */
static void cover_all(truth t, const double at[6], bool weighted, size_t toys, uint64_t seed) {
    static const char *const names[] = {"tau", "sigma", "gamma", "s", "signal", "background"};
    static sample s;
    cover c[6] = {{0}};
    size_t done = 0;
    for (uint64_t toy = 0; toy < toys; toy++) {
        nsym_mass_fit fit;
        nsym_mass_intervals in[2];
        draw(&s, t, true, seed, toy);
        if (!fit_all(&fit, in, &s, weighted ? s.weight : NULL)) continue;
        done++;
        for (int i = 0; i < 4; i++)
            count(&c[i], fit.value[i], fit.error[i], at[i],
                  (const nsym_mass_interval[]){in[0].parameter[i], in[1].parameter[i]});
        count(&c[4], fit.signal, sqrt(fit.yield_covariance[0][0]), at[4],
              (const nsym_mass_interval[]){in[0].signal, in[1].signal});
        count(&c[5], fit.background, sqrt(fit.yield_covariance[1][1]), at[5],
              (const nsym_mass_interval[]){in[0].background, in[1].background});
    }
    printf("| | pull: mean, width | covariance 1 sd | 2 sd | profile 1 sd | 2 sd | not found |\n"
           "|---|---|---|---|---|---|---|\n");
    for (int i = 0; i < 6; i++) {
        double n = (double)done, mean = c[i].pull / n;
        printf("| %s | %.2f, %.2f | %.3f | %.3f | %.3f | %.3f | %zu |\n", names[i], mean,
               sqrt(c[i].pull2 / n - mean * mean), (double)c[i].plain[0] / n, (double)c[i].plain[1] / n,
               (double)c[i].profile[0] / n, (double)c[i].profile[1] / n, c[i].missing);
    }
    printf("\n%zu of %zu toys\n", done, toys);
}

static void intervals(size_t toys, uint64_t seed) {
    const truth t = little_background;
    const double n = (double)t.n, at[6] = {t.tau, t.sigma, t.gamma, t.fraction, t.fraction * n, (1 - t.fraction) * n};
    cover_all(t, at, false, toys, seed);
}

static void weights(size_t toys, uint64_t seed) {
    const truth t = {16000, 0.5, 20, 0.9, 1.25};
    const double mean = 0.9, n = (double)t.n; /* one in twenty is negative */
    const double signal = 3 * mean * t.fraction * n, background = mean * (1 - t.fraction) * n;
    const double at[6] = {t.tau, t.sigma, t.gamma, signal / (signal + background), signal, background};
    cover_all(t, at, true, toys, seed);
}

static void independence(size_t toys, uint64_t seed) {
    static sample s;
    static const truth points[] = {{6667, 0.956, 17, 0.891, 1.551},
                                   {30000, 0.956, 17, 0.891, 1.551},
                                   {7473, 0.945, 17, 0.891, 1.551},
                                   {10000, 0.75, 17, 0.891, 1.551}};
    printf(
        "| events, signal | signal: width | beyond 3 sd | background: width | beyond 3 sd |\n|---|---|---|---|---|\n");
    for (size_t point = 0; point < sizeof points / sizeof *points; point++) {
        double squares[2] = {0};
        size_t far[2] = {0}, done = 0;
        nsym_splot_options o = nsym_splot_defaults(NSYM_MASS_LIKELIHOOD, low, high);
        o.bootstraps = o.toys = 0;
        for (uint64_t toy = 0; toy < toys; toy++) {
            nsym_splot_result result;
            nsym_splot_score score;
            draw(&s, points[point], false, seed, 100000 * (point + 1) + toy);
            if (nsym_splot_run(&result, &score, NULL, &o, s.mass, NULL, s.score, s.n, 1) != NSYM_OK) {
                told("sPlot");
                continue;
            }
            done++;
            for (int k = 0; k < 2; k++) {
                double z = score.slope[k].significance;
                squares[k] += z * z;
                far[k] += fabs(z) > 3;
            }
        }
        printf("| %zu, %g | %.2f | %zu | %.2f | %zu | (%zu toys)\n", points[point].n, points[point].fraction,
               sqrt(squares[0] / (double)done), far[0], sqrt(squares[1] / (double)done), far[1], done);
    }
}

static void bound(size_t toys, uint64_t seed) {
    static sample s;
    const truth t = {7473, 0.9458, 17, 0.891, 2.9};
    size_t stopped = 0, warned = 0, covered[2] = {0}, done = 0;
    double gamma = 0, share = 0, of_published = 0;
    for (uint64_t toy = 0; toy < toys; toy++) {
        nsym_mass_fit fit;
        nsym_mass_intervals in[2];
        draw(&s, t, true, seed, toy);
        nsym_mass_options o = nsym_mass_defaults(NSYM_MASS_PUBLISHED, low, high);
        if (nsym_mass_fit_events(&fit, &o, s.mass, NULL, s.n) != NSYM_OK) {
            told("published");
            continue;
        }
        stopped += fit.at_bound >> NSYM_MASS_GAMMA & 1;
        warned += strstr(fit.warning, "beyond") != NULL;
        of_published += fit.value[NSYM_MASS_FRACTION];
        if (toy == 0) printf("the first says: %s\n\n", fit.warning);
        if (!fit_all(&fit, in, &s, NULL)) continue;
        done++;
        gamma += fit.value[NSYM_MASS_GAMMA];
        share += fit.value[NSYM_MASS_FRACTION];
        for (int k = 0; k < 2; k++) covered[k] += inside(in[k].parameter[NSYM_MASS_GAMMA], t.gamma);
    }
    double n = (double)done;
    printf("published: %zu of %zu at the bound of gamma, %zu say that the data want it beyond; mean s %.4f\n"
           "likelihood: mean gamma %.3f, mean s %.4f, gamma covered in %.2f (1 sd) and %.2f (2 sd) of %zu\n"
           "truth: gamma %g, s %g\n",
           stopped, toys, warned, of_published / (double)toys, gamma / n, share / n, (double)covered[0] / n,
           (double)covered[1] / n, done, t.gamma, t.fraction);
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*run)(size_t toys, uint64_t seed);
        size_t toys;
    } tables[] = {{"intervals", intervals, 500},
                  {"independence", independence, 400},
                  {"bound", bound, 100},
                  {"weights", weights, 200}};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        if (argc < 2 || strcmp(argv[1], tables[i].name) != 0) continue;
        tables[i].run(argc > 2 ? strtoul(argv[2], NULL, 10) : tables[i].toys,
                      argc > 3 ? strtoul(argv[3], NULL, 10) : 1);
        return 0;
    }
    fputs("usage: coverage_massfit intervals|independence|bound|weights [TOYS] [SEED]\n", stderr);
    return 2;
}
