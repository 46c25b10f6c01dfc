#include "report/word_axis.h"

#include "base/fail.h"
#include "report/gnuplot.h"

#include <stdlib.h>

nsym_status nsym_word_axis(nsym_texts *words, nsym_arena *arena, const nsym_result *const *rows, size_t n,
                           const char *x) {
    double number;
    bool all = true;
    *words = (nsym_texts){0};
    for (size_t i = 0; i < n; i++) all = all && nsym_text_number(nsym_place_value(&rows[i]->place, x), &number);
    for (size_t i = 0; !all && i < n; i++) NSYM_TRY(nsym_texts_add(words, arena, nsym_place_value(&rows[i]->place, x)));
    return NSYM_OK;
}

const char *nsym_word_axis_tics(const nsym_figure *figure, const nsym_texts *words) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    fputs("set xtics (", stream);
    for (size_t i = 0; i < words->count; i++) {
        fputs(i ? ", " : "", stream);
        nsym_gp_quote(stream, nsym_figure_label(figure, words->text[i]));
        fprintf(stream, " %zu", i + 1);
    }
    fputs("); unset mxtics", stream);
    const char *out = fclose(stream) == 0 ? nsym_arena_printf(figure->arena, "%s", text) : NULL;
    free(text);
    return out;
}
