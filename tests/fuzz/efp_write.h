/* A few energy-flow polynomials of two events. */
#ifndef TESTS_FUZZ_EFP_WRITE_H
#define TESTS_FUZZ_EFP_WRITE_H

#include "in_folder.h"

#include <nearsym/efp.h>

/* Writes them to `path`. */
static inline nsym_status efp_write(const char *path, bool (*stop)(void)) {
    static const char table[] = "pt_0,eta_0,phi_0,pt_1,eta_1,phi_1,label\n1,0,0,2,0.5,1,0\n3,0,0,1,0.5,-1,1\n";
    static nsym_efp_set *set;
    static char events[IN_FOLDER_PATH];
    const double one = 1;
    const nsym_efp_options options = {.kappas = 1, .betas = 1, .kappa = &one, .beta = &one, .workers = 1, .stop = stop};
    if (!set && nsym_efp_set_new(&set, "d<=2") != NSYM_OK) abort();
    in_folder(events, "events.csv");
    in_folder_write(events, table, sizeof table - 1);
    return nsym_efp_write(set, "d<=2", &options, events, path);
}

#endif
