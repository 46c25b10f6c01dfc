#include "study/pace.h"

#include "base/fail.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const double TELLING = 0.02; /* the part of a run after which its time says something */

/* What is seen of a run. */
typedef struct state {
    double begun, part; /* begun NaN: not here */
    double seconds;     /* that it took; negative: it is not done */
} state;

/* What runs took together that are alike. */
typedef struct sum {
    double seconds, size;
} sum;

/* All that is known at a time: (runs) of every kind and model, [0] of runs that are done, [1] of those at work; and of
   all together. */
typedef struct knowledge {
    sum *kind[2], *model[2], all[2];
} knowledge;

struct nsym_pace {
    pthread_mutex_t lock; /* of all that follows */
    size_t n, jobs;
    double started, others; /* others: seconds of their runs since then */
    nsym_pace_run *run;     /* (n) */
    state *state;           /* (n) */
    sum *sums;              /* (4, n) */
};

nsym_status nsym_pace_new(nsym_pace **out, const nsym_pace_run *runs, size_t n, size_t jobs, double now) {
    nsym_pace *p = *out = calloc(1, sizeof *p);
    if (!p) return nsym_fail(NSYM_ENOMEM, "no memory for the time that is left");
    pthread_mutex_init(&p->lock, NULL);
    p->n = n;
    p->jobs = jobs;
    p->started = now;
    p->run = calloc(n + 1, sizeof *p->run);
    p->state = calloc(n + 1, sizeof *p->state);
    p->sums = calloc(4 * n + 1, sizeof *p->sums);
    if (!p->run || !p->state || !p->sums) {
        nsym_pace_free(p);
        *out = NULL;
        return nsym_fail(NSYM_ENOMEM, "no memory for the time that %zu runs take", n);
    }
    for (size_t i = 0; i < n; i++) {
        p->run[i] = runs[i];
        p->state[i] = (state){.begun = NAN, .seconds = -1};
    }
    return NSYM_OK;
}

void nsym_pace_free(nsym_pace *p) {
    if (!p) return;
    pthread_mutex_destroy(&p->lock);
    free(p->run);
    free(p->state);
    free(p->sums);
    free(p);
}

void nsym_pace_begin(nsym_pace *p, size_t run, double now) {
    if (!p) return;
    pthread_mutex_lock(&p->lock);
    p->state[run].begun = now;
    pthread_mutex_unlock(&p->lock);
}

void nsym_pace_part(nsym_pace *p, size_t run, double part) {
    if (!p) return;
    pthread_mutex_lock(&p->lock);
    p->state[run].part = part;
    pthread_mutex_unlock(&p->lock);
}

void nsym_pace_end(nsym_pace *p, size_t run, double seconds, bool others) {
    if (!p) return;
    pthread_mutex_lock(&p->lock);
    p->state[run].seconds = fmax(seconds, 0);
    if (others) p->others += seconds;
    pthread_mutex_unlock(&p->lock);
}

static void add(sum *s, double seconds, double size) {
    s->seconds += seconds;
    s->size += size;
}

static void learn(knowledge *out, const nsym_pace *p, double now) {
    memset(p->sums, 0, 4 * p->n * sizeof *p->sums);
    *out = (knowledge){.kind = {p->sums, p->sums + p->n}, .model = {p->sums + 2 * p->n, p->sums + 3 * p->n}};
    for (size_t i = 0; i < p->n; i++) {
        const state *at = &p->state[i];
        const nsym_pace_run *run = &p->run[i];
        bool done = at->seconds >= 0, works = !done && isfinite(at->begun) && at->part > TELLING;
        if (!done && !works) continue;
        double seconds = done ? at->seconds : now - at->begun, size = done ? run->size : at->part * run->size;
        add(&out->kind[works][run->kind], seconds, size);
        add(&out->model[works][run->model], seconds, size);
        add(&out->all[works], seconds, size);
    }
}

/* Seconds that a run takes; NaN: nothing tells. */
static double foresee(const knowledge *k, const nsym_pace_run *run) {
    const sum known[] = {k->kind[0][run->kind],
                         k->kind[1][run->kind],
                         k->model[0][run->model],
                         k->model[1][run->model],
                         k->all[0],
                         k->all[1]};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].size > 0) return run->size * known[i].seconds / known[i].size;
    return NAN;
}

double nsym_pace_left(nsym_pace *p, double now) {
    double left = 0, longest = 0;
    knowledge known;
    pthread_mutex_lock(&p->lock);
    learn(&known, p, now);
    for (size_t i = 0; i < p->n; i++) {
        const state *at = &p->state[i];
        if (at->seconds >= 0) continue;
        double rest = foresee(&known, &p->run[i]);
        if (isfinite(at->begun)) rest = fmax(rest - (now - at->begun), 0);
        left += rest;
        longest = fmax(longest, rest);
    }
    double speed = (double)p->jobs + (now > p->started ? p->others / (now - p->started) : 0);
    pthread_mutex_unlock(&p->lock);
    return isnan(left) ? -1 : fmax(left / speed, longest);
}
