#include "data/expression.h"

#include "base/arena.h"
#include "base/fail.h"
#include "base/nearest.h"

#include <ctype.h>
#include <math.h>
#include <muParserDLL.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 64, NAME = 256, LENGTH_MAX = 4096 };

/* What stands for a name: values (events, or particles), `stride` apart, and the cell that muParser reads. */
typedef struct {
    const char *name; /* NULL: of a reduction */
    const double *values;
    size_t stride;
    bool per_particle;
    double now;
} variable;

struct nsym_expression {
    const nsym_events *events;
    nsym_arena *arena;
    muParserHandle_t parser;
    bool per_particle;
    size_t variables, room;
    variable **variable; /* (variables), each in the arena: muParser keeps their addresses */
};

/* A text while it is rewritten for muParser. */
typedef struct {
    nsym_expression *e;
    const char *text, *at; /* the whole, and the next letter */
    const char *end;
    char *to; /* what muParser reads */
    size_t used, size;
    size_t depth;
    bool compared[DEPTH];   /* was there a comparison at this depth that nothing has closed? */
    size_t negated[DEPTH];  /* "not" opens a bracket that the end of its operand closes */
    size_t banged[DEPTH];   /* so does !, whose operand is one name, number or bracket */
    bool particles_allowed; /* a reduction's operand, or anywhere */
} rewriting;

static const char *const functions[] = {"abs",   "sqrt",  "exp",  "log",  "ln",    "log10", "log2", "sin",   "cos",
                                        "tan",   "asin",  "acos", "atan", "atan2", "sinh",  "cosh", "tanh",  "asinh",
                                        "acosh", "atanh", "rint", "sign", "min",   "max",   "sum",  "count", NULL};

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for an expression");
}

NSYM_PRINTF(2, 3) static nsym_status refuse(const rewriting *r, const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return nsym_fail(NSYM_EINVAL, "\"%.200s\": %s", r->text, text);
}

static bool is_function(const char *name) {
    size_t k = 0;
    while (functions[k] && strcmp(functions[k], name) != 0) k++;
    return functions[k] != NULL;
}

/* Room was made for everything that a text of this length can become. */
static void put(rewriting *r, const char *text) {
    size_t n = strlen(text);
    if (r->used + n >= r->size) return;
    memcpy(r->to + r->used, text, n + 1);
    r->used += n;
}

static variable *add_variable(nsym_expression *e, variable v) {
    if (e->variables == e->room) {
        size_t room = e->room ? 2 * e->room : 8;
        variable **more = realloc(e->variable, room * sizeof(variable *));
        if (!more) return NULL;
        e->variable = more;
        e->room = room;
    }
    variable *fresh = nsym_arena_alloc(e->arena, 1, sizeof *fresh);
    if (!fresh) return NULL;
    *fresh = v;
    e->variable[e->variables++] = fresh;
    return fresh;
}

/* Tells muParser of a variable, and writes what it is called there. */
static nsym_status put_variable(rewriting *r, variable v) {
    char name[32];
    nsym_expression *e = r->e;
    variable *fresh = add_variable(e, v);
    if (!fresh) return no_memory();
    snprintf(name, sizeof name, "v%zu_", e->variables);
    mupDefineVar(e->parser, name, &fresh->now);
    put(r, name);
    return NSYM_OK;
}

/* The nearest name that the events have. */
static const char *nearest_name(const nsym_events *events, const char *name) {
    size_t n = 0;
    const char **known = calloc(events->columns + events->features + 1, sizeof *known);
    for (size_t k = 0; known && k < events->columns; k++) known[n++] = events->column[k].name;
    for (size_t k = 0; known && k < events->features; k++) known[n++] = events->feature_names[k];
    const char *found = known ? nsym_nearest(name, known) : NULL;
    free(known);
    return found;
}

/* A column, or a feature. Within a reduction features go first, elsewhere columns. */
static nsym_status put_name(rewriting *r, const char *name, bool quoted) {
    nsym_expression *e = r->e;
    const nsym_events *events = e->events;
    const nsym_column *column = nsym_events_column(events, name);
    size_t feature = events->offsets ? nsym_events_feature(events, name) : NSYM_NONE;
    if (feature != NSYM_NONE && (!column || r->particles_allowed)) {
        e->per_particle = true;
        return put_variable(r, (variable){.name = events->feature_names[feature],
                                          .values = events->particles + feature,
                                          .stride = events->features,
                                          .per_particle = true});
    }
    if (column && column->width != 1)
        return refuse(r, "the column '%s' has %zu values per event, but an expression reads only columns with one",
                      name, column->width);
    if (column) return put_variable(r, (variable){.name = column->name, .values = column->values, .stride = 1});
    if (!quoted && strcmp(name, "pi") == 0) {
        put(r, "_pi");
        return NSYM_OK;
    }
    const char *nearest = nearest_name(events, name);
    return refuse(r, "the events have neither a column nor a particle feature '%s'%s%s%s", name,
                  nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

/* Where the bracket that opens before `at` is closed, and how many commas stand in it at its own depth. */
static const char *closing(const char *at, const char *end, size_t *commas) {
    size_t depth = 1;
    bool quoted = false;
    *commas = 0;
    for (; at < end; at++) {
        quoted ^= *at == '`';
        if (quoted) continue;
        depth += *at == '(';
        depth -= *at == ')';
        *commas += *at == ',' && depth == 1;
        if (depth == 0) return at;
    }
    return NULL;
}

static bool is_blank(const char *from, const char *end) {
    while (from < end && isspace((unsigned char)*from)) from++;
    return from == end;
}

static nsym_status compile(nsym_expression *e, const char *text, size_t length, bool particles);

static void close_expression(nsym_expression *e) {
    if (e->parser) mupRelease(e->parser);
    nsym_arena_free(e->arena);
    free(e->variable);
}

/* One value of an event of the values of its particles. */
static double reduce(const char *how, const double *values, size_t n) {
    double sum = 0, least = NAN, most = NAN, count = 0;
    for (size_t i = 0; i < n; i++) {
        sum += values[i];
        count += values[i] != 0 && !isnan(values[i]);
        least = i == 0 || values[i] < least || isnan(values[i]) ? values[i] : least; /* NaN stays */
        most = i == 0 || values[i] > most || isnan(values[i]) ? values[i] : most;
    }
    return how[0] == 'c' ? count : how[0] == 's' ? sum : how[1] == 'i' ? least : most;
}

/* The values (events) of a reduction over what stands from..end; blank: particles are counted. */
static nsym_status reduce_all(double *out, const rewriting *r, const char *how, const char *from, const char *end) {
    const nsym_events *events = r->e->events;
    if (is_blank(from, end)) {
        for (size_t i = 0; i < events->count; i++) out[i] = (double)(events->offsets[i + 1] - events->offsets[i]);
        return NSYM_OK;
    }
    nsym_expression each = {.events = events};
    double *values = malloc(((size_t)events->offsets[events->count] + 1) * sizeof *values);
    nsym_status status = values ? compile(&each, from, (size_t)(end - from), true) : no_memory();
    if (status == NSYM_OK && !each.per_particle)
        status = refuse(
            r, "%s(...) is taken over an event's particles, but the text in its brackets names no particle feature",
            how);
    if (status == NSYM_OK) status = nsym_expression_values(values, &each);
    for (size_t i = 0; status == NSYM_OK && i < events->count; i++)
        out[i] = reduce(how, values + events->offsets[i], (size_t)(events->offsets[i + 1] - events->offsets[i]));
    free(values);
    close_expression(&each);
    return status;
}

/* count(...), sum(...), min(...), max(...) of one operand; *taken: it was one. */
static nsym_status put_reduction(rewriting *r, const char *name, bool *taken) {
    static const char *const names[] = {"count", "sum", "min", "max", NULL};
    size_t commas, k = 0;
    const char *from = r->at + 1, *end = closing(from, r->end, &commas);
    while (names[k] && strcmp(names[k], name) != 0) k++;
    *taken = names[k] && end && commas == 0;
    if (!*taken && strcmp(name, "count") == 0) return refuse(r, "count(...) takes one argument or none");
    if (!*taken) return NSYM_OK;
    if (!r->e->events->offsets)
        return refuse(r, "%s(...) is taken over particles, but the events have no particles", name);
    if (k > 0 && is_blank(from, end)) return refuse(r, "%s() needs an argument", name);
    double *values = nsym_arena_alloc(r->e->arena, r->e->events->count + 1, sizeof *values);
    if (!values) return no_memory();
    NSYM_TRY(reduce_all(values, r, name, from, end));
    r->at = end + 1;
    return put_variable(r, (variable){.values = values, .stride = 1});
}

/* An operand ends here: so does what "not" speaks of. */
static void close_negations(rewriting *r) {
    for (; r->negated[r->depth] > 0; r->negated[r->depth]--) put(r, ")");
    r->compared[r->depth] = false;
}

static nsym_status put_logic(rewriting *r, const char *operator) {
    close_negations(r);
    put(r, operator);
    return NSYM_OK;
}

/* A name, number or bracket ends here. */
static nsym_status put_operand_end(rewriting *r) {
    for (; r->banged[r->depth] > 0; r->banged[r->depth]--) put(r, ")");
    return NSYM_OK;
}

/* !: muParser's own operators before a value would bind less than && does. */
static nsym_status put_bang(rewriting *r) {
    const char *next = r->at;
    while (next < r->end && isspace((unsigned char)*next)) next++;
    if (next == r->end || !(isalnum((unsigned char)*next) || strchr("_.(`!", *next)))
        return refuse(r, "! must stand before a name, a number or a bracket");
    put(r, "not_(");
    r->banged[r->depth]++;
    return NSYM_OK;
}

/* not speaks of a whole comparison, so it stands where one begins. */
static nsym_status put_not(rewriting *r) {
    size_t n = r->used;
    while (n > 0 && r->to[n - 1] == ' ') n--;
    if (n > 0 && !strchr("(&|?:,", r->to[n - 1]))
        return refuse(r, "'not' begins a condition; behind an operator it stands in brackets: (not ...)");
    put(r, "not_(");
    r->negated[r->depth]++;
    return NSYM_OK;
}

/* A word: and, or, not, a function, or a name. */
static nsym_status put_word(rewriting *r) {
    char name[NAME];
    size_t n = 0;
    while (r->at + n < r->end && (isalnum((unsigned char)r->at[n]) || r->at[n] == '_')) n++;
    if (n >= sizeof name) return refuse(r, "a name is longer than %d letters", NAME - 1);
    memcpy(name, r->at, n);
    name[n] = '\0';
    r->at += n;
    bool negation = strcmp(name, "not") == 0, logic = strcmp(name, "and") == 0 || strcmp(name, "or") == 0;
    if ((negation || logic) && r->banged[r->depth] > 0)
        return refuse(r, "! stands before a name, a number or a bracket, and not before '%s'%s", name,
                      negation ? "; write !(not ...)" : "");
    if (logic) return put_logic(r, name[0] == 'a' ? "&&" : "||");
    if (negation) return put_not(r);
    while (r->at < r->end && isspace((unsigned char)*r->at)) r->at++;
    if (r->at == r->end || *r->at != '(') {
        NSYM_TRY(put_name(r, name, false));
        return put_operand_end(r);
    }
    if (!is_function(name)) {
        const char *nearest = nsym_nearest(name, functions);
        return refuse(r, "there is no function '%s'%s%s%s", name, nearest ? "; did you mean '" : "",
                      nearest ? nearest : "", nearest ? "'?" : "");
    }
    bool taken;
    NSYM_TRY(put_reduction(r, name, &taken));
    if (taken) return put_operand_end(r);
    put(r, name);
    return NSYM_OK;
}

static nsym_status put_quoted(rewriting *r) {
    char name[NAME];
    const char *end = memchr(r->at + 1, '`', (size_t)(r->end - r->at - 1));
    size_t n = end ? (size_t)(end - r->at - 1) : 0;
    if (n == 0 || n >= sizeof name) return refuse(r, "a name in backticks must have 1 to %d letters", NAME - 1);
    memcpy(name, r->at + 1, n);
    name[n] = '\0';
    r->at = end + 1;
    NSYM_TRY(put_name(r, name, true));
    return put_operand_end(r);
}

static nsym_status put_number(rewriting *r) {
    char text[64], *end;
    size_t n = 0;
    for (; r->at + n < r->end && n + 1 < sizeof text; n++) {
        char c = r->at[n];
        bool sign = (c == '+' || c == '-') && n > 0 && tolower((unsigned char)r->at[n - 1]) == 'e';
        if (!isalnum((unsigned char)c) && c != '.' && !sign) break;
        text[n] = c;
    }
    text[n] = '\0';
    strtod(text, &end);
    if (*end || n + 1 == sizeof text) return refuse(r, "'%s' is not a number", text);
    r->at += n;
    put(r, text);
    return put_operand_end(r);
}

/* A comparison, of which one operand has one. */
static nsym_status put_comparison(rewriting *r, const char *operator) {
    if (r->compared[r->depth]) return refuse(r, "two comparisons in a row; join them with &&, such as 0 < x && x < 1");
    r->compared[r->depth] = true;
    put(r, operator);
    return NSYM_OK;
}

static nsym_status put_bracket(rewriting *r, char c) {
    if (c == '(' && r->depth + 1 == DEPTH) return refuse(r, "brackets are nested %d deep, which is too deep", DEPTH);
    if (c == '(') {
        put(r, "(");
        r->depth++;
        r->negated[r->depth] = r->banged[r->depth] = 0;
        r->compared[r->depth] = false;
        return NSYM_OK;
    }
    if (r->depth == 0) return refuse(r, "a closing bracket has no opening bracket");
    close_negations(r);
    r->depth--;
    put(r, ")");
    return put_operand_end(r);
}

static nsym_status put_operator(rewriting *r) {
    static const char *const pairs[] = {"&&", "||", "==", "!=", "<=", ">=", "**", NULL};
    size_t k = 0;
    while (pairs[k] && !(r->at + 1 < r->end && strncmp(r->at, pairs[k], 2) == 0)) k++;
    char c = *r->at, one[2] = {c, '\0'};
    r->at += pairs[k] ? 2 : 1;
    if (pairs[k] && k < 2) return put_logic(r, pairs[k]);
    if (pairs[k] && k < 6) return put_comparison(r, pairs[k]);
    if (pairs[k]) return put(r, "^"), NSYM_OK;
    if (c == '<' || c == '>') return put_comparison(r, one);
    if (c == '=') return refuse(r, "= is not allowed; == compares");
    if (c == '&' || c == '|') return refuse(r, "there is no operator %c; use && and ||", c);
    if (c == ',' && r->depth == 0) return refuse(r, "a comma is outside the brackets of a function");
    if (c == '?' || c == ':' || c == ',') return put_logic(r, one);
    if (c == '(' || c == ')') return put_bracket(r, c);
    if (c == '!') return put_bang(r);
    if (!strchr("+-*/^", c)) return refuse(r, "the letter '%c' has no meaning here", c);
    put(r, one);
    return NSYM_OK;
}

static nsym_status rewrite(rewriting *r) {
    while (r->at < r->end) {
        unsigned char c = (unsigned char)*r->at;
        if (isspace(c)) {
            r->at++;
            put(r, " ");
        } else if (isalpha(c) || c == '_') {
            NSYM_TRY(put_word(r));
        } else if (isdigit(c) || c == '.') {
            NSYM_TRY(put_number(r));
        } else if (c == '`') {
            NSYM_TRY(put_quoted(r));
        } else {
            NSYM_TRY(put_operator(r));
        }
    }
    if (r->depth) return refuse(r, "a bracket is not closed");
    close_negations(r);
    return NSYM_OK;
}

static void note_error(muParserHandle_t parser) {
    (void)parser; /* asked for with mupError; without this muParser prints */
}

static double negate(double value) {
    return isnan(value) ? value : value == 0;
}

/* Reads what was rewritten, once with numbers: muParser finds its errors when it evaluates. */
static nsym_status try_out(const rewriting *r) {
    nsym_expression *e = r->e;
    mupSetExpr(e->parser, r->to);
    mupEval(e->parser);
    if (!mupError(e->parser)) return NSYM_OK;
    return refuse(r, "%s", mupGetErrorMsg(e->parser));
}

static nsym_status compile(nsym_expression *e, const char *text, size_t length, bool particles) {
    char *copy;
    e->arena = nsym_arena_new();
    e->parser = mupCreate(muBASETYPE_FLOAT);
    if (!e->arena || !e->parser) return no_memory();
    mupSetErrorHandler(e->parser, note_error);
    mupDefineFun1(e->parser, "not_", negate, 1);
    rewriting r = {.e = e, .size = 24 * length + 64, .particles_allowed = particles};
    r.to = nsym_arena_alloc(e->arena, r.size, 1);
    copy = nsym_arena_alloc(e->arena, length + 1, 1);
    if (!r.to || !copy) return no_memory();
    memcpy(copy, text, length);
    r.text = r.at = copy;
    r.end = copy + length;
    if (length > LENGTH_MAX) return refuse(&r, "an expression has at most %d letters", LENGTH_MAX);
    if (is_blank(copy, r.end)) return refuse(&r, "the expression is empty");
    NSYM_TRY(rewrite(&r));
    return try_out(&r);
}

nsym_status nsym_expression_new(nsym_expression **out, const char *text, const nsym_events *events) {
    nsym_expression *e = calloc(1, sizeof *e);
    if (!e) return no_memory();
    e->events = events;
    nsym_status status = compile(e, text, strlen(text), false);
    if (status == NSYM_OK)
        *out = e;
    else
        nsym_expression_free(e);
    return status;
}

void nsym_expression_free(nsym_expression *e) {
    if (!e) return;
    close_expression(e);
    free(e);
}

bool nsym_expression_per_particle(const nsym_expression *e) {
    return e->per_particle;
}

nsym_status nsym_expression_values(double *values, const nsym_expression *e) {
    const nsym_events *events = e->events;
    for (size_t i = 0; i < events->count; i++) {
        uint64_t first = e->per_particle ? events->offsets[i] : i,
                 end = e->per_particle ? events->offsets[i + 1] : i + 1;
        for (uint64_t row = first; row < end; row++) {
            for (size_t k = 0; k < e->variables; k++) {
                variable *v = e->variable[k];
                v->now = v->values[(v->per_particle ? row : i) * v->stride];
            }
            values[row] = mupEval(e->parser);
        }
    }
    if (mupError(e->parser)) return nsym_fail(NSYM_EINVAL, "%s", mupGetErrorMsg(e->parser));
    return NSYM_OK;
}

nsym_status nsym_expression_evaluate(nsym_expression **out, double **values, const char *text,
                                     const nsym_events *events) {
    *out = NULL;
    *values = NULL;
    NSYM_TRY(nsym_expression_new(out, text, events));
    size_t n = (*out)->per_particle ? (size_t)events->offsets[events->count] : events->count;
    *values = malloc((n + 1) * sizeof **values);
    nsym_status status = *values ? nsym_expression_values(*values, *out)
                                 : nsym_fail(NSYM_ENOMEM, "no memory for %zu values of \"%s\"", n, text);
    if (status == NSYM_OK) return NSYM_OK;
    nsym_expression_free(*out);
    free(*values);
    *out = NULL;
    *values = NULL;
    return status;
}

bool nsym_expression_reads_nan(const nsym_expression *e, size_t event) {
    for (size_t k = 0; k < e->variables; k++) {
        const variable *v = e->variable[k];
        if (!v->per_particle && isnan(v->values[event * v->stride])) return true;
    }
    return false;
}
