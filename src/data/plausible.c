#include "data/plausible.h"

#include "base/remark.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { TEXT = 512 };

static const double two_pi = 2 * M_PI + 1e-4; /* rounded to float, or to four digits, is not above */

/* Particles and what was found of them. */
typedef struct {
    const double *particles; /* (rows, features) */
    size_t rows, features;
    char wrong[TEXT]; /* a list, "" for nothing */
} look;

typedef bool is_wrong(const double *value);

static bool is_negative(const double *value) {
    return *value < 0;
}

static bool is_beyond_circle(const double *value) {
    return fabs(*value) > two_pi;
}

static bool is_whole(double value) {
    return value == floor(value);
}

/* Also EnergyFlow's small numbers of kinds, 0.1 to 1.4, are ids. */
static bool is_no_id(const double *value) {
    double tenth = *value * 10;
    return !is_whole(*value) && !(*value >= 0 && *value < 1.45 && fabs(tenth - round(tenth)) < 1e-4);
}

static void add(look *l, const char *name, const char *what, size_t count) {
    size_t used = strlen(l->wrong);
    if (count == 0) return;
    snprintf(l->wrong + used, TEXT - used, "%s%s %s in %zu of %zu particles", used ? ", " : "", name, what, count,
             l->rows);
}

/* Counts in a feature, by whatever of these names it has. */
static void count_in(look *l, const nsym_events *events, const char *const *names, is_wrong *wrong, const char *what) {
    for (; *names; names++) {
        size_t at = nsym_events_feature(events, *names), count = 0;
        if (at == NSYM_NONE) continue;
        for (size_t i = 0; i < l->rows; i++) count += wrong(l->particles + i * l->features + at);
        add(l, *names, what, count);
    }
}

/* Is the energy at least the momentum, but for rounding? */
static bool is_four_momentum(double energy, double x, double y, double z) {
    return energy >= 0 && energy >= sqrt(x * x + y * y + z * z) * (1 - 1e-3);
}

static void check_energy(look *l, const nsym_events *events) {
    static const char *const energies[] = {"energy", "e", "E"}, *const momenta[] = {"px", "py", "pz"};
    size_t energy = NSYM_NONE, at[3], count = 0;
    for (size_t k = 0; k < 3 && energy == NSYM_NONE; k++) energy = nsym_events_feature(events, energies[k]);
    for (size_t k = 0; k < 3; k++)
        if ((at[k] = nsym_events_feature(events, momenta[k])) == NSYM_NONE) return;
    if (energy == NSYM_NONE || nsym_events_feature(events, "status") != NSYM_NONE)
        return; /* a record has virtual ones */
    for (size_t i = 0; i < l->rows; i++) {
        const double *p = l->particles + i * l->features;
        count += !is_four_momentum(p[energy], p[at[0]], p[at[1]], p[at[2]]);
    }
    add(l, events->feature_names[energy], "is less than the momentum", count);
}

/* What the first features may be instead, in the order in which they are tried. */
typedef bool looks_like(const double *p);

static bool energy_first(const double *p) {
    return is_four_momentum(p[0], p[1], p[2], p[3]);
}

static bool energy_last(const double *p) {
    return is_four_momentum(p[3], p[0], p[1], p[2]);
}

static bool eta_phi_pt(const double *p) {
    return fabs(p[0]) < 20 && fabs(p[1]) <= two_pi && p[2] >= 0;
}

static bool eta_phi_pt_mask(const double *p) {
    return eta_phi_pt(p) && (p[3] == 0 || p[3] == 1);
}

static bool pt_eta_degrees(const double *p) {
    return p[0] >= 0 && fabs(p[1]) < 20 && fabs(p[2]) <= 360.5;
}

static bool pt_eta_phi_mass(const double *p) {
    return p[0] >= 0 && fabs(p[1]) < 20 && fabs(p[2]) <= two_pi && p[3] >= 0;
}

static const struct {
    size_t features;
    looks_like *test;
    const char *names, *advice;
} guesses[] = {
    {4, eta_phi_pt_mask, "eta,phi,pt,mask", ""},
    {4, pt_eta_phi_mass, "pt,eta,phi,mass", " (or energy in place of mass)"},
    {4, energy_first, "energy,px,py,pz", ""},
    {4, energy_last, "px,py,pz,energy", ""},
    {3, eta_phi_pt, "eta,phi,pt", ""},
    {3, pt_eta_degrees, NULL,
     "; phi looks like degrees, but nearsym takes it as radians: multiply it by pi / 180 first"},
};
enum { GUESSES = sizeof guesses / sizeof *guesses };

static bool all_look_like(const look *l, looks_like *test) {
    size_t i = 0;
    while (i < l->rows && test(l->particles + i * l->features)) i++;
    return i == l->rows;
}

/* The names that are there, each with the one that it should have: "pt=energy,eta=px". */
static void list_renames(char text[TEXT], const nsym_events *events, const char *names) {
    size_t used = 0;
    text[0] = '\0';
    for (size_t k = 0; *names && k < events->features && used < TEXT; k++) {
        const char *name = events->feature_names[k];
        size_t n = strcspn(names, ",");
        if (strlen(name) != n || strncmp(name, names, n) != 0)
            used += (size_t)snprintf(text + used, TEXT - used, "%s%s=%.*s", used ? "," : "", name, (int)n, names);
        names += n + (names[n] == ',');
    }
}

/* Features that begin as EnergyFlow's do, pt, eta, phi, are the ones that are guessed. */
static void advise(char text[2 * TEXT], const look *l, const nsym_events *events) {
    static const char *const usual[] = {"pt", "eta", "phi"};
    char renames[TEXT];
    text[0] = '\0';
    for (size_t k = 0; k < 3; k++)
        if (events->features <= k || strcmp(events->feature_names[k], usual[k]) != 0) return;
    for (size_t g = 0; g < GUESSES; g++) {
        if (guesses[g].features > l->features || !all_look_like(l, guesses[g].test)) continue;
        if (!guesses[g].names) {
            snprintf(text, TEXT, "%s", guesses[g].advice);
            return;
        }
        list_renames(renames, events, guesses[g].names);
        snprintf(text, 2 * TEXT,
                 "; they look like %s%s: name them with `nearsym data convert --columns %s` or, if the file itself has "
                 "names, with --rename %s",
                 guesses[g].names, guesses[g].advice, guesses[g].names, renames);
        return;
    }
    snprintf(text, TEXT, "; name them with `nearsym data convert --columns NAME,...`, one name for each");
}

void nsym_plausible_tell(const nsym_events *events, const char *path) {
    static const char *const positive[] = {"pt", "et", "energy", "e", "E", NULL}, *const angles[] = {"phi", NULL},
                             *const ids[] = {"pid", "pdg", "pdgid", "pdg_id", NULL};
    if (!events->offsets || events->offsets[events->count] == 0) return;
    look l = {
        .particles = events->particles, .rows = (size_t)events->offsets[events->count], .features = events->features};
    count_in(&l, events, positive, is_negative, "is below 0");
    count_in(&l, events, angles, is_beyond_circle, "is beyond 2 pi");
    count_in(&l, events, ids, is_no_id, "is not a whole number");
    check_energy(&l, events);
    if (!l.wrong[0]) return;
    char advice[2 * TEXT];
    advise(advice, &l, events);
    nsym_remark(NSYM_WARNING, "%s: the names of the particle features may be wrong: %s%s", path, l.wrong, advice);
}
