/* The card's prose: paragraphs with numbers from the results in them. */
#ifndef NSYM_REPORT_TEXT_H
#define NSYM_REPORT_TEXT_H

#include "report/html.h"

/* The card's `text`: one text, a list of texts and of {heading, body}, or a map from headings to bodies. Errors:
   anything else. In a body a blank line ends a paragraph, and ${auc model=hybrid epoch=last} becomes "0.776 ± 0.002".
 */
nsym_status nsym_text_write(const nsym_report *report, FILE *html) NSYM_MUST_CHECK;

#endif
