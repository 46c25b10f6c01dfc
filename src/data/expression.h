/* Expressions of a card over an event's columns and its particles' features: cuts, new columns, labels. They are
   muParser's, tamed. In them stand numbers, names (those that are no identifiers in backticks), + - * / ^ or **,
   comparisons, && || ! or `and`, `or`, `not`, A ? B : C, pi, and functions of a number such as log, sqrt, abs, cosh. A
   column is the same for all particles of its event. Over an event's particles go count(WHAT), sum(WHAT), min(WHAT) and
   max(WHAT), where WHAT speaks of one particle; count() is their number. An assignment (=), commas outside of functions
   and chains such as 0 < x < 1 are refused. */
#ifndef NSYM_DATA_EXPRESSION_H
#define NSYM_DATA_EXPRESSION_H

#include <nearsym/events.h>
#include <stdbool.h>

typedef struct nsym_expression nsym_expression;

/* New, for events whose columns and features it names (free with nsym_expression_free, NULL is fine); the events are
   borrowed. Errors: what muParser cannot read; a name that the events do not have, with the nearest that they have; a
   column of several values an event; particles where there are none. */
nsym_status nsym_expression_new(nsym_expression **out, const char *text, const nsym_events *events) NSYM_MUST_CHECK;
void nsym_expression_free(nsym_expression *expression);

/* Is its value that of a particle? Else that of an event. */
bool nsym_expression_per_particle(const nsym_expression *expression);

/* Its values: (particles), or (events); NaN and infinities as the arithmetic has them. Of an event without particles
   count and sum are 0, min and max NaN; so are sum, min and max where any value is NaN. */
nsym_status nsym_expression_values(double *values, const nsym_expression *expression) NSYM_MUST_CHECK;

/* New expression and its values, of events or of particles (free with free); both NULL after an error. */
nsym_status nsym_expression_evaluate(nsym_expression **out, double **values, const char *text,
                                     const nsym_events *events) NSYM_MUST_CHECK;

/* Is any value that it reads of an event NaN, be it the event's own or what a reduction made? */
bool nsym_expression_reads_nan(const nsym_expression *expression, size_t event);

#endif
