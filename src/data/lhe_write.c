/* A sample as an LHE file. The header and init texts of the file it was read from are written as they stood, with the
   <initrwgt> block made anew where the weights are no longer those it declares. */
#include "base/atomic_file.h"
#include "base/fail.h"
#include "data/formats.h"
#include "data/lhe_events.h"
#include "data/lhe_number.h"
#include "data/lhe_reader.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { WRITE_BUFFER = 1 << 18, DIGITS = 11, MAX_PROCESSES = 10000 };

/* The file being written, and where its values come from. */
typedef struct writer {
    const nsym_events *events;
    const char *path;
    gzFile file;
    size_t feature[NSYM_LHE_FEATURES];           /* index in the sample */
    const nsym_column *column[NSYM_LHE_COLUMNS]; /* NULL: not there, zero is written */
    const nsym_column *weights;                  /* NULL: none */
} writer;

enum { WEIGHT, SCALE, ALPHA_QED, ALPHA_QCD, PROCESS }; /* the order of nsym_lhe_columns */
enum { WHOLE_FEATURES = 6 };                           /* pdg to colour2 are whole numbers */

static nsym_status check_label(const char *path, const char *label) {
    bool both = strchr(label, '"') && strchr(label, '\'');
    size_t length = strlen(label);
    bool blank = length == 0 || label[0] == ' ' || label[length - 1] == ' ';
    for (const char *p = label; *p; p++) blank = blank || (unsigned char)*p < ' ' || *p == '<';
    if (!both && !blank) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL,
                     "%s: LHE cannot hold a weight named \"%s\": empty, with blanks around it, both kinds of quotes, "
                     "'<' or a control character",
                     path, label);
}

/* Finds what is written in the sample; names what the format needs and the sample lacks. */
static nsym_status bind(writer *out) {
    const nsym_events *events = out->events;
    for (size_t k = 0; k < NSYM_LHE_FEATURES; k++) {
        out->feature[k] = events->offsets ? nsym_events_feature(events, nsym_lhe_feature_names[k]) : NSYM_NONE;
        if (out->feature[k] == NSYM_NONE)
            return nsym_fail(NSYM_EINVAL, "%s: LHE needs the particle feature \"%s\", which the sample has not",
                             out->path, nsym_lhe_feature_names[k]);
    }
    for (size_t k = 0; k < NSYM_LHE_COLUMNS; k++) {
        out->column[k] = nsym_events_column(events, nsym_lhe_columns[k].name);
        if (out->column[k] && out->column[k]->width != 1)
            return nsym_fail(NSYM_EINVAL, "%s: column \"%s\" has %zu values per event, LHE holds one", out->path,
                             nsym_lhe_columns[k].name, out->column[k]->width);
    }
    out->weights = nsym_events_column(events, "weights");
    for (size_t i = 0; out->weights && out->weights->labels && i < out->weights->width; i++) {
        const char *label = out->weights->labels[i];
        NSYM_TRY(check_label(out->path, label));
        for (size_t k = 0; k < i; k++)
            if (strcmp(out->weights->labels[k], label) == 0)
                return nsym_fail(NSYM_EINVAL, "%s: two weights are named \"%s\"", out->path, label);
    }
    return NSYM_OK;
}

static void put(writer *out, const char *text) {
    gzwrite(out->file, text, (unsigned)strlen(text)); /* a failure stays and shows at the end */
}

static void putf(writer *out, const char *format, ...) NSYM_PRINTF(2, 3);
static void putf(writer *out, const char *format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    put(out, text);
}

static void put_number(writer *out, double value) {
    char text[NSYM_LHE_NUMBER_SIZE + 1] = " ";
    char *digits = text + 1;
    if (!signbit(value)) *digits++ = '+';
    nsym_lhe_number_write(digits, 'e', DIGITS, value);
    put(out, text);
}

static const char *label_of(const nsym_column *weights, size_t i, char number[24]) {
    if (weights->labels) return weights->labels[i];
    snprintf(number, 24, "%zu", i + 1);
    return number;
}

static char quote_for(const char *label) {
    return strchr(label, '\'') ? '"' : '\'';
}

static void put_declaration(writer *out) {
    if (!out->weights) return;
    put(out, "<initrwgt>\n");
    for (size_t i = 0; i < out->weights->width; i++) {
        char number[24];
        const char *label = label_of(out->weights, i, number);
        char quote[2] = {quote_for(label), '\0'};
        put(out, "<weight id=");
        put(out, quote);
        put(out, label);
        put(out, quote);
        put(out, "></weight>\n");
    }
    put(out, "</initrwgt>\n");
}

/* Whether `plain`, a header with comments hidden, declares just the weights that will be written. */
static nsym_status declares_all(const writer *out, const char *plain, bool *same) {
    char **names;
    size_t count, line;
    NSYM_TRY(nsym_lhe_declared_weights(plain, plain + strlen(plain), &names, &count, &line));
    *same = count == (out->weights ? out->weights->width : 0);
    for (size_t i = 0; *same && i < count; i++) {
        char number[24];
        *same = strcmp(names[i], label_of(out->weights, i, number)) == 0;
    }
    nsym_lhe_free_names(names, count);
    return NSYM_OK;
}

/* Takes the <initrwgt> blocks out of `text`; `plain` is the same with comments hidden. */
static void cut_declaration(char *text, char *plain) {
    char *end = plain + strlen(plain);
    const char *block;
    while ((block = nsym_lhe_find_tag(plain, end, "initrwgt"))) {
        const char *stop = nsym_lhe_find_tag(block, end, "/initrwgt");
        const char *after = stop ? nsym_lhe_tag_end(stop) : NULL;
        size_t from = (size_t)(block - plain), to = after ? (size_t)(after - plain) : (size_t)(end - plain);
        memmove(plain + from, plain + to, (size_t)(end - plain) - to + 1);
        memmove(text + from, text + to, (size_t)(end - plain) - to + 1);
        end -= to - from;
    }
}

static nsym_status put_header(writer *out) {
    put(out, "<LesHouchesEvents version=\"3.0\">");
    const char *header = nsym_events_attribute(out->events, "lhe_header");
    char *text = strdup(header ? header : "\n<header>\n</header>\n"), *plain = text ? strdup(text) : NULL;
    nsym_status status = plain ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the header of %s", out->path);
    bool same = false;
    if (status == NSYM_OK && nsym_lhe_hide(plain, NSYM_LHE_SHOWN) != NSYM_LHE_SHOWN)
        status = nsym_fail(NSYM_EINVAL, "%s: the attribute lhe_header has a comment that is not closed", out->path);
    if (status == NSYM_OK) status = declares_all(out, plain, &same);
    if (status == NSYM_OK) {
        if (!same) cut_declaration(text, plain);
        char *close = strstr(plain, "</header>");
        size_t at = close ? (size_t)(close - plain) : 0;
        char kept = text[at];
        text[at] = '\0';
        put(out, text);
        text[at] = kept;
        if (!same && !close) put(out, "\n<header>\n");
        if (!same) put_declaration(out);
        if (!same && !close) put(out, "</header>");
        put(out, text + at);
    }
    free(text);
    free(plain);
    return status;
}

/* The attribute as `n` numbers, or its first for all. */
static nsym_status attribute_numbers(const writer *out, const char *name, size_t n, double *values) {
    const char *text = nsym_events_attribute(out->events, name);
    if (!text)
        return nsym_fail(NSYM_EINVAL, "%s: LHE needs the attribute %s, which the sample has not", out->path, name);
    const char *p = text;
    for (size_t i = 0; i < n; i++) {
        const char *end = nsym_lhe_number_read(p, &values[i]);
        if ((!end && i == 0) || (end && !isfinite(values[i])))
            return nsym_fail(NSYM_EINVAL, "%s: the attribute %s is \"%s\", must be a number", out->path, name, text);
        if (!end) values[i] = values[0];
        p = end ? end : p;
    }
    return NSYM_OK;
}

/* One process of the sample: its number, and its share of the weights. */
typedef struct share {
    double id, weight, maximum;
} share;

static double column_value(const writer *out, size_t column, size_t event, double otherwise) {
    return out->column[column] ? out->column[column]->values[event] : otherwise;
}

static nsym_status check_number(const writer *out, size_t event, const char *name, double value, bool whole) {
    if (!isfinite(value))
        return nsym_fail(NSYM_ENUMERIC, "%s: event %zu: %s is %g, must be finite", out->path, event + 1, name, value);
    if (whole && (value != trunc(value) || fabs(value) > 2147483647))
        return nsym_fail(NSYM_EINVAL, "%s: event %zu: %s is %g, must be a whole number", out->path, event + 1, name,
                         value);
    return NSYM_OK;
}

/* The processes of the sample in order of appearance, new in *shares; whether every weight is 1. */
static nsym_status share_out(const writer *out, share **shares, size_t *count, bool *unit) {
    *shares = NULL;
    *count = 0;
    *unit = true;
    for (size_t i = 0; i < out->events->count || *count == 0; i++) {
        bool any = out->events->count > 0;
        double id = any ? column_value(out, PROCESS, i, 1) : 1, weight = any ? column_value(out, WEIGHT, i, 1) : 1;
        NSYM_TRY(check_number(out, i, "process", id, true));
        size_t k = 0;
        while (k < *count && (*shares)[k].id != id) k++;
        if (k == MAX_PROCESSES)
            return nsym_fail(NSYM_EINVAL, "%s: the sample has more than %d processes", out->path, MAX_PROCESSES);
        if (k == *count) {
            share *grown = realloc(*shares, (k + 1) * sizeof *grown);
            if (!grown) return nsym_fail(NSYM_ENOMEM, "no memory for the processes of %s", out->path);
            *shares = grown;
            (*shares)[k] = (share){.id = id};
            ++*count;
        }
        (*shares)[k].weight += weight;
        (*shares)[k].maximum = fmax((*shares)[k].maximum, fabs(weight));
        *unit = *unit && weight == 1;
    }
    return NSYM_OK;
}

static nsym_status put_init(writer *out) {
    put(out, "<init>");
    const char *init = nsym_events_attribute(out->events, "lhe_init");
    if (init) {
        put(out, init);
        put(out, "</init>\n");
        return NSYM_OK;
    }
    double beam[2], cross_section, error = 0, total = 0;
    NSYM_TRY(attribute_numbers(out, "beam_energy_gev", 2, beam));
    NSYM_TRY(attribute_numbers(out, "cross_section_pb", 1, &cross_section));
    if (nsym_events_attribute(out->events, "cross_section_error_pb"))
        NSYM_TRY(attribute_numbers(out, "cross_section_error_pb", 1, &error));
    share *shares;
    size_t count;
    bool unit;
    nsym_status status = share_out(out, &shares, &count, &unit);
    for (size_t k = 0; k < count; k++) total += shares[k].weight;
    if (status == NSYM_OK) {
        put(out, "\n2212 2212");
        put_number(out, beam[0]);
        put_number(out, beam[1]);
        /* strategy 3: unit weights; -4: weights of either sign in pb, whose mean is the cross section */
        putf(out, " 0 0 0 0 %d %zu\n", unit ? 3 : -4, count);
        for (size_t k = 0; k < count; k++) {
            double part = count == 1 || total == 0 ? 1. / (double)count : shares[k].weight / total;
            put_number(out, cross_section * part);
            put_number(out, error * sqrt(fabs(part)));
            put_number(out, shares[k].maximum);
            putf(out, " %d\n", (int)shares[k].id);
        }
        put(out, "</init>\n");
    }
    free(shares);
    return status;
}

static nsym_status put_particle(writer *out, size_t event, const double *row) {
    for (size_t k = 0; k < NSYM_LHE_FEATURES; k++) {
        double value = row[out->feature[k]];
        NSYM_TRY(check_number(out, event, nsym_lhe_feature_names[k], value, k < WHOLE_FEATURES));
        if (k < WHOLE_FEATURES)
            putf(out, " %d", (int)value);
        else
            put_number(out, value);
    }
    put(out, "\n");
    return NSYM_OK;
}

static nsym_status put_weights(writer *out, size_t event) {
    if (!out->weights) return NSYM_OK;
    put(out, "<rwgt>\n");
    for (size_t i = 0; i < out->weights->width; i++) {
        char number[24];
        const char *label = label_of(out->weights, i, number);
        char quote[2] = {quote_for(label), '\0'};
        double value = out->weights->values[event * out->weights->width + i];
        NSYM_TRY(check_number(out, event, label, value, false));
        put(out, "<wgt id=");
        put(out, quote);
        put(out, label);
        put(out, quote);
        put(out, ">");
        put_number(out, value);
        put(out, " </wgt>\n");
    }
    put(out, "</rwgt>\n");
    return NSYM_OK;
}

static nsym_status put_event(writer *out, size_t event) {
    const nsym_events *events = out->events;
    size_t first = (size_t)events->offsets[event], last = (size_t)events->offsets[event + 1];
    double process = column_value(out, PROCESS, event, 1);
    NSYM_TRY(check_number(out, event, "process", process, true));
    putf(out, "<event>\n%zu %d", last - first, (int)process);
    for (size_t k = WEIGHT; k <= ALPHA_QCD; k++) {
        double value = column_value(out, k, event, k == WEIGHT);
        NSYM_TRY(check_number(out, event, nsym_lhe_columns[k].name, value, false));
        put_number(out, value);
    }
    put(out, "\n");
    for (size_t i = first; i < last; i++) NSYM_TRY(put_particle(out, event, events->particles + i * events->features));
    NSYM_TRY(put_weights(out, event));
    put(out, "</event>\n");
    return NSYM_OK;
}

static nsym_status put_all(writer *out) {
    NSYM_TRY(put_header(out));
    NSYM_TRY(put_init(out));
    for (size_t i = 0; i < out->events->count; i++) {
        NSYM_TRY(put_event(out, i));
        int code;
        gzerror(out->file, &code);
        if (code != Z_OK) break;
    }
    put(out, "</LesHouchesEvents>\n");
    return NSYM_OK;
}

/* Writes to `place`, which will become out->path. */
static nsym_status write_to(writer *out, const char *place) {
    size_t length = strlen(place);
    bool compressed = length > 3 && strcmp(place + length - 3, ".gz") == 0;
    errno = 0;
    out->file = gzopen(place, compressed ? "wb6" : "wbT");
    if (!out->file)
        return nsym_fail(NSYM_EIO, "%s: cannot be written: %s", out->path, strerror(errno ? errno : ENOMEM));
    gzbuffer(out->file, WRITE_BUFFER);
    nsym_status status = put_all(out);
    int code = Z_OK;
    gzerror(out->file, &code);
    int closed = gzclose_w(out->file);
    if (status == NSYM_OK && (code != Z_OK || closed != Z_OK))
        status = nsym_fail(NSYM_EIO, "%s: cannot be written: %s", out->path,
                           errno ? strerror(errno) : "zlib failed without a reason");
    return status;
}

nsym_status nsym_lhe_write_events(const nsym_events *events, const char *path) {
    writer out = {.events = events, .path = path};
    NSYM_TRY(bind(&out));
    nsym_atomic_file *atomic;
    NSYM_TRY(nsym_atomic_file_new(&atomic, path));
    nsym_status status = write_to(&out, nsym_atomic_file_path(atomic));
    if (status == NSYM_OK) return nsym_atomic_file_commit(atomic);
    nsym_atomic_file_abandon(atomic);
    return status;
}
