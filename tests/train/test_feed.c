/* Batches: events in any order, with the padding row behind the last. */
#include "train/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { EVENTS = 4, WIDTH = 3 };

static uint32_t offsets[EVENTS + 1] = {0, 2, 2, 5, 6};
static float particles[6 * WIDTH], padding[WIDTH] = {7, 8, 9};
static const nsym_model_spec spec = {.kind = NSYM_PFN, .particle_input = {"cells", WIDTH}, .padded = 3};

static nsym_inputs inputs_with(float *row) {
    for (int i = 0; i < 6 * WIDTH; i++) particles[i] = (float)(100 + i);
    return (nsym_inputs){.count = EVENTS, .offsets = offsets, .particles = particles, .padding = row};
}

static void a_batch_is_its_events_in_their_order(void **state) {
    (void)state;
    static const size_t order[] = {2, 0, 1, 2};
    nsym_inputs inputs = inputs_with(NULL);
    nsym_feed feed;
    assert_int_equal(nsym_feed_new(&feed, &spec, &inputs, 4, 0), NSYM_OK);
    for (size_t i = 0; i < 4; i++) nsym_feed_put(&feed, i, order[i]);
    nsym_batch batch = nsym_feed_batch(&feed, 4);
    assert_int_equal(batch.events, 4);
    for (size_t i = 0; i < 4; i++) {
        uint32_t n = offsets[order[i] + 1] - offsets[order[i]];
        assert_int_equal(batch.offsets[i + 1] - batch.offsets[i], n);
        assert_memory_equal(batch.particles + WIDTH * batch.offsets[i], particles + WIDTH * offsets[order[i]],
                            n * WIDTH * sizeof(float));
    }
    nsym_feed_free(&feed);
    assert_null(feed.particles);
}

static void the_padding_row_follows_the_last_event(void **state) {
    (void)state;
    nsym_inputs inputs = inputs_with(padding);
    nsym_feed feed;
    assert_int_equal(nsym_feed_rows(&inputs, 5), 5 * 3 + 1);
    assert_int_equal(nsym_feed_new(&feed, &spec, &inputs, 5, 0), NSYM_OK);
    for (size_t n = 1; n <= 5; n++) { /* the fullest batch there can be, and smaller ones */
        for (size_t i = 0; i < n; i++) nsym_feed_put(&feed, i, 2);
        nsym_batch batch = nsym_feed_batch(&feed, n);
        assert_int_equal(batch.offsets[n], 3 * n);
        assert_memory_equal(batch.particles + WIDTH * 3 * n, padding, sizeof padding);
        assert_memory_equal(batch.particles + WIDTH * 3 * (n - 1), particles + WIDTH * 2, 3 * WIDTH * sizeof(float));
    }
    nsym_feed_put(&feed, 0, 1); /* an event of no particles is all padding */
    assert_memory_equal(nsym_feed_batch(&feed, 1).particles, padding, sizeof padding);
    nsym_feed_free(&feed);
}

static void a_list_of_cells_is_expanded_in_its_place(void **state) {
    (void)state;
    const nsym_model_spec listed = {.kind = NSYM_FCN, .event_input = {"list", 9}, .padded = 3};
    nsym_inputs inputs = inputs_with(NULL);
    inputs.expansion = NSYM_LIST_OF_CELLS;
    nsym_feed feed;
    float zeros[9] = {0};
    assert_int_equal(nsym_feed_new(&feed, &listed, &inputs, 3, 0), NSYM_OK);
    for (int turn = 0; turn < 2; turn++) { /* what a place held before does not matter */
        for (size_t i = 0; i < 3; i++) nsym_feed_put(&feed, i, turn ? i : 2);
        nsym_batch batch = nsym_feed_batch(&feed, 3);
        if (turn == 0) continue;
        assert_memory_equal(batch.event, particles, 6 * sizeof(float));
        assert_memory_equal(batch.event + 6, zeros, 3 * sizeof(float));
        assert_memory_equal(batch.event + 9, zeros, sizeof zeros);
        assert_memory_equal(batch.event + 18, particles + 6, 9 * sizeof(float));
    }
    nsym_feed_free(&feed);
}

/* Images of 80 cells: few are hit in the first three events, all in the last. */
enum { CELLS = 80, FEW = 5 };

static nsym_inputs images(uint32_t *first, uint32_t *column, float *value, float *zero) {
    first[0] = 0;
    for (uint32_t i = 0; i < EVENTS; i++) {
        uint32_t n = i + 1 < EVENTS ? FEW : CELLS;
        for (uint32_t k = 0; k < n; k++) {
            column[first[i] + k] = n == FEW ? 16 * k + i : k;
            value[first[i] + k] = (float)(100 * i + k + 1);
        }
        first[i + 1] = first[i] + n;
    }
    return (nsym_inputs){.count = EVENTS,
                         .offsets = first,
                         .expansion = NSYM_IMAGE_OF_CELLS,
                         .hit_first = first,
                         .hit_column = column,
                         .hit_value = value,
                         .zero = zero};
}

static void images_of_few_hits_are_handed_on_as_these(void **state) {
    (void)state;
    static const size_t order[] = {2, 0, 2, 1};
    const nsym_model_spec fcn = {.kind = NSYM_FCN, .event_input = {"image", CELLS}, .padded = CELLS};
    uint32_t first[EVENTS + 1], column[3 * FEW + CELLS];
    float value[3 * FEW + CELLS], zero[CELLS] = {0}, whole[CELLS];
    nsym_inputs inputs = images(first, column, value, zero);
    nsym_feed feed;
    assert_int_equal(nsym_feed_new(&feed, &fcn, &inputs, 4, 0), NSYM_OK);
    for (int turn = 0; turn < 2; turn++) {
        for (size_t i = 0; i < 4; i++) nsym_feed_put(&feed, i, turn ? order[i] : i);
        nsym_batch batch = nsym_feed_batch(&feed, 4);
        for (size_t i = 0; i < 4; i++) {
            size_t event = turn ? order[i] : i;
            nsym_inputs_event(&inputs, &fcn, event, whole);
            if (turn == 0) { /* with the last event they are more than a list is worth */
                assert_null(batch.hits.first);
                assert_memory_equal(batch.event + i * CELLS, whole, sizeof whole);
                continue;
            }
            assert_int_equal(batch.hits.first[i], FEW * i);
            assert_int_equal(batch.hits.first[i + 1], FEW * (i + 1));
            for (size_t k = FEW * i; k < FEW * (i + 1); k++) {
                assert_true(batch.hits.value[k] == (float)(100 * event + k % FEW + 1));
                assert_true(whole[batch.hits.column[k]] == batch.hits.value[k]);
            }
        }
    }
    nsym_feed_free(&feed);
}

static void images_whose_zeros_are_something_else_are_handed_on_whole(void **state) {
    (void)state;
    uint32_t first[EVENTS + 1], column[3 * FEW + CELLS];
    float value[3 * FEW + CELLS], zero[CELLS] = {0}, whole[CELLS];
    nsym_inputs inputs = images(first, column, value, zero);
    for (int turn = 0; turn < 2; turn++) {
        const nsym_model_spec reads = {.kind = turn ? NSYM_CNN : NSYM_FCN, .event_input = {"image", CELLS}};
        zero[3] = turn ? 0 : -0.5F; /* a CNN reads images in any case */
        nsym_feed feed;
        assert_int_equal(nsym_feed_new(&feed, &reads, &inputs, 1, 0), NSYM_OK);
        nsym_feed_put(&feed, 0, 1);
        nsym_batch batch = nsym_feed_batch(&feed, 1);
        nsym_inputs_event(&inputs, &reads, 1, whole);
        assert_null(batch.hits.first);
        assert_memory_equal(batch.event, whole, sizeof whole);
        assert_true(whole[3] == zero[3] && whole[1] == 101);
        nsym_feed_free(&feed);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_is_its_events_in_their_order),
        cmocka_unit_test(the_padding_row_follows_the_last_event),
        cmocka_unit_test(a_list_of_cells_is_expanded_in_its_place),
        cmocka_unit_test(images_of_few_hits_are_handed_on_as_these),
        cmocka_unit_test(images_whose_zeros_are_something_else_are_handed_on_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
