/* Text as HTML. */
#ifndef NSYM_REPORT_HTML_H
#define NSYM_REPORT_HTML_H

#include "report/figure.h"
#include "report/table.h"

typedef struct nsym_report {
    const nsym_tree *card;
    const nsym_results *results;
    nsym_arena *arena;
    size_t tables, figures;
    nsym_table *table;   /* (tables) */
    nsym_figure *figure; /* (figures) */
    const char *date, *versions;
} nsym_report;

/* The whole page. Errors: a `text` of the card that is no text. */
nsym_status nsym_html_page(const nsym_report *report, FILE *html) NSYM_MUST_CHECK;

/* The beginning of a page, up to its title; a header is left open. */
void nsym_html_begin(FILE *html, const char *title);

/* " <span class=CLASS>Fig. 4 of Nabat et al.</span>": where in its paper a table or figure stands, with brackets where
   `brackets`; nothing where `paper` is "". */
void nsym_html_paper(FILE *html, const nsym_tree *card, const char *paper, const char *class, bool brackets);

/* Escaped, so that it stands for itself between tags and in attributes. */
void nsym_html_text(FILE *html, const char *text);

/* Escaped, with *emphasis*, _{sub} and ^{super}. */
void nsym_html_markup(FILE *html, const char *text);

#endif
