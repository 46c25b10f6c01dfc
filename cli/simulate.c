/* nearsym data simulate dimuon | muon_pairs | muons | showers: the built-in generators. */
#include "simulate.h"

#include "cells.h"
#include "commands.h"
#include "interrupt.h"
#include "options.h"
#include "tell.h"

#include <nearsym/generate/dimuon.h>
#include <nearsym/generate/muon_pairs.h>
#include <nearsym/generate/muons.h>
#include <nearsym/generate/showers.h>
#include <nearsym/io.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLICE = 1 << 13 }; /* events written at a time */

void sample_size_add(sample_size *size, const nsym_events *events) {
    size->events += events->count;
    size->particles += events->offsets ? events->offsets[events->count] : 0;
    size->features = events->features;
    size->columns = events->columns;
}

void sample_size_tell(const sample_size *size, const char *path) {
    fprintf(stderr, "%s: %zu events, %llu particles of %zu features, %zu columns\n", path, size->events,
            (unsigned long long)size->particles, size->features, size->columns);
}

int write_sample(const nsym_events *events, const char *path) {
    sample_size size = {0};
    if (nsym_events_write(events, path) != NSYM_OK) return command_failed();
    sample_size_add(&size, events);
    sample_size_tell(&size, path);
    return 0;
}

/* Adds the events to the file in slices, and asks between two whether to stop. */
static nsym_status add_slices(nsym_events_writer *writer, const nsym_events *events, size_t *index) {
    nsym_status status = NSYM_OK;
    size_t first = 0, n;
    do {
        nsym_events *slice = NULL;
        n = events->count - first < SLICE ? events->count - first : SLICE;
        for (size_t i = 0; i < n; i++) index[i] = first + i;
        status = nsym_events_select(&slice, events, index, n);
        if (status == NSYM_OK) status = nsym_events_writer_add(writer, slice);
        nsym_events_free(slice);
        first += n;
    } while (status == NSYM_OK && first < events->count && !interrupt_asked());
    return status;
}

/* As write_sample; Ctrl-C ends it and leaves no file. */
static int write_slices(const nsym_events *events, const char *path) {
    sample_size size = {0};
    nsym_events_writer *writer = NULL;
    size_t *index = malloc(SLICE * sizeof *index);
    if (!index) return tell_error("no memory"), 1;
    nsym_status status = nsym_events_writer_new(&writer, path);
    if (status == NSYM_OK) status = add_slices(writer, events, index);
    bool stopped = status == NSYM_OK && interrupt_asked();
    if (status == NSYM_OK && !stopped) status = nsym_events_writer_close(writer);
    nsym_events_writer_free(writer);
    free(index);
    if (stopped) return tell_error("stopped on request while %s was written", path), 1;
    if (status != NSYM_OK) return command_failed();
    sample_size_add(&size, events);
    sample_size_tell(&size, path);
    return 0;
}

static int run_dimuon(int argc, char **argv) {
    nsym_dimuon_options dimuon = nsym_dimuon_defaults(NSYM_DIMUON_Z);
    const char *process = "z", *out = NULL;
    dimuon.events = 10000;
    dimuon.seed = 1;
    const option options[] = {
        {"process", 0, OPTION_TEXT, &process, "z|photon", "q qbar -> Z or photon -> mu+ mu-"},
        {"events", 'n', OPTION_COUNT, &dimuon.events, "N", "number of events"},
        {"seed", 0, OPTION_SEED, &dimuon.seed, "S", "seed of the random numbers"},
        {"output", 'o', OPTION_TEXT, &out, "FILE", "file to write; its ending sets the format"},
        {"beam-energy", 0, OPTION_NUMBER, &dimuon.beam_energy_gev, "GEV", "energy of each beam"},
        {"mass-min", 0, OPTION_NUMBER, &dimuon.mass_min_gev, "GEV", "minimum mass of the pair"},
        {"pt-min", 0, OPTION_NUMBER, &dimuon.pt_min_gev, "GEV", "minimum transverse momentum of a muon"},
        {"eta-max", 0, OPTION_NUMBER, &dimuon.eta_max, "ETA", "maximum |pseudorapidity| of a muon"},
        {"delta-r-min", 0, OPTION_NUMBER, &dimuon.delta_r_min, "DR", "minimum distance of the muons in eta and phi"},
    };
    const option_table table = {"nearsym data simulate dimuon --process z|photon [--events N] [--seed S] -o FILE",
                                "Makes unweighted leading-order dimuon events in proton collisions.",
                                sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words > 0) return options_wrong(&table, "\"%s\" is no option", argv[0]);
    if (!out) return options_wrong(&table, "no output is given: -o FILE");
    if (strcmp(process, "z") != 0 && strcmp(process, "photon") != 0)
        return options_wrong(&table, "--process is \"%s\", must be z or photon", process);
    dimuon.process = *process == 'z' ? NSYM_DIMUON_Z : NSYM_DIMUON_PHOTON;
    nsym_events *events;
    dimuon.stop = interrupt_asked;
    interrupt_catch();
    if (nsym_dimuon_generate(&events, &dimuon) != NSYM_OK) return command_failed();
    status = write_slices(events, out);
    nsym_events_free(events);
    return status;
}

/* Numbers separated by commas, at most as many as the text has commas and one; NULL where one is no number. New. */
static double *read_angles(const char *list, size_t *count) {
    size_t most = 1;
    for (const char *at = list; *at; at++) most += *at == ',';
    double *angles = calloc(most, sizeof *angles);
    *count = 0;
    while (angles) {
        char *end;
        double angle = strtod(list, &end);
        if (end == list || (*end && *end != ',') || !isfinite(angle)) break;
        angles[(*count)++] = angle;
        if (!*end) return angles;
        list = end + 1;
    }
    free(angles);
    return NULL;
}

static int write_showers(const nsym_showers_options *given, const char *path) {
    nsym_showers_options showers = *given;
    if (nsym_progress_new(&showers.progress, stderr) != NSYM_OK) return command_failed();
    showers.stop = interrupt_asked;
    interrupt_catch();
    nsym_status done = nsym_showers_write(&showers, path);
    nsym_progress_free(showers.progress);
    if (done != NSYM_OK) return command_failed();
    fprintf(stderr, "%s: %zu events", path, showers.events);
    fprintf(stderr, showers.angles > 0 ? ", each at %zu angles\n" : "\n", showers.angles);
    return 0;
}

/* The words of the command line that the library does not read. */
typedef struct shower_words {
    const char *core, *pairing, *level, *grid, *angles, *out;
} shower_words;

/* Finds out what the words mean; *pixels and *angles are new. Gives OPTIONS_GO_ON or the status to exit with. */
static int read_words(const option_table *table, const shower_words *words, nsym_showers_options *showers,
                      nsym_pixels **pixels, double **angles) {
    static const char *const levels[] = {"deposits", "points", "cells"};
    size_t level = 0, nx, ny;
    while (level < 3 && strcmp(words->level, levels[level]) != 0) level++;
    if (level == 3) return options_wrong(table, "--level is \"%s\", must be deposits, points or cells", words->level);
    if (strcmp(words->core, "hardest") != 0 && strcmp(words->core, "any") != 0)
        return options_wrong(table, "--core is \"%s\", must be hardest or any", words->core);
    if (strcmp(words->pairing, "paired") != 0 && strcmp(words->pairing, "tiled") != 0)
        return options_wrong(table, "--pairing is \"%s\", must be paired or tiled", words->pairing);
    const char *end = read_cells(words->grid, &nx, &ny);
    if (!end || *end)
        return options_wrong(table, "--grid is \"%s\", must be cells in x and in y, such as 32x4", words->grid);
    if (!words->out) return options_wrong(table, "no output is given: -o FILE");
    if (words->angles && !(*angles = read_angles(words->angles, &showers->angles)))
        return options_wrong(table, "--angles is \"%s\", must be numbers separated by commas", words->angles);
    showers->angle = *angles;
    showers->level = (nsym_showers_level)level;
    showers->shower.hardest_core = *words->core == 'h';
    showers->shower.pairing = *words->pairing == 't' ? NSYM_TILED : NSYM_PAIRED;
    if (showers->level != NSYM_SHOWERS_CELLS) return OPTIONS_GO_ON;
    if (nsym_pixels_new_equal(pixels, nx, ny, -1, 1) != NSYM_OK) return command_failed();
    showers->pixels = *pixels;
    return OPTIONS_GO_ON;
}

static int run_showers(int argc, char **argv) {
    nsym_showers_options showers = nsym_showers_defaults();
    shower_words text = {.core = "hardest", .pairing = "paired", .level = "deposits", .grid = "32x32"};
    showers.events = 10000;
    showers.shower.seed = 1;
    const option options[] = {
        {"events", 'n', OPTION_COUNT, &showers.events, "N",
         "number of events, half of them signal; copies are not counted"},
        {"seed", 0, OPTION_SEED, &showers.shower.seed, "S", "seed of the random numbers"},
        {"output", 'o', OPTION_TEXT, &text.out, "FILE", "file to write; its ending sets the format"},
        {"level", 0, OPTION_TEXT, &text.level, "LEVEL",
         "what to write: deposits, points (deposits spread out) or cells (of a calorimeter)"},
        {"angles", 0, OPTION_TEXT, &text.angles, "A,...", "angles of the copies of each event, degrees"},
        {"grid", 0, OPTION_TEXT, &text.grid, "NXxNY",
         "for level cells: number of equal cells in x and y, over [-1, 1]"},
        {"deposits", 0, OPTION_COUNT, &showers.shower.deposits, "N", "number of deposits in an event"},
        {"noise", 0, OPTION_COUNT, &showers.shower.noise, "N",
         "number of a signal event's deposits that are not around the core"},
        {"core", 0, OPTION_TEXT, &text.core, "hardest|any", "which deposit is the core"},
        {"variance", 0, OPTION_NUMBER, &showers.shower.variance, "V", "variance of each coordinate around the core"},
        {"points", 0, OPTION_COUNT, &showers.shower.points, "N", "number of points that a deposit is spread over"},
        {"spread", 0, OPTION_NUMBER, &showers.shower.spread, "SIGMA",
         "standard deviation of each coordinate around the deposit"},
        {"pairing", 0, OPTION_TEXT, &text.pairing, "HOW",
         "paired: a point has a share of its deposit's energy; tiled: as published"},
        {"jobs", 'j', OPTION_COUNT, &showers.workers, "N", "number of threads; 0: one per CPU"},
    };
    const option_table table = {
        "nearsym data simulate showers [--events N] [--seed S] [--level LEVEL] [--angles A,...] -o FILE",
        "Makes events of a toy calorimeter (arXiv:2311.05952): deposits on the unit disk, uniform or around a core.",
        sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words > 0) return options_wrong(&table, "\"%s\" is no option", argv[0]);
    nsym_pixels *pixels = NULL;
    double *angles = NULL;
    status = read_words(&table, &text, &showers, &pixels, &angles);
    if (status == OPTIONS_GO_ON) status = write_showers(&showers, text.out);
    nsym_pixels_free(pixels);
    free(angles);
    return status;
}

static int write_muons(const nsym_muons_options *given, const char *path) {
    nsym_muons_options muons = *given;
    if (nsym_progress_new(&muons.progress, stderr) != NSYM_OK) return command_failed();
    muons.stop = interrupt_asked;
    interrupt_catch();
    nsym_status done = nsym_muons_write(&muons, path);
    nsym_progress_free(muons.progress);
    if (done != NSYM_OK) return command_failed();
    fprintf(stderr, "%s: %zu events\n", path, muons.events);
    return 0;
}

static int run_muons(int argc, char **argv) {
    nsym_muons_options muons = nsym_muons_defaults();
    const char *level = "cells", *out = NULL;
    muons.events = 10000;
    muons.activity.seed = 1;
    const option options[] = {
        {"events", 'n', OPTION_COUNT, &muons.events, "N", "number of events"},
        {"seed", 0, OPTION_SEED, &muons.activity.seed, "S", "seed of the random numbers"},
        {"output", 'o', OPTION_TEXT, &out, "FILE", "file to write; its ending sets the format"},
        {"level", 0, OPTION_TEXT, &level, "LEVEL",
         "what to write: cells (of a calorimeter) or particles (at the vertex)"},
        {"threshold", 0, OPTION_NUMBER, &muons.threshold_gev, "GEV", "for level cells: minimum transverse energy"},
        {"signal", 0, OPTION_NUMBER, &muons.signal, "FRACTION", "fraction of events with a prompt muon"},
        {"pile-up", 0, OPTION_NUMBER, &muons.activity.pile_up, "MU", "mean number of pile-up interactions"},
        {"jobs", 'j', OPTION_COUNT, &muons.workers, "N", "number of threads; 0: one per CPU"},
    };
    const option_table table = {
        "nearsym data simulate muons [--events N] [--seed S] [--level LEVEL] [--threshold GEV] [--signal FRACTION]\n"
        "                                   [--pile-up MU] -o FILE",
        "Makes toy muons with the particles around them: prompt muons among pile-up, and muons of heavy flavour with a "
        "jet.",
        sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words > 0) return options_wrong(&table, "\"%s\" is no option", argv[0]);
    bool cells = strcmp(level, "cells") == 0;
    if (!cells && strcmp(level, "particles") != 0)
        return options_wrong(&table, "--level is \"%s\", must be cells or particles", level);
    if (!cells && muons.threshold_gev != 0)
        return options_wrong(&table, "--threshold is %g, but level particles has no cells", muons.threshold_gev);
    if (!out) return options_wrong(&table, "no output is given: -o FILE");
    muons.level = cells ? NSYM_MUONS_CELLS : NSYM_MUONS_PARTICLES;
    return write_muons(&muons, out);
}

static int write_muon_pairs(const nsym_muon_pairs_options *given, const char *path) {
    nsym_muon_pairs_options pairs = *given;
    if (nsym_progress_new(&pairs.progress, stderr) != NSYM_OK) return command_failed();
    pairs.stop = interrupt_asked;
    interrupt_catch();
    nsym_status done = nsym_muon_pairs_write(&pairs, path);
    nsym_progress_free(pairs.progress);
    if (done != NSYM_OK) return command_failed();
    fprintf(stderr, "%s: %zu events\n", path, pairs.events);
    return 0;
}

static int run_muon_pairs(int argc, char **argv) {
    nsym_muon_pairs_options pairs = nsym_muon_pairs_defaults();
    const char *out = NULL;
    pairs.events = 10000;
    pairs.activity.seed = 1;
    const option options[] = {
        {"events", 'n', OPTION_COUNT, &pairs.events, "N", "number of events"},
        {"seed", 0, OPTION_SEED, &pairs.activity.seed, "S", "seed of the random numbers"},
        {"output", 'o', OPTION_TEXT, &out, "FILE", "file to write; its ending sets the format"},
        {"signal", 0, OPTION_NUMBER, &pairs.signal, "FRACTION", "fraction of events with prompt muons"},
        {"same-sign", 0, OPTION_NUMBER, &pairs.same_sign, "FRACTION",
         "fraction of the other events whose muons have equal charges"},
        {"pile-up", 0, OPTION_NUMBER, &pairs.activity.pile_up, "MU", "mean number of pile-up interactions"},
        {"stray", 0, OPTION_NUMBER, &pairs.stray, "FRACTION",
         "fraction of pile-up interactions without a vertex of their own"},
        {"mass", 0, OPTION_NUMBER, &pairs.mass_gev, "GEV", "prompt pairs: centre of the Voigt profile of the mass"},
        {"sigma", 0, OPTION_NUMBER, &pairs.sigma_gev, "GEV", "prompt pairs: Gaussian width of the profile"},
        {"gamma", 0, OPTION_NUMBER, &pairs.gamma_gev, "GEV", "prompt pairs: Lorentzian half width at half maximum"},
        {"tau", 0, OPTION_NUMBER, &pairs.tau_gev, "GEV", "other pairs: the mass falls as e^(-m/tau)"},
        {"mass-min", 0, OPTION_NUMBER, &pairs.mass_min_gev, "GEV", "minimum mass"},
        {"mass-max", 0, OPTION_NUMBER, &pairs.mass_max_gev, "GEV", "maximum mass"},
        {"core-share", 0, OPTION_NUMBER, &pairs.jet.share, "X", "jet: mean pT of the core divided by that of the muon"},
        {"core-shape", 0, OPTION_NUMBER, &pairs.jet.shape, "A", "jet: shape of the gamma distribution of that pT"},
        {"core-kt", 0, OPTION_NUMBER, &pairs.jet.kt_gev, "GEV",
         "jet: momentum of core and muon transverse to their sum"},
        {"core-hadrons", 0, OPTION_NUMBER, &pairs.jet.hadrons, "N",
         "jet: the core has 1 + Poisson(N ln(1 + pT/scale)) hadrons"},
        {"core-scale", 0, OPTION_NUMBER, &pairs.jet.scale_gev, "GEV", "jet: scale of that number of hadrons"},
        {"core-spread", 0, OPTION_NUMBER, &pairs.jet.spread_gev, "GEV",
         "jet: momentum of a hadron transverse to the core"},
        {"tail", 0, OPTION_NUMBER, &pairs.jet.tail, "N", "jet: mean number of wide fragments"},
        {"tail-scale", 0, OPTION_NUMBER, &pairs.jet.tail_gev, "GEV", "jet: scale of the fragments' pT spectrum"},
        {"tail-power", 0, OPTION_NUMBER, &pairs.jet.tail_power, "P",
         "jet: that spectrum falls as (1 + pT/scale)^-(P + 1)"},
        {"tail-width", 0, OPTION_NUMBER, &pairs.jet.tail_width, "ANGLE",
         "jet: spread of the fragments in each coordinate"},
        {"jet-charged", 0, OPTION_NUMBER, &pairs.jet.charged, "FRACTION", "jet: fraction of charged hadrons"},
        {"jet-pions", 0, OPTION_NUMBER, &pairs.jet.pions, "FRACTION",
         "jet: fraction of neutral pions, two photons each"},
        {"jet-leptons", 0, OPTION_NUMBER, &pairs.jet.leptons, "FRACTION",
         "jet: fraction of electrons; the rest are neutral hadrons"},
        {"jobs", 'j', OPTION_COUNT, &pairs.workers, "N", "number of threads; 0: one per CPU"},
    };
    const option_table table = {
        "nearsym data simulate muon_pairs [--events N] [--seed S] [--signal FRACTION] [OPTIONS] -o FILE",
        "Makes toy pairs of muons, prompt ones from a Z and others, with the particles around the first muon.",
        sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words > 0) return options_wrong(&table, "\"%s\" is no option", argv[0]);
    if (!out) return options_wrong(&table, "no output is given: -o FILE");
    return write_muon_pairs(&pairs, out);
}

int simulate(int argc, char **argv) {
    static const option_action actions[] = {
        {"dimuon", run_dimuon}, {"muon_pairs", run_muon_pairs}, {"muons", run_muons}, {"showers", run_showers}};
    static const option_table table = {
        "nearsym data simulate dimuon|muon_pairs|muons|showers [OPTIONS]",
        "dimuon      q qbar -> Z or photon -> mu+ mu- at the LHC\nmuon_pairs  prompt and non-prompt muon pairs, for a "
        "mass spectrum without labels\nmuons       prompt and non-prompt muons with the particles around them\nshowers "
        "    a toy calorimeter whose cells break the symmetry under rotations\nEach has its own --help.",
        0, NULL};
    if (argc > 1 && strcmp(argv[1], "mixture") == 0) return options_wrong(&table, "'mixture' is now 'muon_pairs'");
    return options_choose(&table, actions, sizeof actions / sizeof *actions, argc, argv);
}
