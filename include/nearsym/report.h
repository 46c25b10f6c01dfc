/* A study's output folder as tables, figures and one page. */
#ifndef NEARSYM_REPORT_H
#define NEARSYM_REPORT_H

#include <nearsym/massfit.h>
#include <nearsym/status.h>
#include <nearsym/symmetry.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes FOLDER/tables/NAME.{csv,md}, FOLDER/figures/NAME.{csv,gp,svg,pdf} and FOLDER/report.html, a page that needs no
   other file, from FOLDER/study.resolved.yaml (its `text`, `tables` and `figures`) and FOLDER/results.json with the
   event files that it lists; or, where that is there, from FOLDER/results.partial.json (nsym_study_partial). What the
   study has not (yet) is left out, and the page says so; so is a drawing where gnuplot is not installed. Errors: no
   such folder or files, a damaged results.json, a mistake in the card, a folder that cannot be written. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_write(const char *folder);

/* The same, and says what could not be drawn: *missing is NULL, or has a line for each such table and figure with the
   metric, coordinate or value that does not exist; new, free with free. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_draw(char **missing, const char *folder);

/* All tables of the card as UTF-8 text for a terminal, our values above the paper's and the pull; new, free with free.
   "" where the card has no tables. Errors as nsym_report_write. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_table_text(char **text, const char *folder);

/* A page that lists the installed studies, what each shows and how it is run: new, free with free. Errors: no folder of
   studies; a card that cannot be read. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_studies(char **html);

/* Results whose reference has a tolerance. */
typedef struct nsym_report_checked {
    size_t results;
    size_t outside; /* further from the reference than the tolerance */
    size_t better;  /* as far, but on the side that the reference calls better */
} nsym_report_checked;

/* Compares FOLDER/results.json with its references; in *text a line for each result that is outside or better, new,
   free with free. Errors: no such file, or a damaged one. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_check(nsym_report_checked *checked, char **text, const char *folder);

/* Two output folders side by side, new text (free with free): for every number that both have at the same coordinates
   (of `metric`, or all where it is NULL) both values, their difference and its error, the errors of both in quadrature;
   then what only one of them has. Errors: as nsym_report_check; no number in common. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_compare(char **text, const char *folder, const char *other,
                                                         const char *metric);

/* Draws a mass fit over the masses (n) and weights (n, or NULL) that it was made of, with its two parts and the pulls
   below: PATH ends in .svg or .pdf, and beside it stand the other one, a .csv of the numbers and the .gp script of the
   same name. `bins` equal ones in the window; 0: 40. *note is NULL, or says (new, free with free) why there is no
   drawing. Errors: another ending; a folder that cannot be written. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_mass_fit(char **note, const char *path, const nsym_mass_fit *fit,
                                                          const double *masses, const double *weights, size_t n,
                                                          size_t bins);

/* Writes what nsym_symmetry_of_... found into a folder, made where it is missing: symmetry.csv, and of a network
   network-auc and network-relative-error, each as .csv, .gp, .svg and .pdf, against the size of the transformation.
   *note is NULL, or says (new, free with free) why there is no drawing. Errors: a folder that cannot be written. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_symmetry(char **note, const char *folder,
                                                          const nsym_symmetry_result *result);

/* Which method pays, in words, of an output folder whose study nsym_symmetry_write_methods wrote: new (free with free).
   `result` (or NULL) adds what the detector says about copies after it. Errors: no such results. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_methods(char **text, const char *folder,
                                                         const nsym_symmetry_result *result);

#ifdef __cplusplus
}
#endif
#endif
