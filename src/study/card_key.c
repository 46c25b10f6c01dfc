#include "study/card.h"

#include "base/fail.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Bumped whenever the same card would give other numbers than before. */
enum { RESULTS_VERSION = 4 };

nsym_status nsym_file_mark(char mark[NSYM_MARK_SIZE], const char *path) {
    if (!path[0]) {
        strcpy(mark, "built-in");
        return NSYM_OK;
    }
    FILE *file = fopen(path, "rb");
    if (!file) return nsym_fail(NSYM_EIO, "cannot open %s: %s", path, strerror(errno));
    unsigned char buffer[1 << 16];
    uLong crc = crc32(0, NULL, 0);
    uint64_t size = 0;
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, file)) > 0; size += n) crc = crc32(crc, buffer, (uInt)n);
    int failed = ferror(file);
    fclose(file);
    if (failed) return nsym_fail(NSYM_EIO, "cannot read %s: %s", path, strerror(errno));
    snprintf(mark, NSYM_MARK_SIZE, "%" PRIu64 ":%08lx", size, crc);
    return NSYM_OK;
}

static void print_numbers(FILE *out, const char *name, const double *numbers, size_t n) {
    fprintf(out, " %s=", name);
    for (size_t i = 0; i < n; i++) fprintf(out, "%s%.17g", i ? "," : "", numbers[i]);
}

static void print_calorimeter(FILE *out, const nsym_data_card *data) {
    const nsym_shower_options *shower = &data->shower;
    const nsym_copies_card *copying = &data->copying;
    fprintf(out, " file=%s events=%zu test=%.17g pool=%zu overlap=%d shuffle=%d", data->file_mark, data->events,
            data->test_part, data->pool, data->overlap, data->shuffle);
    fprintf(out, " deposits=%zu noise=%zu hardest_core=%d variance=%.17g points=%zu spread=%.17g pairing=%d",
            shower->deposits, shower->noise, shower->hardest_core, shower->variance, shower->points, shower->spread,
            shower->pairing);
    print_numbers(out, "x", data->cells.x, data->cells.nx + 1);
    print_numbers(out, "y", data->cells.y, data->cells.ny + 1);
    fprintf(out, " probes=%zu turns=%zu copies=%d", data->probes, data->turns, copying->where);
    if (copying->where == NSYM_COPIES_NONE) return; /* the rest changes nothing */
    fprintf(out, " angles=%d count=%zu reflect=%d style=%d", copying->angles, copying->count, copying->reflect,
            copying->style);
    if (copying->angles == NSYM_ANGLES_LISTED) print_numbers(out, "angle", copying->angle, copying->count);
    print_numbers(out, "matrices", copying->matrix, 4 * copying->matrices);
}

static void print_muons(FILE *out, const nsym_data_card *data) {
    fprintf(out, " file=%s events=%zu shuffle=%d level=%d threshold=%.17g flatten=%zu observables=%s", data->file_mark,
            data->events, data->shuffle, data->particle_level, data->threshold, data->flatten, data->observables);
}

static void print_mixture(FILE *out, const nsym_data_card *data) {
    const nsym_mixture_card *m = &data->mixture;
    fprintf(out, " file=%s events=%zu shuffle=%d observables=%s truth=%d", data->file_mark, data->events, data->shuffle,
            data->observables, m->truth);
    print_numbers(out, "window", m->window, 2);
    print_numbers(out, "abundant", m->abundant, 2);
    print_numbers(out, "fractions", m->fraction, m->fractions);
    fprintf(out, " pt_min=%.17g eta_max=%.17g signal=%.17g weights=%d balance=%d test=%.17g:%.17g:%d", m->pt_min,
            m->eta_max, m->signal, m->weights, m->balance, m->test, m->validation, m->test_first);
    fprintf(out, " method=%d bootstraps=%zu toys=%zu", m->method, m->bootstraps, m->toys);
}

static void print_data(FILE *out, const nsym_data_card *data) {
    fprintf(out, "nearsym=%d source=%s seed=%" PRIu64, RESULTS_VERSION, data->source, data->seed);
    if (data->pool) {
        print_calorimeter(out, data);
        return;
    }
    if (data->mixture.used) {
        print_mixture(out, data);
        return;
    }
    if (strcmp(data->source, "muons") == 0) {
        print_muons(out, data);
        return;
    }
    if (data->observables[0]) fprintf(out, " observables=%s", data->observables);
    fprintf(out, " signal=%s background=%s file=%s", data->signal_mark, data->background_mark, data->file_mark);
    fprintf(out, " events=%zu copies=%zu group=%d shuffle=%d", data->events, data->copies, data->group, data->shuffle);
    fprintf(out, " resolution=%.17g shared=%d keep=%d", data->smear.resolution, data->smear.shared, data->smear.keep);
    fprintf(out, " binning=%d bins=%zu range=%.17g:%.17g", data->reweight.binning, data->reweight.bins,
            data->reweight.low, data->reweight.high);
}

static void print_sizes(FILE *out, const char *name, const nsym_sizes *sizes) {
    fprintf(out, " %s=", name);
    for (size_t i = 0; i < sizes->count; i++) fprintf(out, "%s%zu", i ? "," : "", sizes->size[i]);
}

static void print_model(FILE *out, const nsym_model_spec *spec) {
    fprintf(out, " kind=%d inputs=%s,%s,%s slots=%zu", spec->kind, spec->particle_input.name, spec->event_input.name,
            spec->weight_input.name, spec->slots);
    print_sizes(out, "particle_map", &spec->particle_map);
    print_sizes(out, "event_map", &spec->event_map);
    print_sizes(out, "weight_map", &spec->weight_map);
    print_sizes(out, "hidden", &spec->hidden);
    fprintf(out, " latent=%zu norm=%d activation=%d leak=%.17g pool=%d mix=%d", spec->latent, spec->norm,
            spec->activation, spec->leak, spec->pool, spec->mix);
    fprintf(out, " padded=%zu linear_first=%d", spec->padded, spec->linear_first);
    if (spec->kind == NSYM_CNN) {
        print_sizes(out, "filters", &spec->filters);
        fprintf(out, " convolutions=%zu kernel=%zu", spec->convolutions, spec->kernel);
    }
    /* What came later stands here only where it is not as it was before, so that the keys of old ledgers hold. */
    if (spec->dropout != 0) fprintf(out, " dropout=%.17g", spec->dropout);
    if (spec->initialisation) fprintf(out, " initialisation=%d", spec->initialisation);
    if (spec->columns[0]) fprintf(out, " columns=%s", spec->columns);
}

static void print_train(FILE *out, const nsym_train_card *train) {
    fprintf(out, " sample=%zu split=%d test=%.17g size=%zu", train->sample, train->split, train->test, train->size);
    fprintf(out, " epochs=%zu batch=%zu learning_rate=%.17g weight_decay=%.17g redraw_test=%d", train->epochs,
            train->batch, train->learning_rate, train->weight_decay, train->redraw_test);
    fprintf(out, " sampling=%d shuffle=%d same_start=%d scale=%d every_epoch=%d", train->sampling, train->shuffle,
            train->same_start, train->scale, train->every_epoch);
    fprintf(out, " classification=%.17g invariance=%.17g on_logits=%d population=%d", train->classification,
            train->invariance.weight, train->invariance.on_logits, train->invariance.population);
    fprintf(out, " folds=%zu patience=%zu min_change=%.17g", train->folds, train->patience, train->min_change);
    if (train->weighted) fprintf(out, " weighted=1");
    if (train->validation > 0) fprintf(out, " validation=%.17g", train->validation);
}

nsym_status nsym_card_key(char **out, const nsym_run_card *card, bool data_only) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return nsym_fail(NSYM_ENOMEM, "no memory for a run's key");
    print_data(stream, &card->data);
    if (!data_only && card->column) fprintf(stream, " column=%s falling=%d", card->column, card->falling);
    if (!data_only && !card->column) {
        print_train(stream, &card->train);
        print_model(stream, &card->spec);
    }
    if (fclose(stream) != 0) {
        free(text);
        return nsym_fail(NSYM_ENOMEM, "no memory for a run's key");
    }
    *out = text;
    return NSYM_OK;
}
