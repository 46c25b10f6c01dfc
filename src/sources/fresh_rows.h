/* Copies that a network sees once: made anew from what a sample's events were made of (copies.fresh). */
#ifndef NSYM_SOURCES_FRESH_ROWS_H
#define NSYM_SOURCES_FRESH_ROWS_H

#include "sources/chain.h"
#include "sources/sample.h"
#include "train/fresh.h"

/* One training's way to make them; each has its own. */
typedef struct nsym_fresh_rows {
    nsym_fresh fresh; /* for nsym_training; the context is this */
    const nsym_data_card *card;
    const nsym_sample_origin *origin; /* borrowed */
    void *state;                      /* of a source that makes events; or NULL */
    nsym_chain chain;
    bool columns; /* the rows get columns, for networks that read some */
} nsym_fresh_rows;

/* For trainings on a sample of the card, of networks of a spec (NULL: of any). Close it whatever the status. */
nsym_status nsym_fresh_rows_open(nsym_fresh_rows *out, const nsym_sample_origin *origin, const nsym_data_card *card,
                                 const nsym_model_spec *spec) NSYM_MUST_CHECK;
void nsym_fresh_rows_close(nsym_fresh_rows *rows);

/* Room for so many events, none of them there. */
nsym_status nsym_sample_origin_new(nsym_sample_origin **out, size_t room) NSYM_MUST_CHECK;
void nsym_sample_origin_free(nsym_sample_origin *origin);

#endif
