/* Where a report's numbers come from, and how to make them again. */
#ifndef NSYM_REPORT_ORIGIN_H
#define NSYM_REPORT_ORIGIN_H

#include "report/html.h"

/* The command that runs the study again, and in short what was run, when, how long. */
void nsym_origin_write(const nsym_report *report, FILE *html);

/* The files with their checksums, what was set on the command line and the whole card as it was run, folded in. */
void nsym_origin_write_card(const nsym_report *report, FILE *html);

#endif
