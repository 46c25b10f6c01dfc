/* The paper's curves in a figure. */
#ifndef NSYM_REPORT_PUBLISHED_H
#define NSYM_REPORT_PUBLISHED_H

#include "report/figure.h"
#include <stdbool.h>

/* The paper's entry in a legend, after others. */
#define NSYM_PUBLISHED_LEGEND ", \\\n       NaN with points lc rgb '#444444' pt 6 ps 0.9 lw 1.4 title 'paper'"

/* Is a published curve this figure's, and the one at a place of it? Every condition of its `where` must be a coordinate
   of the place, of that value. */
bool nsym_published_at(const nsym_figure *figure, const nsym_published_curve *curve, const nsym_place *place);

#endif
