/* How much of a mass spectrum is signal, and how well a score tells it, without a label: muon pairs near the Z's mass.
   cc splot.c $(pkg-config --cflags --libs nearsym) -o splot && ./splot */
#include <nearsym/nearsym.h>
#include <stdio.h>

int main(void) {
    nsym_muon_pairs_options pairs = nsym_muon_pairs_defaults();
    nsym_splot_options options = nsym_splot_defaults(NSYM_MASS_LIKELIHOOD, 70, 110);
    nsym_splot_result result;
    nsym_splot_score score;
    nsym_events *events;
    pairs.signal = 0.7;
    options.bootstraps = 20;
    if (nsym_muon_pairs_generate(&events, &pairs, 0, 20000) != NSYM_OK)
        return fprintf(stderr, "%s\n", nsym_message()), 1;
    const double *mass = nsym_events_column(events, "mass")->values, *pt = nsym_events_column(events, "mu_pt")->values;
    if (nsym_splot_run(&result, &score, NULL, &options, mass, NULL, pt, events->count, 1) != NSYM_OK)
        return fprintf(stderr, "%s\n", nsym_message()), 1;
    printf("signal %.0f of %zu pairs\n", result.fit.signal, events->count);
    printf("AUC of the muon's pt: %.3f +- %.3f\n", score.value.auc, score.bootstrap.auc);
    nsym_events_free(events);
}
