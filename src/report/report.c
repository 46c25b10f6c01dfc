#include <nearsym/report.h>

#include "base/atomic_file.h"
#include "base/fail.h"
#include "base/folder.h"
#include "report/defaults.h"
#include "report/gnuplot.h"
#include "report/html.h"
#include "report/template.h"
#include "study/grid.h"
#include <H5public.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for the report");
}

/* The entries of a card's list `key`; none where it is missing. */
static nsym_status entries(const nsym_tree *card, const char *key, const nsym_node **list, size_t *count) {
    *list = nsym_node_at(card->root, key);
    *count = *list ? (*list)->count : 0;
    if (*list && (*list)->kind != NSYM_LIST) return nsym_fail_at(card, *list, "%s must be a list", key);
    return NSYM_OK;
}

/* Is an experiment of the card left out of this run? */
static bool is_skipped(const nsym_tree *card, const char *name) {
    const nsym_node *experiments = nsym_node_at(card->root, "experiments");
    const nsym_node *experiment = experiments ? nsym_node_at(experiments, name) : NULL;
    return experiment && nsym_grid_skips(card, experiment);
}

/* Is a table or figure of experiments that this run left out, all of them? Then nobody misses it. */
static bool is_left_out(const nsym_tree *card, const nsym_node *entry) {
    const nsym_node *where = entry->kind == NSYM_MAP ? nsym_node_at(entry, "where") : NULL;
    const nsym_node *named = where && where->kind == NSYM_MAP ? nsym_node_at(where, "experiment") : NULL;
    if (!named) return false;
    if (named->kind == NSYM_SCALAR) return is_skipped(card, named->text);
    for (size_t i = 0; i < named->count; i++)
        if (named->child[i]->kind != NSYM_SCALAR || !is_skipped(card, named->child[i]->text)) return false;
    return named->count > 0;
}

static nsym_status read_tables(nsym_report *report) {
    const nsym_node *list;
    size_t count;
    NSYM_TRY(entries(report->card, "tables", &list, &count));
    report->table = nsym_arena_alloc(report->arena, count + 1, sizeof *report->table);
    if (!report->table) return no_memory();
    for (size_t i = 0; i < count; i++) {
        nsym_table *table = &report->table[report->tables];
        const char *where = nsym_arena_printf(report->arena, "tables[%zu]", i);
        if (!where) return no_memory();
        NSYM_TRY(nsym_table_read(table, report->arena, report->card, list->child[i], where, report->results));
        NSYM_TRY(nsym_template_fill(report, table->caption, &table->caption));
        for (size_t k = 0; k < report->tables; k++)
            if (strcmp(report->table[k].name, table->name) == 0)
                return nsym_fail_at(report->card, list->child[i], "two tables are named '%s'", table->name);
        report->tables += !(table->note && is_left_out(report->card, list->child[i]));
    }
    return NSYM_OK;
}

static nsym_status make_folder(const nsym_report *report, const char *name) {
    const char *path = nsym_arena_printf(report->arena, "%s/%s", report->results->folder, name);
    if (!path) return no_memory();
    return nsym_folder_make(path);
}

static nsym_status write_table(const nsym_report *report, const nsym_table *table, const char *ending,
                               void (*write)(const nsym_table *, FILE *)) {
    const char *path =
        nsym_arena_printf(report->arena, "%s/tables/%s.%s", report->results->folder, table->name, ending);
    nsym_atomic_file *file;
    FILE *stream;
    if (!path) return no_memory();
    NSYM_TRY(nsym_atomic_stream_open(&file, &stream, path));
    write(table, stream);
    return nsym_atomic_stream_close(file, stream, NSYM_OK);
}

static nsym_status write_tables(const nsym_report *report) {
    NSYM_TRY(make_folder(report, "tables"));
    for (size_t i = 0; i < report->tables; i++) {
        NSYM_TRY(write_table(report, &report->table[i], "csv", nsym_table_csv));
        NSYM_TRY(write_table(report, &report->table[i], "md", nsym_table_markdown));
    }
    return NSYM_OK;
}

static nsym_status draw(nsym_figure *figure) {
    char *note = NULL;
    NSYM_TRY(nsym_gnuplot_run(figure->results->folder, figure->name, &note));
    if (!note) return NSYM_OK;
    figure->note = nsym_arena_strdup(figure->arena, note);
    free(note);
    return figure->note ? NSYM_OK : no_memory();
}

static nsym_status write_figures(nsym_report *report) {
    const nsym_node *list;
    size_t count;
    NSYM_TRY(entries(report->card, "figures", &list, &count));
    NSYM_TRY(make_folder(report, "figures"));
    report->figure = nsym_arena_alloc(report->arena, count + 1, sizeof *report->figure);
    if (!report->figure) return no_memory();
    for (size_t i = 0; i < count; i++) {
        nsym_figure *figure = &report->figure[report->figures];
        const char *where = nsym_arena_printf(report->arena, "figures[%zu]", i);
        if (!where) return no_memory();
        NSYM_TRY(nsym_figure_write(figure, report->arena, report->card, list->child[i], where, report->results));
        NSYM_TRY(nsym_template_fill(report, figure->caption, &figure->caption));
        for (size_t k = 0; k < report->figures; k++)
            if (strcmp(report->figure[k].name, figure->name) == 0)
                return nsym_fail_at(report->card, list->child[i], "two figures are named '%s'", figure->name);
        if (figure->note && is_left_out(report->card, list->child[i])) continue;
        if (!figure->note) NSYM_TRY(draw(figure));
        report->figures++;
    }
    return NSYM_OK;
}

/* Every curve of the paper belongs to a figure of the card. */
static nsym_status check_published(const nsym_tree *card, const nsym_results *results) {
    const nsym_published *all = &results->published;
    const nsym_node *list;
    size_t count;
    NSYM_TRY(entries(card, "figures", &list, &count));
    for (size_t i = 0; count > 0 && i < all->count; i++) {
        bool found = false;
        for (size_t k = 0; k < count; k++) {
            const nsym_node *name = nsym_node_at(list->child[k], "name");
            found |= name && name->kind == NSYM_SCALAR && strcmp(name->text, all->curve[i].figure) == 0;
        }
        if (!found)
            return nsym_fail(NSYM_EINVAL,
                             "%s/reference.yaml: curves[%zu] is of figure '%s', which the card does not have",
                             results->folder, i, all->curve[i].figure);
    }
    return NSYM_OK;
}

/* When the results were written, so that a report written anew says the same. */
static nsym_status describe(nsym_report *report) {
    const char *path = report->results->path;
    char date[64] = "", gnuplot[128];
    struct stat state;
    struct tm local;
    if (path && stat(path, &state) == 0 && localtime_r(&state.st_mtime, &local))
        strftime(date, sizeof date, "%Y-%m-%d %H:%M", &local);
    nsym_gnuplot_version(gnuplot, sizeof gnuplot);
    const char *version = report->results->version;
    report->date = nsym_arena_strdup(report->arena, date);
    report->versions = nsym_arena_printf(report->arena, "nearsym%s%s, HDF5 %d.%d.%d, jansson %s%s%s",
                                         *version ? " " : "", version, H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE,
                                         JANSSON_VERSION, *gnuplot ? ", " : "", gnuplot);
    return report->date && report->versions ? NSYM_OK : no_memory();
}

/* The page appears whole or not at all. */
static nsym_status write_page(const nsym_report *report) {
    const char *path = nsym_arena_printf(report->arena, "%s/report.html", report->results->folder);
    if (!path) return no_memory();
    nsym_atomic_file *page;
    FILE *stream;
    NSYM_TRY(nsym_atomic_stream_open(&page, &stream, path));
    return nsym_atomic_stream_close(page, stream, nsym_html_page(report, stream));
}

static nsym_status write_all(nsym_report *report) {
    NSYM_TRY(read_tables(report));
    NSYM_TRY(write_tables(report));
    NSYM_TRY(write_figures(report));
    NSYM_TRY(describe(report));
    return write_page(report);
}

static nsym_status write_text(nsym_report *report, char **text) {
    NSYM_TRY(read_tables(report));
    size_t size;
    FILE *stream = open_memstream(text, &size);
    if (!stream) return no_memory();
    for (size_t i = 0; i < report->tables; i++) {
        if (i) fputc('\n', stream);
        nsym_table_text(&report->table[i], stream);
    }
    if (fclose(stream) == 0) return NSYM_OK;
    free(*text);
    *text = NULL;
    return no_memory();
}

/* What both functions begin with: card and results in memory. */
static nsym_status open_folder(const char *folder, nsym_tree **card, nsym_results **results, nsym_arena **arena) {
    NSYM_TRY(nsym_results_read(results, folder));
    *arena = nsym_arena_new();
    const char *path = *arena ? nsym_arena_printf(*arena, "%s/study.resolved.yaml", folder) : NULL;
    if (!path) return no_memory();
    NSYM_TRY(nsym_tree_read(card, path));
    NSYM_TRY(nsym_results_add_published(*results, *card));
    NSYM_TRY(check_published(*card, *results));
    return nsym_defaults_lay(*card, *results, *arena);
}

/* A line for each table and figure that has a note; NULL where none has. */
static nsym_status tell_missing(const nsym_report *report, char **missing) {
    size_t size = 0;
    FILE *stream = open_memstream(missing, &size);
    if (!stream) return no_memory();
    for (size_t i = 0; i < report->tables; i++)
        if (report->table[i].note) fprintf(stream, "table '%s': %s\n", report->table[i].name, report->table[i].note);
    for (size_t i = 0; i < report->figures; i++)
        if (report->figure[i].note)
            fprintf(stream, "figure '%s': %s\n", report->figure[i].name, report->figure[i].note);
    if (fclose(stream) != 0) return no_memory();
    if (size > 0) return NSYM_OK;
    free(*missing);
    *missing = NULL;
    return NSYM_OK;
}

/* Writes the page and tells what is missing, or, where `text` is there, the tables into it. */
static nsym_status report_on(const char *folder, char **text, char **missing) {
    nsym_tree *card = NULL;
    nsym_results *results = NULL;
    nsym_arena *arena = NULL;
    nsym_status status = open_folder(folder, &card, &results, &arena);
    nsym_report report = {.card = card, .results = results, .arena = arena, .date = "", .versions = ""};
    if (status == NSYM_OK) status = text ? write_text(&report, text) : write_all(&report);
    if (status == NSYM_OK && missing) status = tell_missing(&report, missing);
    nsym_arena_free(arena);
    nsym_results_free(results);
    nsym_tree_free(card);
    return status;
}

nsym_status nsym_report_write(const char *folder) {
    return report_on(folder, NULL, NULL);
}

nsym_status nsym_report_draw(char **missing, const char *folder) {
    *missing = NULL;
    return report_on(folder, NULL, missing);
}

nsym_status nsym_report_table_text(char **text, const char *folder) {
    *text = NULL;
    return report_on(folder, text, NULL);
}
