/* Z -> mu mu (signal) and gamma* -> mu mu (background), as PRD 111, 072002 prepares them: each event taken once or
   several times, smeared anew, its class weighted so that both have one pT spectrum, all shuffled. */
#include "study/source.h"

#include "train/fingerprints.h"

#include "base/fail.h"
#include "study/dimuon_pairs.h"
#include "transform/lorentz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The columns of a sample while it is made; rows: background first, copies of a class one after the other. */
typedef struct {
    size_t rows;
    double *p4; /* (2 rows, 4) */
    double *label, *weight, *group, *pt, *mass, *pt_true, *mass_true;
} table;

static nsym_status new_sample(nsym_events **out, table *t, size_t rows) {
    nsym_events *events;
    NSYM_TRY(nsym_events_new(&events, rows));
    *out = events;
    NSYM_TRY(nsym_pairs_set_particles(events));
    t->rows = rows;
    t->p4 = events->particles;
    NSYM_TRY(nsym_events_add_column(events, "label", "", "1: Z, 0: virtual photon", 1, &t->label));
    NSYM_TRY(nsym_events_add_column(events, "weight", "", "relative probability to be drawn", 1, &t->weight));
    NSYM_TRY(nsym_events_add_column(events, "group", "", "number of the physical event", 1, &t->group));
    NSYM_TRY(nsym_events_add_column(events, "pt", "GeV", "smeared pT of the mu+", 1, &t->pt));
    NSYM_TRY(nsym_events_add_column(events, "mass", "GeV", "smeared mass of the pair", 1, &t->mass));
    NSYM_TRY(nsym_events_add_column(events, "pt_true", "GeV", "pT of the mu+", 1, &t->pt_true));
    return nsym_events_add_column(events, "mass_true", "GeV", "mass of the pair", 1, &t->mass_true);
}

/* Appends one class from row `first` on. */
static void fill(table *t, size_t first, const nsym_pairs *pairs, double label, const nsym_data_card *card) {
    for (size_t row = first; row < first + pairs->count * card->copies; row++) {
        size_t event = (row - first) % pairs->count;
        double *p4 = memcpy(t->p4 + 8 * row, pairs->p4 + 8 * event, 8 * sizeof *p4);
        t->label[row] = label;
        t->weight[row] = pairs->weight[event];
        t->group[row] = (double)(event + (label == 1 ? pairs->count : 0));
        t->pt_true[row] = hypot(p4[0], p4[1]);
        t->mass_true[row] = nsym_mass(p4, 2);
        nsym_random random = nsym_random_stream(card->seed, "smear", row);
        nsym_smear_event(&card->smear, &random, p4, 2);
        t->pt[row] = hypot(p4[0], p4[1]);
        t->mass[row] = nsym_mass(p4, 2);
    }
}

/* The order of the shuffled sample: of rows, or of physical events with their copies side by side. Shape: order (rows).
 */
static nsym_status shuffle(size_t *order, size_t rows, const nsym_data_card *card) {
    size_t copies = card->group ? card->copies : 1, units = rows / copies;
    uint32_t *unit = calloc(units, sizeof *unit);
    if (!unit) return nsym_fail(NSYM_ENOMEM, "no memory to shuffle %zu events", rows);
    for (size_t i = 0; i < units; i++) unit[i] = (uint32_t)i;
    nsym_random random = nsym_random_stream(card->seed, "order", 0);
    if (card->shuffle) nsym_random_shuffle(&random, unit, units);
    for (size_t i = 0; i < units; i++)
        for (size_t c = 0; c < copies; c++) {
            size_t of_class = unit[i] / card->events, event = unit[i] % card->events;
            order[i * copies + c] = copies == 1 ? unit[i] : (of_class * copies + c) * card->events + event;
        }
    free(unit);
    return NSYM_OK;
}

static nsym_status mix(nsym_events **out, const nsym_events *made, const nsym_data_card *card) {
    size_t *order = malloc(made->count * sizeof *order);
    nsym_status status =
        order ? shuffle(order, made->count, card) : nsym_fail(NSYM_ENOMEM, "no memory to shuffle a sample");
    if (status == NSYM_OK) status = nsym_events_select(out, made, order, made->count);
    free(order);
    return status;
}

static nsym_status build(nsym_events **out, const nsym_pairs *background, const nsym_pairs *signal,
                         const nsym_data_card *card) {
    nsym_events *made = NULL;
    table t;
    size_t of_class = card->events * card->copies;
    nsym_status status = new_sample(&made, &t, 2 * of_class);
    if (status == NSYM_OK) {
        fill(&t, 0, background, 0, card);
        fill(&t, of_class, signal, 1, card);
        status = nsym_reweight_background(&card->reweight, t.pt, t.label, t.rows, t.weight);
    }
    if (status == NSYM_OK) status = mix(out, made, card);
    nsym_events_free(made);
    return status;
}

nsym_status nsym_source_dimuon(nsym_sample *out, const nsym_data_card *card, size_t workers) {
    (void)workers; /* one thread: the training takes far longer */
    if (card->events * card->copies > UINT32_MAX / 4)
        return nsym_fail(NSYM_EINVAL, "data.events %zu x data.copies %zu are more rows than a sample holds (2^30)",
                         card->events, card->copies);
    nsym_pairs background = {0}, signal = {0};
    nsym_status status = nsym_pairs_load(&background, card->background, NSYM_DIMUON_PHOTON, card->events, card->seed);
    if (status == NSYM_OK) status = nsym_pairs_load(&signal, card->signal, NSYM_DIMUON_Z, card->events, card->seed);
    if (status == NSYM_OK) status = build(&out->events, &background, &signal, card);
    out->identity = NSYM_PAIRS_IDENTITY;
    nsym_pairs_free(&background);
    nsym_pairs_free(&signal);
    return status;
}
