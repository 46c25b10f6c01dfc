#include "study/card.h"

#include "base/fail.h"
#include "base/list.h"
#include "nn/precision.h"
#include "sources/source.h"
#include "study/sections.h"
#include "study/start.h"
#include <nearsym/cpu.h>

#include <stdlib.h>
#include <string.h>

/* Bumped whenever the same card would give other numbers than before. */
enum { RESULTS_VERSION = 8 };

static void print_numbers(FILE *out, const char *name, const double *numbers, size_t n) {
    fprintf(out, " %s=", name);
    for (size_t i = 0; i < n; i++) fprintf(out, "%s%.17g", i ? "," : "", numbers[i]);
}

/* Cells by their edges, however the card gives them; those of a source are numbered, not placed. */
static void print_cells(FILE *out, const nsym_data_card *data) {
    const nsym_cells_card *cells = &data->detector.cells;
    size_t nx, ny;
    if (!nsym_grid_of(data, &nx, &ny)) return;
    fprintf(out, " cells=%zux%zu", nx, ny);
    if (cells->nx == 0) return;
    print_numbers(out, "detector.x", cells->x, cells->nx + 1);
    print_numbers(out, "detector.y", cells->y, cells->ny + 1);
}

/* What tests hangs on whether there is a reserve and on whether copies test; a column's score on nothing else of them,
   but where the events' weights are made together. */
static void print_tests(FILE *out, const nsym_run_card *card) {
    const nsym_copies_card *copies = &card->data.copies;
    size_t reserve = card->data.split.reserve;
    if (copies->test_all && (copies->group[0] || copies->where != NSYM_COPIES_NONE)) fputs(" copies.test=all", out);
    bool together = nsym_weights_are_made(&card->data);
    fprintf(out, " split.reserve=%zu", card->column && reserve && !together ? (size_t)1 : reserve);
    if (card->column && reserve && together) fprintf(out, " split.overlap=%d", card->data.split.overlap);
}

/* Of a network alone: a column has no epochs. */
static void print_fresh(FILE *out, const nsym_run_card *card) {
    const nsym_data_card *data = &card->data;
    if (data->copies.fresh && !card->column && nsym_copies_of(data) > 1) fputs(" copies.fresh=1", out);
}

static void print_sections(FILE *out, const nsym_run_card *card, unsigned group) {
    const nsym_section *own = card->data.source->section;
    nsym_section_print(out, &nsym_section_top, card, 0, group);
    for (const nsym_section *const *s = nsym_sections_of_sample; *s; s++) nsym_section_print(out, *s, card, 0, group);
    if (own) nsym_section_print(out, own, card->data.options, 0, group);
}

/* Names are for reports; how many classes there are decides what a network is. */
static void print_classes(FILE *out, const nsym_data_card *data) {
    size_t classes = nsym_classes_of(data);
    if (classes > 2) fprintf(out, " labels.classes=%zu", classes);
}

/* The sample has all that any model may read; a figure shows the cells of muons. */
static void print_sample(FILE *out, const nsym_run_card *card) {
    nsym_run_card any = *card;
    any.column = NULL;
    any.any_model = true;
    print_sections(out, &any, NSYM_OF_SAMPLE);
    if (card->data.split.reserve || nsym_split_is_of_sample(&card->data)) print_sections(out, &any, NSYM_OF_SPLIT);
    print_tests(out, &any);
    print_fresh(out, &any);
    print_classes(out, &any.data);
    print_cells(out, &any.data);
}

/* Does a network read its events' cells by their place in the detector? */
static bool reads_image(const nsym_run_card *card) {
    return strcmp(card->spec.event_input.name, "image") == 0;
}

/* Is one of the names computed of what the detector shows? */
static bool is_measured(const nsym_data_card *data, const char *names) {
    static const char *const always[] = {"pt", "mass"};
    char list[NSYM_COLUMNS_SIZE], *rest = NULL;
    snprintf(list, sizeof list, "%s", names);
    for (char *name = strtok_r(list, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
        if (nsym_list_has(data->observables, name)) return true;
        for (size_t i = 0; i < sizeof always / sizeof *always; i++)
            if (strcmp(name, always[i]) == 0) return true;
    }
    return false;
}

bool nsym_card_reads_detector(const nsym_run_card *card) {
    const nsym_model_spec *spec = &card->spec;
    const nsym_input *const inputs[] = {&spec->particle_input, &spec->event_input, &spec->gate_input};
    if (card->any_model || card->data.weights.reweight.binning != NSYM_BINS_NONE || nsym_mass_judges(&card->data))
        return true;
    if (card->column) return is_measured(&card->data, card->column);
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
        if (inputs[i]->name[0] && strcmp(inputs[i]->name, "columns") != 0) return true;
    return is_measured(&card->data, spec->columns) || is_measured(&card->data, spec->gate_columns);
}

static void print_run(FILE *out, const nsym_run_card *card) {
    const nsym_model_spec *spec = &card->spec;
    bool fcn = spec->kind == NSYM_FCN;
    print_sections(out, card, NSYM_OF_SAMPLE);
    print_sections(out, card, NSYM_OF_SPLIT);
    print_sections(out, card, NSYM_OF_RUN);
    print_tests(out, card);
    print_fresh(out, card);
    print_classes(out, &card->data);
    nsym_section_print(out, &nsym_section_train, card, 0, NSYM_OF_SAMPLE);
    if (card->varied) fputs(card->varied, out);
    nsym_section_print(out, &nsym_section_model, card, 1u << card->model.kind, NSYM_OF_SAMPLE);
    bool sums = card->data.detector.cells.nx > 0 && nsym_card_reads_detector(card);
    if (sums || (!card->column && reads_image(card))) print_cells(out, &card->data);
    if (card->column) return;
    bool pads = sums || reads_image(card) || strcmp(spec->event_input.name, "list") == 0;
    if (spec->kind == NSYM_PFN || (fcn && pads)) fprintf(out, " padded=%zu", spec->padded);
    fprintf(out, " every_epoch=%d", card->train.every_epoch && !nsym_card_validates(card));
    if (spec->gate_set) fputs(" gate_set=1", out);
    if (spec->references[0]) fprintf(out, " references=[%s]", spec->references);
    if (spec->lola) fprintf(out, " lola=%zu", spec->lola);
    if (card->train.precision != NSYM_SINGLE)
        fprintf(out, " precision=%s", nsym_precision_words[card->train.precision]);
    if (card->train.temperature) fputs(" temperature=1", out);
    if (card->data.calibration) fprintf(out, " calibration=%zu", card->data.calibration);
    if (nsym_card_starts(card)) fprintf(out, " start_from=%s", card->train.start_mark);
    if (nsym_card_starts(card) && card->train.frozen[0]) fprintf(out, " frozen=%s", card->train.frozen);
    if (card->data.importance) fprintf(out, " importance=%zu", card->data.importance);
}

bool nsym_card_validates(const nsym_run_card *card) {
    return card->data.split.validation > 0 || card->data.split.folds > 0;
}

const char *nsym_card_cpu(const nsym_run_card *card) {
    return !card->column && card->train.precision == NSYM_BF16 ? nsym_cpu_bf16_path() : nsym_cpu_path();
}

nsym_status nsym_card_key(char **out, const nsym_run_card *card, bool data_only) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return nsym_fail(NSYM_ENOMEM, "no memory for a run's key");
    fprintf(stream, "nearsym=%d", RESULTS_VERSION);
    if (data_only)
        print_sample(stream, card);
    else
        print_run(stream, card);
    if (fclose(stream) != 0) {
        free(text);
        return nsym_fail(NSYM_ENOMEM, "no memory for a run's key");
    }
    *out = text;
    return NSYM_OK;
}
