#include "study/rerun.h"

#include <string.h>

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

const char *nsym_rerun_line(nsym_arena *arena, const nsym_study_options *o) {
    const char *word = shell_word(arena, o->card);
    const char *line = word ? nsym_arena_printf(arena, "nearsym study run %s", word) : NULL;
    if (line && o->preset) {
        word = shell_word(arena, o->preset);
        line = word ? nsym_arena_printf(arena, "%s --preset %s", line, word) : NULL;
    }
    for (size_t i = 0; line && i < o->sets; i++) {
        word = shell_word(arena, o->set[i]);
        line = word ? nsym_arena_printf(arena, "%s --set %s", line, word) : NULL;
    }
    return line ? nsym_arena_printf(arena, "%s --out DIR", line) : NULL;
}
