#include "transform/references.h"

#include "base/fail.h"
#include "transform/lorentz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    double vector[4];
} named[] = {{"time", {0, 0, 0, 1}}, {"x", {1, 0, 0, 0}}, {"y", {0, 1, 0, 0}}, {"z", {0, 0, 1, 0}}};
enum { NAMED = sizeof named / sizeof *named, OWN_MOST = NSYM_REFERENCES_MOST + 2 };

/* The vector of a name or of four numbers, energy first. False: there is none. */
static bool read_vector(double out[4], const char *word) {
    double number[4];
    for (size_t i = 0; i < NAMED; i++)
        if (strcmp(word, named[i].name) == 0) {
            memcpy(out, named[i].vector, sizeof named[i].vector);
            return true;
        }
    for (size_t k = 0; k < 4; k++) {
        char *end;
        number[k] = strtod(word, &end);
        if (end == word || !isfinite(number[k])) return false;
        word = end + strspn(end, " ");
    }
    for (size_t k = 0; k < 4; k++) out[k] = number[(k + 1) % 4];
    return *word == '\0';
}

static bool is_same(const double a[4], const double b[4]) {
    return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3];
}

static nsym_status add(nsym_references *out, const char *word) {
    double v[4] = {0};
    if (strcmp(word, "beam") == 0) {
        if (out->beam) return nsym_fail(NSYM_EINVAL, "the reference 'beam' is given twice");
        out->beam = true;
        return NSYM_OK;
    }
    if (!read_vector(v, word))
        return nsym_fail(NSYM_EINVAL,
                         "there is no reference '%s'; a reference is time, beam, x, y, z or four numbers E, px, py, "
                         "pz, such as [1, 0, 0, 1]",
                         word);
    if (v[0] == 0 && v[1] == 0 && v[2] == 0 && v[3] == 0)
        return nsym_fail(NSYM_EINVAL, "the reference '%s' is 0, and so is every product with it", word);
    for (size_t i = 0; i < out->vectors; i++)
        if (is_same(out->vector[i], v)) return nsym_fail(NSYM_EINVAL, "the reference '%s' is given twice", word);
    if (out->vectors == NSYM_REFERENCES_MOST)
        return nsym_fail(NSYM_EINVAL, "there are more than %d reference vectors; four independent ones are enough",
                         (int)NSYM_REFERENCES_MOST);
    memcpy(out->vector[out->vectors++], v, sizeof v);
    return NSYM_OK;
}

nsym_status nsym_references_parse(nsym_references *out, const char *text) {
    char word[128];
    *out = (nsym_references){0};
    while (*text) {
        size_t length = strcspn(text, ",");
        if (length >= sizeof word) return nsym_fail(NSYM_EINVAL, "the reference '%.40s...' is too long", text);
        memcpy(word, text, length);
        word[length] = '\0';
        NSYM_TRY(add(out, word));
        text += length + (text[length] == ',');
    }
    return NSYM_OK;
}

size_t nsym_references_own(const nsym_references *references) {
    return references->vectors + (references->beam ? 2 : 0);
}

size_t nsym_references_of_pair(const nsym_references *references) {
    return references->beam ? 2 : 0;
}

/* What a pair has with the beam; gives the place behind. */
static double *put_pair(double *out, const double *p, const double *q, const nsym_references *references) {
    if (!references->beam) return out;
    *out++ = nsym_signed_log(p[3] * q[3] - p[2] * q[2]);
    *out++ = nsym_signed_log(p[0] * q[0] + p[1] * q[1]);
    return out;
}

/* What a particle has of its own. */
static double *put_own(double *out, const double *p, const nsym_references *references) {
    for (size_t k = 0; k < references->vectors; k++) *out++ = nsym_signed_log(nsym_minkowski(p, references->vector[k]));
    return put_pair(out, p, p, references);
}

void nsym_references_fill(const double *p4, size_t n, const nsym_references *references, double *out) {
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) out = put_pair(out, p4 + 4 * i, p4 + 4 * j, references);
    for (size_t i = 0; i < n; i++) out = put_own(out, p4 + 4 * i, references);
}

size_t nsym_gram_width(const nsym_references *references) {
    return 3 + nsym_references_of_pair(references) + 2 * nsym_references_own(references);
}

/* Does particle p come ahead of q in a pair, by their last own numbers that differ, or their masses? */
static bool is_first(const double *p, const double *q, const nsym_references *references) {
    double of_p[OWN_MOST], of_q[OWN_MOST];
    put_own(of_p, p, references);
    put_own(of_q, q, references);
    for (size_t k = nsym_references_own(references); k-- > 0;)
        if (of_p[k] != of_q[k]) return of_p[k] > of_q[k];
    return nsym_minkowski(p, p) > nsym_minkowski(q, q);
}

void nsym_gram_fill(const double *p4, size_t n, const nsym_references *references, double *out) {
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            bool first = is_first(p4 + 4 * i, p4 + 4 * j, references);
            const double *p = p4 + 4 * (first ? i : j), *q = p4 + 4 * (first ? j : i);
            *out++ = nsym_signed_log(nsym_minkowski(p, p));
            *out++ = nsym_signed_log(nsym_minkowski(q, q));
            *out++ = nsym_signed_log(nsym_minkowski(p, q));
            out = put_own(put_own(put_pair(out, p, q, references), p, references), q, references);
        }
}
