/* Columns that number events: by them two files are known to be of the same ones. */
#ifndef NSYM_DATA_IDS_H
#define NSYM_DATA_IDS_H

#include <nearsym/events.h>

/* Their usual names, a list for nsym_events_read_columns. */
#define NSYM_IDS                                                                                                       \
    "event,event_id,eventid,eventId,event_number,eventNumber,EventNumber,evt,id,run,run_number,runNumber,lumi,"        \
    "lumi_block,lumiBlock,luminosityBlock"

/* New sample of those columns of the events, of one value each; NULL where there are none. */
NSYM_MUST_CHECK nsym_status nsym_ids_new(nsym_events **out, const nsym_events *events);

/* Errors: a row has another number in a column that both samples of as many events have; with the row, from 1. NULL
   samples have none. */
NSYM_MUST_CHECK nsym_status nsym_ids_same(const nsym_events *a, const char *a_path, const nsym_events *b,
                                          const char *b_path);

#endif
