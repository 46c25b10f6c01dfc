#include "study/watch.h"

#include "base/clock.h"
#include "base/fail.h"
#include "base/folder.h"
#include "base/hash.h"
#include "base/host.h"
#include "base/workers.h"
#include "ledger/lease.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct nsym_watch {
    const nsym_cluster *cluster;
    char folder[NSYM_PATH_SIZE], path[NSYM_PATH_SIZE]; /* the claims'; this rank's own file */
    uint64_t session;
    double seconds; /* after which a rank is dead */
    int file;
    nsym_vigil *vigil;
    bool lives;
    pthread_t thread;
    atomic_bool over;
};

uint64_t nsym_watch_session(void) {
    uint64_t number;
    if (getentropy(&number, sizeof number) != 0) number = nsym_hash_mix((uint64_t)(nsym_seconds() * 1e9));
    return number;
}

static void name_file(char name[64], const nsym_watch *w, size_t rank) {
    snprintf(name, 64, "rank-%016" PRIx64 "-%zu", w->session, rank);
}

/* Who a rank is, "node7, process 1234", as its file says. */
static void name_process(char text[256], const nsym_watch *w, const char *name) {
    char path[NSYM_PATH_SIZE];
    FILE *file = nsym_folder_path(path, w->folder, "%s", name) == NSYM_OK ? fopen(path, "r") : NULL;
    if (!file || !fgets(text, 256, file)) strcpy(text, "unknown process");
    if (file) fclose(file);
}

static void look_after(const nsym_watch *w, size_t rank) {
    char name[64], who[256], why[512];
    name_file(name, w, rank);
    if (!nsym_vigil_is_dead(w->vigil, w->folder, name)) return;
    name_process(who, w, name);
    snprintf(why, sizeof why,
             "rank %zu (%s) has given no sign of life for %.3g s and seems to be dead; finished runs are kept, and the "
             "same command continues",
             rank, who, w->seconds);
    w->cluster->give_up(w->cluster->context, why);
}

static void *watch(void *context) {
    nsym_watch *w = context;
    const nsym_cluster *c = w->cluster;
    size_t first = c->rank == 0 ? 1 : 0, end = c->rank == 0 ? c->ranks : 1;
    for (double next = 0; !atomic_load(&w->over); nsym_nap(0.02)) {
        if (nsym_seconds() < next) continue;
        next = nsym_seconds() + w->seconds / 12;
        (void)!futimens(w->file, NULL);
        for (size_t rank = first; rank < end && !atomic_load(&w->over); rank++) look_after(w, rank);
    }
    return NULL;
}

/* This rank's file, in the folder of claims. */
static nsym_status make_file(nsym_watch *w) {
    char name[64], host[NSYM_HOST_NAME];
    name_file(name, w, w->cluster->rank);
    NSYM_TRY(nsym_folder_path(w->path, w->folder, "%s", name));
    NSYM_TRY(nsym_folder_open_file(&w->file, w->folder, w->path, 0));
    nsym_host_name(host);
    dprintf(w->file, "%s, process %ld", host, (long)getpid());
    return NSYM_OK;
}

nsym_status nsym_watch_new(nsym_watch **out, const char *folder, const nsym_cluster *cluster, uint64_t session) {
    nsym_watch *w = *out = calloc(1, sizeof *w);
    if (!w) return nsym_fail(NSYM_ENOMEM, "no memory for the watch on other ranks");
    w->cluster = cluster;
    w->session = session;
    w->file = -1;
    NSYM_TRY(nsym_folder_path(w->folder, folder, "claims"));
    NSYM_TRY(nsym_lease_seconds(&w->seconds));
    w->seconds /= 2;
    NSYM_TRY(nsym_vigil_new(&w->vigil, w->seconds));
    NSYM_TRY(make_file(w));
    NSYM_TRY(nsym_thread_start(&w->thread, watch, w));
    w->lives = true;
    return NSYM_OK;
}

void nsym_watch_free(nsym_watch *w) {
    if (!w) return;
    atomic_store(&w->over, true);
    if (w->lives) pthread_join(w->thread, NULL);
    if (w->file >= 0) {
        close(w->file);
        unlink(w->path);
        rmdir(w->folder);
    }
    nsym_vigil_free(w->vigil);
    free(w);
}
