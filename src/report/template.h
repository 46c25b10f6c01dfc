/* Numbers of the results in a text: what the card's prose says is computed. */
#ifndef NSYM_REPORT_TEMPLATE_H
#define NSYM_REPORT_TEMPLATE_H

#include "report/html.h"

/* The text with every ${...} replaced, from the arena; a dash where the study has no such result, or several.

     ${auc model=hybrid epoch=last}             0.776 ± 0.002; with error=NAME another part of the error

     ${auc model=hybrid minus model=general}    their difference, +0.016 ± 0.003

     ${auc model=hybrid against model=general}  "hybrid above general by 0.016 ± 0.003", or below, or "hybrid level with
                                                general within two errors (+0.001 ± 0.003)"

     ${auc order=model}                         all, the largest first: "hybrid 0.776 ± 0.002 > general 0.747 ± 0.003";
                                                ≈ stands where one is within two errors of the first of its group

   What stands behind `minus` and `against` replaces conditions before it. Where the results hold the difference itself,
   its error is that of pairs; else both errors are added in quadrature. Names are the card's `names`. Errors: words
   that are not name=value; a ${ without its }. */
nsym_status nsym_template_fill(const nsym_report *report, const char *text, const char **out) NSYM_MUST_CHECK;

#endif
