#include "train/input_kinds.h"

#include "base/fail.h"
#include "train/features.h"
#include "transform/lorentz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t four(const nsym_model_spec *spec) {
    (void)spec;
    return 4;
}

static size_t three(const nsym_model_spec *spec) {
    (void)spec;
    return 3;
}

static size_t three_and_kinds(const nsym_model_spec *spec) {
    (void)spec;
    return 3 + NSYM_KINDS;
}

static size_t one(const nsym_model_spec *spec) {
    (void)spec;
    return 1;
}

static size_t four_per_slot(const nsym_model_spec *spec) {
    return 4 * spec->slots;
}

/* The references of a spec, whose text nsym_input_resolve has read before. */
static nsym_references references_of(const nsym_model_spec *spec) {
    nsym_references out;
    if (nsym_references_parse(&out, spec->references) != NSYM_OK) out = (nsym_references){0};
    return out;
}

static size_t products(const nsym_model_spec *spec) {
    const nsym_references r = references_of(spec);
    const size_t n = spec->slots;
    return n > 1 ? n * (n - 1) / 2 * (2 + nsym_references_of_pair(&r)) + n * nsym_references_own(&r) : 0;
}

static size_t gram(const nsym_model_spec *spec) {
    const nsym_references r = references_of(spec);
    return nsym_gram_width(&r);
}

static size_t three_per_cell(const nsym_model_spec *spec) {
    return 3 * spec->padded;
}

static size_t one_per_cell(const nsym_model_spec *spec) {
    return spec->padded;
}

static void copy_two(const double *particles, size_t n, const nsym_references *none, double *out) {
    (void)none;
    for (size_t i = 0; i < 2 * n; i++) out[i] = particles[i];
}

static void copy_three(const double *particles, size_t n, const nsym_references *none, double *out) {
    (void)none;
    for (size_t i = 0; i < 3 * n; i++) out[i] = particles[i];
}

static void copy_four(const double *particles, size_t n, const nsym_references *none, double *out) {
    (void)none;
    for (size_t i = 0; i < 4 * n; i++) out[i] = particles[i];
}

/* A kind from 1 up becomes a one in its place among zeros. */
static void copy_three_and_kinds(const double *particles, size_t n, const nsym_references *none, double *out) {
    (void)none;
    for (size_t i = 0; i < n; i++, particles += 4, out += 3 + NSYM_KINDS) {
        for (size_t k = 0; k < 3; k++) out[k] = particles[k];
        for (size_t k = 0; k < NSYM_KINDS; k++) out[3 + k] = particles[3] == (double)(k + 1);
    }
}

static void fill_pt(const double *p4, size_t n, const nsym_references *none, double *out) {
    (void)none;
    *out = n > 0 ? hypot(p4[0], p4[1]) : 0;
}

static void fill_products(const double *p4, size_t n, const nsym_references *references, double *out) {
    nsym_lorentz_pairs(p4, n, out);
    nsym_references_fill(p4, n, references, out + (n > 1 ? n * (n - 1) : 0));
}

static const nsym_input_kind definitions[] = {
    {.name = "p4",
     .place = NSYM_PER_PARTICLE,
     .feature = {"px", "py", "pz", "energy"},
     .features = 4,
     .width = four,
     .fill = copy_four},
    {.name = "lorentz",
     .place = NSYM_PER_EVENT,
     .feature = {"px", "py", "pz", "energy"},
     .features = 4,
     .width = products,
     .fill = fill_products,
     .referred = true},
    {.name = "pairs",
     .place = NSYM_PER_PARTICLE,
     .feature = {"px", "py", "pz", "energy"},
     .features = 4,
     .width = gram,
     .fill = nsym_gram_fill,
     .unscaled = 2, /* masses: of one kind of particle they vary by rounding alone */
     .referred = true,
     .pairs = true},
    {.name = "momenta",
     .place = NSYM_PER_EVENT,
     .feature = {"px", "py", "pz", "energy"},
     .features = 4,
     .width = four_per_slot,
     .fill = copy_four,
     .momenta = true},
    {.name = "pt",
     .place = NSYM_PER_EVENT,
     .feature = {"px", "py", "pz", "energy"},
     .features = 4,
     .width = one,
     .fill = fill_pt},
    {.name = "cells",
     .place = NSYM_PER_PARTICLE,
     .feature = {"x", "y", "energy"},
     .features = 3,
     .width = three,
     .fill = copy_three,
     .unscaled = 2},
    {.name = "objects",
     .place = NSYM_PER_PARTICLE,
     .feature = {"pt", "d_eta", "d_phi"},
     .features = 3,
     .width = three,
     .fill = copy_three,
     .energy = true},
    {.name = "objects_kind",
     .place = NSYM_PER_PARTICLE,
     .feature = {"pt", "d_eta", "d_phi", "kind"},
     .features = 4,
     .width = four,
     .fill = copy_four,
     .energy = true,
     .categories = 1,
     .relative = true},
    {.name = "objects_onehot",
     .place = NSYM_PER_PARTICLE,
     .feature = {"pt", "d_eta", "d_phi", "kind"},
     .features = 4,
     .width = three_and_kinds,
     .fill = copy_three_and_kinds,
     .energy = true,
     .categories = NSYM_KINDS,
     .relative = true},
    {.name = "list",
     .place = NSYM_PER_EVENT,
     .feature = {"x", "y", "energy"},
     .features = 3,
     .width = three_per_cell,
     .fill = copy_three,
     .expansion = NSYM_LIST_OF_CELLS},
    {.name = "image",
     .place = NSYM_PER_EVENT,
     .feature = {"cell", "energy"},
     .features = 2,
     .width = one_per_cell,
     .fill = copy_two,
     .expansion = NSYM_IMAGE_OF_CELLS,
     .instead = "pt"},
    {.name = "features", .place = NSYM_PER_PARTICLE, .named = true, .energy = true},
    {.name = "columns", .place = NSYM_PER_EVENT, .named = true},
};
enum { DEFINITIONS = sizeof definitions / sizeof *definitions };

const nsym_input_kind *nsym_input_find(const char *name) {
    for (size_t i = 0; i < DEFINITIONS; i++)
        if (strcmp(definitions[i].name, name) == 0) return &definitions[i];
    return NULL;
}

/* An input is as wide as what its names become. An energy is read as it is. */
static nsym_status resolve_names(nsym_input *input, nsym_input_place place, const nsym_model_spec *spec) {
    const char *names, *transforms;
    nsym_feature *features;
    size_t n, part = input == &spec->gate_input ? 2 : place == NSYM_PER_EVENT;
    nsym_features_of_spec(&names, &transforms, spec, part);
    NSYM_TRY(nsym_features_parse(&features, &n, names, transforms));
    if (n > 0 && spec->kind == NSYM_EFN && part == 0 && !nsym_feature_is_plain(&features[0])) {
        nsym_status status = nsym_fail(
            NSYM_EINVAL,
            "'%s' comes first, so a model of kind efn weights each particle with it: leave out its transformation",
            features[0].name);
        free(features);
        return status;
    }
    for (size_t k = 0; k < n; k++) input->width += nsym_feature_width(&features[k]);
    free(features);
    if (input->width > 0) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "input '%s' needs the names of %s", input->name,
                     part == 0 ? "particle features" : "event columns ('columns')");
}

/* Pairs are as many as there are; references are vectors. */
static nsym_status check_products(const nsym_input_kind *d, const nsym_model_spec *spec) {
    nsym_references references;
    if (d->pairs && spec->padded > 0)
        return nsym_fail(
            NSYM_EINVAL,
            "input '%s' has a row for each pair, but padded, which counts particles, is %zu; leave padded out", d->name,
            spec->padded);
    if (d->pairs && spec->norm == NSYM_NORM_SLOT)
        return nsym_fail(NSYM_EINVAL,
                         "the pairs of input '%s' have no order, which norm: slot needs; choose another norm", d->name);
    return d->referred ? nsym_references_parse(&references, spec->references) : NSYM_OK;
}

nsym_status nsym_input_resolve(nsym_input *input, nsym_input_place place, const nsym_model_spec *spec) {
    static const char *const kinds[] = {"fcn", "pfn", "hybrid", "cnn, which reads 'image'", "efn"};
    input->width = 0;
    if (!input->name[0]) return NSYM_OK;
    const nsym_input_kind *d = nsym_input_find(input->name);
    if (!d)
        return nsym_fail(NSYM_EINVAL,
                         "there is no input '%s'; the inputs are p4, pairs, cells, objects, objects_kind, "
                         "objects_onehot and features (per particle), lorentz, momenta, pt, list, image and columns "
                         "(per event), or a list of features or columns",
                         input->name);
    if (d->place != place)
        return nsym_fail(NSYM_EINVAL, "input '%s' is made per %s, not per %s", input->name,
                         place == NSYM_PER_EVENT ? "particle" : "event",
                         place == NSYM_PER_EVENT ? "event" : "particle");
    bool image = d->expansion == NSYM_IMAGE_OF_CELLS;
    if (spec->kind == NSYM_CNN ? !image : d->expansion != NSYM_STORED && spec->kind != NSYM_FCN)
        return nsym_fail(NSYM_EINVAL, "input '%s' is not for models of kind %s", input->name, kinds[spec->kind]);
    if (spec->kind == NSYM_EFN && place == NSYM_PER_PARTICLE && !d->energy)
        return nsym_fail(NSYM_EINVAL, "input '%s' does not begin with an energy, which kind efn needs; 'objects' does",
                         input->name);
    if (d->named) return resolve_names(input, place, spec);
    NSYM_TRY(check_products(d, spec));
    input->width = d->width(spec);
    if (input->width == 0 && d->expansion != NSYM_STORED)
        return nsym_fail(NSYM_EINVAL, "input '%s' needs its number of cells ('padded')", input->name);
    if (input->width == 0)
        return nsym_fail(NSYM_EINVAL, "input '%s' needs a fixed number of particles%s ('slots')", input->name,
                         d->momenta ? "" : ", at least two");
    return NSYM_OK;
}

static bool among(const char *name, const char *const *names) {
    while (*names && strcmp(*names, name) != 0) names++;
    return *names != NULL;
}

bool nsym_input_is_referred(const char *name) {
    const nsym_input_kind *d = nsym_input_find(name);
    return d && d->referred;
}

bool nsym_input_of_pairs(const char *name) {
    const nsym_input_kind *d = nsym_input_find(name);
    return d && d->pairs;
}

size_t nsym_input_rows(const nsym_model_spec *spec, size_t n) {
    return nsym_input_of_pairs(spec->particle_input.name) ? n * (n > 0 ? n - 1 : 0) / 2 : n;
}

bool nsym_input_reads(const char *name, const char *feature) {
    const nsym_input_kind *d = nsym_input_find(name);
    for (size_t k = 0; d && k < d->features; k++)
        if (strcmp(d->feature[k], feature) == 0) return true;
    return false;
}

const char *nsym_input_missing(const char *name, const char *const *features) {
    const nsym_input_kind *d = nsym_input_find(name);
    for (size_t k = 0; d && k < d->features; k++) {
        bool replaced = k + 1 == d->features && d->instead && among(d->instead, features);
        if (!replaced && !among(d->feature[k], features)) return d->feature[k];
    }
    return NULL;
}
