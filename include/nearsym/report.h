/* Shows a study's output folder as tables, figures and one page. */
#ifndef NEARSYM_REPORT_H
#define NEARSYM_REPORT_H

#include <nearsym/massfit.h>
#include <nearsym/status.h>
#include <nearsym/symmetry.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes FOLDER/tables/NAME.{csv,md}, FOLDER/figures/NAME.{csv,gp,svg,pdf} and FOLDER/report.html, a page that needs no
   other file. It reads FOLDER/study.resolved.yaml (its `text`, `tables` and `figures`), FOLDER/results.json or, if it
   exists, FOLDER/results.partial.json (nsym_study_partial), and the event files that the results list. What the study
   does not have (yet) is left out, and the page says so. Without gnuplot the drawings are left out. Errors: no such
   folder or files; a damaged results.json; a mistake in the card; a folder that cannot be written. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_write(const char *folder);

/* The same, and reports what could not be drawn. *missing is NULL, or has one line for each such table and figure with
   the metric, coordinate or value that does not exist: new (free with free). */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_draw(char **missing, const char *folder);

/* All tables of the card as UTF-8 text for a terminal, with our values above the paper's, and the pull: new (free with
   free). "" if the card has no tables. Errors: as nsym_report_write. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_table_text(char **text, const char *folder);

/* An HTML page that lists the installed studies, what each shows and how to run it: new (free with free). Errors: no
   folder of studies; a card that cannot be read. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_studies(char **html);

/* Numbers of results whose reference has a tolerance. */
typedef struct nsym_report_checked {
    size_t results;
    size_t outside; /* farther from the reference than the tolerance */
    size_t better;  /* as far, but on the side that the reference calls better */
} nsym_report_checked;

/* Compares FOLDER/results.json with its references. *text has one line for each result that is outside or better: new
   (free with free). Errors: no such file; a damaged file. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_check(nsym_report_checked *checked, char **text, const char *folder);

/* Compares two output folders, as new text (free with free). For every number that both have at the same coordinates
   (of `metric`; NULL: of all metrics) it has both values, their difference, and the error of the difference: both
   errors in quadrature. Then follow the numbers that only one of them has. Errors: as nsym_report_check; no number in
   common. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_compare(char **text, const char *folder, const char *other,
                                                         const char *metric);

/* Draws a mass fit with its two parts over the masses (n) and weights (n, or NULL) that were fitted, and the pulls
   below. `path` ends in .svg or .pdf; the other of the two, a .csv of the numbers and the .gp script are written next
   to it under the same name. `bins`: equal bins in the window; 0: 40. *note is NULL, or says why there is no drawing:
   new (free with free). Errors: another ending; a folder that cannot be written. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_mass_fit(char **note, const char *path, const nsym_mass_fit *fit,
                                                          const double *masses, const double *weights, size_t n,
                                                          size_t bins);

/* Writes the result of nsym_symmetry_of_... to a folder, which is created if it is missing: symmetry.csv and, if a
   network was measured, network-auc and network-relative-error against the size of the transformation, each as .csv,
   .gp, .svg and .pdf. *note is NULL, or says why there is no drawing: new (free with free). Errors: a folder that
   cannot be written. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_symmetry(char **note, const char *folder,
                                                          const nsym_symmetry_result *result);

/* Says in words which method pays, from the output folder of a study that nsym_symmetry_write_methods wrote: new (free
   with free). `result` (or NULL) adds what the detector implies for copies made after it. Errors: no such results. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_methods(char **text, const char *folder,
                                                         const nsym_symmetry_result *result);

#ifdef __cplusplus
}
#endif
#endif
