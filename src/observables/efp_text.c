/* A graph as texts for people: identity, edges, formula, picture. */
#include "observables/efp_graph.h"

#include "base/atomic_file.h"
#include "base/fail.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* A text that is cut where it is full; `length` is that of the whole. */
typedef struct line {
    char *text;
    size_t size, length;
} line;

static void say(line *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(line *l, const char *format, ...) {
    bool room = l->length < l->size;
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(room ? l->text + l->length : NULL, room ? l->size - l->length : 0, format, arguments);
    va_end(arguments);
    if (n > 0) l->length += (size_t)n;
}

size_t nsym_efp_identity(const nsym_efp_graph *g, char *text, size_t size) {
    line l = {text, size, 0};
    for (unsigned i = 0; i < g->p; i++) say(&l, "(%d,%d,%d)", g->factor[i][0], g->factor[i][1], g->factor_k[i]);
    return l.length;
}

size_t nsym_efp_edges(const nsym_efp_graph *g, char *text, size_t size) {
    line l = {text, size, 0};
    if (size > 0) text[0] = '\0';
    for (unsigned i = 0; i < g->e; i++)
        for (unsigned m = 0; m < g->multiplicity[i]; m++)
            say(&l, "%s%d-%d", l.length > 0 ? " " : "", g->ends[i][0], g->ends[i][1]);
    return l.length;
}

/* Vertices are a, b, c, ... */
size_t nsym_efp_formula(const nsym_efp_graph *g, nsym_efp_style style, char *text, size_t size) {
    line l = {text, size, 0};
    bool latex = style == NSYM_EFP_LATEX;
    say(&l, latex ? "\\sum_{" : "sum_");
    for (unsigned v = 0; v < g->n; v++) say(&l, "%c", (char)('a' + (int)v));
    if (latex) say(&l, "}");
    for (unsigned v = 0; v < g->n; v++) say(&l, latex ? " z_{%c}" : " z_%c", (char)('a' + (int)v));
    for (unsigned i = 0; i < g->e; i++) {
        say(&l, latex ? " \\theta_{%c%c}" : " theta_%c%c", (char)('a' + g->ends[i][0]), (char)('a' + g->ends[i][1]));
        if (g->multiplicity[i] > 1) say(&l, latex ? "^{%d}" : "^%d", g->multiplicity[i]);
    }
    return l.length;
}

static bool is_between(unsigned at, unsigned a, unsigned b) {
    return a < b ? a < at && at < b : b < at && at < a;
}

/* Pairs of edges that cross when vertex v stands at place[v] of a circle. */
static unsigned crossings(const nsym_efp_graph *g, const unsigned *place) {
    unsigned count = 0;
    for (unsigned i = 0; i < g->e; i++)
        for (unsigned j = 0; j < i; j++) {
            unsigned a = place[g->ends[i][0]], b = place[g->ends[i][1]];
            unsigned c = place[g->ends[j][0]], d = place[g->ends[j][1]];
            bool apart = a != c && a != d && b != c && b != d;
            count += apart && is_between(c, a, b) != is_between(d, a, b);
        }
    return count;
}

static void swap(unsigned *a, unsigned *b) {
    unsigned kept = *a;
    *a = *b;
    *b = kept;
}

/* Places of the vertices: two are swapped as long as that leaves fewer crossings. */
static void choose_places(const nsym_efp_graph *g, unsigned *place) {
    for (unsigned v = 0; v < g->n; v++) place[v] = v;
    for (unsigned fewest = crossings(g, place), before = fewest + 1; fewest < before;) {
        before = fewest;
        for (unsigned v = 0; v < g->n; v++)
            for (unsigned w = 0; w < v; w++) {
                swap(&place[v], &place[w]);
                unsigned now = crossings(g, place);
                if (now < fewest)
                    fewest = now;
                else
                    swap(&place[v], &place[w]);
            }
    }
}

void nsym_efp_places(const nsym_efp_graph *g, double at[NSYM_EFP_VERTICES_MAX][2]) {
    unsigned place[NSYM_EFP_VERTICES_MAX];
    double turn = 2 * acos(-1) / g->n, radius = g->n > 1;
    choose_places(g, place);
    for (unsigned v = 0; v < g->n; v++) {
        double angle = turn * (place[v] + (g->n % 2 ? -0.25 * g->n : 0.5)) - (g->n % 2 ? 0 : turn);
        at[v][0] = radius * cos(angle), at[v][1] = radius * sin(angle);
    }
}

size_t nsym_efp_svg(const nsym_efp_graph *g, char *text, size_t size) {
    line l = {text, size, 0};
    double at[NSYM_EFP_VERTICES_MAX][2], x[NSYM_EFP_VERTICES_MAX], y[NSYM_EFP_VERTICES_MAX];
    nsym_efp_places(g, at);
    for (unsigned v = 0; v < g->n; v++) x[v] = 60 + 40 * at[v][0], y[v] = 60 + 40 * at[v][1];
    say(&l, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"120\" height=\"120\" viewBox=\"0 0 120 120\">\n");
    for (unsigned i = 0; i < g->e; i++) {
        unsigned a = g->ends[i][0], b = g->ends[i][1], n = g->multiplicity[i];
        for (unsigned m = 0; m < n; m++) { /* arcs side by side, bent at right angles to the edge */
            double bend = (m - 0.5 * (n - 1)) * 16 / hypot(x[b] - x[a], y[b] - y[a]);
            say(&l, "<path d=\"M%.1f %.1fQ%.1f %.1f %.1f %.1f\" fill=\"none\" stroke=\"#333\" stroke-width=\"2\"/>\n",
                x[a], y[a], 0.5 * (x[a] + x[b]) + bend * (y[a] - y[b]), 0.5 * (y[a] + y[b]) + bend * (x[b] - x[a]),
                x[b], y[b]);
        }
    }
    for (unsigned v = 0; v < g->n; v++)
        say(&l, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"#06c\"/>\n", x[v], y[v]);
    say(&l, "</svg>\n");
    return l.length;
}

nsym_status nsym_efp_draw(const nsym_efp_graph *g, const char *path) {
    nsym_atomic_file *file;
    FILE *stream;
    size_t n = nsym_efp_svg(g, NULL, 0);
    char *picture = malloc(n + 1);
    if (!picture) return nsym_fail(NSYM_ENOMEM, "no memory for %s", path);
    nsym_efp_svg(g, picture, n + 1);
    nsym_status status = nsym_atomic_stream_open(&file, &stream, path);
    if (status == NSYM_OK) {
        fwrite(picture, 1, n, stream);
        status = nsym_atomic_stream_close(file, stream, NSYM_OK);
    }
    free(picture);
    return status;
}
