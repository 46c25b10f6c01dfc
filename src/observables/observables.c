/* Sets of observables: names, the plan to compute them together, and their values. */
#include <nearsym/observables.h>

#include "base/fail.h"
#include "base/nearest.h"
#include "base/workers.h"
#include "data/events.h"
#include "data/texts.h"
#include "observables/efp_run.h"
#include "observables/isolation.h"
#include "observables/observable_name.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JOB_EVENTS = 64, SHOWN = 300 };
static const double LEAST = 1e-100; /* of what a logarithm is taken */

typedef struct cones {
    size_t n;
    double *radius; /* (n), rising */
    size_t *place;  /* (n) among the observables */
} cones;

typedef struct polynomial {
    double kappa, beta;
    size_t place; /* among the observables */
} polynomial;

/* Polynomials of one kappa and beta. */
typedef struct group {
    size_t n;
    const polynomial *member; /* (n) */
    const nsym_efp_set *set;  /* its own, or that of an earlier group with the same graphs */
    nsym_efp_set *own;
    char *identities; /* of the graphs, as a selection */
} group;

struct nsym_observables {
    size_t count;
    char **name;           /* (count) */
    nsym_observable *what; /* (count) */
    cones plain, pileup;
    size_t groups, efps;
    polynomial *efp; /* (efps) those of a group together */
    group *group;
};

static nsym_status no_memory(size_t n) {
    return nsym_fail(NSYM_ENOMEM, "no memory for %zu observables", n);
}

/* Gives a set room for `n` observables. */
static nsym_status make_room(nsym_observables *o, size_t n) {
    if (n == 0) return nsym_fail(NSYM_EINVAL, "no observables are named");
    if (n > NSYM_OBSERVABLES_MAX)
        return nsym_fail(NSYM_EINVAL, "%zu observables, at most %d are computed together", n, NSYM_OBSERVABLES_MAX);
    o->name = calloc(n, sizeof *o->name);
    o->what = calloc(n, sizeof *o->what);
    o->efp = calloc(n, sizeof *o->efp);
    o->group = calloc(n, sizeof *o->group);
    cones *const both[] = {&o->plain, &o->pileup};
    for (size_t i = 0; i < 2; i++) {
        both[i]->radius = calloc(n, sizeof *both[i]->radius);
        both[i]->place = calloc(n, sizeof *both[i]->place);
        if (!both[i]->radius || !both[i]->place) return no_memory(n);
    }
    return o->name && o->what && o->efp && o->group ? NSYM_OK : no_memory(n);
}

/* Puts a cone where its radius stands among those of a set. */
static void add_cone(cones *c, double radius, size_t place) {
    size_t k = c->n++;
    for (; k > 0 && c->radius[k - 1] > radius; k--) c->radius[k] = c->radius[k - 1], c->place[k] = c->place[k - 1];
    c->radius[k] = radius;
    c->place[k] = place;
}

/* Begins the name of a logarithm; gives the letters. */
static size_t before_name(const nsym_observable *what, char *text) {
    if (!what->logarithm) return 0;
    strcpy(text, nsym_observable_logarithm);
    return strlen(text);
}

/* A name without what makes it a logarithm. */
static const char *plain_name(const nsym_observables *o, size_t i) {
    return o->name[i] + (o->what[i].logarithm ? strlen(nsym_observable_logarithm) : 0);
}

/* Adds what one name stands for. Polynomials get their names later, once their graphs are known. */
static nsym_status add_name(nsym_observables *o, const char *name) {
    nsym_observable what;
    nsym_observable_range range;
    NSYM_TRY(nsym_observable_read(name, &what, &range));
    bool is_pileup = what.kind == NSYM_OBSERVABLE_CONE_PILEUP, is_cone = what.kind == NSYM_OBSERVABLE_CONE || is_pileup;
    for (size_t i = 0; i < range.count; i++) {
        char text[NSYM_OBSERVABLE_NAME] = "";
        if (is_cone) {
            what.radius = nsym_observable_radius(&range, i);
            size_t used = before_name(&what, text);
            nsym_observable_cone_name(text + used, sizeof text - used, is_pileup, what.radius);
            add_cone(is_pileup ? &o->pileup : &o->plain, what.radius, o->count);
        }
        if (what.kind == NSYM_OBSERVABLE_EFP) o->efp[o->efps++] = (polynomial){what.kappa, what.beta, o->count};
        o->name[o->count] = strdup(is_cone ? text : name);
        o->what[o->count] = what;
        if (!o->name[o->count++]) return no_memory(o->count);
    }
    return NSYM_OK;
}

/* By kappa and beta, then as they were named. */
static int compare_efps(const void *a, const void *b) {
    const polynomial *x = a, *y = b;
    if (x->kappa != y->kappa) return x->kappa < y->kappa ? -1 : 1;
    if (x->beta != y->beta) return x->beta < y->beta ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static nsym_status make_set(nsym_observables *o, group *g) {
    size_t size = g->n * (NSYM_OBSERVABLE_IDENTITY + 1) + 1, used = 0;
    if (!(g->identities = malloc(size))) return no_memory(g->n);
    for (size_t i = 0; i < g->n; i++)
        used += (size_t)snprintf(g->identities + used, size - used, "%s ", o->what[g->member[i].place].identity);
    for (const group *other = o->group; other < g && !g->set; other++)
        if (strcmp(other->identities, g->identities) == 0) g->set = other->set;
    if (g->set) return NSYM_OK;
    nsym_status status = nsym_efp_set_new(&g->own, g->identities);
    g->set = g->own;
    for (size_t i = 0; i < g->n && status == NSYM_EINVAL; i++) { /* which of them is wrong? */
        double kappa, beta;
        nsym_efp_graph graph;
        NSYM_TRY(nsym_observable_efp_read(&kappa, &beta, &graph, plain_name(o, g->member[i].place)));
    }
    return status;
}

/* Groups the polynomials, makes their sets, and gives them their names. */
static nsym_status plan_polynomials(nsym_observables *o) {
    qsort(o->efp, o->efps, sizeof *o->efp, compare_efps);
    for (size_t i = 0; i < o->efps; i++) {
        const polynomial *e = &o->efp[i];
        if (i == 0 || e[-1].kappa != e->kappa || e[-1].beta != e->beta) o->group[o->groups++] = (group){.member = e};
        o->group[o->groups - 1].n++;
    }
    for (size_t k = 0; k < o->groups; k++) {
        const group *g = &o->group[k];
        NSYM_TRY(make_set(o, &o->group[k]));
        for (size_t i = 0; i < g->n; i++) {
            char text[NSYM_OBSERVABLE_NAME];
            char **name = &o->name[g->member[i].place];
            size_t used = before_name(&o->what[g->member[i].place], text);
            nsym_observable_efp_name(text + used, sizeof text - used, g->member->kappa, g->member->beta,
                                     nsym_efp_set_graph(g->set, i));
            free(*name);
            if (!(*name = strdup(text))) return no_memory(o->count);
        }
    }
    return NSYM_OK;
}

static int compare_texts(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static nsym_status check_twice(const nsym_observables *o) {
    const char **sorted = malloc(o->count * sizeof *sorted);
    if (!sorted) return no_memory(o->count);
    for (size_t i = 0; i < o->count; i++) sorted[i] = o->name[i];
    qsort(sorted, o->count, sizeof *sorted, compare_texts);
    nsym_status status = NSYM_OK;
    for (size_t i = 1; i < o->count && status == NSYM_OK; i++)
        if (strcmp(sorted[i - 1], sorted[i]) == 0)
            status = nsym_fail(NSYM_EINVAL, "observable \"%s\" is named twice", sorted[i]);
    free(sorted);
    return status;
}

static nsym_status fill(nsym_observables *o, const char *const *names, size_t n) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        nsym_observable what;
        nsym_observable_range range;
        NSYM_TRY(nsym_observable_read(names[i], &what, &range));
        count += range.count;
    }
    NSYM_TRY(make_room(o, count));
    for (size_t i = 0; i < n; i++) NSYM_TRY(add_name(o, names[i]));
    NSYM_TRY(plan_polynomials(o));
    return check_twice(o);
}

nsym_status nsym_observables_new(nsym_observables **out, const char *const *names, size_t n) {
    *out = NULL;
    nsym_observables *o = calloc(1, sizeof *o);
    if (!o) return no_memory(n);
    nsym_status status = fill(o, names, n);
    if (status == NSYM_OK)
        *out = o;
    else
        nsym_observables_free(o);
    return status;
}

nsym_status nsym_observables_parse(nsym_observables **out, const char *list) {
    *out = NULL;
    size_t n = 0, commas = 0;
    for (const char *at = list; *at; at++) commas += *at == ',';
    char *copy = strdup(list), *next = copy;
    const char **names = calloc(commas + 1, sizeof *names);
    nsym_status status = copy && names ? NSYM_OK : no_memory(commas + 1);
    while (status == NSYM_OK && next && n <= commas) {
        char *name = next, *end = name + strcspn(name, ",");
        next = *end ? end + 1 : NULL;
        while (isspace((unsigned char)*name)) name++;
        while (end > name && isspace((unsigned char)end[-1])) end--;
        *end = '\0';
        names[n++] = name;
    }
    if (status == NSYM_OK) status = nsym_observables_new(out, names, n);
    free(names);
    free(copy);
    return status;
}

void nsym_observables_free(nsym_observables *o) {
    if (!o) return;
    for (size_t k = 0; k < o->groups; k++) {
        nsym_efp_set_free(o->group[k].own);
        free(o->group[k].identities);
    }
    nsym_texts_free(o->name, o->count);
    free(o->what);
    free(o->efp);
    free(o->group);
    free(o->plain.radius);
    free(o->plain.place);
    free(o->pileup.radius);
    free(o->pileup.place);
    free(o);
}

size_t nsym_observables_count(const nsym_observables *o) {
    return o->count;
}

const char *nsym_observables_name(const nsym_observables *o, size_t i) {
    return o->name[i];
}

/* What one computation has in hand. */
typedef struct job {
    const nsym_observables *o;
    nsym_neighbours around;
    const double **given; /* (count) an observable's values where the events have them; NULL: it is computed */
    size_t *stride;       /* (count) from one event's to the next one's */
    bool *logarithm;      /* (count) whether that of the value is taken */
    bool particles, plain, pileup;
    bool *group; /* (groups) whether it is computed */
    bool (*stop)(void);
    nsym_progress *progress;
    size_t most, widest; /* particles of an event, values of cones or of a group */
    double **scratch;    /* (workers) particles of a job (JOB_EVENTS, most, 3), then values (JOB_EVENTS, widest) */
    nsym_efp_workspace *workspace;
    double *values;
} job;

/* Says that there is neither a column nor an observable of that name. */
static nsym_status unknown(const nsym_events *events, const char *name) {
    const char *tail = strrchr(name, '_'), *rest = strchr(name, '_');
    if (tail && !(tail[1] >= '0' && tail[1] <= '9')) tail = NULL; /* no radius */
    char cone[NSYM_OBSERVABLE_NAME], pileup[NSYM_OBSERVABLE_NAME], efp[NSYM_OBSERVABLE_NAME], there[SHOWN] = "none";
    size_t n = 0, used = 0;
    size_t simple = 0;
    while (nsym_event_observables[simple]) simple++;
    const char **known = calloc(events->columns + simple + 4, sizeof *known);
    if (!known) return no_memory(events->columns);
    snprintf(cone, sizeof cone, "iso_%s", tail ? tail + 1 : "0.4");
    snprintf(pileup, sizeof pileup, "iso_pileup_%s", tail ? tail + 1 : "0.4");
    snprintf(efp, sizeof efp, "efp%s", rest ? rest : "_k1_b1_2-1-0");
    for (; n < events->columns; n++) {
        known[n] = events->column[n].name;
        if (used < SHOWN) used += (size_t)snprintf(there + used, SHOWN - used, "%s%s", n > 0 ? ", " : "", known[n]);
    }
    if (used >= SHOWN) snprintf(there + SHOWN - 4, 4, "...");
    for (size_t i = 0; i < simple; i++) known[n++] = nsym_event_observables[i]->name;
    known[n++] = cone, known[n++] = pileup, known[n] = efp;
    const char *near = nsym_nearest(name, known);
    if (near && strcmp(near, name) == 0) near = NULL;
    nsym_status status =
        nsym_fail(NSYM_ENOTFOUND,
                  "\"%s\" is neither an observable (iso_R, iso_pileup_R, efp_kK_bB_N-D-K, sum_pt and so on) nor "
                  "one of the columns %s%s%s%s",
                  name, there, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    free(known);
    return status;
}

/* Finds the columns that have values already, and what the others need. */
static nsym_status find_given(job *j, const nsym_events *events, unsigned *needs) {
    const nsym_observables *o = j->o;
    *needs = 0;
    for (size_t i = 0; i < o->count; i++) {
        j->given[i] = nsym_events_values(events, o->name[i], &j->stride[i]);
        j->logarithm[i] = o->what[i].logarithm && !j->given[i];
        if (!j->given[i]) j->given[i] = nsym_events_values(events, plain_name(o, i), &j->stride[i]);
        if (j->given[i]) continue;
        const nsym_column *column = nsym_events_column(events, plain_name(o, i));
        if (column)
            return nsym_fail(NSYM_EINVAL, "column \"%s\" has %zu values per event, an observable has one", o->name[i],
                             column->width);
        if (o->what[i].kind == NSYM_OBSERVABLE_COLUMN) return unknown(events, plain_name(o, i));
        bool is_pileup = o->what[i].kind == NSYM_OBSERVABLE_CONE_PILEUP;
        j->particles = true;
        if (is_pileup || o->what[i].kind == NSYM_OBSERVABLE_CONE) *needs |= NSYM_DISTANCES | NSYM_MUON_PT;
        if (is_pileup) *needs |= NSYM_KINDS;
        if (o->what[i].kind == NSYM_OBSERVABLE_EFP) *needs |= NSYM_PLACES;
        if (o->what[i].kind == NSYM_OBSERVABLE_EVENT) *needs |= o->what[i].event->needs;
        j->pileup |= is_pileup;
        j->plain |= o->what[i].kind == NSYM_OBSERVABLE_CONE;
    }
    for (size_t k = 0; k < o->groups; k++)
        for (size_t i = 0; i < o->group[k].n && !j->group[k]; i++) j->group[k] = !j->given[o->group[k].member[i].place];
    return NSYM_OK;
}

static nsym_status start(job *j, const nsym_events *events) {
    const nsym_observables *o = j->o;
    unsigned needs;
    j->given = calloc(o->count, sizeof *j->given);
    j->stride = calloc(o->count, sizeof *j->stride);
    j->group = calloc(o->groups + 1, sizeof *j->group);
    j->logarithm = calloc(o->count, sizeof *j->logarithm);
    if (!j->given || !j->stride || !j->group || !j->logarithm) return no_memory(o->count);
    NSYM_TRY(find_given(j, events, &needs));
    return j->particles ? nsym_neighbours_find(&j->around, events, needs) : NSYM_OK;
}

nsym_status nsym_observables_check(const nsym_observables *o, const nsym_events *events) {
    job j = {.o = o};
    nsym_status status = start(&j, events);
    free(j.given);
    free(j.stride);
    free(j.group);
    free(j.logarithm);
    return status;
}

/* Puts values at their places in an event's row, but for those that a column gives. */
static void put(const job *j, double *row, const size_t *place, const double *value, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!j->given[place[i]]) row[place[i]] = value[i];
}

static nsym_efp_options options_of(const group *g) {
    return (nsym_efp_options){.kappas = 1,
                              .betas = 1,
                              .kappa = &g->member->kappa,
                              .beta = &g->member->beta,
                              .coordinates = NSYM_EFP_PT_ETA_PHI};
}

/* The polynomials of a job's events `first` ... first + n - 1, whose particles are `offsets` (n + 1) of the scratch. */
static nsym_status run_polynomials(const job *j, size_t first, size_t n, const uint64_t *offsets, size_t worker) {
    const nsym_observables *o = j->o;
    double *particles = j->scratch[worker], *value = particles + JOB_EVENTS * 3 * j->most;
    for (size_t k = 0; k < o->groups; k++) {
        const group *g = &o->group[k];
        if (!j->group[k]) continue;
        nsym_efp_options options = options_of(g);
        NSYM_TRY(nsym_efp_run_events(g->set, &options, &j->workspace[worker], n, offsets, particles, value));
        for (size_t event = 0; event < n; event++)
            for (size_t i = 0; i < g->n; i++)
                if (!j->given[g->member[i].place])
                    j->values[(first + event) * o->count + g->member[i].place] = value[event * g->n + i];
    }
    return NSYM_OK;
}

static nsym_status check_polynomials(const job *j, size_t event, size_t n, const double *particles) {
    for (size_t k = 0; k < j->o->groups; k++) {
        if (!j->group[k]) continue;
        nsym_efp_options options = options_of(&j->o->group[k]);
        return nsym_efp_check_event(&options, event, n, particles);
    }
    return NSYM_OK;
}

/* The values of an event but for polynomials, before logarithms; `particles` are for these. */
static nsym_status run_event(const job *j, size_t event, double *particles, double *value) {
    const nsym_observables *o = j->o;
    double *row = j->values + event * o->count;
    for (size_t i = 0; i < o->count; i++)
        if (j->given[i]) row[i] = j->given[i][event * j->stride[i]];
    if (!j->particles) return NSYM_OK;
    NSYM_TRY(nsym_neighbours_take(&j->around, event, particles));
    size_t n = nsym_neighbours_count(&j->around, event);
    for (size_t i = 0; i < o->count; i++)
        if (o->what[i].kind == NSYM_OBSERVABLE_EVENT && !j->given[i]) row[i] = o->what[i].event->value(particles, n);
    if (j->plain) {
        nsym_isolation(&j->around, event, particles, o->plain.n, o->plain.radius, value);
        put(j, row, o->plain.place, value, o->plain.n);
    }
    if (j->pileup) {
        nsym_isolation_pileup(&j->around, event, particles, o->pileup.n, o->pileup.radius, value);
        put(j, row, o->pileup.place, value, o->pileup.n);
    }
    return check_polynomials(j, event, n, particles);
}

static void take_logarithms(const job *j, size_t event) {
    double *row = j->values + event * j->o->count;
    for (size_t i = 0; i < j->o->count; i++)
        if (j->logarithm[i]) row[i] = log(fmax(row[i], LEAST));
}

static nsym_status run_job(void *context, size_t index, size_t worker) {
    const job *j = context;
    size_t first = index * JOB_EVENTS, left = j->around.events->count - first,
           n = left < JOB_EVENTS ? left : JOB_EVENTS;
    double *particles = j->scratch[worker], *value = particles + JOB_EVENTS * 3 * j->most;
    uint64_t offsets[JOB_EVENTS + 1] = {0};
    if (j->stop && j->stop()) return nsym_fail(NSYM_EINTERRUPTED, "stopped on request");
    for (size_t i = 0; i < n; i++) {
        offsets[i + 1] = offsets[i] + (j->particles ? nsym_neighbours_count(&j->around, first + i) : 0);
        NSYM_TRY(run_event(j, first + i, particles + 3 * offsets[i], value));
    }
    if (j->particles) NSYM_TRY(run_polynomials(j, first, n, offsets, worker));
    for (size_t i = 0; i < n; i++) take_logarithms(j, first + i);
    nsym_progress_add(j->progress, (double)n);
    return NSYM_OK;
}

/* Room for each worker. */
static nsym_status make_scratch(job *j, const nsym_events *events, size_t workers) {
    const nsym_observables *o = j->o;
    j->around.events = events;
    j->widest = o->plain.n > o->pileup.n ? o->plain.n : o->pileup.n;
    for (size_t k = 0; k < o->groups; k++)
        if (o->group[k].n > j->widest) j->widest = o->group[k].n;
    for (size_t i = 0; j->particles && i < events->count; i++)
        if (nsym_neighbours_count(&j->around, i) > j->most) j->most = nsym_neighbours_count(&j->around, i);
    j->workspace = calloc(workers, sizeof *j->workspace);
    j->scratch = calloc(workers, sizeof *j->scratch);
    for (size_t i = 0; i < workers && j->scratch; i++)
        if (!(j->scratch[i] = calloc(JOB_EVENTS * (3 * j->most + j->widest) + 1, sizeof **j->scratch)))
            return no_memory(o->count);
    return j->workspace && j->scratch ? NSYM_OK : no_memory(o->count);
}

nsym_status nsym_observables_compute(double *values, const nsym_observables *o, const nsym_events *events,
                                     size_t workers, nsym_progress *progress, bool (*stop)(void)) {
    job j = {.o = o, .stop = stop, .progress = progress, .values = values};
    if (workers == 0) workers = nsym_workers_available();
    nsym_status status = start(&j, events);
    if (status == NSYM_OK) status = make_scratch(&j, events, workers);
    if (status == NSYM_OK) {
        nsym_progress_start(progress, "observables", (double)events->count, 0);
        status = nsym_workers_run(workers, (events->count + JOB_EVENTS - 1) / JOB_EVENTS, run_job, &j, NULL);
    }
    for (size_t i = 0; i < workers; i++) {
        if (j.workspace) nsym_efp_workspace_free(&j.workspace[i]);
        if (j.scratch) free(j.scratch[i]);
    }
    free(j.workspace);
    free(j.scratch);
    free(j.logarithm);
    free(j.given);
    free(j.stride);
    free(j.group);
    return status;
}

/* A column for observable `i`, with its unit and what it means. */
static nsym_status add_column(nsym_events *to, const nsym_observables *o, size_t i, double **values) {
    static const char *const meaning[] = {
        [NSYM_OBSERVABLE_CONE] = "isolation: sum of pt nearer to the muon than R, divided by mu_pt",
        [NSYM_OBSERVABLE_CONE_PILEUP] =
            "isolation with pile-up subtracted: charged + max(0, neutral - pile-up / 2), divided by mu_pt",
        [NSYM_OBSERVABLE_EFP] = "energy-flow polynomial (hadr, normed)"};
    nsym_observable_kind kind = o->what[i].kind;
    if (o->what[i].logarithm) return nsym_events_add_column(to, o->name[i], "", "natural logarithm", 1, values);
    const nsym_event_observable *event = o->what[i].event;
    if (event) return nsym_events_add_column(to, o->name[i], event->unit, event->meaning, 1, values);
    return nsym_events_add_column(to, o->name[i], "", meaning[kind], 1, values);
}

nsym_status nsym_observables_columns(nsym_events **out, const nsym_observables *o, const nsym_events *events,
                                     size_t workers, nsym_progress *progress, bool (*stop)(void)) {
    *out = NULL;
    nsym_events *to;
    NSYM_TRY(nsym_events_columns(&to, events, 0, events->count));
    double *values = malloc((events->count * o->count + 1) * sizeof *values), *column;
    nsym_status status = values ? NSYM_OK : no_memory(o->count);
    if (status == NSYM_OK) status = nsym_observables_compute(values, o, events, workers, progress, stop);
    for (size_t i = 0; i < o->count && status == NSYM_OK; i++) {
        if (nsym_events_column(events, o->name[i])) continue;
        status = add_column(to, o, i, &column);
        for (size_t e = 0; e < events->count && status == NSYM_OK; e++) column[e] = values[e * o->count + i];
    }
    free(values);
    if (status == NSYM_OK)
        *out = to;
    else
        nsym_events_free(to);
    return status;
}
