/* The card's prose: paragraphs with numbers from the results in them. */
#ifndef NSYM_REPORT_TEXT_H
#define NSYM_REPORT_TEXT_H

#include "report/html.h"

/* The card's `text`: one text, a list of texts and of {heading, body, when}, or a map from headings to bodies; `when`
   shows an entry only where the study has results under these conditions. Errors: anything else. */
nsym_status nsym_text_write(const nsym_report *report, FILE *html) NSYM_MUST_CHECK;

/* Has the study a result under the entry's conditions `when`? Without any it applies. */
nsym_status nsym_text_applies(const nsym_report *report, const nsym_node *entry, bool *applies) NSYM_MUST_CHECK;

/* Paragraphs: a blank line ends one, and ${...} is what report/template.h says. */
nsym_status nsym_text_body(const nsym_report *report, const char *body, FILE *html) NSYM_MUST_CHECK;

#endif
