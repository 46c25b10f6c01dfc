/* Tables of the events that rivals need to match one method. */
#ifndef NSYM_REPORT_MATCH_H
#define NSYM_REPORT_MATCH_H

#include "report/table.h"
#include <nearsym/matching.h>

/* What stands in a cell in place of its result. */
struct nsym_match_cell {
    bool is; /* false: of the method that is matched, whose own result stays, or not known */
    nsym_match match;
};

/* Reads the entry's `match`, such as {approach: hybrid}: the rows that differ from that one in this coordinate alone
   are its rivals, and get, in every column, the number of events with which they reach its value there. The last
   coordinate of the columns is the number of events. Nothing is done where the entry has none. Errors: what is wrong
   with the card; NSYM_ENOTFOUND: no row is the one that is named. */
nsym_status nsym_table_match(nsym_table *table, nsym_arena *arena, nsym_reader reader) NSYM_MUST_CHECK;

/* "5200 (4600 to 5900)", "> 10000", "< 100", and "≳ 10000", "≲ 100" where they are level within two errors. */
void nsym_match_text(const nsym_match *match, char *text, size_t size);

/* The line below such a table; "" below others. */
void nsym_match_below(const nsym_table *table, char *text, size_t size);

/* One line per cell: coordinates, metric, "within", "fewer" or "more", events, low, high. */
void nsym_match_csv(const nsym_table *table, FILE *csv);

#endif
