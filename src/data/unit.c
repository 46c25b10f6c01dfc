#include "data/unit.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ENERGY, LENGTH, TIME, ANGLE, AREA, NAME = 32 };

/* A unit is 10^`power` of its quantity's first one, or of a degree. */
typedef struct {
    const char *name;
    int quantity, power;
} unit;

static const unit units[] = {
    {"GeV", ENERGY, 0},    {"eV", ENERGY, -9},  {"keV", ENERGY, -6}, {"MeV", ENERGY, -3},    {"TeV", ENERGY, 3},
    {"PeV", ENERGY, 6},    {"m", LENGTH, 0},    {"fm", LENGTH, -15}, {"pm", LENGTH, -12},    {"nm", LENGTH, -9},
    {"um", LENGTH, -6},    {"µm", LENGTH, -6},  {"μm", LENGTH, -6},  {"micron", LENGTH, -6}, {"mm", LENGTH, -3},
    {"cm", LENGTH, -2},    {"km", LENGTH, 3},   {"s", TIME, 0},      {"fs", TIME, -15},      {"ps", TIME, -12},
    {"ns", TIME, -9},      {"us", TIME, -6},    {"µs", TIME, -6},    {"ms", TIME, -3},       {"rad", ANGLE, 0},
    {"radian", ANGLE, 0},  {"mrad", ANGLE, -3}, {"b", AREA, 0},      {"mb", AREA, -3},       {"ub", AREA, -6},
    {"µb", AREA, -6},      {"nb", AREA, -9},    {"pb", AREA, -12},   {"fb", AREA, -15},      {"ab", AREA, -18},
    {"radians", ANGLE, 0},
};
static const char *const degrees[] = {"degree", "degrees", "deg", "°"};

/* A unit that was read: `scale` x 10^`power` of its quantity, to the `exponent`. */
typedef struct {
    int quantity, power, exponent;
    double scale;
} measure;

static void cut_ending(char *name, const char *ending) {
    size_t n = strlen(name), m = strlen(ending);
    if (n > m && strcasecmp(name + n - m, ending) == 0) name[n - m] = '\0';
}

/* "GeV^2", "GeV**2": the exponent, which is cut off; 1 where there is none. */
static int cut_exponent(char *name) {
    char *mark = strstr(name, "**"), *end;
    size_t length = 2;
    if (!mark) mark = strchr(name, '^'), length = 1;
    if (!mark) return 1;
    long exponent = strtol(mark + length, &end, 10);
    if (end == mark + length || *end || exponent < -9 || exponent > 9) return 1;
    *mark = '\0';
    return (int)exponent;
}

/* Energies in whatever case: a millielectronvolt is nobody's. */
static bool is_named(const unit *u, const char *name) {
    return (u->quantity == ENERGY ? strcasecmp(u->name, name) : strcmp(u->name, name)) == 0;
}

static bool measure_of(measure *out, const char *text) {
    static const char *const per_light[] = {"/c^2", "/c**2", "/c2", "/c"};
    char name[NAME];
    while (isspace((unsigned char)*text)) text++;
    size_t n = strlen(text);
    while (n > 0 && isspace((unsigned char)text[n - 1])) n--;
    if (n >= sizeof name) return false;
    memcpy(name, text, n);
    name[n] = '\0';
    for (size_t i = 0; i < sizeof per_light / sizeof *per_light; i++) cut_ending(name, per_light[i]);
    *out = (measure){.exponent = cut_exponent(name), .scale = 1};
    for (size_t i = 0; i < sizeof degrees / sizeof *degrees; i++)
        if (strcmp(name, degrees[i]) == 0) {
            out->quantity = ANGLE;
            out->scale = M_PI / 180;
            return true;
        }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (is_named(&units[i], name)) {
            out->quantity = units[i].quantity;
            out->power = units[i].power;
            return true;
        }
    return false;
}

nsym_unit_relation nsym_unit_convert(nsym_unit_scale *scale, const char *from, const char *to) {
    measure a, b;
    *scale = (nsym_unit_scale){1, 1};
    if (strcmp(from, to) == 0) return NSYM_UNIT_SAME;
    if (!measure_of(&a, from) || !measure_of(&b, to) || a.quantity != b.quantity || a.exponent != b.exponent)
        return NSYM_UNIT_OTHER;
    int power = (a.power - b.power) * a.exponent;
    if (power == 0 && a.scale == b.scale) return NSYM_UNIT_SAME;
    scale->times = (power > 0 ? pow(10, power) : 1) * pow(a.scale / b.scale, a.exponent);
    scale->over = power < 0 ? pow(10, -power) : 1;
    return NSYM_UNIT_SCALED;
}
