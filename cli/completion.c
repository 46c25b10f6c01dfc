#include "completion.h"
#include "options.h"

#include <nearsym/study.h>

#include <ctype.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_MAX = 256 };

/* A word in single quotes, with what is said of it behind a tab. */
static void put_word(const char *word, const char *about) {
    fputs(" '", stdout);
    for (const char *parts[] = {word, "\t", about}, **part = parts; part < parts + 3; part++)
        for (const char *c = *part; *c; c++) fputs(*c == '\'' ? "'\\''" : (char[]){*c, '\0'}, stdout);
    putchar('\'');
}

/* _nearsym_actions COMMAND: what may stand behind it. */
static void put_actions(void *context, const char *name, const option_table *table, const option_action *actions,
                        size_t n) {
    (void)context;
    (void)table;
    if (n == 0) return;
    printf("    '%s') printf '%%s\\n'", name);
    for (size_t i = 0; i < n; i++) put_word(actions[i].name, "");
    puts(" ;;");
}

/* _nearsym_options COMMAND: its options. */
static void put_options(void *context, const char *name, const option_table *table, const option_action *actions,
                        size_t n) {
    (void)context;
    (void)actions;
    printf("    '%s') printf '%%s\\n'", name);
    for (size_t i = 0; n == 0 && i < table->count; i++) {
        char word[KEY_MAX];
        snprintf(word, sizeof word, "--%s", table->options[i].name);
        put_word(word, table->options[i].help);
    }
    put_word("--help", "what it does, and its options");
    puts(" ;;");
}

/* "likelihood|published" as words; what stands in capitals is for the user to choose. */
static void put_alternatives(const char *argument) {
    const char *start = argument;
    if (!strchr(argument, '|')) return;
    for (size_t length; *start; start += length + (start[length] == '|')) {
        char word[KEY_MAX];
        length = strcspn(start, "|");
        snprintf(word, sizeof word, "%.*s", (int)length, start);
        if (islower((unsigned char)word[0])) put_word(word, "");
    }
}

/* _nearsym_values COMMAND OPTION: what its value may be; fails where the option takes none. */
static void put_values(void *context, const char *name, const option_table *table, const option_action *actions,
                       size_t n) {
    (void)context;
    (void)actions;
    for (size_t i = 0; n == 0 && i < table->count; i++) {
        const option *o = &table->options[i];
        if (o->kind == OPTION_FLAG || o->kind == OPTION_WORD || !o->argument) continue;
        printf("    '%s --%s'", name, o->name);
        if (o->letter) printf(" | '%s -%c'", name, o->letter);
        fputs(") ", stdout);
        if (strcmp(o->argument, "PATH=VALUE") == 0)
            fputs("_nearsym_keys", stdout);
        else if (strcmp(o->name, "preset") == 0)
            fputs("printf '%s\\n' 'quick\t' 'paper\t'", stdout);
        else if (strchr(o->argument, '|')) {
            fputs("printf '%s\\n'", stdout);
            put_alternatives(o->argument);
        } else
            putchar(':');
        puts(" ;;");
    }
}

/* Whether a study's name may be given. */
static void put_studies(void *context, const char *name, const option_table *table, const option_action *actions,
                        size_t n) {
    (void)context;
    (void)actions;
    if (n == 0 && (strstr(table->usage, "CARD.yaml") || strstr(table->usage, "STUDY"))) printf("'%s' | ", name);
}

/* Paths of keys under a node of the schema; `path` is its own. */
static void put_keys(const json_t *node, const char *path) {
    static const char *const lists[] = {"allOf", "anyOf", "oneOf"};
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
        const json_t *list = json_object_get(node, lists[k]);
        for (size_t i = 0; i < json_array_size(list); i++) put_keys(json_array_get(list, i), path);
    }
    json_t *properties = json_object_get(node, "properties");
    const char *name;
    json_t *child;
    json_object_foreach(properties, name, child) {
        char key[KEY_MAX], whole[KEY_MAX + 1];
        snprintf(key, sizeof key, "%s%s%s", path, *path ? "." : "", name);
        snprintf(whole, sizeof whole, "%s=", key);
        put_word(whole, "");
        put_keys(child, key);
    }
}

static void put_schema(void) {
    char *text = NULL;
    json_t *schema = nsym_study_schema(&text) == NSYM_OK ? json_loads(text, 0, NULL) : NULL;
    fputs("_nearsym_keys() {\n    printf '%s\\n'", stdout);
    put_keys(schema, "");
    puts("\n}");
    json_decref(schema);
    free(text);
}

static void put_cases(const char *function, const char *of, options_listener *listener, const command *commands,
                      size_t n) {
    printf("_nearsym_%s() {\n    case $1 in\n", function);
    if (listener == put_actions) {
        fputs("    '') printf '%s\\n'", stdout);
        for (size_t i = 0; i < n; i++) put_word(commands[i].name, commands[i].about);
        put_word("help", "a command's options and their defaults");
        puts(" ;;");
    }
    for (size_t i = 0; i < n; i++) options_walk(commands[i].name, commands[i].run, listener, NULL);
    puts(of);
    puts("    esac\n}");
}

static const char shared[] =
    "# The command that some words name, such as 'study run': in $_nearsym_command.\n"
    "_nearsym_find() {\n"
    "    _nearsym_command=\n"
    "    local word tab line\n"
    "    tab=$(printf '\\t') line=$(printf '\\nx') line=${line%x}\n"
    "    for word; do\n"
    "        [ \"$word\" = help ] && [ -z \"$_nearsym_command\" ] && continue\n"
    "        case \"$line$(_nearsym_actions \"$_nearsym_command\")\" in\n"
    "        *\"$line$word$tab\"*) _nearsym_command=\"${_nearsym_command:+$_nearsym_command }$word\" ;;\n"
    "        *) return 0 ;;\n"
    "        esac\n"
    "    done\n"
    "}\n"
    "# _nearsym_candidates CURRENT PREVIOUS: what may stand there, with what is said of it behind a tab.\n"
    "_nearsym_candidates() {\n"
    "    _nearsym_values \"$_nearsym_command $2\" && return 0\n"
    "    case $1 in -*) _nearsym_options \"$_nearsym_command\"; return 0 ;; esac\n"
    "    _nearsym_actions \"$_nearsym_command\"\n"
    "    if _nearsym_studies \"$_nearsym_command\"; then\n"
    "        nearsym study list 2>/dev/null | sed 's/  */\\t/'\n"
    "    fi\n"
    "    return 0\n"
    "}\n";

static const char bash[] =
    "_nearsym() {\n"
    "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} word IFS=$'\\n'\n"
    "    if [ \"$current\" = = ]; then\n"
    "        current=\n"
    "    elif [ \"$previous\" = = ]; then\n"
    "        previous=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    fi\n"
    "    COMPREPLY=()\n"
    "    _nearsym_find \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"\n"
    "    for word in $(_nearsym_candidates \"$current\" \"$previous\"); do\n"
    "        word=${word%%$'\\t'*}\n"
    "        case $word in \"$current\"*) COMPREPLY+=(\"$word\") ;; esac\n"
    "    done\n"
    "    case ${COMPREPLY[0]-} in *=) compopt -o nospace 2>/dev/null ;; esac\n"
    "    return 0\n"
    "}\n"
    "complete -o default -F _nearsym nearsym\n";

static const char zsh[] =
    "_nearsym() {\n"
    "    local line\n"
    "    local -a found keys\n"
    "    _nearsym_find \"${(@)words[2,CURRENT-1]}\"\n"
    "    for line in \"${(@f)$(_nearsym_candidates \"$words[CURRENT]\" \"$words[CURRENT-1]\")}\"; do\n"
    "        case ${line%%$'\\t'*} in\n"
    "        '') ;;\n"
    "        *=) keys+=(\"${line%%$'\\t'*}\") ;;\n"
    "        *) found+=(\"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}\") ;;\n"
    "        esac\n"
    "    done\n"
    "    (( $#keys )) && compadd -S '' -a keys && return 0\n"
    "    (( $#found )) && _describe 'nearsym' found && return 0\n"
    "    _files\n"
    "}\n"
    "if [ \"$funcstack[1]\" = _nearsym ]; then _nearsym \"$@\"; else compdef _nearsym nearsym; fi\n";

void print_completion(const char *shell, const command *commands, size_t n) {
    bool is_zsh = strcmp(shell, "zsh") == 0;
    puts(is_zsh ? "#compdef nearsym" : "# shellcheck shell=bash");
    puts("# Made by nearsym from the tables that --help prints.");
    put_cases("actions", "    *) ;;", put_actions, commands, n);
    put_cases("options", "    *) ;;", put_options, commands, n);
    put_cases("values", "    *) return 1 ;;", put_values, commands, n);
    fputs("_nearsym_studies() {\n    case $1 in ", stdout);
    for (size_t i = 0; i < n; i++) options_walk(commands[i].name, commands[i].run, put_studies, NULL);
    puts("none) return 0 ;; *) return 1 ;; esac\n}");
    put_schema();
    fputs(shared, stdout);
    fputs(is_zsh ? zsh : bash, stdout);
}
