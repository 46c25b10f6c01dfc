/* What an LHE file says that its named weights are: the text of <weight id="1002"> muR=2 muF=1 </weight>. */
#include "base/fail.h"
#include "data/lhe_events.h"
#include "data/lhe_text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The text at `p` up to the next tag, blanks in place of line feeds, none around it and one between words; NULL: no
   memory, or it is no UTF-8. */
static json_t *words(const char *p, const char *end) {
    const char *stop = memchr(p, '<', (size_t)(end - p));
    size_t length = (size_t)((stop ? stop : end) - p), used = 0;
    char *text = malloc(length + 1);
    if (!text) return NULL;
    for (size_t i = 0; i < length; i++) {
        bool blank = strchr(" \t\r\n", p[i]) != NULL;
        if (!blank) text[used++] = p[i];
        if (blank && used > 0 && text[used - 1] != ' ') text[used++] = ' ';
    }
    while (used > 0 && text[used - 1] == ' ') used--;
    json_t *string = json_stringn(text, used);
    free(text);
    return string;
}

/* Adds the texts of the <weight> tags in [p, end) that say more than the name. */
static void add_texts(json_t *all, const char *p, const char *end) {
    for (; (p = nsym_lhe_find_tag(p, end, "weight")); p++) {
        size_t length;
        const char *close = nsym_lhe_tag_end(p), *id = close ? nsym_lhe_tag_attribute(p, close, "id", &length) : NULL;
        char *name = id && close <= end ? strndup(id, length) : NULL;
        json_t *text = name ? words(close, end) : NULL;
        if (text && json_string_length(text) > 0 && strcmp(json_string_value(text), name) != 0)
            json_object_set(all, name, text); /* fails for a name that is no UTF-8, which JSON cannot hold */
        json_decref(text);
        free(name);
    }
}

nsym_status nsym_lhe_describe_weights(nsym_events *events, const char *header) {
    if (!nsym_events_column(events, "weights")) return NSYM_OK;
    char *plain = strdup(header);
    json_t *all = json_object();
    char *text = NULL;
    if (plain && all) {
        nsym_lhe_hide_header(plain, NSYM_LHE_SHOWN);
        const char *end = plain + strlen(plain);
        for (const char *block = plain; (block = nsym_lhe_find_tag(block, end, "initrwgt")); block++) {
            const char *stop = nsym_lhe_find_tag(block, end, "/initrwgt");
            add_texts(all, block, stop ? stop : end);
        }
        text = json_dumps(all, JSON_COMPACT | JSON_SORT_KEYS);
    }
    nsym_status status = text ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the texts of weights");
    if (text && json_object_size(all) > 0) status = nsym_events_set_attribute(events, "weight_texts", text);
    free(text);
    json_decref(all);
    free(plain);
    return status;
}
