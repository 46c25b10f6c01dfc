/* Z -> mu mu (signal) and gamma* -> mu mu (background), as PRD 111, 072002 has them: of the built-in generator, or of a
   file for each class. Columns pt_true and mass_true (GeV), of the mu+ and of the pair; group, the number of the
   physical event. */
#include "sources/dimuon_pairs.h"
#include "sources/source.h"
#include "transform/lorentz.h"

#include "base/fail.h"

#include <math.h>
#include <string.h>

static const char *const *features(const nsym_data_card *data) {
    static const char *const momenta[] = {"px", "py", "pz", "energy", NULL};
    (void)data;
    return momenta;
}

/* The columns of the events while they are made; the background's come first. */
typedef struct {
    double *p4; /* (2 events, 4) */
    double *label, *weight, *group, *pt, *mass;
} table;

static nsym_status new_table(nsym_events **out, table *t, size_t events) {
    NSYM_TRY(nsym_events_new(out, events));
    NSYM_TRY(nsym_pairs_set_particles(*out));
    t->p4 = (*out)->particles;
    NSYM_TRY(nsym_events_add_column(*out, "label", "", "1: Z, 0: virtual photon", 1, &t->label));
    NSYM_TRY(nsym_events_add_column(*out, "weight", "", "relative probability to be drawn", 1, &t->weight));
    NSYM_TRY(nsym_events_add_column(*out, "group", "", "number of the physical event", 1, &t->group));
    NSYM_TRY(nsym_events_add_column(*out, "pt_true", "GeV", "pT of the mu+", 1, &t->pt));
    return nsym_events_add_column(*out, "mass_true", "GeV", "mass of the pair", 1, &t->mass);
}

/* Appends one class from event `first` on. */
static void fill(table *t, size_t first, const nsym_pairs *pairs, double label) {
    memcpy(t->p4 + 8 * first, pairs->p4, 8 * pairs->count * sizeof *t->p4);
    for (size_t i = 0; i < pairs->count; i++) {
        const double *p4 = pairs->p4 + 8 * i;
        t->label[first + i] = label;
        t->weight[first + i] = pairs->weight[i];
        t->group[first + i] = (double)(first + i);
        t->pt[first + i] = hypot(p4[0], p4[1]);
        t->mass[first + i] = nsym_mass(p4, 2);
    }
}

static nsym_status load(nsym_events **out, const nsym_data_card *data, bool (*stop)(void)) {
    nsym_pairs background = {0}, signal = {0};
    table t;
    size_t n = data->events;
    nsym_events *events = NULL;
    nsym_status status = nsym_pairs_load(&background, data->background, NSYM_DIMUON_PHOTON, n, data->seed, stop);
    if (status == NSYM_OK) status = nsym_pairs_load(&signal, data->signal, NSYM_DIMUON_Z, n, data->seed, stop);
    if (status == NSYM_OK) status = new_table(&events, &t, 2 * n);
    if (status == NSYM_OK) {
        fill(&t, 0, &background, 0);
        fill(&t, n, &signal, 1);
        *out = events;
    } else {
        nsym_events_free(events);
    }
    nsym_pairs_free(&background);
    nsym_pairs_free(&signal);
    return status;
}

/* A generator's record becomes its muon pairs. */
static nsym_status read(nsym_events **events) {
    nsym_events *pairs;
    bool record = nsym_events_feature(*events, "pdg") != NSYM_NONE || nsym_events_feature(*events, "id") != NSYM_NONE;
    if (!(*events)->offsets || !record) return NSYM_OK;
    NSYM_TRY(nsym_pairs_select(&pairs, *events));
    nsym_events_free(*events);
    *events = pairs;
    return NSYM_OK;
}

const nsym_source nsym_source_dimuon = {
    .name = "dimuon", .usual = 50000, .takes_classes = true, .features = features, .load = load, .read = read};
