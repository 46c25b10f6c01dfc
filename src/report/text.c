#include "report/text.h"

#include "base/fail.h"
#include "report/template.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void escaped(FILE *html, char c) {
    switch (c) {
    case '&':
        fputs("&amp;", html);
        break;
    case '<':
        fputs("&lt;", html);
        break;
    case '>':
        fputs("&gt;", html);
        break;
    case '"':
        fputs("&quot;", html);
        break;
    case '\'':
        fputs("&#39;", html);
        break;
    default:
        fputc(c, html);
    }
}

void nsym_html_text(FILE *html, const char *text) {
    for (; *text; text++) escaped(html, *text);
}

/* The end of an emphasis that opens at `at`: a star after a word. NULL: it is only a star, as in γ*. */
static const char *emphasis_end(const char *text, const char *at) {
    bool opens = (at == text || isspace((unsigned char)at[-1]) || at[-1] == '(') && at[1] && at[1] != '*' &&
                 !isspace((unsigned char)at[1]);
    if (!opens) return NULL;
    for (const char *end = at + 2; *end; end++)
        if (*end == '*' && !isspace((unsigned char)end[-1]) &&
            (!end[1] || isspace((unsigned char)end[1]) || ispunct((unsigned char)end[1])))
            return end;
    return NULL;
}

void nsym_html_markup(FILE *html, const char *text) {
    const char *emphasis = NULL;
    for (const char *at = text; *at; at++) {
        const char *end = (*at == '_' || *at == '^') && at[1] == '{' ? strchr(at, '}') : NULL;
        if (end) {
            const char *tag = *at == '_' ? "sub" : "sup";
            fprintf(html, "<%s>", tag);
            for (at += 2; at < end; at++) escaped(html, *at);
            fprintf(html, "</%s>", tag);
        } else if (at == emphasis) {
            fputs("</em>", html);
            emphasis = NULL;
        } else if (*at == '*' && !emphasis && (emphasis = emphasis_end(text, at)))
            fputs("<em>", html);
        else
            escaped(html, *at);
    }
    if (emphasis) fputs("</em>", html);
}

nsym_status nsym_text_body(const nsym_report *report, const char *body, FILE *html) {
    const char *filled;
    NSYM_TRY(nsym_template_fill(report, body, &filled));
    while (*filled) {
        filled += strspn(filled, "\n");
        const char *end = strstr(filled, "\n\n");
        size_t length = end ? (size_t)(end - filled) : strlen(filled);
        const char *paragraph = nsym_arena_printf(report->arena, "%.*s", (int)length, filled);
        if (!paragraph) return nsym_fail(NSYM_ENOMEM, "no memory for the report");
        if (*paragraph) {
            fputs("<p>", html);
            nsym_html_markup(html, paragraph);
            fputs("</p>\n", html);
        }
        filled += length;
    }
    return NSYM_OK;
}

static void write_heading(const char *heading, FILE *html) {
    fputs("<h2>", html);
    nsym_html_markup(html, heading);
    fputs("</h2>\n", html);
}

nsym_status nsym_text_applies(const nsym_report *report, const nsym_node *entry, bool *applies) {
    const nsym_node *node = nsym_node_at(entry, "when");
    nsym_filter when;
    *applies = true;
    if (!node) return NSYM_OK;
    if (node->kind != NSYM_MAP)
        return nsym_fail_at(report->card, node, "when must be a map such as {recipe: described}");
    NSYM_TRY(nsym_filter_read(&when, report->arena, report->card, node));
    *applies = false;
    for (size_t i = 0; i < report->results->count && !*applies; i++)
        *applies = nsym_filter_passes(&when, &report->results->result[i].place);
    return NSYM_OK;
}

static nsym_status write_entry(const nsym_report *report, const nsym_node *node, const char *where, FILE *html) {
    if (node->kind == NSYM_SCALAR) return nsym_text_body(report, node->text, html);
    static const char *const keys[] = {"heading", "body", "when", NULL};
    nsym_reader r = {report->card, node, where};
    const char *heading = "", *body = "";
    NSYM_TRY(nsym_check_keys(r, keys));
    NSYM_TRY(nsym_read_text(r, "heading", &heading));
    NSYM_TRY(nsym_read_text(r, "body", &body));
    bool shows;
    NSYM_TRY(nsym_text_applies(report, node, &shows));
    if (!shows) return NSYM_OK;
    if (*heading) write_heading(heading, html);
    return nsym_text_body(report, body, html);
}

nsym_status nsym_text_write(const nsym_report *report, FILE *html) {
    const nsym_node *text = nsym_node_at(report->card->root, "text");
    if (!text) return NSYM_OK;
    if (text->kind == NSYM_SCALAR) return nsym_text_body(report, text->text, html);
    for (size_t i = 0; i < text->count; i++) {
        const nsym_node *node = text->child[i];
        const char *where = nsym_arena_printf(report->arena, "text[%zu]", i);
        if (!where) return nsym_fail(NSYM_ENOMEM, "no memory for the report");
        if (text->kind == NSYM_MAP && node->kind != NSYM_SCALAR)
            return nsym_fail_at(report->card, node, "text.%s must be a text", node->key);
        if (text->kind == NSYM_MAP) write_heading(node->key, html);
        NSYM_TRY(write_entry(report, node, where, html));
    }
    return NSYM_OK;
}
