#include "train/features.h"

#include "base/fail.h"
#include "base/nearest.h"
#include <nearsym/train.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One transformation: of a value to one number, or to a number for each parameter. */
typedef struct nsym_value_transform {
    const char *name;
    size_t least, most; /* parameters */
    bool wide, scaled;
    const char *domain;
    bool (*fill)(double *out, double x, const double *parameter, size_t n);
} nsym_value_transform;

static bool keep(double *out, double x, const double *parameter, size_t n) {
    (void)parameter, (void)n;
    *out = x;
    return true;
}

static bool take_log(double *out, double x, const double *parameter, size_t n) {
    (void)parameter, (void)n;
    *out = log(x);
    return x > 0;
}

static bool take_log1p(double *out, double x, const double *parameter, size_t n) {
    (void)parameter, (void)n;
    *out = log1p(x);
    return x > -1;
}

static bool take_sqrt(double *out, double x, const double *parameter, size_t n) {
    (void)parameter, (void)n;
    *out = sqrt(x);
    return x >= 0;
}

static bool take_asinh(double *out, double x, const double *parameter, size_t n) {
    *out = asinh(n ? x / parameter[0] : x);
    return true;
}

static bool take_abs(double *out, double x, const double *parameter, size_t n) {
    (void)parameter, (void)n;
    *out = fabs(x);
    return true;
}

static bool clip(double *out, double x, const double *parameter, size_t n) {
    (void)n;
    *out = fmin(fmax(x, parameter[0]), parameter[1]);
    return true;
}

static bool onehot(double *out, double x, const double *parameter, size_t n) {
    for (size_t k = 0; k < n; k++) out[k] = x == parameter[k];
    return true;
}

static const char any[] = "any value";
static const nsym_value_transform transforms[] = {
    {"none", 0, 0, false, true, any, keep},
    {"log", 0, 0, false, true, "a value above 0", take_log},
    {"log1p", 0, 0, false, true, "a value above -1", take_log1p},
    {"sqrt", 0, 0, false, true, "a value of at least 0", take_sqrt},
    {"asinh", 0, 1, false, true, any, take_asinh},
    {"abs", 0, 0, false, true, any, take_abs},
    {"clip", 2, 2, false, true, any, clip},
    {"onehot", 1, NSYM_FEATURE_PARAMETERS, true, false, any, onehot},
    {"raw", 0, 0, false, false, any, keep},
};
enum { TRANSFORMS = sizeof transforms / sizeof *transforms };

const char *const nsym_value_transform_names[] = {"none", "log",  "log1p",  "sqrt", "asinh",
                                                  "abs",  "clip", "onehot", "raw",  NULL};
_Static_assert(sizeof nsym_value_transform_names / sizeof(char *) == TRANSFORMS + 1, "every transformation has a name");

const char *const *nsym_feature_transform_names(void) {
    return nsym_value_transform_names;
}

static const nsym_value_transform *find(const char *name, size_t length) {
    for (size_t k = 0; k < TRANSFORMS; k++)
        if (strlen(transforms[k].name) == length && strncmp(transforms[k].name, name, length) == 0)
            return &transforms[k];
    return NULL;
}

/* "clip -1 1" up to a comma. */
static nsym_status read_transform(nsym_feature *f, const char *text, size_t length) {
    char copy[512], *end;
    if (length >= sizeof copy) return nsym_fail(NSYM_EINVAL, "the transformation of '%s' is too long", f->name);
    memcpy(copy, text, length);
    copy[length] = '\0';
    size_t word = strcspn(copy, " ");
    f->transform = word ? find(copy, word) : &transforms[0];
    if (!f->transform) {
        copy[word] = '\0';
        const char *near = nsym_nearest(copy, nsym_value_transform_names);
        return nsym_fail(NSYM_EINVAL,
                         "'%s' has no transformation '%s'%s%s%s; there are none, log, log1p, sqrt, asinh, abs, clip, "
                         "onehot and raw",
                         f->name, copy, near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    for (char *at = copy + word; *at; at = end) {
        double value = strtod(at, &end);
        if (end == at || f->parameters == NSYM_FEATURE_PARAMETERS || !isfinite(value))
            return nsym_fail(NSYM_EINVAL, "'%s': %s takes at most %zu numbers, not '%s'", f->name, f->transform->name,
                             f->transform->most, copy + word);
        f->parameter[f->parameters++] = value;
        while (*end == ' ') end++;
    }
    if (f->parameters < f->transform->least || f->parameters > f->transform->most)
        return nsym_fail(NSYM_EINVAL, "'%s': %s has %zu numbers, must have %zu to %zu%s", f->name, f->transform->name,
                         f->parameters, f->transform->least, f->transform->most,
                         f->transform->wide ? ", the values that each get an input of their own" : "");
    if (f->transform->fill == clip && !(f->parameter[0] < f->parameter[1]))
        return nsym_fail(NSYM_EINVAL, "'%s': clip needs two rising numbers, has %g and %g", f->name, f->parameter[0],
                         f->parameter[1]);
    if (f->transform->fill == take_asinh && f->parameters && !(f->parameter[0] > 0))
        return nsym_fail(NSYM_EINVAL, "'%s': asinh divides by %g, must be above 0", f->name, f->parameter[0]);
    return NSYM_OK;
}

nsym_status nsym_features_parse(nsym_feature **out, size_t *n, const char *names, const char *how) {
    size_t count = names[0] != '\0';
    for (const char *c = names; *c; c++) count += *c == ',';
    *out = calloc(count + 1, sizeof **out);
    *n = count;
    if (!*out) return nsym_fail(NSYM_ENOMEM, "no memory for %zu features", count);
    nsym_status status = NSYM_OK;
    for (size_t k = 0; status == NSYM_OK && k < count; k++) {
        nsym_feature *f = &(*out)[k];
        size_t length = strcspn(names, ","), words = strcspn(how, ",");
        if (length >= sizeof f->name) {
            status = nsym_fail(NSYM_EINVAL, "the name '%.40s...' is too long", names);
            break;
        }
        memcpy(f->name, names, length);
        status = read_transform(f, how, words);
        names += length + (names[length] == ',');
        how += words + (how[words] == ',');
    }
    if (status == NSYM_OK && *how)
        status = nsym_fail(NSYM_EINVAL, "there are more transformations than the %zu names", count);
    if (status == NSYM_OK) return NSYM_OK;
    free(*out);
    *out = NULL;
    return status;
}

size_t nsym_feature_width(const nsym_feature *f) {
    return f->transform->wide ? f->parameters : 1;
}

bool nsym_feature_is_plain(const nsym_feature *f) {
    return f->transform == &transforms[0];
}

bool nsym_feature_is_scaled(const nsym_feature *f) {
    return f->transform->scaled;
}

bool nsym_feature_fill(double *out, const nsym_feature *f, double value) {
    return f->transform->fill(out, value, f->parameter, f->parameters);
}

const char *nsym_feature_domain(const nsym_feature *f) {
    return f->transform->domain;
}

void nsym_features_of_spec(const char **names, const char **how, const nsym_model_spec *spec, size_t part) {
    bool own_gate = part == 2 && spec->gate_columns[0];
    *names = part == 0 ? spec->features : own_gate ? spec->gate_columns : spec->columns;
    *how = part == 0 ? spec->feature_transforms : own_gate ? spec->gate_transforms : spec->column_transforms;
}
