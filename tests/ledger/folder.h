/* A folder of its own for every test, and the ledger in it. */
#ifndef TESTS_LEDGER_FOLDER_H
#define TESTS_LEDGER_FOLDER_H

#include "ledger/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct folder {
    char name[32], path[64], journals[64], claims[64]; /* path: the ledger's */
} folder;

static inline int make_folder(void **state) {
    folder *f = calloc(1, sizeof *f);
    if (!f) return -1;
    strcpy(f->name, "/tmp/nsym_ledger_XXXXXX");
    if (!mkdtemp(f->name)) return -1;
    snprintf(f->path, sizeof f->path, "%s/ledger.sqlite", f->name);
    snprintf(f->journals, sizeof f->journals, "%s/ledger", f->name);
    snprintf(f->claims, sizeof f->claims, "%s/claims", f->name);
    *state = f;
    return 0;
}

static inline int remove_folder(void **state) {
    folder *f = *state;
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", f->name);
    free(f);
    return system(command);
}

static inline nsym_ledger *opened(const char *path) {
    nsym_ledger *ledger = NULL;
    if (nsym_ledger_open(&ledger, path)) fail_msg("%s", nsym_message());
    return ledger;
}

#endif
