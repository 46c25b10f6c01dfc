#include "report/origin.h"

#include <math.h>
#include <string.h>

/* "3 min 12 s" */
static void write_duration(FILE *html, double seconds) {
    if (!isfinite(seconds) || seconds < 0)
        fputs("unknown", html);
    else if (seconds < 60)
        fprintf(html, "%.1f s", seconds);
    else if (seconds < 3600)
        fprintf(html, "%.0f min %.0f s", floor(seconds / 60), floor(fmod(seconds, 60)));
    else
        fprintf(html, "%.0f h %.0f min", floor(seconds / 3600), floor(fmod(seconds, 3600) / 60));
}

static void fact(FILE *html, const char *name, const char *value) {
    if (!*value) return;
    fprintf(html, "<div><dt>%s</dt><dd>", name);
    nsym_html_text(html, value);
    fputs("</dd></div>", html);
}

/* "1", or "5 to 20" where experiments differ; as trainings of every point. */
static void write_members(const nsym_results *results, FILE *html) {
    size_t least = SIZE_MAX, most = 0;
    for (size_t i = 0; i < results->count; i++) {
        size_t members = results->result[i].members;
        if (members && members < least) least = members;
        if (members > most) most = members;
    }
    if (!most) return;
    fprintf(html, "<div><dt>members</dt><dd>%zu", least);
    if (most > least) fprintf(html, " to %zu", most);
    fputs("</dd></div>", html);
}

static void write_seed(const nsym_report *report, FILE *html) {
    const nsym_node *seed = nsym_node_at(report->card->root, "seed");
    fact(html, "seed", seed && seed->kind == NSYM_SCALAR && *seed->text ? seed->text : "1");
}

void nsym_origin_write(const nsym_report *report, FILE *html) {
    const nsym_results *results = report->results;
    const nsym_origin *origin = &results->origin;
    if (*results->rerun) {
        fputs("<p class=\"below\">To run the study again or to continue it:</p><pre>", html);
        nsym_html_text(html, results->rerun);
        fputs("</pre>\n", html);
    }
    fputs("<dl class=\"facts\">", html);
    fact(html, "study", results->study);
    fact(html, "preset", results->preset);
    write_seed(report, html);
    write_members(results, html);
    fact(html, "date", report->date);
    fputs("<div><dt>training</dt><dd>", html);
    if (origin->runs > 0) fprintf(html, "%.0f run%s, ", origin->runs, origin->runs > 1 ? "s" : "");
    write_duration(html, results->seconds);
    fputs(origin->runs > 0 ? " of one core</dd></div>" : "</dd></div>", html);
    if (origin->elapsed > 0) {
        fputs("<div><dt>wall-clock time</dt><dd>", html);
        write_duration(html, origin->elapsed);
        fputs("</dd></div>", html);
    }
    fact(html, "CPU instructions", origin->cpu);
    fact(html, "made with", report->versions);
    fputs("</dl>\n", html);
}

static void write_sources(const nsym_origin *origin, FILE *html) {
    if (!origin->sources) return;
    fputs("<h3>Input files</h3><div class=\"scroll\"><table><thead><tr><th></th><th>file</th><th "
          "class=\"n\">bytes</th><th class=\"n\">CRC-32</th></tr></thead><tbody>",
          html);
    for (size_t i = 0; i < origin->sources; i++) {
        const nsym_source_file *file = &origin->source[i];
        fputs("<tr><td>", html);
        nsym_html_text(html, file->role);
        fputs("</td><td class=\"path\">", html);
        nsym_html_text(html, file->path);
        fprintf(html, "</td><td class=\"n\">%.0f</td><td class=\"n\"><code>", file->bytes);
        nsym_html_text(html, file->crc32);
        fputs("</code></td></tr>", html);
    }
    fputs("</tbody></table></div>\n<p class=\"below\">Paths are relative to <code>", html);
    nsym_html_text(html, origin->folder);
    fputs("</code>.</p>\n", html);
}

static void write_settings(const nsym_report *report, FILE *html) {
    const nsym_origin *origin = &report->results->origin;
    if (!origin->settings) return;
    fputs("<h3>Set on the command line</h3><pre>", html);
    for (size_t i = 0; i < origin->settings; i++) {
        nsym_html_text(html, origin->setting[i]);
        fputc('\n', html);
    }
    fputs("</pre>\n", html);
}

/* The card as it stands in the folder. */
static void write_card(const nsym_report *report, FILE *html) {
    FILE *card = fopen(report->card->name, "rb");
    char line[4096];
    if (!card) return;
    fputs("<h3>The card with the preset and these settings</h3><pre>", html);
    while (fgets(line, sizeof line, card)) nsym_html_text(html, line);
    fputs("</pre>\n", html);
    fclose(card);
}

void nsym_origin_write_card(const nsym_report *report, FILE *html) {
    fputs("<details id=\"card\"><summary>Input files, settings and the complete card</summary>\n", html);
    write_sources(&report->results->origin, html);
    write_settings(report, html);
    write_card(report, html);
    fputs("</details>\n", html);
}
