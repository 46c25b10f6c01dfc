#include "study/card.h"

#include "base/fail.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Bumped whenever the same card would give other numbers than before. */
enum { RESULTS_VERSION = 1 };

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

static void print_data(FILE *out, const nsym_data_card *data) {
    fprintf(out, "nearsym=%d source=%s seed=%" PRIu64, RESULTS_VERSION, data->source, data->seed);
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
}

static void print_train(FILE *out, const nsym_train_card *train) {
    fprintf(out, " sample=%zu split=%d test=%.17g size=%zu", train->sample, train->split, train->test, train->size);
    fprintf(out, " epochs=%zu batch=%zu learning_rate=%.17g weight_decay=%.17g redraw_test=%d", train->epochs,
            train->batch, train->learning_rate, train->weight_decay, train->redraw_test);
}

nsym_status nsym_card_key(char **out, const nsym_run_card *card, bool data_only) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return nsym_fail(NSYM_ENOMEM, "no memory for a run's key");
    print_data(stream, &card->data);
    if (!data_only) {
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
