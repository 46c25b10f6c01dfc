#include "report/gnuplot.h"

#include "base/fail.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Okabe & Ito's palette, without its yellow, told apart with any colour vision; and four more for many models. */
static const char *const palette[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9",
                                      "#E69F00", "#555555", "#7A4FA3", "#8C1C2E", "#8A8A00"};
enum { COLOURS = sizeof palette / sizeof *palette };

/* Pixels; a script's fractions are computed from them. */
enum {
    LEFT = 124,
    RIGHT = 28,
    BOTTOM = 84,
    TOP = 14,
    GAP = 44,
    TITLE = 30,
    LEGEND = 28,
    LABEL = 54,
    SCALE = 130,
    LOWER = 110, /* a lower pane, and what is between it and its panel: */
    JOINT = 12,
    SAMPLE = 106
};

/* Of the legend, as gnuplot counts: it puts as many texts into a line as have room by this. */
static const double CHARACTER = 10.8;

static double panel_width(const nsym_sheet *sheet) {
    static const double width[] = {560, 400, 320, 260};
    return width[sheet->columns < 4 ? sheet->columns - 1 : 3];
}

static double panel_height(const nsym_sheet *sheet) {
    if (sheet->aspect > 0) return sheet->aspect * panel_width(sheet);
    if (sheet->rows > 1) return 230;
    return sheet->columns > 1 ? 300 : 350;
}

/* With its lower pane. */
static double pane_height(const nsym_sheet *sheet) {
    return panel_height(sheet) + (sheet->lower ? JOINT + LOWER : 0);
}

/* Between two panels side by side. */
static double gap_of(const nsym_sheet *sheet) {
    return sheet->own_scales ? SCALE : sheet->same_y ? GAP : LEFT;
}

/* Between two panels one below the other. */
static double row_gap(const nsym_sheet *sheet) {
    return sheet->own_x ? GAP + LABEL : GAP;
}

static double sheet_width(const nsym_sheet *sheet) {
    double columns = (double)sheet->columns, gap = gap_of(sheet);
    return LEFT + columns * panel_width(sheet) + (columns - 1) * gap + (sheet->colour_scale ? SCALE : RIGHT);
}

size_t nsym_sheet_legend_lines(const nsym_sheet *sheet, size_t entries, size_t characters) {
    double room = 0.96 * sheet_width(sheet) / ((double)characters * CHARACTER + SAMPLE);
    size_t in_line = room < 1 ? 1 : (size_t)room;
    return (entries + in_line - 1) / in_line;
}

size_t nsym_gp_width(const char *enhanced) {
    size_t width = 0;
    for (; *enhanced; enhanced++) width += ((unsigned char)*enhanced & 0xC0) != 0x80 && !strchr("_^{}\\", *enhanced);
    return width;
}

void nsym_gp_remark(FILE *gp, const char *text) {
    for (; *text; text++) fputc((unsigned char)*text < ' ' || *text == 127 || *text == '\\' ? ' ' : *text, gp);
}

void nsym_gp_quote(FILE *gp, const char *enhanced) {
    fputc('\'', gp);
    for (; *enhanced; enhanced++) {
        if ((unsigned char)*enhanced < ' ' || *enhanced == 127)
            fputc(' ', gp);
        else if (*enhanced == '\'')
            fputs("''", gp);
        else if (*enhanced == '&')
            fputs("and", gp); /* gnuplot 5 writes svg that does not parse with it */
        else
            fputc(*enhanced, gp);
    }
    fputc('\'', gp);
}

const char *nsym_gp_plain(nsym_arena *arena, const char *text) {
    char *plain = nsym_arena_alloc(arena, 2 * strlen(text) + 1, 1), *end = plain;
    if (!plain) return "";
    for (; *text; text++) {
        if (strchr("^_{}@~\\", *text)) *end++ = '\\';
        *end++ = *text;
    }
    return plain;
}

void nsym_gp_linetype(FILE *gp, size_t number, const char *remark) {
    fprintf(gp, "set linetype %zu lc rgb '%s' lw 2.2 pt 7 # ", number, palette[(number - 1) % COLOURS]);
    nsym_gp_remark(gp, remark);
    fputc('\n', gp);
}

void nsym_sheet_begin(nsym_sheet *sheet) {
    const nsym_figure *figure = sheet->figure;
    FILE *gp = sheet->gp;
    double rows = (double)sheet->rows;
    sheet->width = sheet_width(sheet);
    sheet->height = TOP + (double)sheet->legend_lines * LEGEND + BOTTOM + rows * pane_height(sheet) +
                    (rows - 1) * row_gap(sheet) + (sheet->titles ? rows * TITLE : 0);
    fputs("# ", gp);
    nsym_gp_remark(gp, figure->title);
    fprintf(gp,
            "\n# The numbers are in %s.csv. Change what you like, then draw again in this folder: gnuplot %s.gp\n\n",
            figure->name, figure->name);
    fprintf(gp, "set encoding utf8\n"
                "set datafile separator comma\n"
                "set datafile columnheaders\n"
                "set datafile missing NaN\n"
                "set style fill transparent solid 0.2 noborder\n");
}

/* Fonts of the PDF are those of the SVG: 18 pixels are 12 points. */
void nsym_sheet_loop(const nsym_sheet *sheet) {
    FILE *gp = sheet->gp;
    const char *name = sheet->figure->name;
    fprintf(gp, "\ndo for [format in 'svg pdf'] {\n");
    fprintf(gp,
            "  if (format eq 'svg') {\n"
            "    set terminal svg size %.0f,%.0f dynamic enhanced background 'white' font 'Arial,18'\n"
            "  } else {\n"
            "    set terminal pdfcairo size %.2fin,%.2fin enhanced font 'Sans,18' fontscale 0.667 lw 1.4\n"
            "  }\n"
            "  set output exists(format) ? value(format) : '%s.'.format\n"
            "  set multiplot\n"
            "  unset key\n"
            "  set border 31 lw 1.2 lc rgb '#444444'; set tics in scale 0.9, 0.45 textcolor rgb '#222222'; set mxtics; "
            "set mytics\n",
            sheet->width, sheet->height, sheet->width / 100, sheet->height / 100, name);
    if (sheet->axes) fprintf(gp, "  %s\n", sheet->axes);
}

/* Where the next plot stands, in fractions of the sheet. */
static void set_margins(FILE *gp, double left, double right, double bottom, double top) {
    fprintf(gp,
            "\n  set lmargin at screen %.4f; set rmargin at screen %.4f; set bmargin at screen %.4f; "
            "set tmargin at screen %.4f\n",
            left, right, bottom, top);
}

/* A panel's left edge from the sheet's, and its upper edge from the sheet's upper one, in pixels. */
static double left_of(const nsym_sheet *sheet, size_t column) {
    return LEFT + (double)column * (panel_width(sheet) + gap_of(sheet));
}
static double top_of(const nsym_sheet *sheet, size_t row) {
    double head = sheet->titles ? TITLE : 0;
    return TOP + (double)sheet->legend_lines * LEGEND + head +
           (double)row * (pane_height(sheet) + row_gap(sheet) + head);
}

void nsym_sheet_scale(const nsym_sheet *sheet, size_t index, const char *name) {
    size_t first = sheet->own_scales ? index / sheet->columns : 0;
    size_t last = sheet->own_scales ? first : sheet->rows - 1;
    size_t column = sheet->own_scales ? index % sheet->columns : sheet->columns - 1;
    if (index > 0 && !sheet->own_scales) {
        fputs("  unset colorbox; unset label 1\n", sheet->gp);
        return;
    }
    double left = left_of(sheet, column) + panel_width(sheet) + 16, top = top_of(sheet, first),
           bottom = top_of(sheet, last) + panel_height(sheet);
    fprintf(sheet->gp, "  set colorbox user origin screen %.4f, screen %.4f size screen %.4f, screen %.4f\n",
            left / sheet->width, 1 - bottom / sheet->height, 18 / sheet->width, (bottom - top) / sheet->height);
    fputs("  set label 1 ", sheet->gp);
    nsym_gp_quote(sheet->gp, name);
    fprintf(sheet->gp, " at screen %.4f, screen %.4f left\n", (left - 6) / sheet->width,
            1 - (top - 0.8 * TITLE) / sheet->height);
}

/* Does the panel stand at the bottom, or have an x axis of its own? */
static bool has_x_axis(const nsym_sheet *sheet, size_t index) {
    size_t panels = sheet->panels ? sheet->panels : sheet->rows * sheet->columns;
    return sheet->own_x || index + sheet->columns >= panels;
}

static void set_axes(const nsym_sheet *sheet, size_t index, bool bottom, const char *ylabel) {
    size_t column = index % sheet->columns;
    bool first = column == 0 || !sheet->same_y;
    fputs("  set xlabel ", sheet->gp);
    nsym_gp_quote(sheet->gp, bottom ? sheet->xlabel : "");
    fprintf(sheet->gp, " offset 0,0.3; set format x '%s'\n  set ylabel ", bottom ? "%h" : "");
    nsym_gp_quote(sheet->gp, column == 0 ? ylabel : "");
    fprintf(sheet->gp, " offset 0.4,0; set format y '%s'\n", first ? "%h" : "");
}

void nsym_sheet_panel(const nsym_sheet *sheet, size_t index, const char *title) {
    FILE *gp = sheet->gp;
    size_t row = index / sheet->columns, column = index % sheet->columns;
    double left = left_of(sheet, column), top = top_of(sheet, row);
    set_margins(gp, left / sheet->width, (left + panel_width(sheet)) / sheet->width,
                1 - (top + panel_height(sheet)) / sheet->height, 1 - top / sheet->height);
    if (sheet->titles) {
        fputs("  set title ", gp);
        nsym_gp_quote(gp, title);
        fputs(" offset 0,-0.6\n", gp);
    }
    set_axes(sheet, index, has_x_axis(sheet, index) && !sheet->lower, sheet->ylabel);
}

void nsym_sheet_lower(const nsym_sheet *sheet, size_t index, const char *ylabel) {
    double left = left_of(sheet, index % sheet->columns);
    double top = top_of(sheet, index / sheet->columns) + panel_height(sheet) + JOINT;
    set_margins(sheet->gp, left / sheet->width, (left + panel_width(sheet)) / sheet->width,
                1 - (top + LOWER) / sheet->height, 1 - top / sheet->height);
    fputs("  unset title\n", sheet->gp);
    set_axes(sheet, index, has_x_axis(sheet, index), ylabel);
}

void nsym_sheet_legend(const nsym_sheet *sheet) {
    double low = 1 - (TOP / 2. + (double)sheet->legend_lines * LEGEND) / sheet->height;
    fputs("\n  # The legend", sheet->gp);
    set_margins(sheet->gp, 0.02, 0.98, low, 1 - TOP / 2. / sheet->height);
    fputs("  unset border; unset tics; unset xlabel; unset ylabel; unset title; unset logscale\n"
          "  set key reverse Left center center horizontal samplen 2.2\n"
          "  plot [0:1] [0:1] ",
          sheet->gp);
}

void nsym_sheet_end(const nsym_sheet *sheet) {
    fputs("  unset multiplot\n"
          "  unset output\n"
          "}\n",
          sheet->gp);
}

void nsym_csv_text(FILE *csv, const char *text) {
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, csv);
        return;
    }
    fputc('"', csv);
    for (; *text; text++) {
        if (*text == '"') fputc('"', csv);
        fputc(*text == '\r' || *text == '\n' ? ' ' : *text, csv); /* a row stays a line */
    }
    fputc('"', csv);
}

void nsym_csv_number(FILE *csv, double value) {
    if (isfinite(value)) fprintf(csv, "%.9g", value);
}
