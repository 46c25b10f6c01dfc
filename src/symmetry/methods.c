/* The card of a study: which way to meet a broken symmetry pays? */
#define _GNU_SOURCE /* open_memstream */
#include "base/arena.h"
#include "base/fail.h"
#include "sources/source.h"
#include "study/resolved.h"
#include "symmetry/action.h"
#include "symmetry/methods_model.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The largest default size, the fewest events that a training, and a test, may have, and the most that test. */
enum { USUAL_SIZE = 3000, SIZES_MAX = 16, TRAIN_MIN = 20, TEST_MIN = 200, TEST_MADE = 10000, TEST_MOST = 20000 };
enum {
    VALIDATION_MIN = 50,
    VALIDATION_MOST = 2000,
    EPOCHS_OF_1000 = 120,
    FEW_PARTICLES = 8,
    FEW_TIMES = 5,
    BATCH = 32
};
enum { COPIES_RANDOM = 4, COPIES_EVEN = 5 }; /* 72 degrees apart: quarter turns would leave square cells as they are */
#define EPOCHS_POWER 0.4                     /* epochs go with the size to minus this: small samples take more */
#define PENALTY 3.
#define ORIGIN "methods"

typedef struct {
    size_t size[SIZES_MAX], sizes, members;
    size_t validation, test, reserve, used, copies;
    bool after, before;
    bool few; /* particles in an event: a network takes more epochs */
} layout;

/* Sets a path of the tree to YAML text. */
NSYM_PRINTF(3, 4) static nsym_status set(nsym_tree *tree, const char *path, const char *format, ...) {
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int n = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (n < 0) return nsym_fail(NSYM_ENOMEM, "no memory for a card");
    nsym_status status = nsym_tree_set(tree, path, text, ORIGIN);
    free(text);
    return status;
}

/* Takes a key out of a map; NULL: no map, nothing to take. */
static void drop(nsym_node *map, const char *key) {
    size_t kept = 0;
    if (!map || map->kind != NSYM_MAP) return;
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->child[i]->key, key) != 0) map->child[kept++] = map->child[i];
    map->count = kept;
}

/* What makes the sample stays, all else goes. */
static void keep_sample(nsym_tree *tree) {
    static const char *const kept[] = {"seed",   "observables", "data",   "showers", "muons", "muon_pairs",
                                       "copies", "detector",    "labels", "weights", "splot", NULL};
    nsym_node *root = tree->root;
    size_t n = 0;
    for (size_t i = 0; i < root->count; i++) {
        size_t k = 0;
        while (kept[k] && strcmp(kept[k], root->child[i]->key) != 0) k++;
        if (kept[k]) root->child[n++] = root->child[i];
    }
    root->count = n;
    nsym_node *files = nsym_node_at(root, "data.files");
    drop(nsym_node_at(root, "data"), "repeat");
    drop(nsym_node_at(root, "data"), "align");
    for (size_t i = 0; files && files->kind == NSYM_LIST && i < files->count; i++) drop(files->child[i], "part");
}

/* Sizes that are asked for, or usual ones of a sample of so many events (0: as many as are wanted). */
static nsym_status choose_sizes(layout *out, const nsym_methods_options *o, size_t available) {
    if (o->sizes > SIZES_MAX) return nsym_fail(NSYM_EINVAL, "%zu sizes, must be at most %d", o->sizes, (int)SIZES_MAX);
    if (o->members < 2)
        return nsym_fail(NSYM_EINVAL, "members is %zu, must be at least 2: their spread gives the error", o->members);
    for (size_t k = 0; k < o->sizes; k++) {
        if (o->size[k] < TRAIN_MIN)
            return nsym_fail(NSYM_EINVAL, "a size is %zu training events, must be at least %d", o->size[k],
                             (int)TRAIN_MIN);
        if (k && o->size[k] <= o->size[k - 1])
            return nsym_fail(NSYM_EINVAL, "sizes must increase: %zu comes after %zu", o->size[k], o->size[k - 1]);
        out->size[k] = o->size[k];
    }
    out->sizes = o->sizes;
    out->members = o->members;
    if (o->sizes) return NSYM_OK;
    size_t most = available && available / 2 < USUAL_SIZE ? available / 2 : USUAL_SIZE;
    size_t usual[] = {most / 10, most / 10 * 10 / 3 / 10 * 10, most};
    if (usual[0] * 10 == USUAL_SIZE) usual[1] = USUAL_SIZE / 3;
    for (size_t k = 0; k < 3; k++)
        if (usual[k] >= TRAIN_MIN && (k == 0 || usual[k] > usual[k - 1])) out->size[out->sizes++] = usual[k];
    if (out->sizes) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "the sample has %zu events, too few for a comparison of methods", available);
}

/* How many events train, validate and test. `available` 0: a generator makes as many as are wanted. */
static nsym_status lay_out(layout *out, const nsym_methods_options *o, size_t available) {
    NSYM_TRY(choose_sizes(out, o, available));
    size_t most = out->size[out->sizes - 1];
    out->validation = most / 4 < VALIDATION_MIN    ? VALIDATION_MIN
                      : most / 4 > VALIDATION_MOST ? VALIDATION_MOST
                                                   : most / 4;
    size_t reserve = most + out->validation;
    if (available && available < reserve + TEST_MIN)
        return nsym_fail(NSYM_EINVAL,
                         "%zu training, %zu validation and at least %d test events are more than the sample's %zu; "
                         "take smaller sizes",
                         most, out->validation, (int)TEST_MIN, available);
    /* A card's shares for test and validation add up to less than 1, although the latter is one of the reserve. */
    double share = 0.95 - (double)out->validation / (double)reserve;
    out->test = available ? available - reserve : TEST_MADE;
    if (out->test > TEST_MOST) out->test = TEST_MOST;
    if (available && (double)out->test > share * (double)available) out->test = (size_t)(share * (double)available);
    out->used = (size_t)fmax((double)(reserve + out->test), ceil((double)out->test / share));
    if (available && out->used > available) out->used = available;
    out->reserve = reserve;
    return NSYM_OK;
}

/* The section `copies` of matrices, which are the card's own, or of the mirror image. */
static nsym_status write_listed_copies(nsym_tree *tree, layout *l, const nsym_action *action, const char *style) {
    nsym_node *section = nsym_node_at(tree->root, "copies");
    bool mirror = action->symmetry == &nsym_reflect;
    l->copies = action->matrices + 1;
    if (mirror) drop(tree->root, "copies");
    if (mirror)
        return set(tree, "copies", "{where: none, transform: rotate, count: 1, reflect: true, image: %s}", style);
    for (size_t k = 0; k < 2; k++) drop(section, k ? "test" : "where");
    return set(tree, "copies.where", "none");
}

/* The section `copies`: the card's own values where it has copies by this transformation, else usual ones. */
static nsym_status write_copies(nsym_tree *tree, layout *l, const nsym_card_events *c, const nsym_action *action,
                                const nsym_symmetry_options *o, const char *style) {
    const nsym_copies_card *own = &c->card->data.copies;
    const nsym_symmetry *g = action->symmetry;
    bool cells = c->card->data.detector.cells.nx > 0 || nsym_events_feature(c->events, "cell") != NSYM_NONE;
    if (own->group[0])
        return nsym_fail(NSYM_EINVAL, "the card's copies are rows of its file (copies.group), and methods are compared "
                                      "on events without copies; take a file without copies");
    if (action->matrices) return write_listed_copies(tree, l, action, style);
    nsym_node *section = nsym_node_at(tree->root, "copies");
    bool kept = c->copies && !own->matrices && own->symmetry == g &&
                (nsym_node_at(section, "count") || nsym_node_at(section, "values")) &&
                !(cells && own->spacing == NSYM_SPACED_RANDOMLY);
    if (!kept) drop(tree->root, "copies");
    for (size_t k = 0; kept && k < 2; k++) drop(section, k ? "test" : "where");
    NSYM_TRY(set(tree, "copies.where", "none"));
    NSYM_TRY(set(tree, "copies.transform", "%s", g->name));
    if (!kept) NSYM_TRY(set(tree, "copies.values", cells ? "even" : "random"));
    if (!kept) NSYM_TRY(set(tree, "copies.count", "%d", cells ? (int)COPIES_EVEN : (int)COPIES_RANDOM));
    if (g->period <= 0 && (o->range > 0 || !kept)) NSYM_TRY(set(tree, "copies.range", "%g", action->range));
    bool said = kept && nsym_node_at(section, "image") && o->style == NSYM_IMAGE_EXACT;
    if (cells && !said) NSYM_TRY(set(tree, "copies.image", "%s", style));
    l->copies = kept ? own->count * (own->reflect ? 2 : 1) : cells ? COPIES_EVEN : COPIES_RANDOM;
    return NSYM_OK;
}

/* Sampling by weight becomes weights in the loss, of bootstraps. */
static bool is_weighted(const nsym_tree *tree) {
    const nsym_node *weighted = nsym_node_at(tree->root, "train.weighted");
    const nsym_node *sampling = nsym_node_at(tree->root, "train.sampling");
    if (!sampling || strcmp(sampling->text, "weight") == 0) return true;
    return weighted && strcmp(weighted->text, "true") == 0;
}

static nsym_status write_split_and_train(nsym_tree *tree, const layout *l, const nsym_card_events *c, bool weighted) {
    const nsym_data_card *data = &c->card->data;
    bool files = nsym_data_reads_files(data) || data->signal[0] || data->background[0];
    double share = (double)c->available / (double)c->made; /* of two classes: 2, where nothing is cut */
    if (!files) NSYM_TRY(set(tree, "data.events", "%.0f", ceil(1.1 * (double)l->used / share)));
    NSYM_TRY(set(tree, "split", "{size: %zu, test: %.9g, reserve: %zu, validation: %.9g}", l->used,
                 (double)l->test / (double)l->used, l->reserve, (double)l->validation / (double)l->reserve));
    return set(tree, "train",
               "{epochs: %d, batch: %d, learning_rate: 1.0e-3, weight_decay: 0.01, sampling: bootstrap, weighted: %s, "
               "shuffle: true, scale: true, patience: %d, every_epoch: false}",
               (int)EPOCHS_OF_1000, (int)BATCH, weighted ? "true" : "false", EPOCHS_OF_1000 / 4);
}

/* Epochs at most of so many events of `rows` rows each, a copy being a row, and those without improvement that end a
   training. With copies it sees an event for half as many epochs, or, of many particles, twice as many rows in all. */
static size_t write_epochs(char *text, size_t size, const layout *l, size_t events, size_t rows, const char *methods) {
    double epochs = round((l->few ? FEW_TIMES : 1) * EPOCHS_OF_1000 * pow(1000. / (double)events, EPOCHS_POWER));
    if (rows > 1) epochs = ceil(2 * epochs / (double)(l->few ? 4 : rows));
    return (size_t)snprintf(text, size,
                            "{where: {size: %zu, method: [%s]}, set: {train.epochs: %.0f, train.patience: %.0f}}",
                            events, methods, epochs, fmax(ceil(epochs / 4), 5));
}

static nsym_status write_chosen(nsym_tree *tree, const layout *l) {
    char text[8192] = "[", without[32] = "none", with[128] = "";
    const nsym_node *choices = nsym_node_at(tree->root, "choices.method");
    size_t used = 1;
    for (size_t k = 1; k < choices->count; k++) {
        const char *name = choices->child[k]->key;
        bool copies = nsym_node_at(choices->child[k], "copies.where") != NULL;
        char *list = copies ? with : without;
        snprintf(list + strlen(list), copies ? sizeof with - strlen(with) : sizeof without - strlen(without), "%s%s",
                 list[0] ? ", " : "", name);
    }
    for (size_t k = 0; k < l->sizes; k++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s", k ? ", " : "");
        used += write_epochs(text + used, sizeof text - used, l, l->size[k], 1, without);
        used += (size_t)snprintf(text + used, sizeof text - used, ", ");
        used += write_epochs(text + used, sizeof text - used, l, l->size[k], l->copies, with);
    }
    return set(tree, "chosen", "%s]", text);
}

/* Rows of a step with copies: as many events as without, or, of many particles, about as many rows and so more steps.
 */
static size_t batch_of(const layout *l) {
    size_t events = l->few ? BATCH : (BATCH + l->copies - 1) / l->copies;
    return l->copies * (events < 4 ? 4 : events);
}

/* One way to train: its place in the choices, and what it sets. */
static nsym_status write_method(nsym_tree *tree, const layout *l, const char *name, const char *where, bool penalty) {
    char path[64], batch[64] = "", loss[64] = "";
    snprintf(path, sizeof path, "choices.method.%s", name);
    snprintf(batch, sizeof batch, ", train.batch: %zu", batch_of(l));
    if (penalty) snprintf(loss, sizeof loss, ", train.invariance: %g", PENALTY);
    return set(tree, path, "{copies.where: %s%s%s}", where, batch, loss);
}

static nsym_status write_methods(nsym_tree *tree, const layout *l, const nsym_methods_hybrid *hybrid) {
    char sizes[512] = "", methods[128] = "none";
    size_t used = 0;
    for (size_t k = 0; k < l->sizes; k++)
        used += (size_t)snprintf(sizes + used, sizeof sizes - used, "%s%zu", k ? ", " : "", l->size[k]);
    NSYM_TRY(set(tree, "choices.method.none", "{train.batch: %d}", (int)BATCH));
    if (l->after) NSYM_TRY(write_method(tree, l, "after", "after", false));
    if (l->before) NSYM_TRY(write_method(tree, l, "before", "before", false));
    if (l->after) NSYM_TRY(write_method(tree, l, "after_penalty", "after", true));
    if (l->before) NSYM_TRY(write_method(tree, l, "before_penalty", "before", true));
    if (hybrid->text) NSYM_TRY(set(tree, "choices.method.hybrid", "%s", hybrid->text));
    const nsym_node *choices = nsym_node_at(tree->root, "choices.method");
    for (size_t k = 1; k < choices->count; k++) {
        strcat(methods, ", ");
        strcat(methods, choices->child[k]->key);
    }
    return set(tree, "experiments.methods",
               "{compare: {method: none}, grid: {model: [network], train.size: [%s], method: [%s]}}", sizes, methods);
}

/* The opening of the report: the methods in order, and what each adds at the largest size. */
static nsym_status write_answer(nsym_tree *tree, nsym_node *choices) {
    char text[4096];
    size_t used = (size_t)snprintf(
        text, sizeof text,
        "{figure: auc-sizes, text: \"Which method pays for this broken symmetry? AUC "
        "with the most training events, best first: ${auc_final experiment=methods "
        "size=last order=method} (≈ means: within two errors of the first of its group). With "
        "the fewest training events: ${auc_final experiment=methods size=first order=method}.\\n\\nGain "
        "with the most training events:");
    for (size_t k = 1; k < choices->count; k++)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "%s ${auc_final experiment=methods size=last method=%s against method=none}",
                                 k > 1 ? ";" : "", choices->child[k]->key);
    return set(tree, "answer", "%s.\"}", text);
}

static nsym_status write_report(nsym_tree *tree, const char *title) {
    static const char where[] = "where: {experiment: methods}";
    NSYM_TRY(
        set(tree, "names",
            "{none: no copies, after: copies after the detector, before: copies before the detector, "
            "after_penalty: \"copies after, penalty\", before_penalty: \"copies before, penalty\", hybrid: hybrid}"));
    NSYM_TRY(write_answer(tree, nsym_node_at(tree->root, "choices.method")));
    NSYM_TRY(set(tree, "title", "%s", title));
    NSYM_TRY(
        set(tree, "tables",
            "[{name: auc, title: AUC by training events, caption: \"AUC of the test sample, mean over bootstraps.\", "
            "metric: auc_final, rows: [method], columns: size, %s}, "
            "{name: differences, title: What each method adds, caption: \"AUC minus the AUC without copies, on the "
            "same bootstraps and test sample, with the error of the difference.\", metric: "
            "auc_final_difference, rows: [method], columns: size, %s}]",
            where, where));
    return set(
        tree, "figures",
        "[{name: auc-sizes, kind: curves, title: AUC against the number of training events, caption: \"AUC of "
        "the test sample: mean over bootstraps and its error.\", metric: auc_final, x: size, x_log: true, series: "
        "method, %s, xlabel: training events, ylabel: AUC}]",
        where);
}

/* Are Lorentz products the same after the transformation? Matrices on (px, py) must be orthogonal for that. */
static bool keeps_products(const nsym_action *action) {
    for (size_t k = 0; k < action->matrices; k++) {
        const double *m = action->matrix + 4 * k;
        double off = m[0] * m[1] + m[2] * m[3], first = m[0] * m[0] + m[2] * m[2], second = m[1] * m[1] + m[3] * m[3];
        if (fabs(off) + fabs(first - 1) + fabs(second - 1) > 1e-6) return false;
    }
    return true;
}

/* Which copies can be made, and why others cannot. */
static void choose_methods(layout *l, FILE *note, const nsym_card_events *c, const nsym_symmetry *g,
                           nsym_image_style style) {
    const nsym_detector_card *d = &c->card->data.detector;
    l->after = g == &nsym_matrices ? d->cells.nx == 0 : !nsym_act_is_of_images(d, style) || nsym_act_can_images(g);
    l->before = nsym_detector_acts(d) || !l->after;
    if (!l->after && g == &nsym_matrices)
        fputs("left out: copies after the detector. The card's matrices act on points, not on cells\n", note);
    else if (!l->after)
        fputs("left out: copies after the detector. Images can only be rotated and mirrored (--image unbinned "
              "transforms cells as points)\n",
              note);
    if (!l->before)
        fputs("left out: copies before the detector. The card has no detector, so they equal copies after it\n", note);
}

/* A card that stands in a file, as one line: new. */
static nsym_status read_text(char **out, const char *path) {
    nsym_tree *tree;
    *out = NULL;
    NSYM_TRY(nsym_tree_read(&tree, path));
    nsym_status status = nsym_node_text(out, tree->root);
    nsym_tree_free(tree);
    return status;
}

/* Saves the card, unless the same is there. */
static nsym_status save(const nsym_tree *tree, const char *path) {
    char *ours = NULL, *theirs = NULL, *beside = nsym_arena_printf(tree->arena, "%s.new", path);
    if (!beside) return nsym_fail(NSYM_ENOMEM, "no memory for a path");
    if (access(path, F_OK) != 0) return nsym_resolved_save(tree, path);
    NSYM_TRY(nsym_resolved_save(tree, beside));
    nsym_status status = read_text(&ours, beside);
    unlink(beside);
    if (status == NSYM_OK) status = read_text(&theirs, path);
    if (status == NSYM_OK && strcmp(ours, theirs) != 0)
        status = nsym_fail(NSYM_EINVAL,
                           "%s already exists and differs: it is from other options or was edited. Run it with "
                           "`nearsym study run`, remove it, or choose another folder",
                           path);
    free(ours);
    free(theirs);
    return status;
}

static nsym_status write_card(nsym_tree *tree, FILE *note, const char *path, const nsym_card_events *c,
                              const nsym_symmetry_options *o, const nsym_methods_options *methods) {
    const nsym_data_card *data = &c->card->data;
    bool files = nsym_data_reads_files(data) || data->signal[0] || data->background[0], weighted = is_weighted(tree);
    nsym_action action;
    layout l = {0};
    char title[256];
    nsym_methods_hybrid hybrid;
    NSYM_TRY(nsym_action_of_card(&action, c, o));
    NSYM_TRY(nsym_act_check(c->events, action.symmetry));
    NSYM_TRY(lay_out(&l, methods, files ? c->available : 0));
    l.few = nsym_methods_few(c->events);
    choose_methods(&l, note, c, action.symmetry, o->style);
    NSYM_TRY(nsym_methods_hybrid_of(&hybrid, tree, c, o->columns));
    if (hybrid.text && !o->columns && !keeps_products(&action))
        hybrid = (nsym_methods_hybrid){NULL, "The card's matrices change the Lorentz products of the momenta. Name "
                                             "event columns that they do not change (--columns)"};
    if (!hybrid.text) fprintf(note, "left out: the hybrid. %s\n", hybrid.reason);
    char *network = nsym_methods_network(tree, c);
    if (!network) return nsym_fail(NSYM_ENOMEM, "no memory for a card");
    keep_sample(tree);
    snprintf(title, sizeof title, "\"Which method pays: %s, %s\"", c->card->top.study ? c->card->top.study : "sample",
             action.symmetry->name);
    NSYM_TRY(set(tree, "study", "methods"));
    NSYM_TRY(set(tree, "resolved", "true"));
    NSYM_TRY(set(tree, "members", "%zu", l.members));
    NSYM_TRY(write_copies(tree, &l, c, &action, o, nsym_image_styles[o->style]));
    NSYM_TRY(write_split_and_train(tree, &l, c, weighted));
    NSYM_TRY(set(tree, "models.network", "%s", network));
    NSYM_TRY(write_methods(tree, &l, &hybrid));
    NSYM_TRY(write_chosen(tree, &l));
    NSYM_TRY(write_report(tree, title));
    return save(tree, path);
}

nsym_methods_options nsym_methods_defaults(void) {
    return (nsym_methods_options){.members = 5};
}

nsym_status nsym_symmetry_write_methods(char **note, const char *path, const nsym_study_options *study,
                                        const char *where, const nsym_symmetry_options *symmetry,
                                        const nsym_methods_options *methods) {
    size_t size;
    nsym_tree *tree = NULL;
    nsym_card_events *c = calloc(1, sizeof *c);
    *note = NULL;
    FILE *notes = open_memstream(note, &size);
    nsym_status status = c && notes ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for a card");
    if (status == NSYM_OK) status = nsym_card_events_open(c, study, where, symmetry);
    if (status == NSYM_OK) status = nsym_tree_copy(&tree, c->point ? c->point->tree : c->tree);
    if (status == NSYM_OK) status = write_card(tree, notes, path, c, symmetry, methods);
    if (notes && fclose(notes) != 0 && status == NSYM_OK) status = nsym_fail(NSYM_ENOMEM, "no memory for a note");
    nsym_tree_free(tree);
    if (c) nsym_card_events_close(c);
    free(c);
    if (status == NSYM_OK && *note && (*note)[0]) return NSYM_OK;
    free(*note);
    *note = NULL;
    return status;
}
