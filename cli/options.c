#include "options.h"
#include "tell.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 64 };

/* Letters to change, add, leave out or swap to make `a` of `b` (Damerau's distance); WORD_MAX for long words. */
static size_t distance(const char *a, const char *b) {
    size_t n = strlen(a), m = strlen(b), d[WORD_MAX][WORD_MAX];
    if (n >= WORD_MAX || m >= WORD_MAX) return WORD_MAX;
    for (size_t i = 0; i <= n; i++)
        for (size_t k = 0; k <= m; k++) {
            if (i == 0 || k == 0) {
                d[i][k] = i + k;
                continue;
            }
            size_t best = d[i - 1][k - 1] + (a[i - 1] != b[k - 1]);
            if (d[i - 1][k] + 1 < best) best = d[i - 1][k] + 1;
            if (d[i][k - 1] + 1 < best) best = d[i][k - 1] + 1;
            bool swapped = i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1];
            if (swapped && d[i - 2][k - 2] + 1 < best) best = d[i - 2][k - 2] + 1;
            d[i][k] = best;
        }
    return d[n][m];
}

const char *options_nearest(const char *word, const char *const *names, size_t n) {
    const char *nearest = NULL;
    size_t best = strlen(word) / 3 + 1;
    for (size_t i = 0; i < n; i++) {
        size_t away = distance(word, names[i]);
        if (away > best || (away == best && nearest)) continue;
        best = away;
        nearest = names[i];
    }
    return nearest;
}

int options_wrong(const option_table *table, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    tell_error_list(format, arguments);
    va_end(arguments);
    fprintf(stderr, "usage: %s\n", table->usage);
    return EXIT_WRONG_USAGE;
}

const char *options_default(const option *o, char *text, size_t size) {
    const char *word = o->kind == OPTION_TEXT ? *(const char **)o->value : NULL;
    *text = '\0';
    if (word) snprintf(text, size, " (default %s)", word);
    if (o->kind == OPTION_COUNT) snprintf(text, size, " (default %zu)", *(size_t *)o->value);
    if (o->kind == OPTION_SEED) snprintf(text, size, " (default %" PRIu64 ")", *(uint64_t *)o->value);
    if (o->kind == OPTION_NUMBER) snprintf(text, size, " (default %g)", *(double *)o->value);
    if (o->kind == OPTION_TEXTS) snprintf(text, size, " (may be repeated)");
    return text;
}

/* Who hears of help in place of standard output, and of which command. */
static struct {
    options_listener *listener; /* NULL: help is printed */
    void *context;
    char command[WORD_MAX];
} walk;

static int print_help(const option_table *table) {
    if (walk.listener) {
        walk.listener(walk.context, walk.command, table, NULL, 0);
        return 0;
    }
    printf("usage: %s\n\n%s\n\n", table->usage, table->about);
    for (size_t i = 0; i < table->count; i++) {
        const option *o = &table->options[i];
        char left[WORD_MAX], usual[WORD_MAX], letter[] = {'-', o->letter, ',', ' ', '\0'};
        snprintf(left, sizeof left, "%s--%s %s", o->letter ? letter : "    ", o->name, o->argument ? o->argument : "");
        printf("  %-28s %s%s\n", left, o->help, options_default(o, usual, sizeof usual));
    }
    printf("  %-28s print this help\n", "-h, --help");
    return 0;
}

static bool read_number(const option *o, const char *text) {
    char *end;
    errno = 0;
    if (o->kind == OPTION_NUMBER) {
        double value = strtod(text, &end);
        if (end == text || *end || errno == ERANGE || !isfinite(value)) return false;
        *(double *)o->value = value;
        return true;
    }
    if (*text < '0' || *text > '9') return false;
    unsigned long long value = strtoull(text, &end, 10);
    if (*end || errno == ERANGE) return false;
    if (o->kind == OPTION_COUNT)
        *(size_t *)o->value = (size_t)value;
    else
        *(uint64_t *)o->value = value;
    return true;
}

static int set(const option_table *table, const option *o, const char *text) {
    option_texts *texts = o->value;
    switch (o->kind) {
    case OPTION_FLAG:
        *(bool *)o->value = true;
        return OPTIONS_GO_ON;
    case OPTION_WORD:
        *(const char **)o->value = text ? text : "";
        return OPTIONS_GO_ON;
    case OPTION_TEXT:
        *(const char **)o->value = text;
        return OPTIONS_GO_ON;
    case OPTION_TEXTS:
        if (texts->count == OPTION_TEXTS_MAX)
            return options_wrong(table, "--%s is given more than %d times", o->name, (int)OPTION_TEXTS_MAX);
        texts->text[texts->count++] = text;
        return OPTIONS_GO_ON;
    default:
        if (read_number(o, text)) return OPTIONS_GO_ON;
        return options_wrong(table, "--%s is \"%s\", must be a %s", o->name, text,
                             o->kind == OPTION_NUMBER ? "number" : "whole number from 0");
    }
}

/* The option that `word` ("--name", "--name=value", "-o") names; NULL where there is none. */
static const option *find(const option_table *table, const char *word) {
    for (size_t i = 0; i < table->count; i++) {
        const option *o = &table->options[i];
        size_t n = strlen(o->name);
        if (word[1] != '-' && o->letter && word[1] == o->letter && !word[2]) return o;
        if (word[1] == '-' && strncmp(word + 2, o->name, n) == 0 && (!word[2 + n] || word[2 + n] == '=')) return o;
    }
    return NULL;
}

static int unknown(const option_table *table, const char *word) {
    char name[WORD_MAX];
    const char *names[WORD_MAX];
    size_t n = 0;
    snprintf(name, sizeof name, "%s", word + strspn(word, "-"));
    name[strcspn(name, "=")] = '\0';
    for (; n < table->count && n < WORD_MAX; n++) names[n] = table->options[n].name;
    const char *nearest = options_nearest(name, names, n);
    if (!nearest) return options_wrong(table, "there is no option %s", word);
    return options_wrong(table, "there is no option %s; did you mean --%s?", word, nearest);
}

int options_parse(const option_table *table, int argc, char **argv, int *words) {
    bool only_words = false;
    *words = 0;
    for (int i = 1; i < argc; i++) {
        char *word = argv[i];
        if (only_words || word[0] != '-' || !word[1]) {
            argv[(*words)++] = word;
            continue;
        }
        if (strcmp(word, "--") == 0) {
            only_words = true;
            continue;
        }
        if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) return print_help(table);
        const option *o = find(table, word);
        if (!o) return unknown(table, word);
        const char *equals = word[1] == '-' ? strchr(word, '=') : NULL, *text = equals ? equals + 1 : NULL;
        if (o->kind == OPTION_FLAG && text) return options_wrong(table, "--%s takes no value", o->name);
        if (o->kind != OPTION_FLAG && o->kind != OPTION_WORD && !text) {
            if (i + 1 == argc) return options_wrong(table, "--%s needs a value: %s", o->name, o->argument);
            text = argv[++i];
        }
        int status = set(table, o, text);
        if (status != OPTIONS_GO_ON) return status;
    }
    return OPTIONS_GO_ON;
}

static void walk_actions(const option_table *table, const option_action *actions, size_t n) {
    static char help[] = "--help";
    size_t end = strlen(walk.command);
    walk.listener(walk.context, walk.command, table, actions, n);
    for (size_t i = 0; i < n; i++) {
        char *words[] = {help, help, NULL};
        snprintf(walk.command + end, sizeof walk.command - end, " %s", actions[i].name);
        actions[i].run(2, words);
        walk.command[end] = '\0';
    }
}

void options_walk(const char *command, int (*run)(int argc, char **argv), options_listener *listener, void *context) {
    static char help[] = "--help";
    char *words[] = {help, help, NULL};
    walk.listener = listener;
    walk.context = context;
    snprintf(walk.command, sizeof walk.command, "%s", command);
    run(2, words);
    walk.listener = NULL;
}

/* Says what can be done: "list, show or run". */
static int nothing_to_do(const option_table *table, const option_action *actions, size_t n) {
    char list[8 * WORD_MAX] = "";
    size_t used = 0;
    for (size_t i = 0; i < n && used < sizeof list; i++) {
        const char *before = i == 0 ? "" : i + 1 < n ? ", " : " or ";
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", before, actions[i].name);
    }
    return options_wrong(table, "say what to do: %s", list);
}

int options_choose(const option_table *table, const option_action *actions, size_t n, int argc, char **argv) {
    const char *names[OPTION_ACTIONS_MAX];
    for (size_t i = 0; i < n; i++) names[i] = actions[i].name;
    if (argc < 2) return nothing_to_do(table, actions, n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(argv[1], names[i]) == 0) return actions[i].run(argc - 1, argv + 1);
    if (walk.listener) {
        walk_actions(table, actions, n);
        return 0;
    }
    int words;
    if (argv[1][0] == '-') {
        int status = options_parse(table, argc, argv, &words);
        return status != OPTIONS_GO_ON ? status : nothing_to_do(table, actions, n);
    }
    const char *nearest = options_nearest(argv[1], names, n);
    if (!nearest) return options_wrong(table, "\"%s\" is unknown", argv[1]);
    return options_wrong(table, "\"%s\" is unknown; did you mean %s?", argv[1], nearest);
}
