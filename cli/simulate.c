/* nearsym data simulate dimuon | muon_pairs | muons | showers: the built-in generators. */
#include "simulate.h"

#include "cells.h"
#include "commands.h"
#include "interrupt.h"
#include "options.h"

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

static int run_dimuon(int argc, char **argv) {
    nsym_dimuon_options dimuon = nsym_dimuon_defaults(NSYM_DIMUON_Z);
    const char *process = "z", *out = NULL;
    dimuon.events = 10000;
    dimuon.seed = 1;
    const option options[] = {
        {"process", 0, OPTION_TEXT, &process, "z|photon", "q qbar -> Z or photon -> mu+ mu-"},
        {"events", 'n', OPTION_COUNT, &dimuon.events, "N", "events"},
        {"seed", 0, OPTION_SEED, &dimuon.seed, "S", "seed of the random numbers"},
        {"output", 'o', OPTION_TEXT, &out, "FILE", "where to write; the ending tells the format"},
        {"beam-energy", 0, OPTION_NUMBER, &dimuon.beam_energy_gev, "GEV", "energy of each beam"},
        {"mass-min", 0, OPTION_NUMBER, &dimuon.mass_min_gev, "GEV", "least mass of the pair"},
        {"pt-min", 0, OPTION_NUMBER, &dimuon.pt_min_gev, "GEV", "least transverse momentum of a muon"},
        {"eta-max", 0, OPTION_NUMBER, &dimuon.eta_max, "ETA", "largest |pseudorapidity| of a muon"},
        {"delta-r-min", 0, OPTION_NUMBER, &dimuon.delta_r_min, "DR", "least distance of the muons"},
    };
    const option_table table = {"nearsym data simulate dimuon --process z|photon [--events N] [--seed S] -o FILE",
                                "Unweighted leading-order dimuon events in proton collisions.",
                                sizeof options / sizeof *options, options};
    int words, status = options_parse(&table, argc, argv, &words);
    if (status != OPTIONS_GO_ON) return status;
    if (words > 0) return options_wrong(&table, "\"%s\" is no option", argv[0]);
    if (!out) return options_wrong(&table, "no output is given: -o FILE");
    if (strcmp(process, "z") != 0 && strcmp(process, "photon") != 0)
        return options_wrong(&table, "--process is \"%s\", must be z or photon", process);
    dimuon.process = *process == 'z' ? NSYM_DIMUON_Z : NSYM_DIMUON_PHOTON;
    nsym_events *events;
    if (nsym_dimuon_generate(&events, &dimuon) != NSYM_OK) return command_failed();
    status = write_sample(events, out);
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
        {"events", 'n', OPTION_COUNT, &showers.events, "N", "events, half of them signal; a copy is no event"},
        {"seed", 0, OPTION_SEED, &showers.shower.seed, "S", "seed of the random numbers"},
        {"output", 'o', OPTION_TEXT, &text.out, "FILE", "where to write; the ending tells the format"},
        {"level", 0, OPTION_TEXT, &text.level, "LEVEL", "deposits, points (spread out) or cells (of a calorimeter)"},
        {"angles", 0, OPTION_TEXT, &text.angles, "A,...", "a copy of each event at each angle, degrees"},
        {"grid", 0, OPTION_TEXT, &text.grid, "NXxNY", "of level cells: equal cells of [-1, 1] in x and y"},
        {"deposits", 0, OPTION_COUNT, &showers.shower.deposits, "N", "deposits of an event"},
        {"noise", 0, OPTION_COUNT, &showers.shower.noise, "N", "of a signal event's, not around the core"},
        {"core", 0, OPTION_TEXT, &text.core, "hardest|any", "which deposit is the core"},
        {"variance", 0, OPTION_NUMBER, &showers.shower.variance, "V", "of each coordinate around the core"},
        {"points", 0, OPTION_COUNT, &showers.shower.points, "N", "points that a deposit is spread over"},
        {"spread", 0, OPTION_NUMBER, &showers.shower.spread, "SIGMA", "of each coordinate around the deposit"},
        {"pairing", 0, OPTION_TEXT, &text.pairing, "HOW",
         "paired: a point has a share of its deposit; tiled: as published"},
        {"jobs", 'j', OPTION_COUNT, &showers.workers, "N", "threads; 0: one per CPU"},
    };
    const option_table table = {
        "nearsym data simulate showers [--events N] [--seed S] [--level LEVEL] [--angles A,...] -o FILE",
        "Events of a toy calorimeter (arXiv:2311.05952): deposits on the unit disk, uniform or around a core.",
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
        {"events", 'n', OPTION_COUNT, &muons.events, "N", "events"},
        {"seed", 0, OPTION_SEED, &muons.activity.seed, "S", "seed of the random numbers"},
        {"output", 'o', OPTION_TEXT, &out, "FILE", "where to write; the ending tells the format"},
        {"level", 0, OPTION_TEXT, &level, "LEVEL", "cells (of a calorimeter) or particles (at the vertex)"},
        {"threshold", 0, OPTION_NUMBER, &muons.threshold_gev, "GEV", "of level cells: least transverse energy"},
        {"signal", 0, OPTION_NUMBER, &muons.signal, "FRACTION", "of the events, how many have a prompt muon"},
        {"pile-up", 0, OPTION_NUMBER, &muons.activity.pile_up, "MU", "mean number of further interactions"},
        {"jobs", 'j', OPTION_COUNT, &muons.workers, "N", "threads; 0: one per CPU"},
    };
    const option_table table = {
        "nearsym data simulate muons [--events N] [--seed S] [--level LEVEL] [--threshold GEV] [--signal FRACTION]\n"
        "                                   [--pile-up MU] -o FILE",
        "Muons and what lies around them: prompt ones among pile-up, and those of heavy flavour with a jet. A toy.",
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
        {"events", 'n', OPTION_COUNT, &pairs.events, "N", "events"},
        {"seed", 0, OPTION_SEED, &pairs.activity.seed, "S", "seed of the random numbers"},
        {"output", 'o', OPTION_TEXT, &out, "FILE", "where to write; the ending tells the format"},
        {"signal", 0, OPTION_NUMBER, &pairs.signal, "FRACTION", "of the events, how many have prompt muons"},
        {"same-sign", 0, OPTION_NUMBER, &pairs.same_sign, "FRACTION", "of the others, how many have equal charges"},
        {"pile-up", 0, OPTION_NUMBER, &pairs.activity.pile_up, "MU", "mean number of further interactions"},
        {"stray", 0, OPTION_NUMBER, &pairs.stray, "FRACTION", "of these, how many have no vertex of their own"},
        {"mass", 0, OPTION_NUMBER, &pairs.mass_gev, "GEV", "centre of the prompt pairs' Voigt profile"},
        {"sigma", 0, OPTION_NUMBER, &pairs.sigma_gev, "GEV", "its Gaussian width"},
        {"gamma", 0, OPTION_NUMBER, &pairs.gamma_gev, "GEV", "its Lorentzian half width at half maximum"},
        {"tau", 0, OPTION_NUMBER, &pairs.tau_gev, "GEV", "of the others: mass ~ e^(-m/tau)"},
        {"mass-min", 0, OPTION_NUMBER, &pairs.mass_min_gev, "GEV", "least mass"},
        {"mass-max", 0, OPTION_NUMBER, &pairs.mass_max_gev, "GEV", "largest mass"},
        {"core-share", 0, OPTION_NUMBER, &pairs.jet.share, "X", "a jet's core over its muon, mean pT"},
        {"core-shape", 0, OPTION_NUMBER, &pairs.jet.shape, "A", "of that pT's gamma distribution"},
        {"core-kt", 0, OPTION_NUMBER, &pairs.jet.kt_gev, "GEV", "momentum of core and muon across their sum"},
        {"core-hadrons", 0, OPTION_NUMBER, &pairs.jet.hadrons, "N", "1 + Poisson(N ln(1 + pT/scale)) are in a core"},
        {"core-scale", 0, OPTION_NUMBER, &pairs.jet.scale_gev, "GEV", "that scale"},
        {"core-spread", 0, OPTION_NUMBER, &pairs.jet.spread_gev, "GEV", "momentum of a hadron across the core"},
        {"tail", 0, OPTION_NUMBER, &pairs.jet.tail, "N", "a jet's wide fragments, mean number"},
        {"tail-scale", 0, OPTION_NUMBER, &pairs.jet.tail_gev, "GEV", "their spectrum falls over this"},
        {"tail-power", 0, OPTION_NUMBER, &pairs.jet.tail_power, "P", "as (1 + pT/scale)^-(P + 1)"},
        {"tail-width", 0, OPTION_NUMBER, &pairs.jet.tail_width, "ANGLE", "their spread, each coordinate"},
        {"jet-charged", 0, OPTION_NUMBER, &pairs.jet.charged, "FRACTION", "a jet's charged hadrons"},
        {"jet-pions", 0, OPTION_NUMBER, &pairs.jet.pions, "FRACTION", "its neutral pions, two photons each"},
        {"jet-leptons", 0, OPTION_NUMBER, &pairs.jet.leptons, "FRACTION", "its electrons; the rest is neutral"},
        {"jobs", 'j', OPTION_COUNT, &pairs.workers, "N", "threads; 0: one per CPU"},
    };
    const option_table table = {
        "nearsym data simulate muon_pairs [--events N] [--seed S] [--signal FRACTION] [OPTIONS] -o FILE",
        "Pairs of muons, prompt ones of a Z and others, with what lies around the first muon. A toy.",
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
    static const option_table table = {"nearsym data simulate dimuon|muon_pairs|muons|showers [OPTIONS]",
                                       "dimuon      q qbar -> Z or photon -> mu+ mu- at the LHC\n"
                                       "muon_pairs  prompt and non-prompt pairs over their mass, without labels\n"
                                       "muons       prompt and non-prompt muons with what lies around them\n"
                                       "showers     a toy calorimeter, whose cells break rotations\n"
                                       "Each has its own --help.",
                                       0, NULL};
    if (argc > 1 && strcmp(argv[1], "mixture") == 0) return options_wrong(&table, "'mixture' is now 'muon_pairs'");
    return options_choose(&table, actions, sizeof actions / sizeof *actions, argc, argv);
}
