#include "fitting.h"
#include "json.h"
#include "tell.h"

#include <nearsym/io.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { P = NSYM_MASS_PARAMETERS };

static const char *const methods[] = {"likelihood", "published"};

const fitting_words fitting_usual = {.mass = "mass", .window = "70,110", .method = "likelihood", .centre = "90.8"};

void fitting_add_options(option *options, fitting_words *w) {
    const option own[FITTING_OPTIONS] = {
        {"mass", 0, OPTION_TEXT, &w->mass, "COLUMN", "column of masses, GeV"},
        {"weight", 0, OPTION_TEXT, &w->weight, "COLUMN|none",
         "column of weights; none: no weights (default: 'weight' if there is one)"},
        {"window", 0, OPTION_TEXT, &w->window, "LOW,HIGH", "mass range of the fit, GeV"},
        {"method", 0, OPTION_TEXT, &w->method, "likelihood|published",
         "unbinned likelihood, or published: least squares on a histogram"},
        {"centre", 0, OPTION_TEXT, &w->centre, "GEV|free", "position of the peak; free: fitted (likelihood)"},
        {"bins", 0, OPTION_COUNT, &w->bins, "N",
         "number of bins of the histogram; 0: by the rule of Freedman and Diaconis"},
        {"average", 0, OPTION_FLAG, &w->average, NULL,
         "published: compare with the model's mean over a bin, not its value at the centre"},
    };
    memcpy(options, own, sizeof own);
}

/* The number that a word is; false where it is none. */
static bool number(const char *word, char until, double *value, const char **rest) {
    char *end;
    *value = strtod(word, &end);
    if (end == word || *end != until || !isfinite(*value)) return false;
    *rest = end + 1;
    return true;
}

int fitting_read(const option_table *table, const fitting_words *w, nsym_mass_options *o) {
    double low, high, centre = NAN;
    const char *rest = NULL;
    if (!number(w->window, ',', &low, &rest) || !number(rest, '\0', &high, &rest) || !(low < high))
        return options_wrong(table, "--window is \"%s\", must be two rising numbers, such as 70,110", w->window);
    int method = strcmp(w->method, methods[1]) == 0;
    if (!method && strcmp(w->method, methods[0]) != 0)
        return options_wrong(table, "--method is \"%s\", must be likelihood or published", w->method);
    bool free_centre = strcmp(w->centre, "free") == 0;
    if (!free_centre && !number(w->centre, '\0', &centre, &rest))
        return options_wrong(table, "--centre is \"%s\", must be a number or free", w->centre);
    if (free_centre && method) return options_wrong(table, "the published method has no free centre");
    if (w->average && !method) return options_wrong(table, "--average is the published method's");
    *o = nsym_mass_defaults(method ? NSYM_MASS_PUBLISHED : NSYM_MASS_LIKELIHOOD, low, high);
    o->start[NSYM_MASS_CENTRE] = free_centre ? NAN : centre;
    if (free_centre) o->fixed = 0;
    o->bins = w->bins;
    o->average = w->average;
    return OPTIONS_GO_ON;
}

const double *fitting_column(const nsym_events *events, const char *file, const char *name) {
    const nsym_column *column = nsym_events_column(events, name);
    if (column && column->width == 1) return column->values;
    if (column) {
        tell_error("%s: column '%s' has %zu values an event, not one", file, name, column->width);
        return NULL;
    }
    const char **names = calloc(events->columns + 1, sizeof *names), *near = NULL;
    for (size_t i = 0; i < events->columns && names; i++) names[i] = events->column[i].name;
    if (names) near = options_nearest(name, names, events->columns);
    tell_error("%s: there is no column '%s'%s%s%s", file, name,
               near ? "; did you mean '" : "; `nearsym data inspect` shows what there is", near ? near : "",
               near ? "'?" : "");
    free(names);
    return NULL;
}

bool fitting_events(nsym_events **events, const char *file, const fitting_words *words, const char *scores) {
    const char *weight = words->weight && strcmp(words->weight, "none") != 0 ? words->weight : NULL;
    size_t size = strlen(words->mass) + (weight ? strlen(weight) : 0) + (scores ? strlen(scores) : 0) + 3;
    char *needed = malloc(size);
    if (!needed) return tell_error("no memory"), false;
    snprintf(needed, size, "%s%s%s%s%s", words->mass, weight ? "," : "", weight ? weight : "", scores ? "," : "",
             scores ? scores : "");
    bool fine = nsym_events_read_columns(events, file, needed, "weight,logit,output,part") == NSYM_OK;
    free(needed);
    if (!fine) tell_error("%s", nsym_message());
    return fine;
}

bool fitting_weights(const nsym_events *events, const char *file, fitting_words *words, const double **weights) {
    *weights = NULL;
    if (!words->weight) words->weight = nsym_events_column(events, "weight") ? "weight" : "none";
    if (strcmp(words->weight, "none") == 0) return true;
    *weights = fitting_column(events, file, words->weight);
    return *weights != NULL;
}

bool fitting_intervals(fitting_report *report, const nsym_mass_fit *fit, const fitting_words *words,
                       const nsym_mass_options *options, const double *masses, const double *weights, size_t n) {
    static const double of_limit = 1.6448536269514722; /* 5 % of a normal distribution lie beyond */
    *report = (fitting_report){.fit = fit, .weight = fit->weighted || fit->weightless ? words->weight : NULL};
    if (fit->method != NSYM_MASS_LIKELIHOOD) return true;
    nsym_status status = nsym_mass_find_intervals(&report->one, options, fit, masses, weights, n, 1);
    report->limit = report->one;
    if (status == NSYM_OK && fit->at_bound)
        status = nsym_mass_find_intervals(&report->limit, options, fit, masses, weights, n, of_limit);
    report->known = status == NSYM_OK;
    if (status == NSYM_EINTERRUPTED) return tell_error("%s", nsym_message()), false;
    if (!report->known) tell_warning("no intervals of the mass fit: %s", nsym_message());
    return true;
}

static bool is_free(const nsym_mass_fit *fit, int parameter) {
    return !((fit->fixed | fit->at_bound) >> parameter & 1);
}

static double correlation(const nsym_mass_fit *fit, int i, int j) {
    return fit->covariance[i][j] / (fit->error[i] * fit->error[j]);
}

void fitting_warn(const nsym_mass_fit *fit) {
    if (*fit->warning) tell_warning("%s", fit->warning);
}

/* One line: a value, its error, and its interval where that tells something else. */
typedef struct {
    const char *name, *unit;
    double value, error; /* error 0: it has none, being fixed or at a bound */
    int digits;
    const nsym_mass_interval *one, *limit; /* NULL: unknown */
} line;

static void print_side(char sign, double distance, bool open, int digits) {
    if (open)
        printf(" %c%.*f (its bound)", sign, digits, distance);
    else
        printf(" %c%.*f", sign, digits, distance);
}

/* How far the two ends lie from the value, where they are known and differ from the error by more than 10 %. */
static bool differs(const line *l) {
    if (!l->one || isnan(l->one->low) || isnan(l->one->high)) return false;
    double up = l->one->high - l->value, down = l->value - l->one->low;
    return l->one->open_low || l->one->open_high || fabs(up - l->error) > 0.1 * l->error ||
           fabs(down - l->error) > 0.1 * l->error;
}

static void print_line(const line *l, bool at_bound) {
    printf("%-12s %10.*f", l->name, l->digits, l->value);
    bool undetermined = l->one && l->one->open_low && l->one->open_high;
    bool unknown = !l->one || isnan(l->one->low) || isnan(l->one->high);
    if (undetermined || (at_bound && unknown)) {
        printf("%s, at a bound%s\n", l->unit, undetermined ? ", nothing tells it" : "");
        return;
    }
    if (differs(l)) {
        double up = l->one->high - l->value, down = l->value - l->one->low;
        print_side('+', up, l->one->open_high && up > 0, l->digits);
        print_side('-', down, l->one->open_low && down > 0, l->digits);
    } else {
        printf(" ± %.*f", l->digits, l->error);
    }
    printf("%s", l->unit);
    if (at_bound && l->limit && l->one->open_low && !isnan(l->limit->high))
        printf(", at a bound; below %.*f at 95 %%", l->digits, l->limit->high);
    else if (at_bound && l->limit && l->one->open_high && !isnan(l->limit->low))
        printf(", at a bound; above %.*f at 95 %%", l->digits, l->limit->low);
    putchar('\n');
}

static void print_yields(const fitting_report *r) {
    const nsym_mass_fit *fit = r->fit;
    const line yields[] = {{"signal", " events", fit->signal, sqrt(fit->yield_covariance[0][0]), 1,
                            r->known ? &r->one.signal : NULL, r->known ? &r->limit.signal : NULL},
                           {"background", " events", fit->background, sqrt(fit->yield_covariance[1][1]), 1,
                            r->known ? &r->one.background : NULL, r->known ? &r->limit.background : NULL}};
    for (int k = 0; k < 2; k++) print_line(&yields[k], r->known && !(yields[k].value > 0));
}

static void print_events(const fitting_report *r) {
    const nsym_mass_fit *fit = r->fit;
    printf("%zu events between %g and %g GeV, %zu outside; %s\n", fit->events, fit->low, fit->high, fit->outside,
           fit->method == NSYM_MASS_LIKELIHOOD ? "unbinned maximum likelihood" : "least squares as published");
    if (fit->weighted)
        printf("weights of column '%s' add up to %.6g; they are worth %.6g events without weights\n", r->weight,
               fit->weight, fit->effective);
    if (fit->weightless) printf("%zu events of weight 0 are left out\n", fit->weightless);
}

void fitting_print(const fitting_report *r) {
    const nsym_mass_fit *fit = r->fit;
    const char *unit[P] = {" GeV", " GeV", " GeV", "", " GeV"};
    print_events(r);
    putchar('\n');
    print_yields(r);
    for (int i = 0; i < P; i++) {
        const char *name = nsym_mass_parameter_name((nsym_mass_parameter)i);
        if (fit->fixed >> i & 1) {
            printf("%-12s %10.4f%s, fixed\n", name, fit->value[i], unit[i]);
            continue;
        }
        const line l = {name,
                        unit[i],
                        fit->value[i],
                        fit->error[i],
                        4,
                        r->known ? &r->one.parameter[i] : NULL,
                        r->known ? &r->limit.parameter[i] : NULL};
        print_line(&l, fit->at_bound >> i & 1);
    }
    printf("\ncorrelations");
    for (int i = 0; i < P; i++)
        if (is_free(fit, i)) printf(" %7s", nsym_mass_parameter_name((nsym_mass_parameter)i));
    for (int i = 0; i < P; i++) {
        if (!is_free(fit, i)) continue;
        printf("\n%-12s", nsym_mass_parameter_name((nsym_mass_parameter)i));
        for (int j = 0; j < P; j++)
            if (is_free(fit, j)) printf(" %7.3f", correlation(fit, i, j));
    }
    printf("\n\nchi2 / ndf   %.1f / %zu in %zu bins\nKS distance  %.4f\n", fit->chi2, fit->ndf, fit->bins,
           fit->ks_distance);
}

/* Adds the interval, null for an end that is a bound or unknown, and the limit of what is at a bound. */
static void add_interval(json_t *object, const nsym_mass_interval *one, const nsym_mass_interval *limit,
                         bool at_bound) {
    json_object_set_new(object, "interval",
                        json_pack("[o, o]", json_number(one->open_low ? NAN : one->low),
                                  json_number(one->open_high ? NAN : one->high)));
    if (!at_bound || (one->open_low && one->open_high)) return;
    if (one->open_low) json_object_set_new(object, "below_at_95_percent", json_number(limit->high));
    if (one->open_high) json_object_set_new(object, "above_at_95_percent", json_number(limit->low));
}

static json_t *yield_json(double value, double variance, const fitting_report *r, const nsym_mass_interval *one,
                          const nsym_mass_interval *limit) {
    json_t *object = json_pack("{s:o, s:o}", "value", json_number(value), "error", json_number(sqrt(variance)));
    if (r->known) add_interval(object, one, limit, !(value > 0));
    return object;
}

static json_t *parameter_json(const fitting_report *r, int i) {
    const nsym_mass_fit *fit = r->fit;
    const char *state = is_free(fit, i) ? "free" : fit->fixed >> i & 1 ? "fixed" : "at a bound";
    json_t *object = json_pack("{s:o, s:o, s:s}", "value", json_number(fit->value[i]), "error",
                               json_number(fit->error[i]), "state", state);
    if (r->known && !(fit->fixed >> i & 1))
        add_interval(object, &r->one.parameter[i], &r->limit.parameter[i], fit->at_bound >> i & 1);
    return object;
}

static json_t *correlations_json(const nsym_mass_fit *fit) {
    json_t *correlations = json_object();
    for (int i = 0; i < P; i++) {
        if (!is_free(fit, i)) continue;
        json_t *row = json_object();
        for (int j = 0; j < P; j++)
            if (is_free(fit, j))
                json_object_set_new(row, nsym_mass_parameter_name((nsym_mass_parameter)j),
                                    json_number(correlation(fit, i, j)));
        json_object_set_new(correlations, nsym_mass_parameter_name((nsym_mass_parameter)i), row);
    }
    return correlations;
}

json_t *fitting_json(const fitting_report *r) {
    const nsym_mass_fit *fit = r->fit;
    json_t *parameters = json_object();
    for (int i = 0; i < P; i++)
        json_object_set_new(parameters, nsym_mass_parameter_name((nsym_mass_parameter)i), parameter_json(r, i));
    json_t *weights = fit->weighted ? json_pack("{s:s, s:f, s:f}", "column", r->weight, "sum", fit->weight,
                                                "effective_events", fit->effective)
                                    : json_null();
    return json_pack(
        "{s:s, s:[f, f], s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:o, s:b, s:I, s:s}", "method",
        methods[fit->method], "window", fit->low, fit->high, "events", (json_int_t)fit->events, "outside",
        (json_int_t)fit->outside, "of_weight_0", (json_int_t)fit->weightless, "weights", weights, "signal",
        yield_json(fit->signal, fit->yield_covariance[0][0], r, &r->one.signal, &r->limit.signal), "background",
        yield_json(fit->background, fit->yield_covariance[1][1], r, &r->one.background, &r->limit.background),
        "parameters", parameters, "correlations", correlations_json(fit), "chi2", json_number(fit->chi2), "ndf",
        (json_int_t)fit->ndf, "bins", (json_int_t)fit->bins, "ks_distance", json_number(fit->ks_distance), "converged",
        (int)fit->converged, "iterations", (json_int_t)fit->iterations, "warning", fit->warning);
}
