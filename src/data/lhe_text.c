#include "data/lhe_text.h"

#include <string.h>

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Whether `mark` stands in the rest of the line at `p`. */
static bool line_has(const char *p, const char *mark) {
    size_t n = strlen(mark);
    for (; *p && *p != '\n'; p++)
        if (strncmp(p, mark, n) == 0) return true;
    return false;
}

/* Whether the "<!--" or "<![CDATA[" at `p` opens what it says. Cards and comments of cards hold such words as text: one
   that is not closed on its line must not stand on a line that begins with '#', nor behind a '#' that follows the
   line's last tag, nor, in a header, behind other text than a tag. */
static bool opens(const char *text, const char *p, const char *close, bool header) {
    if (line_has(p + 4, close)) return true;
    const char *first = p, *behind_tag = p;
    while (first > text && first[-1] != '\n') first--;
    while (first < p && is_space(*first)) first++;
    while (behind_tag > first && behind_tag[-1] != '>') behind_tag--;
    if (*first == '#' || memchr(behind_tag, '#', (size_t)(p - behind_tag))) return false;
    while (behind_tag < p && is_space(*behind_tag)) behind_tag++;
    return !header || behind_tag == p;
}

/* Puts blanks in place of [p, stop), but for line feeds. */
static void blank(char *p, const char *stop) {
    for (; p < stop; p++)
        if (*p != '\n') *p = ' ';
}

static nsym_lhe_hidden hide(char *text, nsym_lhe_hidden hidden, bool header) {
    char *p = text;
    while (*p) {
        const char *close = hidden == NSYM_LHE_CDATA ? "]]>" : "-->";
        if (hidden == NSYM_LHE_SHOWN) {
            p = strchr(p, '<');
            if (!p) break;
            bool comment = strncmp(p, "<!--", 4) == 0, data = !comment && strncmp(p, "<![CDATA[", 9) == 0;
            close = data ? "]]>" : "-->";
            if (!(comment || data) || !opens(text, p, close, header)) {
                p++;
                continue;
            }
            hidden = data ? NSYM_LHE_CDATA : NSYM_LHE_COMMENT;
            blank(p, p + 4); /* "<!-->" is no whole comment */
        }
        char *end = strstr(p, close), *stop = end ? end + 3 : p + strlen(p);
        blank(p, stop);
        p = stop;
        if (!end) return hidden;
        hidden = NSYM_LHE_SHOWN;
    }
    return hidden;
}

nsym_lhe_hidden nsym_lhe_hide(char *text, nsym_lhe_hidden hidden) {
    return hide(text, hidden, false);
}

nsym_lhe_hidden nsym_lhe_hide_header(char *text, nsym_lhe_hidden hidden) {
    nsym_lhe_hidden after = hide(text, hidden, true);
    for (char *line = text, *next; line; line = next) {
        char *feed = strchr(line, '\n'), *first = line + strspn(line, " \t\r");
        next = feed ? feed + 1 : NULL;
        if (*first == '#') blank(first, feed ? feed : first + strlen(first));
    }
    return after;
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

/* The value behind a name, where "= value" follows, in *out; gives where it ends, else NULL. */
static const char *attribute_value(const char *p, const char *end, nsym_lhe_attribute *out) {
    while (p < end && is_space(*p)) p++;
    if (p == end || *p != '=') return NULL;
    do p++;
    while (p < end && is_space(*p));
    if (p == end) return NULL;
    const char *last;
    bool quoted = *p == '"' || *p == '\'';
    if (quoted) {
        last = memchr(p + 1, *p, (size_t)(end - p - 1));
        if (!last) return NULL;
        p++;
    } else {
        for (last = p; last < end && !is_space(*last) && *last != '>' && *last != '/';) last++;
    }
    const char *stop = last + quoted;
    while (p < last && is_space(*p)) p++;
    while (last > p && is_space(last[-1])) last--;
    out->value = p;
    out->value_length = (size_t)(last - p);
    return stop;
}

bool nsym_lhe_next_attribute(const char **p, const char *end, nsym_lhe_attribute *out) {
    while (*p < end) {
        const char *at = *p;
        if (*at == '"' || *at == '\'') {
            const char *close = memchr(at + 1, *at, (size_t)(end - at - 1));
            *p = close ? close + 1 : end;
            continue;
        }
        size_t n = 0;
        while (at + n < end && !is_space(at[n]) && !strchr("=\"'<>/", at[n])) n++;
        const char *stop = n > 0 && is_space(at[-1]) ? attribute_value(at + n, end, out) : NULL;
        *p = stop ? stop : at + (n > 0 ? n : 1);
        if (!stop) continue;
        out->name = at;
        out->name_length = n;
        out->end = stop;
        return true;
    }
    return false;
}

bool nsym_lhe_is_name(const char *name, size_t length) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789-.";
    for (size_t i = 0; i < length; i++) {
        const char *letter = memchr(letters, name[i], sizeof letters - 1);
        if (!letter || (i == 0 && letter - letters > 52)) return false;
    }
    return length > 0;
}

const char *nsym_lhe_tag_attribute(const char *tag, const char *end, const char *name, size_t *length) {
    nsym_lhe_attribute attribute;
    const char *p = tag + 1;
    while (nsym_lhe_next_attribute(&p, end, &attribute)) {
        if (attribute.name_length != strlen(name) || memcmp(attribute.name, name, attribute.name_length) != 0) continue;
        *length = attribute.value_length;
        return attribute.value;
    }
    return NULL;
}
