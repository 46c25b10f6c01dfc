#include "data/hdf5_guard.h"

#include "base/fail.h"
#include "data/hdf5_seal.h"

#include <pthread.h>

enum { REASON = 512 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool (*guard)(void *context, const char *path, bool sealed, char *reason, size_t size);
static void *guard_context;
static bool nobody;

void nsym_hdf5_guard(bool (*allow)(void *context, const char *path, bool sealed, char *reason, size_t size),
                     void *context) {
    pthread_mutex_lock(&lock);
    guard = allow;
    guard_context = context;
    pthread_mutex_unlock(&lock);
}

void nsym_hdf5_ask_nobody(void) {
    pthread_mutex_lock(&lock);
    nobody = true;
    pthread_mutex_unlock(&lock);
}

nsym_status nsym_hdf5_ask(const char *path) {
    char reason[REASON] = "";
    pthread_mutex_lock(&lock);
    bool (*allow)(void *, const char *, bool, char *, size_t) = guard;
    bool unasked = nobody;
    void *context = guard_context;
    pthread_mutex_unlock(&lock);
    if (unasked) return NSYM_OK;
    NSYM_TRY(nsym_h5_check_seal(path, false));
    if (!allow || allow(context, path, nsym_h5_has_seal(path), reason, sizeof reason)) return NSYM_OK;
    return nsym_fail(NSYM_EFORMAT, "%s: %s", path, reason);
}
