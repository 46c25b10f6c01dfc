/* The masses of an sPlot as its files share them: the fit of all, those of the bootstraps, and room to work in. */
#ifndef NSYM_STATS_SPLOT_FITS_H
#define NSYM_STATS_SPLOT_FITS_H

#include "base/arena.h"
#include "stats/splot.h"

struct nsym_splot_fits {
    nsym_splot_options options;
    size_t events;          /* that were given */
    nsym_mass_selection in; /* those in the window, by rising mass */
    double scale;           /* what an event is worth: sum w^2 / sum w */
    nsym_mass_fit fit;
    bool tests;               /* a likelihood fit for the test of independence is there: */
    nsym_mass_fit likelihood; /* the fit itself where that is one */
    nsym_mass_options test;   /* the options of that fit */
    nsym_mass_fit *bootstrap; /* (options.bootstraps) */
    bool *failed;             /* (options.bootstraps): that fit did */
};

/* Fills `out` but for the bootstraps; free it with nsym_splot_fits_release whatever the status. out->fit is told how
   many events it saw even where it fails. Then nsym_splot_fits_repeat fits the bootstraps. */
nsym_status nsym_splot_fits_begin(nsym_splot_fits *out, const nsym_splot_options *options, const double *masses,
                                  const double *weights, size_t n) NSYM_MUST_CHECK;
nsym_status nsym_splot_fits_repeat(nsym_splot_fits *fits) NSYM_MUST_CHECK;
void nsym_splot_fits_release(nsym_splot_fits *fits);

/* Warns, beside a published fit, that no score is tested; the message says why. Errors: NSYM_ENOMEM is passed on. */
nsym_status nsym_splot_untested(nsym_mass_fit *fit, nsym_status status) NSYM_MUST_CHECK;

/* How often bootstrap `index` draws each event, into counts (in.n). */
void nsym_splot_draw(double *counts, const nsym_splot_fits *fits, size_t index);

/* Room for a sample of the events and its curves. */
typedef struct nsym_splot_room {
    nsym_arena *arena;
    double *mass, *score;      /* (n): the events of the sample */
    double *count, *weight_of; /* (n): how often each was drawn; times its weight: count itself without weights */
    double *signal, *background, *pair; /* (n), (n), (n, 2) densities or probabilities */
    double *weight, *expanded;          /* (n, 2), (n): sWeights */
    size_t *order, *to;                 /* (n) by falling score; where an event went */
    size_t n;                           /* how many count */
} nsym_splot_room;

nsym_status nsym_splot_room_new(nsym_splot_room *out, const nsym_splot_fits *fits) NSYM_MUST_CHECK;
void nsym_splot_room_free(nsym_splot_room *room);

/* Puts the events in that counts (in.n) says were drawn at all, masses still rising. */
void nsym_splot_fill(nsym_splot_room *room, const nsym_splot_fits *fits, const double *counts);

#endif
