/* The small part of a sample on which it is measured what a study takes. */
#include "study/card.h"
#include "study/card_text.h"
#include "study/shrink.h"

#include "sources/sample.h"

static void write_file(const char *name, size_t n) {
    nsym_events *events;
    double *x;
    assert_int_equal(nsym_events_new(&events, n), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "x", "", "", 1, &x), NSYM_OK);
    for (size_t i = 0; i < n; i++) x[i] = (double)i;
    assert_int_equal(nsym_events_write(events, in_folder(name)), NSYM_OK);
    nsym_events_free(events);
}

/* Files that are listed are cut down as one file is, with what their entries say. */
static void several_files_have_a_small_part(void **state) {
    (void)state;
    char files[1024], work[512];
    write_file("a.h5", 3000);
    write_file("b.h5", 6000);
    write_file("c.h5", 1000);
    int used = snprintf(files, sizeof files, "data.files=[{path: %s, label: 1}, ", in_folder("a.h5"));
    used += snprintf(files + used, sizeof files - (size_t)used, "{path: %s, label: 0}, ", in_folder("b.h5"));
    used +=
        snprintf(files + used, sizeof files - (size_t)used, "{path: %s, label: 1, part: test}, ", in_folder("c.h5"));
    snprintf(files + used, sizeof files - (size_t)used, "{path: %s, label: 0, part: test}]", in_folder("c.h5"));
    const char *const set[] = {files, NULL};
    nsym_run_card card;
    nsym_sample sample;
    double ratio;
    snprintf(work, sizeof work, "%s", in_folder(""));
    nsym_shrunk_file part = {.folder = work, .arena = nsym_arena_new()};
    nsym_tree *tree = opened("models: {net: {kind: fcn, event: [x], hidden: [4]}}", NULL, set);
    if (nsym_card_read(&card, tree, "net") != NSYM_OK) fail_msg("%s", nsym_message());
    if (nsym_shrink(&card, &ratio, 1000, &part) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_true(ratio == 11);
    if (nsym_sample_load(&sample, &card.data, 1, NULL) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_int_equal(sample.count, 1000);
    assert_true(sample.given.is);
    assert_true(sample.given.test > 150 && sample.given.test < 210); /* 2 of 11, in blocks of 50 */
    nsym_sample_free(&sample);
    nsym_tree_free(tree);
    nsym_arena_free(part.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(several_files_have_a_small_part)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
