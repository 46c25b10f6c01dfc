/* A card of which no sample can be made. */
#ifndef TESTS_SOURCES_REFUSED_H
#define TESTS_SOURCES_REFUSED_H

#include "sources/sample.h"
#include "study/card_text.h"

/* Nothing is left of the sample, and the message has these words. */
static inline void refused(nsym_data_card card, const char *words) {
    nsym_sample sample;
    assert_int_not_equal(nsym_sample_load(&sample, &card, 2, NULL), NSYM_OK);
    assert_null(sample.events);
    assert_null(sample.shown);
    assert_null(sample.pictures);
    assert_says(words);
}

#endif
