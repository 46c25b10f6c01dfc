#define _GNU_SOURCE /* asprintf */
#include "symmetry_methods.h"
#include "interrupt.h"
#include "study_cost.h"
#include "study_draw.h"
#include "tell.h"

#include <nearsym/report.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool read_list(symmetry_methods *m, char text[256]) {
    size_t n = 0;
    for (const char *at = m->sizes; at;) {
        char *end;
        errno = 0;
        unsigned long value = strtoul(at, &end, 10);
        if (at[0] < '0' || at[0] > '9' || errno || (*end && *end != ',')) {
            snprintf(text, 256, "--sizes %s: must be whole numbers of training events, such as 300,1000,3000",
                     m->sizes);
            return false;
        }
        if (n == sizeof m->number / sizeof *m->number) {
            snprintf(text, 256, "--sizes: at most %zu", n);
            return false;
        }
        m->number[n++] = value;
        at = *end ? end + 1 : NULL;
    }
    m->options.sizes = n;
    return true;
}

bool symmetry_methods_read(symmetry_methods *m, char text[256]) {
    m->options = nsym_methods_defaults();
    m->options.size = m->number;
    if (m->members) m->options.members = m->members;
    if (m->sizes && m->size) {
        snprintf(text, 256, "--sizes and --size both set the numbers of training events; give one of them");
        return false;
    }
    if (m->sizes) return read_list(m, text);
    if (!m->size) return true;
    if (m->size < 200) {
        snprintf(text, 256, "--size %zu: must be at least 200, as trainings use a tenth, a third and all of it",
                 m->size);
        return false;
    }
    const size_t usual[] = {m->size / 10, m->size / 3, m->size};
    memcpy(m->number, usual, sizeof usual);
    m->options.sizes = 3;
    return true;
}

static nsym_status draw(void *context) {
    size_t missing;
    return study_draw(context, &missing);
}

/* Says what is to do, before it begins; nothing where all is done. */
static nsym_status tell_cost(const nsym_study_options *study) {
    nsym_study_cost cost;
    char text[32];
    nsym_study_options silent = *study;
    silent.progress = NULL;
    nsym_status status = nsym_study_estimate(&cost, &silent);
    if (status != NSYM_OK) return status;
    if (cost.done < cost.runs)
        fprintf(stderr,
                "nearsym: %zu trainings, about %s on one CPU, less if they stop early; Ctrl-C stops them, and the "
                "same command continues\n",
                cost.runs - cost.done, cost_duration(text, cost.cpu_seconds));
    nsym_study_cost_free(&cost);
    return NSYM_OK;
}

static nsym_status run_study(const char *card, char *out, const nsym_symmetry_options *symmetry) {
    nsym_study_options study = {.card = card,
                                .out = out,
                                .jobs = symmetry->jobs,
                                .progress = symmetry->progress,
                                .stop = interrupt_asked,
                                .finish = draw,
                                .context = out};
    nsym_status status = tell_cost(&study);
    return status == NSYM_OK ? nsym_study_run(&study) : status;
}

/* Tells of each line as a note. */
static void tell_lines(char *text) {
    for (char *line = text, *end; line && (end = strchr(line, '\n')); line = end + 1)
        fprintf(stderr, "nearsym: %.*s\n", (int)(end - line), line);
}

static char *join(const char *a, const char *b) {
    char *text;
    return asprintf(&text, "%s%s", a, b) < 0 ? NULL : text;
}

/* The tables, what was left out, and the sentences. */
static nsym_status compose(char **text, const char *folder, const char *note, const nsym_symmetry_result *result) {
    char *tables, *words;
    nsym_status status = nsym_report_table_text(&tables, folder);
    if (status != NSYM_OK) return status;
    status = nsym_report_methods(&words, folder, result);
    if (status == NSYM_OK && asprintf(text, "%s\n%s%s%s", tables, words, note ? "\n" : "", note ? note : "") < 0)
        *text = NULL;
    if (status == NSYM_OK) free(words);
    free(tables);
    return status;
}

bool symmetry_methods_run(char **text, symmetry_methods *m, const char *folder, const nsym_study_options *study,
                          const char *where, const nsym_symmetry_options *symmetry,
                          const nsym_symmetry_result *result) {
    char *card = join(folder, "/methods.yaml"), *out = join(folder, "/methods"), *note = NULL;
    *text = NULL;
    bool made = mkdir(folder, 0777) == 0 || errno == EEXIST;
    if (!made) tell_error("cannot make %s: %s", folder, strerror(errno));
    nsym_status status = NSYM_OK;
    bool fine = made && card && out;
    if (fine) status = nsym_symmetry_write_methods(&note, card, study, where, symmetry, &m->options);
    if (fine && status == NSYM_OK && note) tell_lines(note);
    if (fine && status == NSYM_OK) status = run_study(card, out, symmetry);
    if (fine && status == NSYM_OK) status = compose(text, out, note, result);
    if (status == NSYM_EINTERRUPTED)
        study_stopped(out);
    else if (status != NSYM_OK)
        tell_error("%s", nsym_message());
    if (fine && status == NSYM_OK && *text)
        fprintf(stderr, "%s/report.html; nearsym study run %s --out %s runs it again\n", out, card, out);
    free(note);
    free(card);
    free(out);
    return fine && status == NSYM_OK && *text;
}
