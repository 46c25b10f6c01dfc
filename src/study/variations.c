#include "study/variations.h"

#include "base/arena.h"
#include "base/fail.h"
#include "base/hash.h"
#include "options/lay.h"
#include "sources/source.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What one variation of a point is read with. */
typedef struct {
    const nsym_point *point;
    const nsym_tree *card;     /* the study's, before any point's settings */
    const nsym_node *settings; /* of the variation, a map */
    nsym_tree *tree;           /* the point's, with the settings laid over it, owned */
    nsym_data_card data;       /* what comes of it */
} reading;

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the variations of a card");
}

static const nsym_node *section_of(const nsym_tree *card) {
    return nsym_node_at(card->root, "variations");
}

/* ---- Which settings a variation may have ---- */

static bool is_below(const char *path, const char *section) {
    size_t length = strlen(section);
    return strncmp(path, section, length) == 0 && path[length] == '.';
}

/* A generator whose options the path is one of; NULL: none. */
static const nsym_source *generator_of(const char *path) {
    for (size_t i = 0; nsym_sources[i]; i++)
        if (nsym_sources[i]->section && is_below(path, nsym_sources[i]->section->name)) return nsym_sources[i];
    return NULL;
}

static nsym_status check_path(const reading *r, const nsym_node *setting) {
    const char *name = r->settings->key;
    const nsym_source *own = r->point->card.data.source, *of = generator_of(setting->key);
    if (setting->kind == NSYM_MAP)
        return nsym_fail_at(r->card, setting,
                            "variations.%s: '%s' would replace the whole section; write one line per key, "
                            "such as %s.%s: ...",
                            name, setting->key, setting->key, setting->count ? setting->child[0]->key : "key");
    if (of && of != own)
        return nsym_fail_at(r->card, setting, "variations.%s: %s has no effect here: the events are those of '%s'",
                            name, setting->key, own->name);
    if (of || is_below(setting->key, "detector")) return NSYM_OK;
    return nsym_fail_at(r->card, setting,
                        "variations.%s sets %s, but a variation changes only how test events are made, not the "
                        "training; its paths begin with 'detector.'%s%s%s",
                        name, setting->key, own->section ? " or '" : "", own->section ? own->section->name : "",
                        own->section ? ".'" : "");
}

/* ---- Factors ---- */

/* "1.2x": a number and an x. */
static bool is_factor(const nsym_node *setting, double *factor) {
    char number[64];
    size_t length = setting->kind == NSYM_SCALAR ? strlen(setting->text) : 0;
    if (length < 2 || length > sizeof number || setting->text[length - 1] != 'x') return false;
    snprintf(number, sizeof number, "%.*s", (int)(length - 1), setting->text);
    return nsym_text_number(number, factor) && isfinite(*factor);
}

/* A scalar times a factor, in place: from the tree's arena. */
static nsym_status multiply(const reading *r, const nsym_node *setting, nsym_node *value, double factor) {
    double number;
    if (value->kind != NSYM_SCALAR || !nsym_text_number(value->text, &number))
        return nsym_fail_at(r->card, setting, "variations.%s: %s is not a number that %s can multiply; write the value",
                            r->settings->key, setting->key, setting->text);
    value->text = nsym_arena_printf(r->tree->arena, "%.15g", factor * number);
    value->line = setting->line;
    value->source = setting->source;
    return value->text ? NSYM_OK : no_memory();
}

/* What stands in the point's card, each number of it times the factor. */
static nsym_status lay_factor(const reading *r, const nsym_node *setting, double factor) {
    nsym_node *value = nsym_node_at(r->tree->root, setting->key);
    if (!value)
        return nsym_fail_at(
            r->card, setting,
            "variations.%s: %s is a factor, but the card does not set %s; write the value, or set it in the card",
            r->settings->key, setting->text, setting->key);
    if (value->kind == NSYM_SCALAR) return multiply(r, setting, value, factor);
    for (size_t i = 0; i < value->count; i++) NSYM_TRY(multiply(r, setting, value->child[i], factor));
    return NSYM_OK;
}

/* ---- One variation ---- */

static nsym_status lay(const reading *r) {
    for (size_t i = 0; i < r->settings->count; i++) {
        nsym_node *setting = r->settings->child[i];
        double factor;
        NSYM_TRY(check_path(r, setting));
        if (is_factor(setting, &factor))
            NSYM_TRY(lay_factor(r, setting, factor));
        else
            NSYM_TRY(nsym_tree_apply(r->tree, &(nsym_node){.kind = NSYM_MAP, .count = 1, .child = &setting}));
    }
    return NSYM_OK;
}

/* A network's image is of the cells that it was trained on. */
static nsym_status check_image(const reading *r) {
    const nsym_run_card *own = &r->point->card;
    size_t nx[2] = {0}, ny[2] = {0};
    nsym_grid_of(&own->data, &nx[0], &ny[0]);
    nsym_grid_of(&r->data, &nx[1], &ny[1]);
    bool image = !own->column && strcmp(own->spec.event_input.name, "image") == 0;
    if (!image || (nx[0] == nx[1] && ny[0] == ny[1])) return NSYM_OK;
    return nsym_fail_at(
        r->card, r->settings,
        "variations.%s changes the number of cells to %zu x %zu, but model '%s' reads images of %zu x %zu "
        "cells; models that read sets (particles: cells) take any number. To leave the variation out for "
        "this model's experiment: experiments.%s.set: {variations.%s: {}}",
        r->settings->key, nx[1], ny[1], r->point->model, nx[0], ny[0], r->point->experiment, r->settings->key);
}

/* The card of the sample under a variation: the point's own, but for its detector and its generator's options. */
static nsym_status read_varied(reading *r) {
    const nsym_data_card *own = &r->point->card.data;
    nsym_run_card read;
    NSYM_TRY(lay(r));
    nsym_status status = nsym_card_read_sample(&read, r->tree);
    if (status != NSYM_OK) return nsym_fail_in(status, "variations.%s: ", r->settings->key);
    r->data = *own;
    r->data.detector = read.data.detector;
    memcpy(r->data.options, read.data.options, sizeof r->data.options);
    return check_image(r);
}

/* Does it change what the point's model reads, or, `any`, what any may read? */
static nsym_status changes(bool *out, const reading *r, bool any) {
    nsym_run_card card = r->point->card;
    char *before = NULL, *after = NULL;
    card.varied = NULL;
    nsym_status status = nsym_card_key(&before, &card, any);
    card.data = r->data;
    if (status == NSYM_OK) status = nsym_card_key(&after, &card, any);
    *out = status == NSYM_OK && strcmp(before, after) != 0;
    free(before);
    free(after);
    return status;
}

/* The key of its test events, from the arena. */
static nsym_status set_data_key(nsym_variation *out, const reading *r, nsym_arena *arena) {
    nsym_run_card card = r->point->card;
    char *key;
    card.data = out->data;
    NSYM_TRY(nsym_card_key(&key, &card, true));
    out->data_key = nsym_arena_printf(arena, "%s tests", key);
    free(key);
    return out->data_key ? NSYM_OK : no_memory();
}

/* The place of a variation in the card's own section, from 1. */
static nsym_status number_of(size_t *out, const nsym_tree *card, const nsym_node *settings) {
    const nsym_node *all = section_of(card);
    for (size_t i = 0; all && i < all->count; i++)
        if (strcmp(all->child[i]->key, settings->key) == 0) {
            *out = i + 1;
            return NSYM_OK;
        }
    return nsym_fail_at(
        card, settings,
        "variations.%s is set only here; the card's section 'variations' must name all variations, and a "
        "choice or an experiment may change one of them",
        settings->key);
}

/* Copies the tree of a point, lays the variation and reads it; the tree is to be freed whatever the status. */
static nsym_status open_reading(reading *r, const nsym_point *point, const nsym_tree *card, const nsym_node *settings) {
    *r = (reading){.point = point, .card = card, .settings = settings};
    NSYM_TRY(nsym_tree_copy(&r->tree, point->tree));
    return read_varied(r);
}

/* Adds it to the point, where it changes something there. */
static nsym_status add(nsym_point *point, const nsym_tree *card, const nsym_node *settings, nsym_variation *out) {
    bool changed = false;
    reading r;
    *out = (nsym_variation){.name = settings->key};
    NSYM_TRY(number_of(&out->number, card, settings));
    nsym_status status = open_reading(&r, point, card, settings);
    if (status == NSYM_OK) status = changes(&changed, &r, false);
    if (status == NSYM_OK && changed) {
        out->data = r.data;
        nsym_data_take_tests(&out->data);
        status = set_data_key(out, &r, point->tree->arena);
        point->variations++;
    }
    nsym_tree_free(r.tree);
    return status;
}

/* ---- All of a point ---- */

static nsym_status check_section(const nsym_tree *card, const nsym_node *all) {
    if (all->kind != NSYM_MAP)
        return nsym_fail_at(card, all,
                            "variations must be a map of names and settings, such as variations: {worse: "
                            "{detector.smear.resolution: 1.2x}}");
    for (size_t i = 0; i < all->count; i++)
        if (all->child[i]->kind != NSYM_MAP && !(all->child[i]->kind == NSYM_SCALAR && !all->child[i]->text[0]))
            return nsym_fail_at(card, all->child[i],
                                "variations.%s must be a map of settings, such as {detector.smear.resolution: 1.2x}",
                                all->child[i]->key);
    return NSYM_OK;
}

/* What a run's key has of them: the names are for readers. */
static nsym_status set_key(nsym_point *point) {
    const char *text = "";
    for (size_t i = 0; i < point->variations; i++) {
        const nsym_variation *v = &point->variation[i];
        text = nsym_arena_printf(point->tree->arena, "%s%s%zu:%016" PRIx64, text, i ? "," : " variations=", v->number,
                                 nsym_hash_text(NSYM_HASH_START, v->data_key));
        if (!text) return no_memory();
    }
    point->card.varied = point->variations ? text : NULL;
    return NSYM_OK;
}

nsym_status nsym_variations_read(nsym_point *point, const nsym_tree *card) {
    const nsym_node *all = section_of(point->tree);
    if (!all || point->search) return NSYM_OK;
    NSYM_TRY(check_section(card, all));
    nsym_variation *list = nsym_arena_alloc(point->tree->arena, all->count + 1, sizeof *list);
    if (!list) return no_memory();
    point->variation = list;
    for (size_t i = 0; i < all->count; i++)
        if (all->child[i]->count > 0) NSYM_TRY(add(point, card, all->child[i], &list[point->variations]));
    return set_key(point);
}

/* ---- Of a grid ---- */

static bool is_anywhere(const nsym_grid *grid, size_t number) {
    for (size_t i = 0; i < grid->points; i++)
        if (nsym_variation_name(&grid->point[i], number)) return true;
    return false;
}

/* Why one changes nothing, by the first point that says something of it; a card that leaves it out everywhere may. */
static nsym_status refuse(const nsym_tree *card, const nsym_grid *grid, const char *name) {
    for (size_t i = 0; i < grid->points; i++) {
        const nsym_point *point = &grid->point[i];
        const nsym_node *all = section_of(point->tree), *settings = all ? nsym_node_at(all, name) : NULL;
        bool changed = false;
        reading r;
        if (point->search || !settings || settings->count == 0) continue;
        nsym_status status = open_reading(&r, point, card, settings);
        if (status == NSYM_OK) status = changes(&changed, &r, true);
        nsym_tree_free(r.tree);
        NSYM_TRY(status);
        return nsym_fail_at(card, settings, "variations.%s changes nothing: %s", name,
                            changed ? "no model of the card reads the quantities that it varies"
                                    : "its settings are the same as the card's");
    }
    return NSYM_OK;
}

nsym_status nsym_variations_check(const nsym_tree *card, const nsym_grid *grid) {
    const nsym_node *all = section_of(card);
    for (size_t i = 0; all && all->kind == NSYM_MAP && i < all->count; i++)
        if (!is_anywhere(grid, i + 1) && nsym_lay_of(all->child[i]) >= card->laid)
            NSYM_TRY(refuse(card, grid, all->child[i]->key));
    return NSYM_OK;
}

const char *nsym_variation_name(const nsym_point *point, size_t number) {
    for (size_t i = 0; i < point->variations; i++)
        if (point->variation[i].number == number) return point->variation[i].name;
    return NULL;
}
