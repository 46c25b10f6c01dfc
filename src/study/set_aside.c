/* The old results of an output folder make room. */
#include "study/guard.h"

#include "base/fail.h"
#include "base/folder.h"
#include "ledger/company.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* A new folder of today's date, made beside the files that move into it: its name. */
static nsym_status make_old(char name[64], const char *out) {
    char path[NSYM_PATH_SIZE], day[16];
    time_t now = time(NULL);
    struct tm local;
    if (!localtime_r(&now, &local) || strftime(day, sizeof day, "%Y-%m-%d", &local) == 0) strcpy(day, "results");
    for (size_t n = 1; n < 10000; n++) {
        if (n == 1)
            snprintf(name, 64, "old-%s", day);
        else
            snprintf(name, 64, "old-%s-%zu", day, n);
        NSYM_TRY(nsym_folder_path(path, out, "%s", name));
        if (mkdir(path, 0777) == 0) return NSYM_OK;
        if (errno != EEXIST) break;
    }
    return nsym_fail(NSYM_EIO, "cannot make the folder %s/%s for the old results: %s", out, name, strerror(errno));
}

/* Moves an entry of the folder, where it is there, into `old`, which is made for the first (`old` is empty before). */
static nsym_status move(const char *out, char old[64], const char *name) {
    char from[NSYM_PATH_SIZE], to[NSYM_PATH_SIZE];
    if (!nsym_folder_has(out, "%s", name)) return NSYM_OK;
    if (!old[0]) NSYM_TRY(make_old(old, out));
    NSYM_TRY(nsym_folder_path(from, out, "%s", name));
    NSYM_TRY(nsym_folder_path(to, out, "%s/%s", old, name));
    if (rename(from, to) == 0) return NSYM_OK;
    return nsym_fail(NSYM_EIO, "cannot move %s to %s: %s", from, to, strerror(errno));
}

/* The folders of the searches that the card which is there has. */
static nsym_status move_searches(const char *out, char old[64]) {
    char path[NSYM_PATH_SIZE], name[256];
    nsym_tree *card;
    NSYM_TRY(nsym_folder_path(path, out, "study.resolved.yaml"));
    if (!nsym_folder_has(out, "study.resolved.yaml") || nsym_tree_read(&card, path) != NSYM_OK) return NSYM_OK;
    const nsym_node *searches = nsym_node_at(card->root, "searches");
    nsym_status status = NSYM_OK;
    for (size_t i = 0; status == NSYM_OK && searches && i < searches->count; i++)
        if (searches->child[i]->key &&
            snprintf(name, sizeof name, "search-%s", searches->child[i]->key) < (int)sizeof name)
            status = move(out, old, name);
    nsym_tree_free(card);
    return status;
}

/* Does the card stand in the way, as one of the files that move? */
static bool is_own_card(const nsym_plan *plan) {
    char there[NSYM_PATH_SIZE], own[PATH_MAX], card[PATH_MAX];
    return nsym_folder_path(there, plan->options->out, "study.resolved.yaml") == NSYM_OK && realpath(there, own) &&
           realpath(plan->card->name, card) && strcmp(own, card) == 0;
}

/* Refuses where another process is at work, whose files would go away under it. Opening and closing the ledger clears
   what the dead have left; one that is damaged can be moved all the same. */
static nsym_status check_alone(const nsym_study_options *options) {
    char path[NSYM_PATH_SIZE], owner[NSYM_LEASE_NAME];
    nsym_ledger *ledger;
    NSYM_TRY(nsym_folder_path(path, options->out, "ledger.sqlite"));
    if (nsym_ledger_open(&ledger, path) == NSYM_OK) nsym_ledger_close(ledger);
    NSYM_TRY(nsym_folder_path(path, options->out, "ledger"));
    NSYM_TRY(nsym_company_find(owner, path, NULL, NULL, options->progress, options->stop));
    if (!owner[0]) return NSYM_OK;
    return nsym_fail(NSYM_EIO,
                     "%s: process %s is at work there, so the old results cannot be moved aside; wait for it or end it",
                     options->out, owner);
}

nsym_status nsym_guard_set_aside(const nsym_plan *plan) {
    static const char *const entries[] = {"ledger.sqlite",
                                          "ledger.sqlite-wal",
                                          "ledger.sqlite-shm",
                                          "ledger",
                                          "claims",
                                          "models",
                                          "scores",
                                          "samples",
                                          "tables",
                                          "figures",
                                          "results.partial.json",
                                          "results.json",
                                          "report.html",
                                          "chosen.yaml",
                                          "reference.yaml",
                                          "study.resolved.yaml"};
    const char *out = plan->options->out;
    char old[64] = "";
    if (!nsym_folder_has(out, "study.resolved.yaml") && !nsym_folder_has(out, "ledger.sqlite")) return NSYM_OK;
    if (is_own_card(plan))
        return nsym_fail(NSYM_EINVAL, "%s is among the old results that would be moved aside; copy it and run the copy",
                         plan->card->name);
    NSYM_TRY(check_alone(plan->options));
    NSYM_TRY(move_searches(out, old));
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) NSYM_TRY(move(out, old, entries[i]));
    nsym_progress_note(plan->options->progress, "moved the old results to %s/%s", out, old);
    return NSYM_OK;
}
