#include "report/text.h"

#include "base/fail.h"
#include <ctype.h>
#include <math.h>
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

/* "0.756 ± 0.001": as many digits as the error allows. */
static const char *value_text(nsym_arena *arena, const nsym_result *row, nsym_error error) {
    if (!isfinite(row->mean)) return "–";
    double spread = row->error[error];
    if (!(spread > 0)) return nsym_arena_printf(arena, "%.3f", row->mean);
    int digits = nsym_error_decimals(spread);
    return nsym_arena_printf(arena, "%.*f ± %.*f", digits, row->mean, digits, spread);
}

/* What stands for a placeholder's inside, "auc model=hybrid epoch=last"; a dash where there is no such result. */
static nsym_status placeholder(const nsym_report *report, const char *inside, size_t length, const char **out) {
    nsym_arena *arena = report->arena;
    char *words = nsym_arena_alloc(arena, length + 1, 1), *rest = NULL;
    if (!words) return nsym_fail(NSYM_ENOMEM, "no memory for the report");
    memcpy(words, inside, length);
    const char *metric = strtok_r(words, " \t\n", &rest);
    nsym_filter filter = {0};
    nsym_error error = NSYM_TOTAL;
    for (char *word; (word = strtok_r(NULL, " \t\n", &rest));) {
        char *equals = strchr(word, '=');
        if (!equals)
            return nsym_fail(NSYM_EINVAL, "%s: '%s' in a text's ${%.*s} is not name=value", report->card->name, word,
                             (int)length, inside);
        *equals = '\0';
        nsym_error named = NSYM_TOTAL;
        while (named < NSYM_ERRORS && strcmp(equals + 1, nsym_error_name[named]) != 0) named++;
        if (strcmp(word, "error") == 0 && named < NSYM_ERRORS)
            error = named;
        else
            NSYM_TRY(nsym_filter_add(&filter, arena, &filter, word, equals + 1));
    }
    const nsym_result *row = NULL;
    nsym_status status = metric ? nsym_results_one(report->results, arena, metric, &filter, &row) : NSYM_OK;
    if (status != NSYM_OK && status != NSYM_ENOTFOUND) return status;
    *out = row ? value_text(arena, row, error) : "–";
    return *out ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the report");
}

/* The text with its placeholders filled in, from the arena. */
static nsym_status fill_in(const nsym_report *report, const char *text, const char **out) {
    const char *filled = "";
    for (;;) {
        const char *open = strstr(text, "${"), *close = open ? strchr(open, '}') : NULL;
        if (!close) break;
        const char *value = "";
        NSYM_TRY(placeholder(report, open + 2, (size_t)(close - open - 2), &value));
        filled = nsym_arena_printf(report->arena, "%s%.*s%s", filled, (int)(open - text), text, value);
        if (!filled) return nsym_fail(NSYM_ENOMEM, "no memory for the report");
        text = close + 1;
    }
    *out = nsym_arena_printf(report->arena, "%s%s", filled, text);
    return *out ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the report");
}

static nsym_status write_body(const nsym_report *report, const char *body, FILE *html) {
    const char *filled;
    NSYM_TRY(fill_in(report, body, &filled));
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

static nsym_status write_entry(const nsym_report *report, const nsym_node *node, const char *where, FILE *html) {
    if (node->kind == NSYM_SCALAR) return write_body(report, node->text, html);
    static const char *const keys[] = {"heading", "body", NULL};
    nsym_reader r = {report->card, node, where};
    const char *heading = "", *body = "";
    NSYM_TRY(nsym_check_keys(r, keys));
    NSYM_TRY(nsym_read_text(r, "heading", &heading));
    NSYM_TRY(nsym_read_text(r, "body", &body));
    if (*heading) write_heading(heading, html);
    return write_body(report, body, html);
}

nsym_status nsym_text_write(const nsym_report *report, FILE *html) {
    const nsym_node *text = nsym_node_at(report->card->root, "text");
    if (!text) return NSYM_OK;
    if (text->kind == NSYM_SCALAR) return write_body(report, text->text, html);
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
