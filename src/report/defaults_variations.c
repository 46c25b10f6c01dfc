/* How far variations of the detector move the AUC: a table of methods against variations, and a figure. */
#include "base/fail.h"
#include "report/defaults.h"

static const char caption[] = "'AUC on the test events remade with the variation, minus the AUC on the original test "
                              "events. The networks are not "
                              "trained again. The error is that of the difference, computed event by event";

nsym_status nsym_default_variations_table(const nsym_default_place *p) {
    if (!nsym_default_has(p, "auc_shift") || !p->axes.count) return NSYM_OK;
    nsym_default_begin(p, "variations", "Shift of the AUC under variations of the detector");
    fputs("metric: auc_shift, columns: variation, rows: ", p->yaml);
    nsym_default_list(p->yaml, &p->axes);
    fprintf(p->yaml, ", caption: %s.', ", caption);
    nsym_default_end(p);
    return NSYM_OK;
}

nsym_status nsym_default_variations_figure(const nsym_default_place *p, const char *series) {
    if (!nsym_default_has(p, "auc_shift")) return NSYM_OK;
    nsym_default_begin(p, "variations", "Shift of the AUC under variations of the detector");
    fprintf(p->yaml, "kind: shifts, caption: %s. Bands: error of the AUC itself.', series: ", caption);
    nsym_default_quote(p->yaml, series);
    fputs(", ", p->yaml);
    NSYM_TRY(nsym_default_panels(p, series, 8));
    fputs("}},\n", p->yaml);
    return NSYM_OK;
}
