/* Pictures of calorimeter events: deposits and points as dots, images as filled cells, on the grid that they belong to.
   They stand in display files: events of particles x, y, energy, each a picture, with columns that say which. */
#include "base/fail.h"
#include "report/figure.h"
#include "report/gnuplot.h"
#include <float.h>
#include <math.h>
#include <nearsym/io.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_IMAGE = 2, /* the stage from which particles are cells; before it they are dots */
    PANELS = 64,     /* in a figure, at most */
    LINES = 200,     /* of a side of the grid, at most, are drawn */
    MANY = 100       /* so many dots and more are small */
};

typedef struct panel {
    const char *title;
    nsym_filter filter; /* of the files */
    const nsym_node *pick;
    const char *path; /* of the file it was found in */
    bool cells;
    size_t count, edges[2];
    double *particle; /* (count, 3): x, y, energy */
    double *edge[2];  /* (edges[0]), (edges[1]) rising */
} panel;

typedef struct image {
    nsym_figure *figure;
    size_t count, columns;
    panel *panel; /* (count) */
    bool shared_scale;
    const char *scale; /* what the colours mean, enhanced text */
    double low, high;  /* of both axes: they have the same scale */
} image;

static nsym_status no_memory(const image *i) {
    return nsym_fail(NSYM_ENOMEM, "no memory for figure %s", i->figure->name);
}

/* The panel's own conditions and the figure's; the panel's win. */
static nsym_status read_filter(const image *i, panel *p, const nsym_node *where) {
    const nsym_filter *common = &i->figure->filter;
    nsym_filter own;
    NSYM_TRY(nsym_filter_read(&own, i->figure->arena, i->figure->card, where));
    p->filter.condition =
        nsym_arena_alloc(i->figure->arena, own.count + common->count + 1, sizeof *p->filter.condition);
    if (!p->filter.condition) return no_memory(i);
    for (size_t k = 0; k < own.count + common->count; k++) {
        const nsym_condition *condition = k < own.count ? &own.condition[k] : &common->condition[k - own.count];
        bool known = false;
        for (size_t j = 0; j < p->filter.count; j++) known |= strcmp(p->filter.condition[j].name, condition->name) == 0;
        if (!known) p->filter.condition[p->filter.count++] = *condition;
    }
    return NSYM_OK;
}

static nsym_status read_panel(const image *i, panel *p, const nsym_node *node, size_t index) {
    static const char *const keys[] = {"title", "where", "pick", NULL};
    const nsym_tree *card = i->figure->card;
    const char *where = nsym_arena_printf(i->figure->arena, "%s.panels[%zu]", i->figure->reader.where, index);
    if (!where) return no_memory(i);
    nsym_reader r = {card, node, where};
    p->title = "";
    NSYM_TRY(nsym_check_keys(r, keys));
    NSYM_TRY(nsym_read_text(r, "title", &p->title));
    NSYM_TRY(read_filter(i, p, nsym_node_at(node, "where")));
    p->pick = nsym_node_at(node, "pick");
    if (!p->pick || p->pick->kind != NSYM_MAP)
        return nsym_fail_at(card, node, "%s.pick must be a map such as {stage: 3, label: 1, angle: 45}", where);
    for (size_t k = 0; k < p->pick->count; k++) {
        const nsym_node *value = p->pick->child[k];
        double number;
        if (value->kind != NSYM_SCALAR || !nsym_text_number(value->text, &number))
            return nsym_fail_at(card, value, "%s.pick.%s must be a number", where, value->key);
    }
    return NSYM_OK;
}

static nsym_status read_entry(image *i) {
    nsym_reader r = i->figure->reader;
    const nsym_node *panels = nsym_node_at(r.node, "panels");
    if (!panels || panels->kind != NSYM_LIST || panels->count == 0 || panels->count > PANELS)
        return nsym_fail_at(i->figure->card, panels ? panels : r.node,
                            "%s.panels must be a list of 1 to %d maps such as {title: before, where: {binning: "
                            "uniform}, pick: {stage: 2, label: 1}}",
                            r.where, PANELS);
    i->count = panels->count;
    NSYM_TRY(nsym_read_size(r, "columns", 1, 4, &i->columns));
    if (i->columns > i->count) i->columns = i->count;
    NSYM_TRY(nsym_read_bool(r, "shared_scale", &i->shared_scale));
    NSYM_TRY(nsym_read_text(r, "scale", &i->scale));
    i->panel = nsym_arena_alloc(i->figure->arena, i->count, sizeof *i->panel);
    if (!i->panel) return no_memory(i);
    for (size_t k = 0; k < i->count; k++) NSYM_TRY(read_panel(i, &i->panel[k], panels->child[k], k));
    return NSYM_OK;
}

/* The index of the first event that is the picture, or NSYM_NONE. */
static size_t find_picture(const nsym_events *events, const nsym_node *pick) {
    for (size_t event = 0; event < events->count; event++) {
        size_t k = 0;
        for (; k < pick->count; k++) {
            const nsym_column *column = nsym_events_column(events, pick->child[k]->key);
            double wanted;
            if (!column || column->width != 1 || !nsym_text_number(pick->child[k]->text, &wanted) ||
                !(fabs(column->values[event] - wanted) <= 1e-9 * fmax(1, fabs(wanted))))
                break;
        }
        if (k == pick->count) return event;
    }
    return NSYM_NONE;
}

/* Takes the grid of an event: edges that are finite and rise. */
static nsym_status take_edges(const image *i, panel *p, const nsym_events *events, size_t event) {
    static const char *const names[] = {"x_edges", "y_edges"};
    for (size_t side = 0; side < 2; side++) {
        const nsym_column *column = nsym_events_column(events, names[side]);
        if (!column || column->width < 2)
            return nsym_fail(NSYM_ENOTFOUND, "%s has no event column '%s' of at least 2 values", p->path, names[side]);
        const double *edge = column->values + event * column->width;
        for (size_t k = 0; k < column->width; k++)
            if (!isfinite(edge[k]) || fabs(edge[k]) > FLT_MAX || (k && !(edge[k] > edge[k - 1])))
                return nsym_fail(NSYM_ENOTFOUND, "%s: '%s' of event %zu does not rise from number to number at %zu",
                                 p->path, names[side], event, k);
        p->edges[side] = column->width;
        p->edge[side] = nsym_arena_alloc(i->figure->arena, column->width, sizeof **p->edge);
        if (!p->edge[side]) return no_memory(i);
        memcpy(p->edge[side], edge, column->width * sizeof *edge);
    }
    return NSYM_OK;
}

static int by_falling_energy(const void *a, const void *b) {
    double x = ((const double *)a)[2], y = ((const double *)b)[2];
    return (x < y) - (x > y);
}

/* Takes the particles of an event; small dots come last, so that no large one hides them. */
static nsym_status take_particles(const image *i, panel *p, const nsym_events *events, size_t event) {
    static const char *const names[] = {"x", "y", "energy"};
    size_t feature[3];
    for (size_t k = 0; k < 3; k++) {
        feature[k] = nsym_events_feature(events, names[k]);
        if (!events->offsets || feature[k] == NSYM_NONE)
            return nsym_fail(NSYM_ENOTFOUND, "%s has no particles with '%s'", p->path, names[k]);
    }
    uint64_t first = events->offsets[event];
    p->count = (size_t)(events->offsets[event + 1] - first);
    p->particle = nsym_arena_alloc(i->figure->arena, p->count + 1, 3 * sizeof *p->particle);
    if (!p->particle) return no_memory(i);
    for (size_t n = 0; n < p->count; n++)
        for (size_t k = 0; k < 3; k++) {
            double value = events->particles[(first + n) * events->features + feature[k]];
            if (!isfinite(value) || fabs(value) > FLT_MAX)
                return nsym_fail(NSYM_ENOTFOUND, "%s: '%s' of particle %zu of event %zu is %g", p->path, names[k], n,
                                 event, value);
            p->particle[3 * n + k] = value;
        }
    if (!p->cells) qsort(p->particle, p->count, 3 * sizeof *p->particle, by_falling_energy);
    return NSYM_OK;
}

static void look_for_stage(void *context, const nsym_array_info *array) {
    bool *found = context;
    *found |= strcmp(array->name, "stage") == 0;
}

/* Takes the panels' pictures that a file has. Samples without `stage` are no displays, and too large to be read. */
static nsym_status take_file(const image *i, const nsym_result_file *file) {
    bool wanted = false, display = false;
    for (size_t k = 0; k < i->count; k++)
        wanted |= !i->panel[k].path && nsym_filter_passes(&i->panel[k].filter, &file->place);
    if (!wanted) return NSYM_OK;
    const char *path = nsym_arena_printf(i->figure->arena, "%s/%s", i->figure->results->folder, file->path);
    if (!path) return no_memory(i);
    nsym_status status = nsym_inspect(path, NULL, look_for_stage, &display);
    if (status != NSYM_OK) return status == NSYM_ENOMEM ? status : NSYM_ENOTFOUND;
    if (!display) return NSYM_OK;
    nsym_events *events = NULL;
    NSYM_TRY(nsym_figure_read(i->figure, file, &events));
    for (size_t k = 0; status == NSYM_OK && k < i->count; k++) {
        panel *p = &i->panel[k];
        const nsym_column *stage = nsym_events_column(events, "stage");
        if (p->path || !nsym_filter_passes(&p->filter, &file->place)) continue;
        size_t event = find_picture(events, p->pick);
        if (event == NSYM_NONE || !stage || stage->width != 1) continue;
        p->path = file->path;
        p->cells = stage->values[event] >= FIRST_IMAGE;
        status = take_edges(i, p, events, event);
        if (status == NSYM_OK) status = take_particles(i, p, events, event);
    }
    nsym_events_free(events);
    return status;
}

static nsym_status take_pictures(image *i) {
    const nsym_results *results = i->figure->results;
    for (size_t k = 0; k < results->files; k++)
        if (!nsym_place_value(&results->file[k].place, "model")) NSYM_TRY(take_file(i, &results->file[k]));
    i->low = INFINITY, i->high = -INFINITY;
    for (size_t k = 0; k < i->count; k++) {
        const panel *p = &i->panel[k];
        if (!p->path) {
            char *pick;
            NSYM_TRY(nsym_node_text(&pick, p->pick));
            nsym_status status =
                nsym_fail(NSYM_ENOTFOUND, "the study has no picture %s%s%s (yet)", pick,
                          p->filter.count ? " with " : "", nsym_filter_text(&p->filter, i->figure->arena));
            free(pick);
            return status;
        }
        for (size_t side = 0; side < 2; side++) {
            i->low = fmin(i->low, p->edge[side][0]);
            i->high = fmax(i->high, p->edge[side][p->edges[side] - 1]);
        }
    }
    return NSYM_OK;
}

/* Index of the cell of a value on one side of the grid; the last cell holds its upper edge; NSYM_NONE: outside. */
static size_t cell_of(const double *edge, size_t edges, double value) {
    if (!(value >= edge[0] && value <= edge[edges - 1])) return NSYM_NONE;
    size_t cell = 0;
    while (cell + 2 < edges && value >= edge[cell + 1]) cell++;
    return cell;
}

/* A row per dot or cell; what lies outside the grid, or is empty, is not drawn. */
static void write_csv(const image *i, FILE *csv) {
    fputs("panel,x,y,x_low,x_high,y_low,y_high,energy,title\n", csv);
    for (size_t k = 0; k < i->count; k++) {
        const panel *p = &i->panel[k];
        for (size_t n = 0; n < p->count; n++) {
            double x = p->particle[3 * n], y = p->particle[3 * n + 1], energy = p->particle[3 * n + 2];
            size_t a = cell_of(p->edge[0], p->edges[0], x), b = cell_of(p->edge[1], p->edges[1], y);
            if (a == NSYM_NONE || b == NSYM_NONE || !(energy > 0)) continue;
            const double numbers[] = {x,
                                      y,
                                      p->cells ? p->edge[0][a] : NAN,
                                      p->cells ? p->edge[0][a + 1] : NAN,
                                      p->cells ? p->edge[1][b] : NAN,
                                      p->cells ? p->edge[1][b + 1] : NAN,
                                      energy};
            fprintf(csv, "%zu", k + 1);
            for (size_t j = 0; j < 7; j++) {
                fputc(',', csv);
                nsym_csv_number(csv, numbers[j]);
            }
            fputc(',', csv);
            nsym_csv_text(csv, p->title);
            fputc('\n', csv);
        }
    }
}

/* The largest energy of a panel, or of all where the scale is shared. */
static double scale_end(const image *i, size_t index) {
    double end = 0;
    for (size_t k = 0; k < i->count; k++)
        for (size_t n = 0; (i->shared_scale || k == index) && n < i->panel[k].count; n++)
            end = fmax(end, i->panel[k].particle[3 * n + 2]);
    return end > 0 ? end : 1;
}

/* The grid's lines as a data block: its head, then two points and a blank line each. */
static void write_grid(const image *i, FILE *gp, size_t index) {
    const panel *p = &i->panel[index];
    fprintf(gp, "$grid%zu << EOD\nx,y\n", index + 1);
    for (size_t side = 0; side < 2; side++) {
        const double *across = p->edge[1 - side];
        double low = across[0], high = across[p->edges[1 - side] - 1];
        for (size_t k = 0; k < p->edges[side] && p->edges[side] <= LINES; k++) {
            double at = p->edge[side][k];
            if (side == 0)
                fprintf(gp, "%.9g,%.9g\n%.9g,%.9g\n\n", at, low, at, high);
            else
                fprintf(gp, "%.9g,%.9g\n%.9g,%.9g\n\n", low, at, high, at);
        }
    }
    fputs("EOD\n", gp);
}

/* Cells lie below the grid's lines, dots above them; a dot's area goes with its energy. Few dots are circles, of one
   size in svg and pdf; many are points, which svg writes in a tenth of the room. */
static void write_panel(const image *i, FILE *gp, size_t index) {
    static const char grid[] = "using 1:2 with lines lw 0.7 lc rgb '#d4d8de'";
    const panel *p = &i->panel[index];
    double end = scale_end(i, index), size = p->count > MANY ? 0.3 : 0.03 * (i->high - i->low);
    fprintf(gp, "  set cbrange [0:%.6g]\n  plot ", end);
    if (p->cells)
        fprintf(gp,
                "data using (of(%zu, 'x')):\"y\":\"x_low\":\"x_high\":\"y_low\":\"y_high\":\"energy\" with boxxyerror "
                "lc palette, \\\n       $grid%zu %s\n",
                index + 1, index + 1, grid);
    else
        fprintf(gp,
                "$grid%zu %s, \\\n       data using (of(%zu, 'x')):\"y\":(%.3g * sqrt(column('energy') / %.6g)):"
                "\"energy\" with %s lc palette\n",
                index + 1, grid, index + 1, size, end, p->count > MANY ? "points pt 7 ps variable" : "circles");
}

static void write_script(const image *i, FILE *gp) {
    nsym_figure *figure = i->figure;
    double span = i->high - i->low, margin = 0.02 * span;
    nsym_sheet sheet = {.figure = figure,
                        .gp = gp,
                        .rows = (i->count + i->columns - 1) / i->columns,
                        .columns = i->columns,
                        .panels = i->count,
                        .titles = true,
                        .colour_scale = true,
                        .own_scales = !i->shared_scale,
                        .same_y = true,
                        .aspect = 1,
                        .axes = span > 1 && span < 3      ? "set xtics 0.5; set ytics 0.5; set tics out nomirror"
                                : span > 0.5 && span <= 1 ? "set xtics 0.2; set ytics 0.2; set mxtics 2; set mytics 2; "
                                                            "set tics out nomirror"
                                                          : "set tics out nomirror",
                        .xlabel = *figure->xlabel ? figure->xlabel : "x",
                        .ylabel = *figure->ylabel ? figure->ylabel : "y"};
    nsym_sheet_begin(&sheet);
    fprintf(gp,
            "# From light to dark, even steps to the eye: viridis turned round, so that white is no energy\n"
            "set palette defined (0 '#FDE725', 1 '#B4DE2C', 2 '#6DCD59', 3 '#35B779', 4 '#1F9E89', 5 '#26828E', "
            "6 '#31688E', 7 '#3E4A89', 8 '#482878', 9 '#440154')\n"
            "set xrange [%.6g:%.6g]\nset yrange [%.6g:%.6g]\nset style fill solid 1 noborder\n"
            "set object 1 circle at first 0,0 size first %.6g front fs empty border lc rgb '#8a929e' lw 1.2\n"
            "set format cb '%%h'\nunset colorbox\n\ndata = '%s.csv'\n"
            "of(n, name) = column('panel') == n ? column(name) : NaN # of panel n\n",
            i->low - margin, i->high + margin, i->low - margin, i->high + margin, fmin(1, i->high), figure->name);
    for (size_t k = 0; k < i->count; k++) write_grid(i, gp, k);
    nsym_sheet_loop(&sheet);
    for (size_t k = 0; k < i->count; k++) {
        nsym_sheet_panel(&sheet, k, i->panel[k].title);
        nsym_sheet_scale(&sheet, k, i->scale);
        write_panel(i, gp, k);
    }
    nsym_sheet_end(&sheet);
}

nsym_status nsym_draw_image(nsym_figure *figure, FILE *csv, FILE *gp) {
    image i = {.figure = figure, .columns = 3, .scale = "energy"};
    NSYM_TRY(read_entry(&i));
    NSYM_TRY(take_pictures(&i));
    write_csv(&i, csv);
    write_script(&i, gp);
    return NSYM_OK;
}
