/* Writing gnuplot scripts and csv, and running gnuplot. */
#ifndef NSYM_REPORT_GNUPLOT_H
#define NSYM_REPORT_GNUPLOT_H

#include "report/figure.h"

/* How a figure's panels stand: `rows` x `columns`, axes labelled at the left and at the bottom only. */
typedef struct nsym_sheet {
    const nsym_figure *figure;
    FILE *gp;
    size_t rows, columns, panels; /* panels: how many of their places are taken; 0: all */
    size_t legend_lines;          /* lines of the legend above the panels */
    bool titles, colour_scale;    /* room for a title above each panel; for a colour scale at the right */
    bool own_scales;              /* room for a colour scale beside every panel */
    bool same_y;                  /* panels of a row share their y axis */
    bool own_x;                   /* every panel has an x axis of its own, with its label */
    bool lower;                   /* a lower pane belongs to every panel and has its x axis */
    const char *axes;             /* further commands for the axes, "set logscale x", or NULL */
    const char *xlabel, *ylabel;
    double aspect;        /* of a panel, height / width; 0: a height of its own for one row, and one for several */
    double width, height; /* pixels, set by nsym_sheet_begin */
} nsym_sheet;

/* How many lines a legend of `entries` texts needs in such a sheet; the longest has `characters` characters. */
size_t nsym_sheet_legend_lines(const nsym_sheet *sheet, size_t entries, size_t characters);

/* The script's head: what it is, data format, style, then (after the kind's own settings) the loop over svg and pdf. */
void nsym_sheet_begin(nsym_sheet *sheet);
void nsym_sheet_loop(const nsym_sheet *sheet);
/* The settings of one panel, counted row by row; `title` is enhanced text. The kind's plot command follows. */
void nsym_sheet_panel(const nsym_sheet *sheet, size_t index, const char *title);
/* The settings of its lower pane, with what its y axis is called. */
void nsym_sheet_lower(const nsym_sheet *sheet, size_t index, const char *ylabel);
/* The colour scale, its name above it, in a sheet with titles: beside the next panel, which is number `index`, or one
   as high as all panels with the first. */
void nsym_sheet_scale(const nsym_sheet *sheet, size_t index, const char *name);
/* Opens the legend's own pane; plot elements named with nsym_gp_quote follow. */
void nsym_sheet_legend(const nsym_sheet *sheet);
void nsym_sheet_end(const nsym_sheet *sheet);

/* Writes the definition of a line type in the palette's colour, with a remark. */
void nsym_gp_linetype(FILE *gp, size_t number, const char *remark);

/* Writes text between single quotes; control characters and ampersands become harmless. */
void nsym_gp_quote(FILE *gp, const char *enhanced);
/* Writes text as part of a comment. */
void nsym_gp_remark(FILE *gp, const char *text);
/* Text with everything that enhanced mode takes for markup escaped; from the arena. */
const char *nsym_gp_plain(nsym_arena *arena, const char *text);

/* About how many characters are seen of it. */
size_t nsym_gp_width(const char *enhanced);

/* Csv fields: text is quoted where it must be, NaN is an empty field. */
void nsym_csv_text(FILE *csv, const char *text);
void nsym_csv_number(FILE *csv, double value);

/* Runs `gnuplot NAME.gp` in FOLDER/figures. *note is NULL, or says (new, free) why there are no drawings. A drawing
   appears whole or not at all. Errors: it cannot be written, as on a full disk. */
nsym_status nsym_gnuplot_run(const char *folder, const char *name, char **note) NSYM_MUST_CHECK;
/* The same in FOLDER itself, which the note calls `shown`. */
nsym_status nsym_gnuplot_run_in(const char *folder, const char *shown, const char *name, char **note) NSYM_MUST_CHECK;

/* What `gnuplot --version` says, into text; "" where there is no gnuplot. */
void nsym_gnuplot_version(char *text, size_t size);

#endif
