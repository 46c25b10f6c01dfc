#include "study/rerun.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A word of a command as a shell takes it, in quotes where it has to be. */
static const char *shell_word(nsym_arena *arena, const char *word) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,%@";
    const char *text = "'";
    if (*word && strspn(word, plain) == strlen(word)) return word;
    for (; text && *word; word++)
        text =
            *word == '\'' ? nsym_arena_printf(arena, "%s'\\''", text) : nsym_arena_printf(arena, "%s%c", text, *word);
    return text ? nsym_arena_printf(arena, "%s'", text) : NULL;
}

/* The line with one more word behind `before`. NULL: no memory, also before. */
static const char *add(nsym_arena *arena, const char *line, const char *before, const char *word) {
    const char *quoted = line ? shell_word(arena, word) : NULL;
    return quoted ? nsym_arena_printf(arena, "%s%s%s", line, before, quoted) : NULL;
}

/* Where it starts, and what of the environment counts: where studies are found by name, and the CPU's path. */
static const char *begin(nsym_arena *arena) {
    char folder[PATH_MAX];
    const char *studies = getenv("NSYM_STUDIES"), *cpu = getenv("NSYM_CPU"), *line = "";
    if (getcwd(folder, sizeof folder)) line = add(arena, line, "cd ", folder);
    if (line && *line) line = nsym_arena_printf(arena, "%s && ", line);
    if (studies && *studies) line = add(arena, line, "NSYM_STUDIES=", studies);
    if (studies && *studies && line) line = nsym_arena_printf(arena, "%s ", line);
    if (cpu && *cpu) line = add(arena, line, "NSYM_CPU=", cpu);
    if (cpu && *cpu && line) line = nsym_arena_printf(arena, "%s ", line);
    return line ? nsym_arena_printf(arena, "%snearsym study run", line) : NULL;
}

const char *nsym_rerun_line(nsym_arena *arena, const nsym_study_options *o) {
    const char *line = add(arena, begin(arena), " ", o->card);
    if (o->preset) line = add(arena, line, " --preset ", o->preset);
    for (size_t i = 0; i < o->sets; i++) line = add(arena, line, " --set ", o->set[i]);
    return add(arena, line, " --out ", o->out);
}
