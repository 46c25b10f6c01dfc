#include "data/notes.h"

#include "base/fail.h"
#include "base/remark.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KINDS = sizeof((nsym_notes_lost){0}).kind / sizeof((nsym_notes_lost){0}).kind[0], KIND = 32 };

const char *nsym_notes_of(const nsym_events *events, size_t i, size_t *length) {
    *length = events->notes ? (size_t)(events->note_offsets[i + 1] - events->note_offsets[i]) : 0;
    return *length ? events->notes + events->note_offsets[i] : NULL;
}

/* Gives `to` room for `bytes` of notes, with all offsets 0. */
static nsym_status make_room(nsym_events *to, uint64_t bytes) {
    to->notes = malloc((size_t)bytes + 1);
    to->note_offsets = calloc(to->count + 1, sizeof *to->note_offsets);
    if (to->notes && to->note_offsets) return NSYM_OK;
    free(to->notes);
    free(to->note_offsets);
    to->notes = NULL;
    to->note_offsets = NULL;
    return nsym_fail(NSYM_ENOMEM, "no memory for %llu bytes of notes", (unsigned long long)bytes);
}

/* Puts the notes of event `i` of `from` behind those of the events before `at`, as its notes. */
static void put(nsym_events *to, size_t at, const nsym_events *from, size_t i) {
    size_t length;
    const char *note = nsym_notes_of(from, i, &length);
    if (note) memcpy(to->notes + to->note_offsets[at], note, length);
    to->note_offsets[at + 1] = to->note_offsets[at] + length;
}

nsym_status nsym_notes_select(nsym_events *to, const nsym_events *from, const size_t *index) {
    uint64_t bytes = 0;
    size_t length;
    for (size_t i = 0; from->notes && i < to->count; i++, bytes += length)
        nsym_notes_of(from, index ? index[i] : i, &length);
    if (bytes == 0) return NSYM_OK;
    NSYM_TRY(make_room(to, bytes));
    for (size_t i = 0; i < to->count; i++) put(to, i, from, index ? index[i] : i);
    return NSYM_OK;
}

nsym_status nsym_notes_join(nsym_events *to, const nsym_events *a, const nsym_events *b) {
    uint64_t bytes = (a->notes ? a->note_offsets[a->count] : 0) + (b->notes ? b->note_offsets[b->count] : 0);
    if (bytes == 0) return NSYM_OK;
    NSYM_TRY(make_room(to, bytes));
    for (size_t i = 0; i < a->count; i++) put(to, i, a, i);
    for (size_t i = 0; i < b->count; i++) put(to, a->count + i, b, i);
    return NSYM_OK;
}

static void add_kind(nsym_notes_lost *lost, const char *text, size_t length) {
    char kind[KIND];
    snprintf(kind, sizeof kind, *text == '<' ? "%.*s>" : "%.*s", (int)(length < KIND - 2 ? length : KIND - 2), text);
    for (size_t k = 0; k < lost->kinds; k++)
        if (strcmp(lost->kind[k], kind) == 0) return;
    lost->more = lost->more || lost->kinds == KINDS;
    if (lost->kinds < KINDS) memcpy(lost->kind[lost->kinds++], kind, sizeof kind);
}

/* The kinds of what stands on the lines of `text`: "#aMCatNLO", and tags that are in no other. */
static void add_kinds(nsym_notes_lost *lost, const char *text) {
    size_t depth = 0;
    while (*text) {
        if (text[0] == '#' && depth == 0) {
            size_t word = strcspn(text + 1, " \t\r\n");
            add_kind(lost, word ? text : "comments", word ? 1 + word : strlen("comments"));
            text += strcspn(text, "\n");
        } else if (text[0] == '<' && text[1] == '/') {
            depth -= depth > 0;
        } else if (text[0] == '<' && isalpha((unsigned char)text[1])) {
            if (depth == 0) add_kind(lost, text, 1 + strcspn(text + 1, " \t\r\n/>"));
            const char *end = text + strcspn(text, ">");
            depth += end[-1] != '/';
            text = end;
        }
        text += *text != '\0';
    }
}

void nsym_notes_count(nsym_notes_lost *lost, const nsym_events *events) {
    for (size_t i = 0; events->notes && i < events->count; i++) {
        size_t length, part;
        const char *note = nsym_notes_of(events, i, &length);
        if (!note) continue;
        lost->events++;
        for (; length > 0 && !lost->more; note += part, length -= part) {
            part = strnlen(note, length - 1) + 1; /* every part ends with a zero */
            if (note[part - 1] == '\0') add_kinds(lost, note);
        }
    }
}

void nsym_notes_tell(const nsym_notes_lost *lost, nsym_remark_kind kind, const char *path, const char *why) {
    if (lost->events == 0) return;
    char list[KINDS * (KIND + 2) + 32] = "";
    for (size_t k = 0; k < lost->kinds; k++) {
        size_t used = strlen(list);
        bool last = k + 1 == lost->kinds && !lost->more;
        snprintf(list + used, sizeof list - used, "%s%s", k == 0 ? "" : last ? " and " : ", ", lost->kind[k]);
    }
    if (lost->more) strcat(list, " and more");
    nsym_remark(kind, "%s: %s of %zu event%s %s not kept, %s", path, *list ? list : "comments", lost->events,
                lost->events == 1 ? "" : "s", lost->kinds == 1 && *list != 'c' ? "is" : "are", why);
}

void nsym_notes_free(nsym_events *events) {
    free(events->notes);
    free(events->note_offsets);
    events->notes = NULL;
    events->note_offsets = NULL;
}

void nsym_events_drop_notes(nsym_events *events, nsym_notes_lost *lost) {
    nsym_notes_count(lost, events);
    nsym_notes_free(events);
}
