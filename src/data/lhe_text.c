#include "data/lhe_text.h"

#include <string.h>

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

nsym_lhe_hidden nsym_lhe_hide(char *text, nsym_lhe_hidden hidden) {
    char *p = text;
    while (*p) {
        if (hidden == NSYM_LHE_SHOWN) {
            p = strchr(p, '<');
            if (!p) break;
            if (strncmp(p, "<!--", 4) == 0)
                hidden = NSYM_LHE_COMMENT;
            else if (strncmp(p, "<![CDATA[", 9) == 0)
                hidden = NSYM_LHE_CDATA;
            else {
                p++;
                continue;
            }
            memset(p, ' ', 4); /* "<!-->" is no whole comment */
        }
        char *end = strstr(p, hidden == NSYM_LHE_COMMENT ? "-->" : "]]>");
        char *stop = end ? end + 3 : p + strlen(p);
        for (; p < stop; p++)
            if (*p != '\n') *p = ' ';
        if (!end) return hidden;
        hidden = NSYM_LHE_SHOWN;
    }
    return hidden;
}

bool nsym_lhe_is_tag(const char *p, const char *name) {
    size_t n = strlen(name);
    return p[0] == '<' && strncmp(p + 1, name, n) == 0 &&
           (p[1 + n] == '\0' || p[1 + n] == '>' || p[1 + n] == '/' || is_space(p[1 + n]));
}

const char *nsym_lhe_find_tag(const char *p, const char *end, const char *name) {
    while (p < end && (p = memchr(p, '<', (size_t)(end - p)))) {
        if (nsym_lhe_is_tag(p, name)) return p;
        p++;
    }
    return NULL;
}

const char *nsym_lhe_tag_end(const char *tag) {
    char quote = '\0';
    for (const char *p = tag; *p; p++) {
        if (quote) {
            if (*p == quote) quote = '\0';
        } else if (*p == '"' || *p == '\'') {
            quote = *p;
        } else if (*p == '>') {
            return p + 1;
        }
    }
    return NULL;
}

/* The value behind "name", where "= value" follows. */
static const char *attribute_value(const char *p, const char *end, size_t *length) {
    while (p < end && is_space(*p)) p++;
    if (p == end || *p != '=') return NULL;
    do p++;
    while (p < end && is_space(*p));
    if (p == end) return NULL;
    const char *last;
    if (*p == '"' || *p == '\'') {
        last = memchr(p + 1, *p, (size_t)(end - p - 1));
        if (!last) return NULL;
        p++;
    } else {
        for (last = p; last < end && !is_space(*last) && *last != '>' && *last != '/';) last++;
    }
    while (p < last && is_space(*p)) p++;
    while (last > p && is_space(last[-1])) last--;
    *length = (size_t)(last - p);
    return p;
}

const char *nsym_lhe_tag_attribute(const char *tag, const char *end, const char *name, size_t *length) {
    size_t n = strlen(name);
    char quote = '\0';
    for (const char *p = tag + 1; p < end; p++) {
        if (quote) {
            if (*p == quote) quote = '\0';
        } else if (*p == '"' || *p == '\'') {
            quote = *p;
        } else if (is_space(p[-1]) && (size_t)(end - p) > n && memcmp(p, name, n) == 0) {
            const char *value = attribute_value(p + n, end, length);
            if (value) return value;
        }
    }
    return NULL;
}
