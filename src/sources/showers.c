/* The toy calorimeter events of arXiv:2311.05952, as points before any detector. Events with an odd number are signal.
   Columns log_ratio and log_ratio_energies: what the best possible classifier of the deposits' positions, or of
   positions and energies, answers. */
#include "sources/source.h"

#include "base/fail.h"
#include <nearsym/generate/shower.h>

#include <stdlib.h>
#include <string.h>

#define AT(place) offsetof(nsym_shower_options, place)

static const char *const pairings[] = {"paired", "tiled", NULL};

static const nsym_field fields[] = {
    {"deposits", NSYM_FIELD_SIZE, AT(deposits), .low = 1, .high = 1024, .help = "number of deposits in an event"},
    {"noise", NSYM_FIELD_SIZE, AT(noise), .high = 1024,
     .help = "number of deposits of a signal event that lie anywhere, not around the core"},
    {"hardest_core", NSYM_FIELD_BOOL, AT(hardest_core),
     .help = "the core is the deposit of the largest energy; false: any deposit"},
    {"variance", NSYM_FIELD_NUMBER, AT(variance), .low = 1e-6, .high = 100,
     .help = "variance of each coordinate of a deposit around the core"},
    {"points", NSYM_FIELD_SIZE, AT(points), .low = 1, .high = 4096, .help = "number of points in a deposit"},
    {"spread", NSYM_FIELD_NUMBER, AT(spread), .high = 1e3,
     .help = "standard deviation of each coordinate of a point around its deposit"},
    {"pairing", NSYM_FIELD_WORD, AT(pairing), .words = pairings,
     .help = "`paired`: a point has a share of the energy of its own deposit; `tiled`: positions run over the deposits "
             "while energies stay, as in the published data"},
};

static void defaults(void *out, unsigned scope) {
    (void)scope;
    *(nsym_shower_options *)out = nsym_shower_defaults();
}

static const nsym_section section = {
    "showers", fields, sizeof fields / sizeof *fields, NULL, NULL, 0, sizeof(nsym_shower_options), defaults, NULL};
_Static_assert(sizeof(nsym_shower_options) <= NSYM_SOURCE_OPTIONS_SIZE, "there is room for the options");

static nsym_shower_options options_of(const nsym_data_card *data) {
    nsym_shower_options options;
    memcpy(&options, data->options, sizeof options);
    options.seed = data->seed;
    return options;
}

static const char *const *features(const nsym_data_card *data) {
    static const char *const points[] = {"x", "y", "energy", NULL};
    (void)data;
    return points;
}

static nsym_status check(nsym_data_card *data, const nsym_tree *card) {
    nsym_shower_options options = options_of(data);
    const nsym_node *node = nsym_node_at(card->root, "showers.noise");
    if (options.noise < options.deposits) return nsym_shower_check(&options);
    return nsym_fail_at(card, node ? node : nsym_node_at(card->root, "showers"),
                        "showers.noise is %zu, must be below showers.deposits, %zu: a signal event has a core",
                        options.noise, options.deposits);
}

typedef struct {
    nsym_shower_options options;
    nsym_shower_limit *limit;
    double *deposits; /* (deposits, 3) of one event */
} state;

static void close(void *opened) {
    state *s = opened;
    if (!s) return;
    nsym_shower_limit_free(s->limit);
    free(s->deposits);
    free(s);
}

static nsym_status open(void **out, const nsym_data_card *data) {
    state *s = calloc(1, sizeof *s);
    nsym_status status = s ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for calorimeter events");
    if (status == NSYM_OK) {
        s->options = options_of(data);
        s->deposits = calloc(3 * s->options.deposits, sizeof *s->deposits);
        status = s->deposits ? nsym_shower_limit_new(&s->limit, &s->options)
                             : nsym_fail(NSYM_ENOMEM, "no memory for %zu deposits", s->options.deposits);
    }
    if (status == NSYM_OK)
        *out = s;
    else
        close(s);
    return status;
}

static nsym_status fill(nsym_events *events, state *s, const size_t *numbers) {
    double *label, *ratio, *ratio_energies;
    NSYM_TRY(nsym_events_add_column(events, "label", "", "1: signal, 0: background", 1, &label));
    NSYM_TRY(
        nsym_events_add_column(events, "log_ratio", "", "log likelihood ratio of the deposits' positions", 1, &ratio));
    NSYM_TRY(nsym_events_add_column(events, "log_ratio_energies", "", "the same of positions and energies", 1,
                                    &ratio_energies));
    for (size_t i = 0; i < events->count; i++) {
        nsym_shower_deposits(&s->options, numbers[i], s->deposits);
        nsym_shower_spread(&s->options, numbers[i], s->deposits, events->particles + 3 * events->offsets[i]);
        label[i] = (double)(numbers[i] % 2);
        nsym_shower_log_ratios(s->limit, s->deposits, &ratio[i], &ratio_energies[i]);
        events->origin[i] = numbers[i];
    }
    return NSYM_OK;
}

static nsym_status make(nsym_events **out, void *opened, const size_t *numbers, size_t n) {
    state *s = opened;
    size_t points = s->options.deposits * s->options.points;
    nsym_events *events = NULL;
    NSYM_TRY(nsym_events_new(&events, n));
    uint64_t *offsets = malloc((n + 1) * sizeof *offsets);
    events->origin = calloc(n + 1, sizeof *events->origin);
    nsym_status status =
        offsets && events->origin ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for %zu calorimeter events", n);
    for (size_t i = 0; offsets && i <= n; i++) offsets[i] = i * points;
    if (status == NSYM_OK) status = nsym_events_set_particles(events, 3, features(NULL), NULL, offsets);
    if (status == NSYM_OK) status = fill(events, s, numbers);
    free(offsets);
    if (status == NSYM_OK)
        *out = events;
    else
        nsym_events_free(events);
    return status;
}

static nsym_status origins(double **out, size_t *n, void *opened, size_t number) {
    state *s = opened;
    *n = s->options.deposits;
    *out = malloc(3 * *n * sizeof **out);
    if (!*out) return nsym_fail(NSYM_ENOMEM, "no memory for %zu deposits", *n);
    nsym_shower_deposits(&s->options, number, *out);
    return NSYM_OK;
}

const nsym_source nsym_source_showers = {.name = "showers",
                                         .section = &section,
                                         .usual = 600000,
                                         .features = features,
                                         .check = check,
                                         .open = open,
                                         .make = make,
                                         .close = close,
                                         .origins = origins};
