#include "symmetry/methods_model.h"

#include "base/arena.h"
#include "base/fail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEW_PARTICLES = 8 };
enum { PAIRED_MAX = 8 }; /* particles whose products a hybrid reads: 56 numbers */

/* The card's network that reads particles, of a kind or of any (NULL): that of the place first. */
static const nsym_node *own_network(const nsym_tree *tree, const nsym_card_events *c, const char *kind) {
    const nsym_node *models = nsym_node_at(tree->root, "models"), *found = NULL;
    for (size_t i = 0; models && models->kind == NSYM_MAP && i < models->count; i++) {
        const nsym_node *model = models->child[i], *its = nsym_node_at(model, "kind");
        bool reads = nsym_node_at(model, "particles") != NULL;
        if (!reads || (kind && !(its && its->text && strcmp(its->text, kind) == 0))) continue;
        bool here = c->point && c->point->model && strcmp(c->point->model, model->key) == 0;
        if (here || !found) found = model;
        if (here) break;
    }
    return found;
}

/* ", models.network.KEY: VALUE" for the keys that a model has; "" for none. */
static char *copy_keys(nsym_arena *arena, const nsym_node *model, const char *prefix, const char *const *keys) {
    char *text = nsym_arena_printf(arena, "%s", "");
    for (size_t k = 0; text && keys[k]; k++) {
        char *value;
        const nsym_node *node = nsym_node_at(model, keys[k]);
        if (!node) continue;
        if (nsym_node_text(&value, node) != NSYM_OK) return NULL;
        text = nsym_arena_printf(arena, "%s, %s%s: %s", text, prefix, keys[k], value);
        free(value);
    }
    return text;
}

/* How many particles every event has; 0: not all have as many. */
static size_t particles_of_all(const nsym_events *events) {
    size_t n = events->count ? (size_t)(events->offsets[1] - events->offsets[0]) : 0;
    for (size_t i = 1; n && i < events->count; i++)
        if (events->offsets[i + 1] - events->offsets[i] != n) n = 0;
    return n;
}

static bool has_all(const nsym_events *events, const char *const *names) {
    for (; *names; names++)
        if (nsym_events_feature(events, *names) == NSYM_NONE) return false;
    return true;
}

static bool has_momenta(const nsym_events *events) {
    static const char *const momenta[] = {"px", "py", "pz", "energy", NULL};
    return has_all(events, momenta);
}

bool nsym_methods_few(const nsym_events *events) {
    return events->offsets[events->count] <= FEW_PARTICLES * events->count;
}

nsym_status nsym_methods_hybrid_of(nsym_methods_hybrid *out, const nsym_tree *tree, const nsym_card_events *c,
                                   const char *columns) {
    static const char shape[] = "train.batch: 32, models.network.kind: hybrid, models.network.event_map: [32], "
                                "models.network.gate_map: [16]";
    static const char *const keys[] = {"event", "gate", "gate_set", "columns", "slots", NULL};
    const nsym_node *own = own_network(tree, c, "hybrid");
    size_t n = particles_of_all(c->events);
    const char *inputs = NULL;
    *out = (nsym_methods_hybrid){0};
    if (columns) {
        inputs = nsym_arena_printf(tree->arena, ", models.network.event: [%s], models.network.gate_set: true", columns);
    } else if (own) {
        inputs = copy_keys(tree->arena, own, "models.network.", keys);
    } else if (has_momenta(c->events) && n >= 2 && n <= PAIRED_MAX) {
        inputs = nsym_arena_printf(tree->arena,
                                   ", models.network.event: lorentz, models.network.gate: pt, models.network.slots: "
                                   "%zu",
                                   n);
    } else {
        out->reason = "It needs event columns that the transformation does not change (--columns), or momenta with "
                      "the same number of particles, 2 to 8, in every event";
        return NSYM_OK;
    }
    if (inputs) out->text = nsym_arena_printf(tree->arena, "{%s%s}", shape, inputs);
    return out->text ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a card");
}

/* What the particles have behind the detector, as an input by name or a list of features. */
static char *features_of(nsym_arena *arena, const nsym_card_events *c) {
    static const char *const points[] = {"x", "y", "energy", NULL}, *const objects[] = {"pt", "d_eta", "d_phi", NULL};
    const nsym_events *events = c->events;
    size_t n = particles_of_all(events);
    bool summed = c->card->data.detector.cells.nx > 0 || nsym_events_feature(events, "cell") != NSYM_NONE;
    if (summed && has_all(events, points)) return nsym_arena_printf(arena, "cells");
    if (summed && has_all(events, objects)) return nsym_arena_printf(arena, "objects");
    if (has_momenta(events) && n == 2) return nsym_arena_printf(arena, "p4");
    char *list = nsym_arena_printf(arena, "[");
    for (size_t f = 0; list && f < events->features; f++)
        if (strcmp(events->feature_names[f], "cell") != 0)
            list = nsym_arena_printf(arena, "%s%s'%s'", list, list[1] ? ", " : "", events->feature_names[f]);
    return list ? nsym_arena_printf(arena, "%s]", list) : NULL;
}

char *nsym_methods_network(const nsym_tree *tree, const nsym_card_events *c) {
    static const char *const keys[] = {"particles", "slots", NULL};
    const char *shape = nsym_methods_few(c->events)
                            ? "kind: pfn, particle_map: [64, 64], latent: 16, hidden: [128, 128], norm: feature"
                            : "kind: pfn, particle_map: [32, 32], latent: 32, hidden: [32, 32], norm: feature";
    const nsym_node *own = own_network(tree, c, NULL);
    if (own) {
        char *inputs = copy_keys(tree->arena, own, "", keys);
        return inputs ? nsym_arena_printf(tree->arena, "{%s%s}", shape, inputs) : NULL;
    }
    char *features = features_of(tree->arena, c);
    return features ? nsym_arena_printf(tree->arena, "{%s, particles: %s}", shape, features) : NULL;
}
