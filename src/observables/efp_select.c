/* Which graphs a user means: conditions or identities (nearsym/efp.h). */
#include "observables/efp_graph.h"

#include "base/fail.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { CONDITIONS_MAX = 32, NUMBER_MAX = 100000, SHOWN = 40, LIST_MAX = 65536 };

typedef struct condition {
    size_t offset; /* of the number in a graph */
    char relation; /* '<', 'l' (<=), '=', '!', 'g' (>=), '>' */
    unsigned number;
} condition;

typedef struct reader {
    const char *text, *at;
} reader;

static void skip_blanks(reader *r) {
    while (isspace((unsigned char)*r->at)) r->at++;
}

static nsym_status refuse(const reader *r, const char *wanted) {
    return nsym_fail(NSYM_EINVAL, "selection \"%.*s\": at character %zu, \"%.*s\": must be %s", SHOWN, r->text,
                     (size_t)(r->at - r->text) + 1, SHOWN, r->at, wanted);
}

static nsym_status read_number(reader *r, unsigned *number) {
    skip_blanks(r);
    if (!isdigit((unsigned char)*r->at)) return refuse(r, "a whole number");
    *number = 0;
    for (; isdigit((unsigned char)*r->at); r->at++) {
        *number = 10 * *number + (unsigned)(*r->at - '0');
        if (*number > NUMBER_MAX) return refuse(r, "a smaller number");
    }
    return NSYM_OK;
}

static nsym_status read_condition(reader *r, condition *out) {
    static const struct {
        const char *name;
        size_t offset;
    } quantities[] = {{"chi", offsetof(nsym_efp_graph, c)}, {"n", offsetof(nsym_efp_graph, n)},
                      {"e", offsetof(nsym_efp_graph, e)},   {"d", offsetof(nsym_efp_graph, d)},
                      {"v", offsetof(nsym_efp_graph, v)},   {"k", offsetof(nsym_efp_graph, k)},
                      {"c", offsetof(nsym_efp_graph, c)},   {"p", offsetof(nsym_efp_graph, p)},
                      {"h", offsetof(nsym_efp_graph, h)},   {"m", offsetof(nsym_efp_graph, m)}};
    static const struct {
        const char *sign;
        char relation;
    } relations[] = {{"<=", 'l'}, {">=", 'g'}, {"==", '='}, {"!=", '!'}, {"<", '<'}, {">", '>'}, {"=", '='}};
    size_t letters = 0, i = 0, s = 0;
    skip_blanks(r);
    while (isalpha((unsigned char)r->at[letters])) letters++;
    if (letters == 9 && strncmp(r->at, "connected", letters) == 0) {
        r->at += letters;
        *out = (condition){offsetof(nsym_efp_graph, p), '=', 1};
        return NSYM_OK;
    }
    enum { QUANTITIES = sizeof quantities / sizeof *quantities, RELATIONS = sizeof relations / sizeof *relations };
    while (i < QUANTITIES &&
           (strlen(quantities[i].name) != letters || strncmp(r->at, quantities[i].name, letters) != 0))
        i++;
    if (i == QUANTITIES) return refuse(r, "n, e, d, v, m, k, c (chi), p, h or \"connected\"");
    r->at += letters;
    skip_blanks(r);
    while (s < RELATIONS && strncmp(r->at, relations[s].sign, strlen(relations[s].sign)) != 0) s++;
    if (s == RELATIONS) return refuse(r, "one of < <= = == != >= >");
    r->at += strlen(relations[s].sign);
    out->offset = quantities[i].offset;
    out->relation = relations[s].relation;
    return read_number(r, &out->number);
}

static bool fits(const nsym_efp_graph *g, const condition *c) {
    unsigned value = *(const unsigned *)((const char *)g + c->offset);
    switch (c->relation) {
    case '<':
        return value < c->number;
    case 'l':
        return value <= c->number;
    case '=':
        return value == c->number;
    case '!':
        return value != c->number;
    case 'g':
        return value >= c->number;
    default:
        return value > c->number;
    }
}

/* The largest number that a condition asks for; 0 of one that excludes a number. */
static unsigned asked(const condition *c) {
    return c->relation == '!' ? 0 : c->relation == '<' ? c->number - (c->number > 0) : c->number + (c->relation == '>');
}

static bool is_upper_bound(const condition *c) {
    return c->relation == '<' || c->relation == 'l' || c->relation == '=';
}

/* Refuses what asks for graphs that there are not, which else would be left out in silence. A graph of more vertices
   than the most edges may have more edges still, unless d has a bound. */
static nsym_status refuse_larger(const reader *r, const condition *conditions, size_t n) {
    bool bounded = false;
    unsigned vertices = 0;
    for (size_t i = 0; i < n; i++) {
        const condition *c = &conditions[i];
        if (c->offset == offsetof(nsym_efp_graph, d) && asked(c) > NSYM_EFP_DEGREE_MAX)
            return nsym_fail(NSYM_EINVAL,
                             "selection \"%.*s\": asks for graphs with d = %u edges; nearsym has graphs with up to %d",
                             SHOWN, r->text, asked(c), NSYM_EFP_DEGREE_MAX);
        bounded |= c->offset == offsetof(nsym_efp_graph, d) && is_upper_bound(c);
        if (c->offset == offsetof(nsym_efp_graph, n) && asked(c) > vertices) vertices = asked(c);
    }
    if (bounded || vertices <= NSYM_EFP_DEGREE_MAX) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL,
                     "selection \"%.*s\": asks for graphs with n = %u vertices, but nearsym has graphs with up to %d "
                     "edges; add d<=%d to have these",
                     SHOWN, r->text, vertices, NSYM_EFP_DEGREE_MAX, NSYM_EFP_DEGREE_MAX);
}

/* Keeps the graphs that fit, in place. */
static nsym_status select_fitting(reader *r, nsym_efp_graph *graphs, size_t *count) {
    condition conditions[CONDITIONS_MAX];
    size_t n = 0, kept = 0;
    for (;; r->at++) {
        if (n == CONDITIONS_MAX) return refuse(r, "the end: too many conditions");
        NSYM_TRY(read_condition(r, &conditions[n++]));
        skip_blanks(r);
        if (*r->at != ',') break;
    }
    if (*r->at) return refuse(r, "a comma, or the end");
    NSYM_TRY(refuse_larger(r, conditions, n));
    for (size_t i = 0; i < *count; i++) {
        size_t c = 0;
        while (c < n && fits(&graphs[i], &conditions[c])) c++;
        if (c == n) graphs[kept++] = graphs[i];
    }
    *count = kept;
    return kept > 0 ? NSYM_OK
                    : nsym_fail(NSYM_EINVAL, "selection \"%.*s\": matches no graph; nearsym has graphs with d <= %d",
                                SHOWN, r->text, NSYM_EFP_DEGREE_MAX);
}

/* A factor, "(4,7,12)" or, as cards and columns name it, "4-7-12". */
static nsym_status read_factor(reader *r, unsigned factor[3]) {
    bool named = *r->at != '(';
    for (unsigned i = 0; i < 3; i++) {
        if (!named || i > 0) r->at++;
        NSYM_TRY(read_number(r, &factor[i]));
        if (!named) skip_blanks(r);
        if (named && i == 2) return NSYM_OK;
        if (named && *r->at != '-') return refuse(r, "a hyphen: n-d-k");
        if (!named && *r->at != (i < 2 ? ',' : ')')) return refuse(r, i < 2 ? "a comma: (n,d,k)" : "\")\": (n,d,k)");
    }
    r->at++;
    return NSYM_OK;
}

/* Does a further factor follow: "(" behind ")", or "_" and a digit? */
static bool has_factor(reader *r, unsigned p, bool named) {
    if (!named) return *r->at == '(';
    if (p == 0) return true;
    if (*r->at != '_') return false;
    r->at++;
    return true;
}

/* "(4,7,12)(2,1,0)", "4-7-12_2-1-0": the factors of one graph, in any order, looked up among all graphs. */
static nsym_status read_identity(reader *r, const nsym_efp_graph *graphs, size_t count, size_t *index) {
    const char *start = r->at;
    unsigned factor[NSYM_EFP_DEGREE_MAX][3], p = 0;
    for (bool named = isdigit((unsigned char)*r->at); has_factor(r, p, named); p++) {
        if (p == NSYM_EFP_DEGREE_MAX) return refuse(r, "the end: no graph has more factors");
        NSYM_TRY(read_factor(r, factor[p]));
    }
    for (size_t i = 0; i < count && p > 0; i++) {
        const nsym_efp_graph *g = &graphs[i];
        unsigned used = 0, k = 0;
        for (; g->p == p && k < p; k++) { /* the factor of the graph that is the k-th named */
            unsigned f = 0;
            while (f < p && (used >> f & 1 || g->factor[f][0] != factor[k][0] || g->factor[f][1] != factor[k][1] ||
                             g->factor_k[f] != factor[k][2]))
                f++;
            if (f == p) break;
            used |= 1u << f;
        }
        *index = i;
        if (g->p == p && k == p) return NSYM_OK;
    }
    r->at = start;
    return refuse(r, "the identity of a graph, (n,d,k), as `nearsym efp list` shows it");
}

static nsym_status select_named(reader *r, nsym_efp_graph **graphs, size_t *count) {
    nsym_efp_graph *named = NULL;
    size_t n = 0;
    nsym_status status = NSYM_OK;
    while (*r->at && status == NSYM_OK) {
        size_t index;
        if (n == LIST_MAX) status = refuse(r, "the end: too many identities");
        if (n % 64 == 0 && status == NSYM_OK) {
            nsym_efp_graph *grown = realloc(named, (n + 64) * sizeof *grown);
            if (!grown) status = nsym_fail(NSYM_ENOMEM, "no memory for %zu graphs", n + 64);
            if (grown) named = grown;
        }
        if (status == NSYM_OK) status = read_identity(r, *graphs, *count, &index);
        if (status == NSYM_OK) named[n++] = (*graphs)[index];
        while (isspace((unsigned char)*r->at) || *r->at == ';' || (*r->at == ',' && isdigit((unsigned char)r->at[1])))
            r->at++;
    }
    if (status != NSYM_OK) {
        free(named);
        return status;
    }
    free(*graphs);
    *graphs = named;
    *count = n;
    return NSYM_OK;
}

nsym_status nsym_efp_keep(nsym_efp_graph **graphs, size_t *count, const char *selection) {
    reader r = {.text = selection, .at = selection};
    skip_blanks(&r);
    return *r.at == '(' || isdigit((unsigned char)*r.at) ? select_named(&r, graphs, count)
                                                         : select_fitting(&r, *graphs, count);
}

nsym_status nsym_efp_select(nsym_efp_graph **graphs, size_t *count, const char *selection) {
    NSYM_TRY(nsym_efp_all_graphs(graphs, count));
    nsym_status status = nsym_efp_keep(graphs, count, selection);
    if (status == NSYM_OK) return NSYM_OK;
    free(*graphs);
    *graphs = NULL;
    return status;
}
