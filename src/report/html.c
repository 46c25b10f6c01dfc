#include "report/html.h"

#include "base/fail.h"
#include "report/origin.h"
#include "report/text.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char style[] =
    ":root{--ink:#1d2330;--soft:#5d6675;--line:#d9dee6;--pale:#f5f7fa;--accent:#0b5c94}\n"
    "*{box-sizing:border-box}html{-webkit-text-size-adjust:100%}\n"
    "body{margin:0 auto;padding:2.2rem 1.6rem 3rem;max-width:66rem;color:var(--ink);background:#fff;"
    "font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu Sans',sans-serif}\n"
    "h1{font-size:1.75rem;line-height:1.25;margin:0 0 .4rem;font-weight:650}\n"
    "h2{font-size:1.3rem;margin:2.6rem 0 .8rem;padding-bottom:.3rem;border-bottom:1px solid "
    "var(--line);font-weight:620}\n"
    "h3{font-size:1.03rem;margin:1.6rem 0 .3rem;font-weight:620}\n"
    "p{margin:.5rem 0;max-width:46rem}a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}\n"
    "sub,sup{line-height:0;font-size:.75em}\n"
    ".cite{color:var(--soft);margin:.1rem 0 .9rem}\n"
    "dl.facts{display:flex;flex-wrap:wrap;gap:.4rem 2rem;margin:0 0 1.2rem;padding:.7rem 1rem;background:var(--pale);"
    "border-radius:6px;font-size:.9rem}dl.facts div{display:flex;gap:.5rem}dt{color:var(--soft)}dd{margin:0}\n"
    "nav{font-size:.92rem;columns:2;column-gap:2.5rem;margin:0 0 1rem}nav ul{list-style:none;margin:0;padding:0}"
    "nav li{break-inside:avoid;padding:.08rem 0}nav .of{color:var(--soft);font-size:.85em}\n"
    ".caption{color:var(--soft);font-size:.92rem;margin:.2rem 0 .6rem}.paper{color:var(--soft);font-weight:400}\n"
    ".scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.92rem;margin:.4rem 0;"
    "font-variant-numeric:tabular-nums lining-nums}\n"
    "th,td{padding:.14rem .8rem .14rem 0;text-align:left;white-space:nowrap;vertical-align:baseline;font-weight:400}\n"
    "thead th{color:var(--soft);font-weight:550}thead th.over{text-align:center;border-bottom:1px solid var(--line)}\n"
    "th.n,td.n{text-align:right;padding:.14rem .5rem .14rem 1.1rem}tbody{border-top:1px solid var(--line)}"
    "tbody th{font-weight:620}tbody:last-child{border-bottom:1px solid var(--line)}\n"
    "tr.ours td.n{font-weight:600}tr.paper td,td.which{color:var(--soft)}td.which{font-size:.88em}\n"
    "tr.pull td{padding-bottom:.3rem}td.fine span{color:var(--soft)}"
    "td.attention span,td.far span{border-radius:4px;padding:.02rem .4rem;margin-right:-.4rem}"
    "td.attention span{background:#fdf0cf;color:#6b4b00}td.far span{background:#c0392b;color:#fff;font-weight:600}\n"
    "th.over.group{padding:0}th.group span{display:block;margin-left:1.1rem;border-bottom:1px solid var(--line)}"
    "thead th.group{border:0}.below{color:var(--soft);max-width:none;font-size:.92rem;margin:.3rem 0}.below "
    "b{color:var(--ink);"
    "font-weight:600}\n"
    ".figures{display:grid;grid-template-columns:1fr 1fr;gap:2rem 2.2rem}figure{margin:0;min-width:0}"
    "figure.wide{grid-column:1/-1}figure h3{margin-top:0}figure svg tspan,figure svg "
    "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu Sans',sans-serif}figure "
    "svg{display:block;width:100%;height:auto}"
    "figcaption{color:var(--soft);font-size:.9rem;line-height:1.45;margin-top:.3rem}image{image-rendering:pixelated}\n"
    ".note{background:#fdf6e3;border-left:3px solid #d9a400;padding:.5rem .8rem;font-size:.92rem;margin:.5rem 0;"
    "overflow-wrap:anywhere}.none{color:var(--soft)}\n"
    "footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.88rem}"
    "code,pre{font-family:ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;font-size:.88em}"
    "pre{background:var(--pale);color:var(--ink);padding:.6rem "
    ".8rem;border-radius:6px;white-space:pre-wrap;margin:.4rem 0}\n"
    "tr.narrow{display:none}"
    ".draw{overflow-x:auto}@media screen{figure.wide .draw svg{min-width:calc(var(--w)*.55)}}"
    "details{margin-top:2.6rem}summary{cursor:pointer;color:var(--accent)}td.path{white-space:normal;"
    "overflow-wrap:anywhere}pre{overflow-wrap:anywhere}"
    ".answer p{font-size:1.06rem;max-width:50rem}.answer figure{max-width:50rem;margin:1.2rem 0}\n"
    "@media screen and (max-width:760px){body{padding:1.2rem .9rem "
    "2rem}.figures{grid-template-columns:1fr}nav{columns:1}"
    "table{font-size:.68rem}th,td{padding-right:.2rem;white-space:normal}th.n,td.n{padding:.12rem .1rem .12rem .3rem;"
    "white-space:nowrap}td .e{display:block;color:var(--soft);font-weight:400}thead "
    "th.n{white-space:normal}tr.narrow{display:table-row}"
    "th.h{display:none}}\n"
    "@media print{@page{size:A4;margin:16mm 15mm}body{padding:0;max-width:none;font-size:10pt}h2,h3{break-after:avoid}"
    "figure,tbody,.note,dl.facts{break-inside:avoid}.figures{gap:1rem "
    "1.4rem}figcaption{font-size:8.5pt}table{font-size:8.5pt}th.n,td.n{padding-left:.6rem}"
    "th,td{padding-right:.4rem}.scroll{overflow:visible}a{color:inherit}"
    "*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}\n";

static const char *card_text(const nsym_report *report, const char *key) {
    const nsym_node *node = nsym_node_at(report->card->root, key);
    return node && node->kind == NSYM_SCALAR && node->text ? node->text : "";
}

static const char *title_of(const nsym_report *report) {
    const char *title = card_text(report, "title");
    return *title ? title : report->results->study;
}

void nsym_html_begin(FILE *html, const char *title) {
    fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
          "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>",
          html);
    nsym_html_text(html, title);
    fprintf(html, "</title>\n<style>\n%s</style></head>\n<body>\n<header><h1>", style);
    nsym_html_markup(html, title);
    fputs("</h1>\n", html);
}

static void write_head(const nsym_report *report, FILE *html) {
    nsym_html_begin(html, title_of(report));
    if (*card_text(report, "citation")) {
        fputs("<p class=\"cite\">", html);
        nsym_html_markup(html, card_text(report, "citation"));
        fputs("</p>\n", html);
    } else {
        fputs("<p class=\"cite\">This card names no paper. <code>nearsym cite</code> prints how to cite nearsym.</p>\n",
              html);
    }
    fputs("</header>\n", html);
}

/* What a card calls the paper: its `paper`, else its citation up to the title, which is emphasised. */
static void write_paper_name(FILE *html, const nsym_tree *card) {
    const nsym_node *name = nsym_node_at(card->root, "paper"), *citation = nsym_node_at(card->root, "citation");
    const nsym_node *node = name && name->kind == NSYM_SCALAR && *name->text ? name : citation;
    if (!node || node->kind != NSYM_SCALAR || !*node->text) return;
    const char *end = node == citation ? strstr(node->text, ", *") : NULL;
    char *text = end ? strndup(node->text, (size_t)(end - node->text)) : strdup(node->text);
    fputs(" of ", html);
    if (text) nsym_html_markup(html, text);
    free(text);
}

void nsym_html_paper(FILE *html, const nsym_tree *card, const char *paper, const char *class, bool brackets) {
    if (!*paper) return;
    fprintf(html, " <span class=\"%s\">%s", class, brackets ? "(" : "");
    nsym_html_markup(html, paper);
    write_paper_name(html, card);
    fputs(brackets ? ")</span>" : "</span>", html);
}

static void contents_entry(const nsym_report *report, FILE *html, const char *prefix, const char *name,
                           const char *title, const char *paper) {
    fprintf(html, "<li><a href=\"#%s%s\">", prefix, name);
    nsym_html_markup(html, *title ? title : name);
    fputs("</a>", html);
    nsym_html_paper(html, report->card, paper, "of", false);
    fputs("</li>\n", html);
}

static void write_contents(const nsym_report *report, FILE *html) {
    fputs("<nav aria-label=\"Contents\"><ul>\n", html);
    for (size_t i = 0; i < report->tables; i++)
        contents_entry(report, html, "table-", report->table[i].name, report->table[i].title, report->table[i].paper);
    for (size_t i = 0; i < report->figures; i++)
        contents_entry(report, html, "figure-", report->figure[i].name, report->figure[i].title,
                       report->figure[i].paper);
    fputs("</ul></nav>\n", html);
}

static void write_title(const nsym_report *report, FILE *html, const char *name, const char *title, const char *paper) {
    fputs("<h3>", html);
    nsym_html_markup(html, *title ? title : name);
    nsym_html_paper(html, report->card, paper, "paper", true);
    fputs("</h3>\n", html);
}

static void write_note(FILE *html, const char *note) {
    fputs("<p class=\"note\">Not shown: ", html);
    nsym_html_text(html, note);
    fputs("</p>\n", html);
}

static void write_tables(const nsym_report *report, FILE *html) {
    if (report->tables) fputs("<h2>Tables</h2>\n", html);
    for (size_t i = 0; i < report->tables; i++) {
        const nsym_table *table = &report->table[i];
        fprintf(html, "<section id=\"table-%s\">", table->name);
        write_title(report, html, table->name, table->title, table->paper);
        if (*table->caption) {
            fputs("<p class=\"caption\">", html);
            nsym_html_markup(html, table->caption);
            fputs("</p>\n", html);
        }
        if (table->note)
            write_note(html, table->note);
        else
            nsym_table_html(table, html);
        fputs("</section>\n", html);
    }
}

/* New text of a drawing; NULL where there is none. */
static char *read_svg(const nsym_report *report, const char *name) {
    const char *path = nsym_arena_printf(report->arena, "%s/figures/%s.svg", report->results->folder, name);
    FILE *file = path ? fopen(path, "rb") : NULL;
    if (!file) return NULL;
    char *text = NULL, block[4096];
    size_t size = 0, got;
    FILE *memory = open_memstream(&text, &size);
    while (memory && (got = fread(block, 1, sizeof block, file)) > 0) fwrite(block, 1, got, memory);
    if (memory) fclose(memory);
    fclose(file);
    return text;
}

/* Drops from *at what stands between `open` and `close`, where it begins there. */
static bool drop(const char **at, const char *open, const char *close) {
    if (strncmp(*at, open, strlen(open)) != 0) return false;
    const char *end = strstr(*at, close);
    if (!end) return false;
    *at = end + strlen(close);
    return true;
}

/* Of a drawing, in its own units. */
static double width_of(const char *svg) {
    static const char begin[] = "viewBox=\"0 0 ";
    const char *box = strstr(svg, begin);
    return box ? strtod(box + strlen(begin), NULL) : 0;
}

/* The drawing within the page: without its own head, and with its ids made its own, for a page has several drawings. */
static void write_svg(const nsym_figure *figure, const char *svg, FILE *html) {
    static const char *const references[] = {" id='", " id=\"", "href='#", "href=\"#", "url(#"};
    const char *at = strstr(svg, "<svg");
    if (!at) return;
    fprintf(html, "<div class=\"draw\" style=\"--w:%.0fpx\">", width_of(svg));
    fputs("<svg role=\"img\" aria-label=\"", html);
    nsym_html_text(html, *figure->title ? figure->title : figure->name);
    fputc('"', html);
    at += strlen("<svg");
    while (*at) {
        if (drop(&at, "<title>", "</title>") || drop(&at, "<desc>", "</desc>")) continue;
        size_t i = 0;
        while (i < 5 && strncmp(at, references[i], strlen(references[i])) != 0) i++;
        if (i < 5) {
            fprintf(html, "%s%s-", references[i], figure->name);
            at += strlen(references[i]);
        } else
            fputc(*at++, html);
    }
    fputs("</div>", html);
}

static void write_figure(const nsym_report *report, const nsym_figure *figure, FILE *html) {
    char *svg = figure->note ? NULL : read_svg(report, figure->name);
    fprintf(html, "<figure id=\"figure-%s\"%s>", figure->name, !svg || width_of(svg) > 800 ? " class=\"wide\"" : "");
    write_title(report, html, figure->name, figure->title, figure->paper);
    if (svg)
        write_svg(figure, svg, html);
    else
        write_note(html, figure->note ? figure->note : "the drawing is not in the folder");
    free(svg);
    if (*figure->caption) {
        fputs("<figcaption>", html);
        nsym_html_markup(html, figure->caption);
        fputs("</figcaption>\n", html);
    }
    fputs("</figure>\n", html);
}

/* All but the one that stands with the answer. */
static void write_figures(const nsym_report *report, const nsym_figure *shown, FILE *html) {
    if (report->figures > (shown != NULL)) fputs("<h2>Figures</h2>\n<div class=\"figures\">\n", html);
    for (size_t i = 0; i < report->figures; i++)
        if (&report->figure[i] != shown) write_figure(report, &report->figure[i], html);
    if (report->figures > (shown != NULL)) fputs("</div>\n", html);
}

/* The card's `answer`: a few sentences with numbers, and the figure that shows it. */
static nsym_status write_answer(const nsym_report *report, const nsym_figure **shown, FILE *html) {
    static const char *const keys[] = {"text", "figure", "when", NULL};
    const nsym_node *node = nsym_node_at(report->card->root, "answer");
    const char *text = "", *name = "";
    if (!node) return NSYM_OK;
    nsym_reader r = {report->card, node, "answer"};
    NSYM_TRY(nsym_check_keys(r, keys));
    NSYM_TRY(nsym_read_text(r, "text", &text));
    NSYM_TRY(nsym_read_text(r, "figure", &name));
    bool shows;
    NSYM_TRY(nsym_text_applies(report, node, &shows));
    if (!shows) return NSYM_OK;
    fputs("<section class=\"answer\">\n", html);
    NSYM_TRY(nsym_text_body(report, text, html));
    for (size_t i = 0; i < report->figures; i++)
        if (strcmp(report->figure[i].name, name) == 0) *shown = &report->figure[i];
    if (*name && !*shown)
        return nsym_fail_at(report->card, nsym_node_at(node, "figure"), "answer.figure: there is no figure '%s'", name);
    if (*shown) write_figure(report, *shown, html);
    fputs("</section>\n", html);
    return NSYM_OK;
}

/* What a reader should know before anything else. */
static void write_notes(const nsym_report *report, FILE *html) {
    const nsym_texts *notes = &report->results->notes;
    for (size_t i = 0; i < notes->count; i++) {
        fputs("<p class=\"note\">", html);
        nsym_html_markup(html, notes->text[i]);
        fputs("</p>\n", html);
    }
}

/* What is missing, at the top, with where to look. */
static void write_missing(const nsym_report *report, FILE *html) {
    size_t missing = 0;
    for (size_t i = 0; i < report->tables; i++) missing += report->table[i].note != NULL;
    for (size_t i = 0; i < report->figures; i++) missing += report->figure[i].note != NULL;
    if (!missing) return;
    fprintf(
        html,
        "<p class=\"note\">%zu of %zu tables and figures cannot be shown. The reason is given in the place of each: ",
        missing, report->tables + report->figures);
    const char *before = "";
    for (size_t i = 0; i < report->tables; i++)
        if (report->table[i].note) {
            fprintf(html, "%s<a href=\"#table-%s\">%s</a>", before, report->table[i].name, report->table[i].name);
            before = ", ";
        }
    for (size_t i = 0; i < report->figures; i++)
        if (report->figure[i].note) {
            fprintf(html, "%s<a href=\"#figure-%s\">%s</a>", before, report->figure[i].name, report->figure[i].name);
            before = ", ";
        }
    fputs(".</p>\n", html);
}

static void write_foot(FILE *html) {
    fputs("<footer>Tables show mean ± error; a line below each says which error it is. Pull: (ours − paper) divided by "
          "the error of the difference, which includes the spreads of both and the statistical error of two test "
          "samples. Pulls beyond 2 are yellow, pulls beyond 3 are red.\n<p>To change a figure's style, edit its "
          "script NAME.gp (its numbers are in NAME.csv) and draw it again. This page keeps the old drawing:</p>"
          "<pre>cd DIR/figures &amp;&amp; gnuplot NAME.gp</pre><p>To write this page, its tables and figures again "
          "from the results:</p><pre>nearsym study report DIR</pre></footer>\n</body></html>\n",
          html);
}

nsym_status nsym_html_page(const nsym_report *report, FILE *html) {
    const nsym_figure *shown = NULL; /* with the answer, and not again below */
    write_head(report, html);
    NSYM_TRY(write_answer(report, &shown, html));
    nsym_origin_write(report, html);
    write_notes(report, html);
    write_missing(report, html);
    write_contents(report, html);
    NSYM_TRY(nsym_text_write(report, html));
    write_tables(report, html);
    write_figures(report, shown, html);
    nsym_origin_write_card(report, html);
    write_foot(html);
    return NSYM_OK;
}
