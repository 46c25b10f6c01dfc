/* A page that lists the studies that are installed: what each compares, which tables and figures of its paper it shows,
   and the commands that run it. */
#include <nearsym/report.h>
#include <nearsym/study.h>

#include "base/fail.h"
#include "report/html.h"
#include <stdlib.h>
#include <string.h>

typedef struct catalogue {
    FILE *html;
    nsym_status status;
} catalogue;

static const char *text_at(const nsym_node *node, const char *key) {
    const nsym_node *at = nsym_node_at(node, key);
    return at && at->kind == NSYM_SCALAR && at->text ? at->text : "";
}

/* The first paragraph of the card's text that needs no results. */
static void write_summary(const nsym_tree *card, FILE *html) {
    const nsym_node *text = nsym_node_at(card->root, "text");
    for (size_t i = 0; text && text->kind == NSYM_LIST && i < text->count; i++) {
        const char *body = text_at(text->child[i], "body"), *end = strstr(body, "\n\n");
        size_t length = end ? (size_t)(end - body) : strlen(body);
        char *paragraph = length ? strndup(body, length) : NULL;
        bool plain = paragraph && !strstr(paragraph, "${");
        if (plain) {
            fputs("<p>", html);
            nsym_html_markup(html, paragraph);
            fputs("</p>\n", html);
        }
        free(paragraph);
        if (plain) return;
    }
}

/* What of the paper the card's tables or figures show: "Table I (AUC), ..." */
static void write_shown(const nsym_tree *card, const char *key, const char *before, FILE *html) {
    const nsym_node *list = nsym_node_at(card->root, key);
    bool any = false;
    for (size_t i = 0; list && list->kind == NSYM_LIST && i < list->count; i++) {
        const char *title = text_at(list->child[i], "title"), *paper = text_at(list->child[i], "paper");
        fputs(any ? "</li><li>" : before, html);
        any = true;
        nsym_html_markup(html, *title ? title : text_at(list->child[i], "name"));
        nsym_html_paper(html, card, paper, "of", false);
    }
    if (any) fputs("</li></ul>", html);
}

static void write_commands(const nsym_tree *card, const char *name, FILE *html) {
    const nsym_node *presets = nsym_node_at(card->root, "presets");
    fputs("<pre>", html);
    if (presets && presets->kind != NSYM_MAP) presets = NULL;
    if (!presets || presets->count == 0) fprintf(html, "nearsym study run %s --out DIR\n", name);
    for (size_t i = 0; presets && i < presets->count; i++) {
        fprintf(html, "nearsym study run %s --preset ", name);
        nsym_html_text(html, presets->child[i]->key);
        fputs(" --out DIR\n", html);
    }
    fputs("</pre>\n", html);
}

static nsym_status write_study(const char *name, const char *title, FILE *html) {
    char *path;
    nsym_tree *card;
    NSYM_TRY(nsym_study_find(&path, name));
    nsym_status status = nsym_tree_read(&card, path);
    free(path);
    NSYM_TRY(status);
    fprintf(html, "<section id=\"%s\"><h2>", name);
    nsym_html_markup(html, *title ? title : name);
    fputs("</h2>\n", html);
    if (*text_at(card->root, "citation")) {
        fputs("<p class=\"cite\">", html);
        nsym_html_markup(html, text_at(card->root, "citation"));
        fputs("</p>\n", html);
    }
    write_summary(card, html);
    write_commands(card, name, html);
    fputs("<nav>", html);
    write_shown(card, "tables", "<h3>Tables</h3><ul><li>", html);
    write_shown(card, "figures", "<h3>Figures</h3><ul><li>", html);
    fputs("</nav></section>\n", html);
    nsym_tree_free(card);
    return NSYM_OK;
}

static void visit(void *context, const char *name, const char *title) {
    catalogue *c = context;
    if (c->status == NSYM_OK) c->status = write_study(name, title, c->html);
}

nsym_status nsym_report_studies(char **html) {
    size_t size;
    *html = NULL;
    catalogue c = {.html = open_memstream(html, &size)};
    if (!c.html) return nsym_fail(NSYM_ENOMEM, "no memory for the list of studies");
    nsym_html_begin(c.html, "Studies of nearsym");
    fputs("</header>\n<p>Each study is a card, a YAML file. You can change its events, detector, networks and figures "
          "one by one. <code>nearsym study show NAME</code> prints the card.</p>\n",
          c.html);
    nsym_status status = nsym_study_list(visit, &c);
    if (status == NSYM_OK) status = c.status;
    fputs("</body></html>\n", c.html);
    if (fclose(c.html) != 0 && status == NSYM_OK) status = nsym_fail(NSYM_ENOMEM, "no memory for the list of studies");
    if (status == NSYM_OK) return NSYM_OK;
    free(*html);
    *html = NULL;
    return status;
}
