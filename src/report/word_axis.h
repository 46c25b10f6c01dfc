/* An axis whose values are names, such as models: they stand at 1, 2, 3, ... */
#ifndef NSYM_REPORT_WORD_AXIS_H
#define NSYM_REPORT_WORD_AXIS_H

#include "report/figure.h"

/* The values of coordinate x among the rows, which all have one, in the order in which they come, which is the grid's;
   none where all are numbers. */
nsym_status nsym_word_axis(nsym_texts *words, nsym_arena *arena, const nsym_result *const *rows, size_t n,
                           const char *x) NSYM_MUST_CHECK;

/* gnuplot's command for their tics, by the names that the card gives them; from the figure's arena, or NULL. */
const char *nsym_word_axis_tics(const nsym_figure *figure, const nsym_texts *words);

#endif
