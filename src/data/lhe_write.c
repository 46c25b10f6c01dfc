/* A sample as an LHE file. The header and init texts of the file it was read from are written as they stood, with the
   <initrwgt> block made anew where the weights are no longer those it declares. Columns that LHE has no place for are
   attributes of <event>, and notes stand where they stood. */
#include "base/atomic_file.h"
#include "base/fail.h"
#include "base/list.h"
#include "base/remark.h"
#include "data/formats.h"
#include "data/lhe_events.h"
#include "data/lhe_number.h"
#include "data/lhe_reader.h"
#include "data/notes.h"
#include "data/unpack.h"

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
    const nsym_column **attribute;               /* (attributes) other columns */
    size_t attributes;
} writer;

/* The parts of an event's note, "" where there is none (formats/lhe.h). */
typedef struct note {
    const char *before, *attributes, *rest, *after;
} note;

static const char end_of_file[] = "</LesHouchesEvents>\n";

enum { WEIGHT, SCALE, ALPHA_QED, ALPHA_QCD, PROCESS }; /* the order of nsym_lhe_columns */
enum { WHOLE_FEATURES = 6 };                           /* pdg to colour2 are whole numbers */

static nsym_status check_label(const char *path, const char *label) {
    bool both = strchr(label, '"') && strchr(label, '\'');
    size_t length = strlen(label);
    bool blank = length == 0 || label[0] == ' ' || label[length - 1] == ' ';
    for (const char *p = label; *p; p++) blank = blank || (unsigned char)*p < ' ' || *p == '<';
    if (!both && !blank) return NSYM_OK;
    return nsym_fail(NSYM_EINVAL,
                     "%s: LHE cannot hold a weight named \"%s\": a name must not be empty, begin or end with a blank, "
                     "or have both kinds of quotes, '<' or a control character",
                     path, label);
}

/* Finds the columns that become attributes, and warns of columns and features that have no place in the format. */
static nsym_status bind_attributes(writer *out) {
    const nsym_events *events = out->events;
    char left_out[512] = "";
    out->attribute = calloc(events->columns + 1, sizeof *out->attribute);
    if (!out->attribute) return nsym_fail(NSYM_ENOMEM, "%s: no memory", out->path);
    for (size_t i = 0; i < events->columns; i++) {
        const nsym_column *column = &events->column[i];
        bool known = column == out->weights;
        for (size_t k = 0; k < NSYM_LHE_COLUMNS; k++) known = known || column == out->column[k];
        if (known) continue;
        if (column->width == 1 && nsym_lhe_is_name(column->name, strlen(column->name)))
            out->attribute[out->attributes++] = column;
        else
            nsym_list_tell(left_out, sizeof left_out, column->name);
    }
    for (size_t i = 0; i < events->features; i++) {
        bool known = false;
        for (size_t k = 0; k < NSYM_LHE_FEATURES; k++) known = known || out->feature[k] == i;
        if (!known) nsym_list_tell(left_out, sizeof left_out, events->feature_names[i]);
    }
    if (*left_out)
        nsym_remark(NSYM_WARNING, "%s: LHE has no place for these columns and features, which are left out: %s",
                    out->path, left_out);
    return NSYM_OK;
}

/* Finds what is written in the sample; names what the format needs and the sample lacks. */
static nsym_status bind(writer *out) {
    const nsym_events *events = out->events;
    for (size_t k = 0; k < NSYM_LHE_FEATURES; k++) {
        out->feature[k] = events->offsets ? nsym_events_feature(events, nsym_lhe_feature_names[k]) : NSYM_NONE;
        if (out->feature[k] == NSYM_NONE)
            return nsym_fail(NSYM_EINVAL, "%s: LHE needs the particle feature \"%s\", which the sample does not have",
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
    return bind_attributes(out);
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

/* Declares the weights from number `first` on, in the block that is open. */
static void put_declared(writer *out, size_t first) {
    for (size_t i = first; i < out->weights->width; i++) {
        char number[24];
        const char *label = label_of(out->weights, i, number);
        char quote[2] = {quote_for(label), '\0'};
        put(out, "<weight id=");
        put(out, quote);
        put(out, label);
        put(out, quote);
        put(out, "></weight>\n");
    }
}

/* How many of the weights that will be written `plain`, a header with comments hidden, declares; 0 where it declares
   others, too, or in another order. */
static nsym_status count_declared(const writer *out, const char *plain, size_t *declared) {
    char **names;
    size_t count, line;
    NSYM_TRY(nsym_lhe_declared_weights(plain, plain + strlen(plain), &names, &count, &line));
    bool same = out->weights && count <= out->weights->width;
    for (size_t i = 0; same && i < count; i++) {
        char number[24];
        same = strcmp(names[i], label_of(out->weights, i, number)) == 0;
    }
    nsym_lhe_free_names(names, count);
    *declared = same ? count : 0;
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

/* The last tag `name` of a text; NULL where there is none. */
static const char *last_tag(const char *text, const char *name) {
    const char *end = text + strlen(text), *last = NULL, *next = text;
    while ((next = nsym_lhe_find_tag(next, end, name))) last = next++;
    return last;
}

/* The header `text`, of which `plain` has comments hidden, with all weights declared: what it declares stays, if that
   is right, and further weights stand behind. */
static nsym_status put_header_text(writer *out, char *text, char *plain) {
    size_t declared, width = out->weights ? out->weights->width : 0;
    NSYM_TRY(count_declared(out, plain, &declared));
    if (declared == 0) cut_declaration(text, plain);
    const char *close = last_tag(plain, declared ? "/initrwgt" : "/header");
    size_t at = declared == width ? strlen(text) : close ? (size_t)(close - plain) : 0;
    char kept = text[at];
    text[at] = '\0';
    put(out, text);
    text[at] = kept;
    if (declared < width) {
        bool block = declared == 0, header = block && !close;
        put(out, header ? "\n<header>\n<initrwgt>\n" : block ? "<initrwgt>\n" : "");
        put_declared(out, declared);
        put(out, header ? "</initrwgt>\n</header>" : block ? "</initrwgt>\n" : "");
    }
    put(out, text + at);
    return NSYM_OK;
}

static nsym_status put_header(writer *out) {
    put(out, "<LesHouchesEvents version=\"3.0\">");
    const char *header = nsym_events_attribute(out->events, "lhe_header");
    char *text = strdup(header ? header : "\n<header>\n</header>\n"), *plain = text ? strdup(text) : NULL;
    nsym_status status = plain ? NSYM_OK : nsym_fail(NSYM_ENOMEM, "no memory for the header of %s", out->path);
    if (status == NSYM_OK && nsym_lhe_hide_header(plain, NSYM_LHE_SHOWN) != NSYM_LHE_SHOWN)
        status = nsym_fail(NSYM_EINVAL, "%s: the attribute lhe_header has a comment that is not closed", out->path);
    if (status == NSYM_OK) status = put_header_text(out, text, plain);
    free(text);
    free(plain);
    return status;
}

/* The attribute as `n` numbers, or its first for all. */
static nsym_status attribute_numbers(const writer *out, const char *name, size_t n, double *values) {
    const char *text = nsym_events_attribute(out->events, name);
    if (!text)
        return nsym_fail(NSYM_EINVAL, "%s: LHE needs the attribute %s, which the sample does not have", out->path,
                         name);
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
        if (isnan(value) && event > 0) continue; /* the first event shows which weights there are */
        if (!isnan(value)) NSYM_TRY(check_number(out, event, label, value, false));
        put(out, "<wgt id=");
        put(out, quote);
        put(out, label);
        put(out, quote);
        put(out, ">");
        if (isnan(value))
            put(out, " nan");
        else
            put_number(out, value);
        put(out, " </wgt>\n");
    }
    put(out, "</rwgt>\n");
    return NSYM_OK;
}

static nsym_status split_note(const writer *out, size_t event, note *parts) {
    *parts = (note){"", "", "", ""};
    const char **part[] = {&parts->before, &parts->attributes, &parts->rest, &parts->after};
    size_t length;
    const char *p = nsym_notes_of(out->events, event, &length);
    if (!p) return NSYM_OK;
    const char *end = p + length;
    if (end[-1] != '\0')
        return nsym_fail(NSYM_EINVAL, "%s: event %zu: its note is not an LHE note: it does not end with a zero",
                         out->path, event + 1);
    for (size_t k = 0; k < 4 && p < end; k++, p += strlen(p) + 1) *part[k] = p;
    return NSYM_OK;
}

/* " npLO='2'": the columns that LHE has no place for, where the event has them, then further attributes. */
static nsym_status put_attributes(writer *out, size_t event, const char *more) {
    for (size_t i = 0; i < out->attributes; i++) {
        const nsym_column *column = out->attribute[i];
        double value = column->values[event];
        if (isnan(value)) continue;
        NSYM_TRY(check_number(out, event, column->name, value, false));
        char digits[NSYM_LHE_NUMBER_SIZE];
        nsym_lhe_number_write(digits, 'g', 15, value);
        put(out, " ");
        put(out, column->name);
        putf(out, "='%s'", digits);
    }
    put(out, more);
    return NSYM_OK;
}

static nsym_status put_event(writer *out, size_t event) {
    const nsym_events *events = out->events;
    size_t first = (size_t)events->offsets[event], last = (size_t)events->offsets[event + 1];
    double process = column_value(out, PROCESS, event, 1);
    NSYM_TRY(check_number(out, event, "process", process, true));
    note parts;
    NSYM_TRY(split_note(out, event, &parts));
    put(out, parts.before);
    put(out, "<event");
    NSYM_TRY(put_attributes(out, event, parts.attributes));
    putf(out, ">\n%zu %d", last - first, (int)process);
    for (size_t k = WEIGHT; k <= ALPHA_QCD; k++) {
        double value = column_value(out, k, event, k == WEIGHT);
        NSYM_TRY(check_number(out, event, nsym_lhe_columns[k].name, value, false));
        put_number(out, value);
    }
    put(out, "\n");
    for (size_t i = first; i < last; i++) NSYM_TRY(put_particle(out, event, events->particles + i * events->features));
    put(out, parts.rest);
    NSYM_TRY(put_weights(out, event));
    put(out, "</event>\n");
    if (event + 1 == events->count) put(out, *parts.after ? parts.after : end_of_file);
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
    if (out->events->count == 0) put(out, end_of_file);
    return NSYM_OK;
}

/* Writes to `place`, which will become out->path. */
static nsym_status write_to(writer *out, const char *place) {
    errno = 0;
    out->file = gzopen(place, nsym_is_gzip_name(place) ? "wb6" : "wbT");
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
    nsym_atomic_file *atomic = NULL;
    nsym_status status = bind(&out);
    if (status == NSYM_OK) status = nsym_atomic_file_new(&atomic, path);
    if (status == NSYM_OK) status = write_to(&out, nsym_atomic_file_path(atomic));
    free(out.attribute);
    if (status == NSYM_OK) return nsym_atomic_file_commit(atomic);
    if (atomic) nsym_atomic_file_abandon(atomic);
    return status;
}
