#include "study/sharing.h"

#include "base/clock.h"
#include "base/fail.h"
#include "base/folder.h"
#include "study/collect.h"
#include "study/pacing.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Learns what others have recorded; `now`, or where that was some time ago. */
static nsym_status refresh(nsym_sharing *s, bool now) {
    if (!now && nsym_seconds() - s->refreshed < nsym_ledger_pause(s->plan->ledger)) return NSYM_OK;
    NSYM_TRY(nsym_ledger_refresh(s->plan->ledger));
    s->refreshed = nsym_seconds();
    return NSYM_OK;
}

/* Removes what was being written, "SCORES/.part-...-LABEL.h5", when its process died; on its own machine any process
   could tell (base/atomic_file.h), on another only the claim does. */
static void clean(const char *out, const char *part, const char *label) {
    char folder[NSYM_PATH_SIZE], path[NSYM_PATH_SIZE], ending[NSYM_PATH_SIZE];
    if (nsym_folder_path(folder, out, "%s", part) != NSYM_OK) return;
    int n = snprintf(ending, sizeof ending, "-%s.h5", label);
    DIR *all = opendir(folder);
    if (!all) return;
    for (struct dirent *entry; (entry = readdir(all));) {
        size_t size = strlen(entry->d_name);
        if (strncmp(entry->d_name, ".part-", 6) != 0 || size < (size_t)n) continue;
        if (strcmp(entry->d_name + size - (size_t)n, ending) != 0) continue;
        if (nsym_folder_path(path, folder, "%s", entry->d_name) == NSYM_OK) unlink(path);
    }
    closedir(all);
}

/* The run was a dead process's. */
static void inherit(const nsym_sharing *s, const nsym_run *run, const char *owner) {
    const char *out = s->plan->options->out;
    clean(out, "scores", run->label);
    clean(out, "models", run->label);
    nsym_progress_note(s->plan->options->progress, "%s is gone; starting its run %s again", owner, run->label);
}

/* Of every turn of looks at the runs, which goes by their numbers. */
static void note_owner(nsym_sharing *s, size_t index, const char *owner) {
    size_t n = strlen(owner);
    if (!s->owner[0] || index <= s->last)
        snprintf(s->owner, sizeof s->owner, "%s", owner);
    else if (strncmp(s->owner, owner, n) != 0 && !strchr(s->owner, ' '))
        strncat(s->owner, " and others", sizeof s->owner - strlen(s->owner) - 1);
    s->last = index;
}

/* Has another process done the run? On a network file system its files may be seen late, unless their folders are read
   anew. */
static nsym_status is_done(const nsym_plan *plan, const nsym_run *run, bool *done) {
    bool recorded = false;
    NSYM_TRY(nsym_plan_is_done(plan, run, done));
    if (*done) return NSYM_OK;
    NSYM_TRY(nsym_ledger_has(plan->ledger, run->key, &recorded));
    if (!recorded) return NSYM_OK;
    static const char *const parts[] = {"scores", "models"};
    for (size_t i = 0; i < 2; i++) {
        char path[NSYM_PATH_SIZE];
        NSYM_TRY(nsym_folder_path(path, plan->options->out, "%s", parts[i]));
        DIR *folder = opendir(path);
        if (folder) closedir(folder);
    }
    return nsym_plan_is_done(plan, run, done);
}

static nsym_status tell_done(const nsym_plan *plan, size_t index) {
    const nsym_run *run = &plan->run[plan->todo[index]];
    double seconds = 0;
    NSYM_TRY(nsym_ledger_run_seconds(plan->ledger, run->key, &seconds));
    nsym_pacing_took(plan, index, seconds, true);
    nsym_progress_add(plan->options->progress, nsym_plan_rows(run, nsym_samples_events(&plan->samples, run->point)));
    nsym_progress_piece(plan->options->progress, "%s: done by another process", run->label);
    return NSYM_OK;
}

nsym_status nsym_sharing_claim(nsym_sharing *s, size_t index, nsym_turn *turn) {
    const nsym_run *run = &s->plan->run[s->plan->todo[index]];
    nsym_claim claim = {0};
    bool done = false;
    NSYM_TRY(refresh(s, false));
    NSYM_TRY(is_done(s->plan, run, &done));
    if (!done) NSYM_TRY(nsym_ledger_claim(s->plan->ledger, run->key, &claim));
    if (claim.mine) { /* it may have been done, and given up, between the two */
        NSYM_TRY(refresh(s, true));
        NSYM_TRY(is_done(s->plan, run, &done));
    }
    if (claim.mine && done) nsym_ledger_release(s->plan->ledger, run->key);
    if (claim.mine && !done && claim.owner[0]) inherit(s, run, claim.owner);
    if (done) NSYM_TRY(tell_done(s->plan, index));
    if (!done && !claim.mine) note_owner(s, index, claim.owner);
    *turn = done ? NSYM_TURN_DONE : claim.mine ? NSYM_TURN_OURS : NSYM_TURN_OTHERS;
    return NSYM_OK;
}

bool nsym_sharing_release(nsym_sharing *s, size_t index) {
    return nsym_ledger_release(s->plan->ledger, s->plan->run[s->plan->todo[index]].key);
}

static bool stopped(const nsym_plan *plan) {
    return plan->options->stop && plan->options->stop();
}

/* Tells for whom this process waits, where that is news. */
static void tell_owner(nsym_sharing *s, const char *what) {
    char text[sizeof s->told];
    snprintf(text, sizeof text, "%s %s", what, s->owner[0] ? s->owner : "another process");
    if (strcmp(text, s->told) != 0) nsym_progress_note(s->plan->options->progress, "waiting for %s", text);
    strcpy(s->told, text);
}

void nsym_sharing_wait(nsym_sharing *s, size_t runs) {
    char what[48];
    if (stopped(s->plan)) atomic_store(&s->plan->stop, true);
    if (runs == 0) return;
    snprintf(what, sizeof what, "%zu %s of", runs, runs == 1 ? "run" : "runs");
    tell_owner(s, what);
}

static nsym_status write_results(nsym_plan *plan) {
    NSYM_TRY(nsym_collect_write(plan, NULL));
    if (plan->options->finish) NSYM_TRY(plan->options->finish(plan->options->context));
    return nsym_ledger_tell_finished(plan->ledger);
}

nsym_status nsym_sharing_finish(nsym_sharing *s) {
    static const char key[] = "the results";
    nsym_ledger *ledger = s->plan->ledger;
    for (nsym_claim claim; !nsym_ledger_was_finished(ledger);) {
        NSYM_TRY(nsym_ledger_claim(ledger, key, &claim));
        if (!claim.mine) {
            snprintf(s->owner, sizeof s->owner, "%s", claim.owner);
            tell_owner(s, "the results of");
            if (stopped(s->plan))
                return nsym_fail(NSYM_EINTERRUPTED, "stopped on request while others write the results");
            nsym_nap(nsym_ledger_pause(ledger));
            continue;
        }
        nsym_status status = refresh(s, true);
        if (status == NSYM_OK && !nsym_ledger_was_finished(ledger)) status = write_results(s->plan);
        nsym_ledger_release(ledger, key);
        return status;
    }
    return NSYM_OK;
}
