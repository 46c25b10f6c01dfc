/* What files say of events beside numbers goes along with the events, and is not lost without a word. */
#include "data/notes.h"
#include "data/temporary.h"

#include <nearsym/remarks.h>

/* Three events; the first and the last have notes. */
static nsym_events *noted(void) {
    static const char first[] = "\0\0<mgrwt>\n<rscale>1</rscale>\n</mgrwt>\n<scales muf='2'/>\n#aMCatNLO 1 2\n";
    static const char last[] = "\0\0<scales muf='3'/>\n";
    nsym_events *events;
    double *id;
    assert_int_equal(nsym_events_new(&events, 3), NSYM_OK);
    assert_int_equal(nsym_events_add_column(events, "id", "", "", 1, &id), NSYM_OK);
    for (size_t i = 0; i < 3; i++) id[i] = (double)i;
    events->notes = malloc(sizeof first + sizeof last);
    events->note_offsets = calloc(4, sizeof *events->note_offsets);
    assert_true(events->notes && events->note_offsets);
    memcpy(events->notes, first, sizeof first);
    memcpy(events->notes + sizeof first, last, sizeof last);
    events->note_offsets[1] = events->note_offsets[2] = sizeof first;
    events->note_offsets[3] = sizeof first + sizeof last;
    return events;
}

/* Whether event `i` of `a` has the notes of event `k` of `b`. */
static bool same_notes(const nsym_events *a, size_t i, const nsym_events *b, size_t k) {
    size_t m, n;
    const char *x = nsym_notes_of(a, i, &m), *y = nsym_notes_of(b, k, &n);
    return m == n && (m == 0 || memcmp(x, y, m) == 0);
}

static void notes_go_along_with_selected_and_joined_events(void **state) {
    (void)state;
    nsym_events *events = noted(), *chosen, *twice, *none, *joined;
    static const size_t index[] = {2, 1, 0, 2};
    assert_int_equal(nsym_events_select(&chosen, events, index, 4), NSYM_OK);
    for (size_t i = 0; i < 4; i++) assert_true(same_notes(chosen, i, events, index[i]));
    assert_int_equal(nsym_events_concat(&twice, events, chosen), NSYM_OK);
    for (size_t i = 0; i < 7; i++) assert_true(same_notes(twice, i, events, i < 3 ? i : index[i - 3]));
    assert_int_equal(nsym_events_select(&none, events, index + 1, 1), NSYM_OK);
    assert_null(none->notes);
    assert_int_equal(nsym_events_concat(&joined, none, events), NSYM_OK);
    for (size_t i = 0; i < 3; i++) assert_true(same_notes(joined, i + 1, events, i));
    assert_true(same_notes(joined, 0, events, 1));
    nsym_events *all[] = {events, chosen, twice, none, joined};
    for (size_t i = 0; i < 5; i++) nsym_events_free(all[i]);
}

static char said[4096];

static void hear(void *context, nsym_remark_kind kind, const char *text) {
    assert_int_equal(kind, *(const nsym_remark_kind *)context);
    snprintf(said + strlen(said), sizeof said - strlen(said), "%s\n", text);
}

static void formats_that_cannot_keep_notes_say_what_is_lost(void **state) {
    (void)state;
    nsym_events *events = noted();
    static const char *const names[] = {"a.csv", "a.h5", "a.npz", "a.jsonl"};
    nsym_remark_kind kind = NSYM_NOTE;
    nsym_remarks_listen(hear, &kind);
    for (size_t i = 0; i < 4; i++) {
        *said = '\0';
        const char *path = in_folder(names[i]);
        if (nsym_events_write(events, path) != NSYM_OK) fail_msg("%s", nsym_message());
        char expected[1024];
        snprintf(expected, sizeof expected,
                 "%s: <mgrwt>, <scales> and #aMCatNLO of 2 events are not kept, which only a .lhe file can hold\n",
                 path);
        assert_string_equal(said, expected);
        nsym_events_writer *writer;
        *said = '\0';
        assert_int_equal(nsym_events_writer_new(&writer, path), NSYM_OK);
        for (int block = 0; block < 2; block++) assert_int_equal(nsym_events_writer_add(writer, events), NSYM_OK);
        assert_int_equal(nsym_events_writer_close(writer), NSYM_OK);
        nsym_events_writer_free(writer);
        assert_non_null(strstr(said, "of 4 events"));
    }
    *said = '\0';
    kind = NSYM_WARNING;
    nsym_notes_lost lost = {0};
    nsym_events_drop_notes(events, &lost);
    nsym_notes_tell(&lost, NSYM_WARNING, "a.lhe", "for once");
    assert_string_equal(said, "a.lhe: <mgrwt>, <scales> and #aMCatNLO of 2 events are not kept, for once\n");
    assert_null(events->notes);
    *said = '\0';
    lost = (nsym_notes_lost){0};
    nsym_events_drop_notes(events, &lost);
    nsym_notes_tell(&lost, NSYM_WARNING, "a.lhe", "for once");
    assert_string_equal(said, "");
    nsym_remarks_listen(NULL, NULL);
    nsym_events_free(events);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notes_go_along_with_selected_and_joined_events),
        cmocka_unit_test(formats_that_cannot_keep_notes_say_what_is_lost),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
