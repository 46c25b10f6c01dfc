/* A study's output folder as tables, figures and one page. */
#ifndef NEARSYM_REPORT_H
#define NEARSYM_REPORT_H

#include <nearsym/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes FOLDER/tables/NAME.{csv,md}, FOLDER/figures/NAME.{csv,gp,svg,pdf} and FOLDER/report.html, a page that needs no
   other file, from FOLDER/study.resolved.yaml (its `text`, `tables` and `figures`) and FOLDER/results.json with the
   event files that it lists. What the study has not (yet) is left out, and the page says so; so is a drawing where
   gnuplot is not installed. Errors: no such folder or files, a damaged results.json, a mistake in the card, a folder
   that cannot be written. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_write(const char *folder);

/* All tables of the card as UTF-8 text for a terminal, our values above the paper's and the pull; new, free with free.
   "" where the card has no tables. Errors as nsym_report_write. */
NSYM_API NSYM_MUST_CHECK nsym_status nsym_report_table_text(const char *folder, char **text);

#ifdef __cplusplus
}
#endif
#endif
