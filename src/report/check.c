/* Which results lie outside their references' tolerances. */
#include "base/fail.h"
#include "report/results.h"
#include <math.h>
#include <nearsym/report.h>
#include <stdlib.h>

static void write_row(const nsym_result *row, FILE *out) {
    const char *side = !row->better ? "" : row->mean > row->reference ? " (above it)" : " (below it)";
    fprintf(out, "%s is %.6g%s, published %.6g, tolerance %g:", row->metric, row->mean, side, row->reference,
            row->tolerance);
    for (size_t i = 0; i < row->place.count; i++)
        fprintf(out, "%s %s %s", i ? "," : "", row->place.name[i], row->place.value[i]);
    fputc('\n', out);
}

static void check(const nsym_results *results, nsym_report_checked *checked, FILE *out) {
    *checked = (nsym_report_checked){0};
    for (size_t i = 0; i < results->count; i++) {
        const nsym_result *row = &results->result[i];
        if (!isfinite(row->tolerance)) continue;
        checked->results++;
        checked->outside += !row->within;
        checked->better += row->better;
        if (!row->within || row->better) write_row(row, out);
    }
}

nsym_status nsym_report_check(nsym_report_checked *checked, char **text, const char *folder) {
    nsym_results *results;
    size_t size;
    NSYM_TRY(nsym_results_read(&results, folder));
    FILE *out = open_memstream(text, &size);
    if (out) check(results, checked, out);
    nsym_results_free(results);
    return out && fclose(out) == 0 ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the check");
}
