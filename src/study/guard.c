#include "study/guard.h"

#include "base/fail.h"
#include "base/folder.h"
#include "base/hash.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 4 }; /* settings that differ, in a message */

static const char what_to_do[] = "Choose another output folder, or move the old results aside with --fresh (in Python "
                                 "run(fresh=True))";

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory to look at the runs in the output folder");
}

nsym_status nsym_guard_foreign(const char *folder) {
    static const char *const files[] = {"results.json", "report.html", "chosen.yaml", "reference.yaml"};
    if (nsym_folder_has(folder, "study.resolved.yaml") || nsym_folder_has(folder, "ledger.sqlite")) return NSYM_OK;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (nsym_folder_has(folder, "%s", files[i]))
            return nsym_fail(NSYM_EINVAL,
                             "%s has a file %s, but is not the output folder of a study; a run would replace the file: "
                             "choose another output folder",
                             folder, files[i]);
    return NSYM_OK;
}

/* ---- The runs that are there ---- */

/* A recorded run: where it stands, and its key without its member. */
typedef struct {
    const char *place, *key;
} kept_run;

typedef struct {
    nsym_arena *arena;
    kept_run *run; /* (runs), by place */
    size_t runs, room;
    bool failed; /* no memory */
} kept_runs;

/* Cuts the last part off, behind a dash, where it has so many letters (0: any) and all of them are of that kind. */
static bool cut_part(char *label, size_t letters, int (*is_letter)(int c)) {
    char *dash = strrchr(label, '-');
    if (!dash || !dash[1] || (letters && strlen(dash + 1) != letters)) return false;
    for (const char *c = dash + 1; *c; c++)
        if (!is_letter((unsigned char)*c)) return false;
    *dash = '\0';
    return true;
}

/* The key that all members of a point share, from the arena; NULL: no memory. */
static char *without_member(nsym_arena *arena, const char *key) {
    char *own = nsym_arena_strdup(arena, key), *last = NULL;
    for (char *c = own; c && (c = strstr(c, " member=")); c++) last = c;
    if (last) *last = '\0';
    return own;
}

/* A run's label is its place, member and key's hash; what searches of observables record has none. */
static void keep_run(void *context, const char *key, const char *coordinates) {
    kept_runs *kept = context;
    char *place = nsym_arena_strdup(kept->arena, coordinates);
    if (place && !(cut_part(place, 8, isxdigit) && cut_part(place, 0, isdigit))) return;
    if (kept->runs == kept->room) {
        size_t room = 2 * kept->room + 64;
        kept_run *more = realloc(kept->run, room * sizeof *more);
        if (!more) {
            kept->failed = true;
            return;
        }
        kept->run = more;
        kept->room = room;
    }
    const char *own = without_member(kept->arena, key);
    kept->failed |= !place || !own;
    if (place && own) kept->run[kept->runs++] = (kept_run){place, own};
}

static int by_place(const void *a, const void *b) {
    const kept_run *x = a, *y = b;
    int order = strcmp(x->place, y->place);
    return order ? order : strcmp(x->key, y->key);
}

static nsym_status read_runs(kept_runs *out, const nsym_plan *plan) {
    *out = (kept_runs){.arena = plan->arena};
    NSYM_TRY(nsym_ledger_visit(plan->ledger, keep_run, out));
    if (out->failed) return no_memory();
    if (out->runs) qsort(out->run, out->runs, sizeof *out->run, by_place);
    return NSYM_OK;
}

/* The first run at a place, and how many are there. */
static size_t runs_at(const kept_runs *kept, const char *place, size_t *count) {
    size_t first = 0, end = kept->runs;
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        if (strcmp(kept->run[middle].place, place) < 0)
            first = middle + 1;
        else
            end = middle;
    }
    *count = 0;
    while (first + *count < kept->runs && strcmp(kept->run[first + *count].place, place) == 0) ++*count;
    return first;
}

/* ---- What differs ---- */

/* The next word of a key, "train.epochs=10", into `word`; false: there is none. Blanks may stand in a value. */
static bool next_word(const char **key, char *word, size_t room) {
    const char *start = *key + strspn(*key, " "), *end = start;
    if (!*start) return false;
    while (*end && !(*end == ' ' && strcspn(end + 1, " =") < strcspn(end + 1, " "))) end++;
    snprintf(word, room, "%.*s", (int)(end - start), start);
    *key = end;
    return true;
}

/* The value of that name in a key, into `value`; false: it has none. */
static bool value_of(char *value, size_t room, const char *key, const char *name, size_t letters) {
    char word[512];
    while (next_word(&key, word, sizeof word)) {
        if (strncmp(word, name, letters) != 0 || word[letters] != '=') continue;
        snprintf(value, room, "%s", word + letters + 1);
        return true;
    }
    return false;
}

static bool is_file(const char *name) {
    static const char *const files[] = {"data.file", "data.files", "data.signal", "data.background"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (strcmp(name, files[i]) == 0) return true;
    return false;
}

/* One setting that differs, as a reader takes it. */
static const char *setting_words(nsym_arena *arena, const char *name, const char *was, const char *is,
                                 const char *model) {
    static const char of_models[] = "models.NAME.";
    if (strcmp(name, "nearsym") == 0)
        return nsym_arena_printf(arena, "they were computed by another version of nearsym (results version %s, now %s)",
                                 was, is);
    if (is_file(name)) return nsym_arena_printf(arena, "%s is another file, or its content changed", name);
    if (strncmp(name, of_models, sizeof of_models - 1) == 0)
        return nsym_arena_printf(arena, "models.%s.%s was %s and is now %s", model, name + sizeof of_models - 1, was,
                                 is);
    return nsym_arena_printf(arena, "%s was %s and is now %s", name, *was ? was : "not set", *is ? is : "not set");
}

/* The settings in which two keys differ. */
typedef struct {
    size_t count;
    const char *words; /* of the first SHOWN, from the arena */
    bool only_epochs;
    bool only_tests; /* in when the test sample is measured: those runs serve, or others join them */
} difference;

static nsym_status compare_keys(difference *out, nsym_arena *arena, const char *was, const char *is,
                                const char *model) {
    char word[512], before[512];
    const char *rest = is;
    size_t tests = 0;
    bool every_epoch = false;
    *out = (difference){.words = "", .only_epochs = true};
    while (next_word(&rest, word, sizeof word)) {
        size_t letters = strcspn(word, "=");
        if (!word[letters]) continue;
        if (!value_of(before, sizeof before, was, word, letters)) strcpy(before, "not set");
        const char *now = word + letters + 1;
        if (strcmp(before, now) == 0) continue;
        word[letters] = '\0';
        out->only_epochs &= strcmp(word, "train.epochs") == 0;
        every_epoch |= strcmp(word, "every_epoch") == 0;
        tests += strcmp(word, "every_epoch") == 0 || strcmp(word, "train.redraw_test") == 0;
        if (++out->count > SHOWN) continue;
        const char *words = setting_words(arena, word, before, now, model);
        out->words = words ? nsym_arena_printf(arena, "%s%s%s", out->words, out->count > 1 ? "; " : "", words) : NULL;
        if (!out->words) return no_memory();
    }
    out->only_tests = every_epoch && tests == out->count;
    return NSYM_OK;
}

/* ---- */

/* The card that the folder's results are of; NULL: there is none, or it is damaged. */
static nsym_tree *card_there(const nsym_plan *plan) {
    char path[NSYM_PATH_SIZE];
    nsym_tree *card = NULL;
    if (!nsym_folder_has(plan->options->out, "study.resolved.yaml")) return NULL;
    if (nsym_folder_path(path, plan->options->out, "study.resolved.yaml") != NSYM_OK) return NULL;
    return nsym_tree_read(&card, path) == NSYM_OK ? card : NULL;
}

static nsym_status check_name(const nsym_plan *plan, const nsym_tree *there) {
    const char *was = "", *is = "";
    NSYM_TRY(nsym_read_text((nsym_reader){there, there->root, ""}, "study", &was));
    NSYM_TRY(nsym_plan_text(plan, "study", &is));
    if (strcmp(was, is) == 0) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "%s holds the results of another study: %s, and this is %s. %s", plan->options->out,
                     *was ? was : "one without a name", *is ? is : "one without a name", what_to_do);
}

/* Does the plan itself have runs of that key? Two places may have one label. */
static bool is_planned(const nsym_plan *plan, const char *key) {
    for (size_t i = 0; i < plan->grid.points; i++)
        if (strcmp(plan->grid.point[i].key, key) == 0) return true;
    return false;
}

/* Refuses a point where other runs stand, and none of its own. *found: some run stands there. */
static nsym_status check_point(bool *found, const nsym_plan *plan, const kept_runs *kept, const nsym_point *point) {
    size_t count;
    difference differs;
    const char *place = nsym_plan_place(plan->arena, point);
    if (!place) return no_memory();
    size_t first = runs_at(kept, place, &count);
    *found |= count > 0;
    for (size_t i = 0; i < count; i++)
        if (is_planned(plan, kept->run[first + i].key)) return NSYM_OK;
    if (count == 0) return NSYM_OK;
    NSYM_TRY(compare_keys(&differs, plan->arena, kept->run[first].key, point->key, point->model));
    if (point->rungs && differs.only_epochs) return NSYM_OK; /* more tries, fewer epochs each */
    if (differs.only_tests) return NSYM_OK;
    const char *more =
        differs.count > SHOWN ? nsym_arena_printf(plan->arena, "; and %zu more", differs.count - SHOWN) : "";
    return nsym_fail(NSYM_EINVAL, "%s holds runs of other settings: %s%s (of '%s'). %s", plan->options->out,
                     differs.count ? differs.words : "another kind of model", more ? more : "", place, what_to_do);
}

/* Has the card an experiment of that other card's? It may leave out those that were run. */
static bool shares_experiment(const nsym_tree *card, const nsym_tree *other) {
    const nsym_node *ours = nsym_node_at(card->root, "experiments"), *theirs = nsym_node_at(other->root, "experiments");
    for (size_t i = 0; ours && theirs && i < ours->count; i++)
        for (size_t k = 0; k < theirs->count; k++)
            if (ours->child[i]->key && theirs->child[k]->key && strcmp(ours->child[i]->key, theirs->child[k]->key) == 0)
                return true;
    return false;
}

static nsym_status check_runs(const nsym_plan *plan, const kept_runs *kept, const nsym_tree *there) {
    bool found = false;
    for (size_t i = 0; i < plan->grid.points; i++) NSYM_TRY(check_point(&found, plan, kept, &plan->grid.point[i]));
    if (found || kept->runs == 0 || (there && shares_experiment(plan->card, there))) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL, "%s holds %zu runs of other experiments, such as '%s'. %s", plan->options->out,
                     kept->runs, kept->run[0].place, what_to_do);
}

nsym_status nsym_guard_check(const nsym_plan *plan) {
    kept_runs kept;
    nsym_tree *there = card_there(plan);
    nsym_status status = read_runs(&kept, plan);
    bool empty = kept.runs == 0 && !nsym_folder_has(plan->options->out, "results.json"); /* a run that failed at once */
    if (status == NSYM_OK && there && !empty) status = check_name(plan, there);
    if (status == NSYM_OK) status = check_runs(plan, &kept, there);
    free(kept.run);
    nsym_tree_free(there);
    return status;
}

/* A number for what a process is at: its card, and its runs, whose keys tell of the content of files. */
static nsym_status number_work(uint64_t *work, const nsym_plan *plan) {
    char *text = NULL;
    NSYM_TRY(nsym_node_text(&text, plan->card->root));
    *work = nsym_hash_text(NSYM_HASH_START, text);
    for (size_t i = 0; i < plan->grid.points; i++) *work = nsym_hash_text(*work, plan->grid.point[i].key);
    free(text);
    return NSYM_OK;
}

nsym_status nsym_guard_enter(const nsym_plan *plan) {
    const nsym_study_options *options = plan->options;
    char other[NSYM_LEASE_NAME];
    uint64_t work;
    NSYM_TRY(number_work(&work, plan));
    NSYM_TRY(nsym_ledger_begin(plan->ledger, work, other, options->progress, options->stop));
    if (!other[0]) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL,
                     "%s: process %s is at work there on another card or with other settings; choose another output "
                     "folder, or wait for that process or end it",
                     options->out, other);
}
