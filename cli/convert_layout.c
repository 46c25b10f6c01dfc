#include "convert_layout.h"

#include "commands.h"
#include "interrupt.h"
#include "tell.h"

#include <nearsym/efp.h>
#include <nearsym/formats/cms_muons.h>
#include <nearsym/observables.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 256 };

bool layout_is_folder(const char *name) {
    return name && strncmp(name, "cms", strlen("cms")) == 0;
}

bool layout_has_options(const convert_layout *layout, const char **name) {
    *name = layout->efps ? "--efps" : layout->kinds ? "--kinds" : layout->store ? "--store" : "--jobs";
    return layout->efps || layout->kinds || layout->store || layout->workers;
}

static size_t count_commas(const char *list) {
    size_t n = 0;
    for (; *list; list++) n += *list == ',';
    return n;
}

/* "PID=KIND,...": new (n); NULL where it is no such list. */
static nsym_cms_kind *read_kinds(const char *list, size_t *n) {
    nsym_cms_kind *kinds = calloc(count_commas(list) + 1, sizeof *kinds);
    *n = 0;
    while (kinds) {
        char *end;
        double pid = strtod(list, &end);
        if (end == list || *end != '=' || !isfinite(pid)) break;
        const char *word = end + 1;
        long kind = strtol(word, &end, 10);
        if (end == word || (*end && *end != ',') || kind < 1 || kind > 5) break;
        kinds[(*n)++] = (nsym_cms_kind){pid, (int)kind};
        if (!*end) return kinds;
        list = end + 1;
    }
    free(kinds);
    return NULL;
}

/* The polynomials of a list of names, and the names as they are written in full. */
typedef struct polynomials {
    nsym_cms_polynomial *polynomial; /* (count) */
    char (*name)[NAME];              /* (count) */
    size_t count;
} polynomials;

/* The graph's number in the stores, which are in the order of our connected graphs; NSYM_NONE: it is not there. */
static size_t number_of(const nsym_efp_set *stored, const nsym_efp_graph *graph) {
    for (size_t i = 0; i < nsym_efp_set_count(stored) && graph->p == 1; i++) {
        const nsym_efp_graph *other = nsym_efp_set_graph(stored, i);
        if (other->n == graph->n && other->d == graph->d && other->k == graph->k) return i;
    }
    return NSYM_NONE;
}

static int read_polynomial(const nsym_efp_set *stored, const char *word, polynomials *all) {
    char *name = all->name[all->count];
    nsym_cms_polynomial *p = &all->polynomial[all->count];
    nsym_efp_graph graph;
    if (nsym_observable_efp_read(&p->kappa, &p->beta, &graph, word) != NSYM_OK) return command_failed();
    p->graph = number_of(stored, &graph);
    if (p->graph == NSYM_NONE) {
        tell_error("--efps: %s is not in the stores, which have the %d connected graphs of up to 7 vertices and edges",
                   word, NSYM_CMS_POLYNOMIALS);
        return 1;
    }
    nsym_observable_efp_name(name, NAME, p->kappa, p->beta, &graph);
    p->column = name;
    all->count++;
    return 0;
}

static int read_polynomials(const char *list, polynomials *all) {
    size_t n = count_commas(list) + 1;
    nsym_efp_set *stored = NULL;
    char *words = strdup(list);
    all->polynomial = calloc(n, sizeof *all->polynomial);
    all->name = calloc(n, sizeof *all->name);
    int status = 0;
    if (!words || !all->polynomial || !all->name) {
        tell_error("no memory for %zu polynomials", n);
        status = 1;
    }
    if (status == 0 && nsym_efp_set_new(&stored, "d<=7,n<=7,connected") != NSYM_OK) status = command_failed();
    for (char *word = words, *end; status == 0 && word; word = end) {
        end = strchr(word, ',');
        if (end) *end++ = '\0';
        status = read_polynomial(stored, word, all);
    }
    nsym_efp_set_free(stored);
    free(words);
    return status;
}

static int write_muons(const nsym_cms_muons_options *options, size_t workers, const char *out) {
    nsym_cms_muons *muons = NULL;
    nsym_events *none = NULL;
    nsym_progress *progress = NULL;
    nsym_status status = nsym_cms_muons_open(&muons, options);
    if (status == NSYM_OK) status = nsym_cms_muons_read(&none, muons, 0, 0);
    if (status == NSYM_OK) status = nsym_progress_new(&progress, stderr);
    if (status == NSYM_OK) {
        interrupt_catch();
        status = nsym_cms_muons_write(muons, workers, progress, interrupt_asked, out);
        nsym_progress_free(progress);
    }
    int code = status == NSYM_OK ? 0 : command_failed();
    if (code == 0 && none)
        fprintf(stderr, "%s: %zu events, %zu features, %zu columns\n", out, nsym_cms_muons_count(muons), none->features,
                none->columns);
    nsym_events_free(none);
    nsym_cms_muons_free(muons);
    return code;
}

int convert_folder(const option_table *table, const convert_layout *layout, const char *folder, size_t max_events,
                   const char *out) {
    bool simulation = strcmp(layout->name, "cms-muons-sim") == 0;
    if (!simulation && strcmp(layout->name, "cms-muons") != 0)
        return options_wrong(table, "--layout is \"%s\", must be cms-muons or cms-muons-sim", layout->name);
    polynomials all = {0};
    size_t kinds = 0;
    nsym_cms_kind *kind = layout->kinds ? read_kinds(layout->kinds, &kinds) : NULL;
    if (layout->kinds && !kind)
        return options_wrong(table, "--kinds is \"%s\", must be PID=KIND, several separated by commas, kinds 1 to 5",
                             layout->kinds);
    int status = layout->efps ? read_polynomials(layout->efps, &all) : 0;
    if (status == 0) {
        const nsym_cms_muons_options options = {.folder = folder,
                                                .simulation = simulation,
                                                .store = layout->store,
                                                .max_events = max_events,
                                                .polynomial = all.polynomial,
                                                .polynomials = all.count,
                                                .kind = kind,
                                                .kinds = kinds};
        status = write_muons(&options, layout->workers, out);
    }
    free(all.polynomial);
    free(all.name);
    free(kind);
    return status;
}
