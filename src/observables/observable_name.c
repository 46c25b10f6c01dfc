/* Reads and writes the names of observables. */
#include "observables/observable_name.h"

#include "base/fail.h"
#include "data/number.h"
#include "observables/efp_graph.h"
#include "observables/efp_run.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char cone[] = "iso_", pileup_cone[] = "iso_pileup_", polynomial[] = "efp_k";
const char nsym_observable_logarithm[] = "ln_";
static const double RADIUS_MIN = 1e-6, RADIUS_MAX = 10; /* radii of ranges are rounded to 1e-9 */

static bool begins(const char *name, const char *with) {
    return strncmp(name, with, strlen(with)) == 0;
}

static bool begins_number(const char *text) {
    text += *text == '-' || *text == '+';
    text += *text == '.';
    return isdigit((unsigned char)*text);
}

/* The number between `text` and the next character of `ends` or the end, which *after is set to. */
static bool read_number(const char *text, const char *ends, double *value, const char **after) {
    size_t n = strcspn(text, ends);
    *after = text + n;
    return begins_number(text) && nsym_number_parse(text, n, value) && isfinite(*value);
}

/* A whole number of at most four digits. */
static bool read_whole(const char **text, unsigned *value) {
    size_t digits = 0;
    for (*value = 0; digits < 5 && isdigit((unsigned char)(*text)[digits]); digits++)
        *value = 10 * *value + (unsigned)((*text)[digits] - '0');
    *text += digits;
    return digits > 0 && digits < 5;
}

static nsym_status read_cone(const char *name, const char *text, nsym_observable *out, nsym_observable_range *range) {
    double *radius[] = {&range->first, &range->last};
    const char *at = text;
    bool several = strchr(text, ':'), fine = read_number(at, ":", &range->first, &at);
    range->last = range->first;
    if (fine && several) {
        unsigned count = 0;
        fine = read_number(at + 1, ":", &range->last, &at) && *at == ':';
        at += fine;
        fine = fine && read_whole(&at, &count);
        range->count = count;
    }
    if (!fine || *at)
        return nsym_fail(NSYM_EINVAL,
                         "observable \"%s\": must be %.*s and a radius, \"%.*s0.4\", or a range FIRST:LAST:COUNT, "
                         "\"%.*s0.025:0.45:18\"",
                         name, (int)(text - name), name, (int)(text - name), name, (int)(text - name), name);
    for (size_t i = 0; i < 2; i++)
        if (!(*radius[i] >= RADIUS_MIN && *radius[i] <= RADIUS_MAX))
            return nsym_fail(NSYM_EINVAL, "observable \"%s\": the radius is %g, must be %g to %g", name, *radius[i],
                             RADIUS_MIN, RADIUS_MAX);
    if (several && (range->count < 2 || range->count > NSYM_OBSERVABLE_CONES_MAX || range->last <= range->first))
        return nsym_fail(NSYM_EINVAL, "observable \"%s\": a range has 2 to %d radii, and the last is above the first",
                         name, (int)NSYM_OBSERVABLE_CONES_MAX);
    out->radius = range->first;
    return NSYM_OK;
}

/* "_3-3-0" as "(3,3,0)", again and again. */
static bool read_factors(const char *at, char identity[NSYM_OBSERVABLE_IDENTITY]) {
    size_t used = 0, factors = 0;
    for (; *at == '_' && factors < NSYM_EFP_DEGREE_MAX; factors++) {
        unsigned number[3];
        for (size_t i = 0; i < 3; i++) {
            if (*at != (i == 0 ? '_' : '-')) return false;
            at++;
            if (!read_whole(&at, &number[i])) return false;
        }
        used += (size_t)snprintf(identity + used, NSYM_OBSERVABLE_IDENTITY - used, "(%u,%u,%u)", number[0], number[1],
                                 number[2]);
    }
    return factors > 0 && !*at;
}

static nsym_status read_polynomial(const char *name, nsym_observable *out) {
    const char *at = name + strlen(polynomial);
    bool fine = read_number(at, "_", &out->kappa, &at) && begins(at, "_b");
    fine = fine && read_number(at + 2, "_", &out->beta, &at) && read_factors(at, out->identity);
    if (!fine)
        return nsym_fail(NSYM_EINVAL,
                         "observable \"%s\": must be efp_kKAPPA_bBETA_N-D-K, \"efp_k1_b0.25_3-3-0\", with the numbers "
                         "(n,d,k) of a graph as `nearsym efp list` shows them, and more of these for a product",
                         name);
    if (out->kappa == 0) out->kappa = 0; /* not -0 */
    nsym_efp_options options = {.kappas = 1, .betas = 1, .kappa = &out->kappa, .beta = &out->beta};
    nsym_status status = nsym_efp_check_options(&options);
    return status == NSYM_OK ? NSYM_OK : nsym_fail_in(status, "observable \"%s\": ", name);
}

static nsym_status read_plain(const char *name, nsym_observable *out, nsym_observable_range *range) {
    *out = (nsym_observable){.kind = NSYM_OBSERVABLE_COLUMN};
    *range = (nsym_observable_range){.count = 1};
    if (!*name) return nsym_fail(NSYM_EINVAL, "the name of an observable is empty");
    size_t plain = strlen(cone), corrected = strlen(pileup_cone), efp = strlen(polynomial);
    if ((out->event = nsym_event_observable_named(name))) {
        out->kind = NSYM_OBSERVABLE_EVENT;
    } else if (begins(name, pileup_cone) && begins_number(name + corrected)) {
        out->kind = NSYM_OBSERVABLE_CONE_PILEUP;
        return read_cone(name, name + corrected, out, range);
    } else if (begins(name, cone) && begins_number(name + plain)) {
        out->kind = NSYM_OBSERVABLE_CONE;
        return read_cone(name, name + plain, out, range);
    } else if (begins(name, polynomial) && begins_number(name + efp)) {
        out->kind = NSYM_OBSERVABLE_EFP;
        return read_polynomial(name, out);
    }
    return NSYM_OK;
}

nsym_status nsym_observable_read(const char *name, nsym_observable *out, nsym_observable_range *range) {
    bool logarithm = begins(name, nsym_observable_logarithm);
    NSYM_TRY(read_plain(logarithm ? name + strlen(nsym_observable_logarithm) : name, out, range));
    out->logarithm = logarithm;
    return NSYM_OK;
}

double nsym_observable_radius(const nsym_observable_range *range, size_t i) {
    if (range->count == 1) return range->first;
    double n = (double)(range->count - 1), at = (double)i;
    return round((range->first * (n - at) + range->last * at) / n * 1e9) / 1e9;
}

size_t nsym_observable_cone_name(char *text, size_t size, bool pileup, double radius) {
    char number[NSYM_NUMBER_SIZE];
    nsym_number_format(number, radius);
    return (size_t)snprintf(text, size, "%s%s", pileup ? pileup_cone : cone, number);
}

size_t nsym_observable_efp_name(char *text, size_t size, double kappa, double beta, const nsym_efp_graph *graph) {
    char k[NSYM_NUMBER_SIZE], b[NSYM_NUMBER_SIZE];
    nsym_number_format(k, kappa);
    nsym_number_format(b, beta);
    size_t used = (size_t)snprintf(text, size, "%s%s_b%s", polynomial, k, b);
    for (unsigned f = 0; f < graph->p; f++) {
        bool room = used < size;
        used += (size_t)snprintf(room ? text + used : NULL, room ? size - used : 0, "_%d-%d-%d", graph->factor[f][0],
                                 graph->factor[f][1], graph->factor_k[f]);
    }
    return used;
}

nsym_status nsym_observable_efp_read(double *kappa, double *beta, nsym_efp_graph *graph, const char *name) {
    nsym_observable read;
    nsym_observable_range range;
    NSYM_TRY(nsym_observable_read(name, &read, &range));
    if (read.kind != NSYM_OBSERVABLE_EFP)
        return nsym_fail(NSYM_EINVAL, "\"%s\" is not the name of an energy-flow polynomial, such as efp_k1_b0.25_3-3-0",
                         name);
    nsym_efp_graph *graphs;
    size_t n;
    if (nsym_efp_select(&graphs, &n, read.identity) != NSYM_OK)
        return nsym_fail(NSYM_EINVAL,
                         "observable \"%s\": there is no graph %s; `nearsym efp list --graphs 'd<=%d'` shows "
                         "all of them",
                         name, read.identity, NSYM_EFP_DEGREE_MAX);
    *kappa = read.kappa, *beta = read.beta, *graph = graphs[0];
    free(graphs);
    return NSYM_OK;
}
