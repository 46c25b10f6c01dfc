/* A result as words and tables. */
#define _GNU_SOURCE /* open_memstream */
#include <nearsym/symmetry.h>

#include "base/fail.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HINT 2. /* standard deviations */
#define BROKEN 3.
#define PLAIN 100.
#define ONE_SIDED_95 1.645

const char *nsym_symmetry_question_name(nsym_symmetry_question question) {
    static const char *const names[] = {"sample, before the detector", "sample, as measured", "detector commutes",
                                        "noise floor"};
    return question < NSYM_SYMMETRY_QUESTIONS ? names[question] : "";
}

void nsym_symmetry_verdict(char *text, nsym_symmetry_question question, const nsym_distinguished *answer) {
    double sigma = answer->auc_error > 0 ? (answer->auc - 0.5) / answer->auc_error : 0;
    const char *whole = question == NSYM_SYMMETRY_COMMUTATOR ? "commutes" : "symmetric";
    if (answer->same)
        snprintf(text, NSYM_SYMMETRY_TEXT, "%s exactly: both are the same in every event", whole);
    else if (question == NSYM_SYMMETRY_FLOOR)
        snprintf(text, NSYM_SYMMETRY_TEXT,
                 fabs(sigma) > BROKEN ? "%.1f sigma from 0.5: distrust the lines above" : "as it should be", sigma);
    else if (sigma > PLAIN)
        snprintf(text, NSYM_SYMMETRY_TEXT, "broken: more than %g sigma", PLAIN);
    else if (sigma > BROKEN)
        snprintf(text, NSYM_SYMMETRY_TEXT, "broken: %.1f sigma", sigma);
    else if (sigma > HINT)
        snprintf(text, NSYM_SYMMETRY_TEXT, "perhaps broken: %.1f sigma; take more events", sigma);
    else
        snprintf(text, NSYM_SYMMETRY_TEXT, "%s as far as %zu events can tell: AUC below %.4f (95 %%)", whole,
                 answer->events, fmax(answer->auc, 0.5) + ONE_SIDED_95 * answer->auc_error);
}

static void print_answers(FILE *out, const nsym_symmetry_result *r) {
    char verdict[NSYM_SYMMETRY_TEXT];
    fprintf(out, "\n%-29s %-17s %-10s %-19s\n", "", "AUC", "accuracy", "Q");
    for (size_t k = 0; k < NSYM_SYMMETRY_QUESTIONS; k++) {
        const nsym_distinguished *a = &r->answer[k];
        if (!r->asked[k]) continue;
        nsym_symmetry_verdict(verdict, (nsym_symmetry_question)k, a);
        fprintf(out, "%-29s %.4f ± %.4f   %.4f     %7.4f ± %.4f   %s\n",
                nsym_symmetry_question_name((nsym_symmetry_question)k), a->auc, a->auc_error, a->accuracy, a->q,
                a->q_error, verdict);
    }
}

static void print_network(FILE *out, const nsym_symmetry_result *r) {
    const nsym_network_invariance *n = &r->network;
    bool boost = strcmp(r->unit, "rapidity") == 0;
    fprintf(out, "\nnetwork, %zu events\n", n->events);
    fprintf(out, "  spread of the output        %.3g ± %.1g\n", n->spread, n->spread_error);
    if (isfinite(n->local))
        fprintf(out, "  local error                 %.3g ± %.1g per %s\n", n->local, n->local_error,
                boost ? "unit of rapidity" : "radian");
    fprintf(out, "  %-9s %-17s %-32s %s\n", boost ? "beta" : r->unit, "AUC", "relative error (16 % to 84 %)",
            "decisions that stay");
    for (size_t k = 0; k < n->sizes; k++) {
        const nsym_invariance_at *at = &n->at[k];
        char auc[32] = "-";
        if (isfinite(at->auc)) snprintf(auc, sizeof auc, "%.4f ± %.4f", at->auc, at->auc_error);
        fprintf(out, "  %-9.4g %-*s %8.2e (%8.2e to %8.2e)  %.4f\n", boost ? tanh(at->size) : at->size,
                isfinite(at->auc) ? 18 : 17, auc, at->relative, at->relative_low, at->relative_high, at->agreement);
    }
}

nsym_status nsym_symmetry_text(char **text, const nsym_symmetry_result *r) {
    size_t size;
    char reach[64] = "all values of the period";
    bool mirror = strcmp(r->transform, "reflect") == 0, listed = strcmp(r->transform, "matrices") == 0;
    FILE *out = open_memstream(text, &size);
    if (!out) return nsym_fail(NSYM_ENOMEM, "no memory for a text");
    if (r->range > 0) snprintf(reach, sizeof reach, "%s from %g to %g", r->unit, -r->range, r->range);
    if (mirror || listed) snprintf(reach, sizeof reach, "%s", mirror ? "y changes sign" : "one of the card's list");
    fprintf(out, "%-15s %s\n", "sample", r->sample);
    if (r->detector[0]) fprintf(out, "%-15s %s\n", "detector", r->detector);
    fprintf(out, "%-15s %s, %s\n", "transformation", r->transform, reach);
    print_answers(out, r);
    if (r->network.events) print_network(out, r);
    if (!r->detector[0])
        fputs("\nNo detector is known, so only the sample and the network are tested. Give a card to test its detector "
              "too.\n",
              out);
    if (r->note[0]) fprintf(out, "\n%s", r->note);
    if (fclose(out) == 0) return NSYM_OK;
    free(*text);
    *text = NULL;
    return nsym_fail(NSYM_ENOMEM, "no memory for a text");
}
