/* Energy-flow polynomials as pictures: their multigraphs side by side, with name, exponents and formula. They are named
   by the card, or are those that searches added, in the order of their steps. */
#include "base/fail.h"
#include "observables/efp_graph.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include <math.h>
#include <nearsym/observables.h>
#include <stdlib.h>
#include <string.h>

/* Pixels. */
enum { WIDTH = 230, RADIUS = 68, VERTEX = 8, MARGIN = 26, TITLE = 40, PICTURE = 200, LINE = 27, BEND = 26 };
enum {
    GRAPHS = 100 /* in a figure, at most */,
    ARC = 16 /* pieces of a bent edge */,
    LETTER = 12,
    FORMULA = 640,
    FEWEST = 5 /* places in a row */
};

typedef struct polynomial {
    const char *name, *panel, *step; /* panel "" without panels, step "" where the card names it */
    double kappa, beta;
    nsym_efp_graph graph;
    double left, top; /* of its place */
} polynomial;

typedef struct graphs {
    nsym_figure *figure;
    size_t count, columns;
    polynomial *polynomial; /* (count) by panel, then by step */
    nsym_texts panels;
    double width, height;
    bool two_lines; /* in each formula */
} graphs;

static nsym_status no_memory(const graphs *g) {
    return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", g->figure->name);
}

static nsym_status take_names(graphs *g, const nsym_texts *names) {
    nsym_reader r = g->figure->reader;
    const nsym_node *other = nsym_node_at(r.node, "where");
    if (!other) other = nsym_node_at(r.node, "panels");
    if (other)
        return nsym_fail_at(g->figure->card, other, "%s has names, so it takes no results: leave out '%s'", r.where,
                            other->key);
    if (names->count > GRAPHS)
        return nsym_fail_at(g->figure->card, r.node, "%s.names has %zu names, at most %d are drawn", r.where,
                            names->count, GRAPHS);
    for (size_t i = 0; i < names->count; i++) {
        polynomial *p = &g->polynomial[g->count++];
        *p = (polynomial){.name = names->text[i], .panel = "", .step = ""};
        if (nsym_observable_efp_read(&p->kappa, &p->beta, &p->graph, p->name) != NSYM_OK)
            return nsym_fail_at(g->figure->card, nsym_node_at(r.node, "names"), "%s.names: %s", r.where,
                                nsym_message());
    }
    return nsym_texts_add(&g->panels, g->figure->arena, "");
}

static double step_of(const polynomial *p) {
    return strtod(p->step, NULL);
}

static size_t rank(const graphs *g, const polynomial *p) {
    return nsym_texts_find(&g->panels, p->panel);
}

/* Is `a` to stand before `b`? */
static bool before(const graphs *g, const polynomial *a, const polynomial *b) {
    if (rank(g, a) != rank(g, b)) return rank(g, a) < rank(g, b);
    return step_of(a) < step_of(b);
}

/* What searches added; a start, or a column that is no polynomial, has no graph. */
static nsym_status take_results(graphs *g) {
    nsym_arena *arena = g->figure->arena;
    const nsym_result **rows;
    size_t n, columns;
    NSYM_TRY(nsym_results_select(g->figure->results, arena, "auc_final", &g->figure->filter, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        const char *name = nsym_place_value(&rows[i]->place, "added"),
                   *step = nsym_place_value(&rows[i]->place, "step");
        polynomial p = {.name = name, .panel = nsym_figure_panel(g->figure, &rows[i]->place), .step = step ? step : ""};
        if (!name || !p.panel || nsym_observable_efp_read(&p.kappa, &p.beta, &p.graph, name) != NSYM_OK) continue;
        size_t same = 0;
        while (same < g->count &&
               (strcmp(g->polynomial[same].name, name) != 0 || strcmp(g->polynomial[same].panel, p.panel) != 0))
            same++;
        if (same < g->count) continue;
        if (g->count == GRAPHS)
            return nsym_fail(NSYM_ENOTFOUND, "more than %d polynomials were added%s%s: name the search in `where`",
                             GRAPHS, g->figure->filter.count ? " with " : "",
                             nsym_filter_text(&g->figure->filter, arena));
        g->polynomial[g->count++] = p;
        NSYM_TRY(nsym_texts_add(&g->panels, arena, p.panel));
    }
    if (g->count == 0)
        return nsym_fail(NSYM_ENOTFOUND, "the study has no polynomials that a search added%s%s (yet)",
                         g->figure->filter.count ? " with " : "", nsym_filter_text(&g->figure->filter, arena));
    NSYM_TRY(nsym_figure_sort_panels(g->figure, &g->panels, &columns));
    for (size_t i = 1; i < g->count; i++)
        for (size_t k = i; k > 0 && before(g, &g->polynomial[k], &g->polynomial[k - 1]); k--) {
            polynomial other = g->polynomial[k];
            g->polynomial[k] = g->polynomial[k - 1];
            g->polynomial[k - 1] = other;
        }
    return NSYM_OK;
}

static nsym_status read_card(graphs *g) {
    nsym_texts names = {0};
    NSYM_TRY(nsym_read_size(g->figure->reader, "columns", 1, 8, &g->columns));
    NSYM_TRY(nsym_figure_texts(g->figure, "names", &names));
    g->polynomial = nsym_arena_alloc(g->figure->arena, GRAPHS, sizeof *g->polynomial);
    if (!g->polynomial) return no_memory(g);
    return nsym_node_at(g->figure->reader.node, "names") ? take_names(g, &names) : take_results(g);
}

/* The two parts of a formula for enhanced mode: the sum over vertices, and the angles of edges. */
static void vertices_text(const nsym_efp_graph *graph, char *text) {
    char *end = text + sprintf(text, "Σ_{");
    for (unsigned v = 0; v < graph->n; v++) *end++ = (char)('a' + (int)v);
    end += sprintf(end, "}");
    for (unsigned v = 0; v < graph->n; v++) end += sprintf(end, " z_%c", (char)('a' + (int)v));
}

/* Gnuplot's svg forgets the size of an exponent that is as large as the index before it. */
static void edges_text(const nsym_efp_graph *graph, char *text) {
    char *end = text;
    *end = '\0';
    for (unsigned i = 0; i < graph->e; i++) {
        end +=
            sprintf(end, "%sθ_{%c%c}", i ? " " : "", (char)('a' + graph->ends[i][0]), (char)('a' + graph->ends[i][1]));
        if (graph->multiplicity[i] > 1) end += sprintf(end, "^{/*0.99 %u}", graph->multiplicity[i]);
    }
}

/* Panels begin in a row of their own, below their title. */
static void place(graphs *g) {
    double top = 0;
    size_t column = 0, widest = 0;
    for (size_t i = 0; i < g->count; i++) {
        const nsym_efp_graph *graph = &g->polynomial[i].graph;
        g->two_lines |= 20 + 31 * graph->n + 32 * graph->e > WIDTH; /* about as wide as its formula */
    }
    double row = PICTURE + (g->two_lines ? 4 : 3) * LINE + MARGIN;
    for (size_t i = 0; i < g->count; i++) {
        polynomial *p = &g->polynomial[i];
        bool first = i == 0 || strcmp(p->panel, g->polynomial[i - 1].panel) != 0;
        if (i > 0 && (first || column == g->columns)) top += row, column = 0;
        if (first && *p->panel) top += TITLE;
        p->left = (double)column++ * WIDTH;
        p->top = top;
        if (column > widest) widest = column;
    }
    g->width = (double)(widest > FEWEST ? widest : FEWEST) * WIDTH;
    g->height = top + row;
}

static void write_csv(const graphs *g, FILE *csv) {
    fputs("name,kappa,beta,graph,edges,formula,step", csv);
    if (g->figure->panels) fputc(',', csv);
    if (g->figure->panels) nsym_csv_text(csv, g->figure->panels);
    fputc('\n', csv);
    for (size_t i = 0; i < g->count; i++) {
        const polynomial *p = &g->polynomial[i];
        char identity[FORMULA], edges[FORMULA], formula[FORMULA];
        nsym_efp_identity(&p->graph, identity, sizeof identity);
        nsym_efp_edges(&p->graph, edges, sizeof edges);
        nsym_efp_formula(&p->graph, NSYM_EFP_PLAIN, formula, sizeof formula);
        nsym_csv_text(csv, p->name);
        fprintf(csv, ",%.9g,%.9g,", p->kappa, p->beta);
        nsym_csv_text(csv, identity);
        fprintf(csv, ",%s,%s,", edges, formula);
        nsym_csv_text(csv, p->step);
        if (g->figure->panels) fputc(',', csv);
        if (g->figure->panels) nsym_csv_text(csv, p->panel);
        fputc('\n', csv);
    }
}

/* A parabola from a to b whose middle is `bend` beside the straight line, as points and a blank line. */
static void write_arc(FILE *gp, const double a[2], const double b[2], double bend) {
    double x = b[0] - a[0], y = b[1] - a[1], length = hypot(x, y);
    int pieces = bend != 0 ? ARC : 1;
    for (int i = 0; i <= pieces; i++) {
        double t = (double)i / pieces, aside = 4 * t * (1 - t) * bend / length;
        fprintf(gp, "%.1f,%.1f\n", a[0] + t * x - aside * y, a[1] + t * y + aside * x);
    }
    fputc('\n', gp);
}

/* Points of the edges and vertices of all graphs as data blocks. */
static void write_pictures(const graphs *g, FILE *gp) {
    double at[NSYM_EFP_VERTICES_MAX][2];
    for (int vertices = 0; vertices < 2; vertices++) {
        fprintf(gp, "%s << EOD\nx,y\n", vertices ? "$vertices" : "$edges");
        for (size_t i = 0; i < g->count; i++) {
            const polynomial *p = &g->polynomial[i];
            nsym_efp_places(&p->graph, at);
            for (unsigned v = 0; v < p->graph.n; v++) {
                at[v][0] = p->left + 0.5 * WIDTH + RADIUS * at[v][0];
                at[v][1] = p->top + 0.5 * PICTURE + RADIUS * at[v][1];
                if (vertices) fprintf(gp, "%.1f,%.1f\n", at[v][0], at[v][1]);
            }
            for (unsigned e = 0; !vertices && e < p->graph.e; e++) {
                unsigned n = p->graph.multiplicity[e];
                double step = n > 3 ? 2. * BEND / (n - 1) : 0.75 * BEND;
                for (unsigned m = 0; m < n; m++)
                    write_arc(gp, at[p->graph.ends[e][0]], at[p->graph.ends[e][1]], (m - 0.5 * (n - 1)) * step);
            }
        }
        fputs("EOD\n", gp);
    }
}

static void write_label(FILE *gp, const char *text, double x, double y, const char *how) {
    fputs("  set label ", gp);
    nsym_gp_quote(gp, text);
    fprintf(gp, " at %.1f,%.1f %s\n", x, y, how);
}

static void write_texts(const graphs *g, FILE *gp) {
    nsym_arena *arena = g->figure->arena;
    char vertices[FORMULA], edges[FORMULA];
    for (size_t i = 0; i < g->count; i++) {
        const polynomial *p = &g->polynomial[i];
        const char *label = nsym_figure_label(g->figure, p->name);
        if (*p->step) label = nsym_arena_printf(arena, "%s. %s", nsym_gp_plain(arena, p->step), label);
        const char *exponents =
            nsym_arena_printf(arena, "κ = %s%g, β = %g", p->kappa < 0 ? "−" : "", fabs(p->kappa), p->beta);
        double x = p->left + 0.5 * WIDTH, y = p->top + PICTURE;
        if (*p->panel && (i == 0 || strcmp(p->panel, g->polynomial[i - 1].panel) != 0))
            write_label(gp, nsym_figure_panel_label(g->figure, p->panel), 0.1 * WIDTH, p->top - 0.3 * TITLE,
                        "left font ',20'");
        write_label(gp, label ? label : "", x, y, "center font ',15' tc rgb '#5d6675'");
        write_label(gp, exponents ? exponents : "", x, y + LINE, "center font ',17'");
        vertices_text(&p->graph, vertices);
        edges_text(&p->graph, edges);
        if (g->two_lines) {
            write_label(gp, vertices, x, y + 2 * LINE, "center font ',17'");
            write_label(gp, edges, x, y + 3 * LINE, "center font ',17'");
            continue;
        }
        strcat(strcat(vertices, " "), edges);
        write_label(gp, vertices, x, y + 2 * LINE, "center font ',17'");
    }
}

static void write_script(const graphs *g, FILE *gp) {
    nsym_sheet sheet = {.figure = g->figure, .gp = gp, .rows = 1, .columns = 1};
    nsym_sheet_begin(&sheet);
    sheet.width = g->width;
    sheet.height = g->height;
    fprintf(gp,
            "# Everything stands at its pixels, from the upper left corner\n"
            "set xrange [0:%.0f]\nset yrange [%.0f:0]\nset style fill solid 1 noborder\n",
            g->width, g->height);
    write_pictures(g, gp);
    nsym_sheet_loop(&sheet);
    fputs("  unset border; unset tics\n"
          "  set lmargin at screen 0; set rmargin at screen 1; set bmargin at screen 0; set tmargin at screen 1\n",
          gp);
    write_texts(g, gp);
    fprintf(gp,
            "  plot $edges using 1:2 with lines lw 2 lc rgb '#39414f', \\\n"
            "       $vertices using 1:2:(%d) with circles lc rgb '#0072B2'\n"
            "  unset label\n",
            VERTEX);
    nsym_sheet_end(&sheet);
}

nsym_status nsym_draw_graphs(nsym_figure *figure, FILE *csv, FILE *gp) {
    graphs g = {.figure = figure, .columns = 5};
    NSYM_TRY(read_card(&g));
    place(&g);
    write_csv(&g, csv);
    write_script(&g, gp);
    return NSYM_OK;
}
