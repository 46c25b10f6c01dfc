#include "symmetry/action.h"

#include "base/fail.h"
#include "base/nearest.h"

#include <stdio.h>
#include <string.h>

#define USUAL_RANGE 0.5

/* Names of transformations: those of the table, then the mirror image. */
enum { NAMES_MAX = 32 };

static void list_names(const char *names[NAMES_MAX + 1], char *text, size_t size) {
    size_t n = 0;
    for (; nsym_symmetry_names[n] && n + 1 < NAMES_MAX; n++) names[n] = nsym_symmetry_names[n];
    names[n++] = nsym_reflect.name;
    names[n] = NULL;
    text[0] = '\0';
    for (size_t k = 0; k < n; k++) snprintf(text + strlen(text), size - strlen(text), "%s%s", k ? ", " : "", names[k]);
}

static nsym_status find(const nsym_symmetry **out, const char *name) {
    const char *names[NAMES_MAX + 1];
    char known[256];
    list_names(names, known, sizeof known);
    if (!name) return nsym_fail(NSYM_EINVAL, "which transformation? There are %s", known);
    *out = strcmp(name, nsym_reflect.name) == 0 ? &nsym_reflect : nsym_symmetry_named(name);
    if (*out) return NSYM_OK;
    const char *near = nsym_nearest(name, names);
    if (near) return nsym_fail(NSYM_EINVAL, "there is no transformation '%s'; did you mean '%s'?", name, near);
    return nsym_fail(NSYM_EINVAL, "there is no transformation '%s'; there are %s", name, known);
}

static nsym_status check_options(const nsym_symmetry *g, const nsym_symmetry_options *o) {
    bool listed = g == &nsym_matrices || g == &nsym_reflect;
    if (o->range < 0 || !(o->range < 20))
        return nsym_fail(NSYM_EINVAL, "the range is %g, must be 0 to 20 (in %s)", o->range, g->unit);
    if (o->range > 0 && listed) return nsym_fail(NSYM_EINVAL, "'%s' has no values, so no range; leave it out", g->name);
    if (o->range > 0 && g->period > 0)
        return nsym_fail(NSYM_EINVAL,
                         "'%s' has a period of %g %s, from which all values are drawn; leave the range out", g->name,
                         g->period, g->unit);
    if (o->steps < 2 || o->steps > NSYM_SYMMETRY_SIZES)
        return nsym_fail(NSYM_EINVAL, "a network is measured at %zu sizes, must be 2 to %d", o->steps,
                         (int)NSYM_SYMMETRY_SIZES);
    return NSYM_OK;
}

/* The action of a symmetry, whose range a card may say; the options are fine. */
static nsym_status settle(nsym_action *out, const nsym_symmetry *g, const nsym_symmetry_options *o, double said) {
    NSYM_TRY(check_options(g, o));
    out->symmetry = g;
    if (g == &nsym_reflect)
        out->matrix = nsym_mirror, out->matrices = 1;
    else if (g != &nsym_matrices)
        out->range = o->range > 0 ? o->range : said > 0 ? said : USUAL_RANGE;
    return NSYM_OK;
}

nsym_status nsym_action_named(nsym_action *out, const nsym_symmetry_options *o) {
    const nsym_symmetry *g;
    *out = (nsym_action){0};
    NSYM_TRY(find(&g, o->transform));
    return settle(out, g, o, 0);
}

/* That of a card's copies. */
static nsym_status find_copies(const nsym_symmetry **out, const nsym_card_events *c) {
    const nsym_copies_card *copies = &c->card->data.copies;
    const char *names[NAMES_MAX + 1];
    char known[256];
    list_names(names, known, sizeof known);
    if (!c->copies)
        return nsym_fail(NSYM_EINVAL, "which transformation? The card's section `copies` names none. There are %s",
                         known);
    *out = copies->matrices ? &nsym_matrices : copies->reflect && copies->count == 1 ? &nsym_reflect : copies->symmetry;
    return NSYM_OK;
}

nsym_status nsym_action_of_card(nsym_action *out, const nsym_card_events *c, const nsym_symmetry_options *o) {
    const nsym_copies_card *copies = &c->card->data.copies;
    const nsym_symmetry *g;
    *out = (nsym_action){0};
    if (o->transform)
        NSYM_TRY(find(&g, o->transform));
    else
        NSYM_TRY(find_copies(&g, c));
    NSYM_TRY(settle(out, g, o, g == copies->symmetry ? copies->range : 0));
    if (g == &nsym_matrices) out->matrix = copies->matrix, out->matrices = copies->matrices;
    return NSYM_OK;
}
