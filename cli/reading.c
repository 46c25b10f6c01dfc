#include "reading.h"
#include "trust.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void reading_rows(option *rows, reading *r) {
    nsym_read_options *o = &r->options;
    const option all[READING_OPTIONS] = {
        {"arrays", 0, OPTION_TEXT, &r->arrays, "WHAT",
         "meaning of arrays (events, n, m) in .npy and .npz: particles with m features, or images:R of n x m cells in "
         "[-R, R]"},
        {"layout", 0, OPTION_TEXT, &o->layout, "NAME",
         "layout of a published sample: pandas, lhco, toptag, jetnet, mod, lheh5; default: recognised from the file"},
        {"columns", 0, OPTION_TEXT, &o->features, "NAME,...",
         "names of the m features of particles in arrays (events, n, m)"},
        {"only", 0, OPTION_TEXT, &o->only, "NAME,...", "read only these columns and features"},
        {"drop", 0, OPTION_TEXT, &o->drop, "NAME,...", "read all columns and features except these"},
        {"ragged", 0, OPTION_TEXT, &o->ragged, "NAME",
         "HDF5 with flat arrays: particles are NAME_a, NAME_b, NAME_offset"},
        {"header", 0, OPTION_TEXT, &o->header, "yes|no|N",
         "csv: whether the first line, or line N, has the column names"},
        {"delimiter", 0, OPTION_TEXT, &o->delimiter, "C", "csv: separator of the cells: a character, or tab"},
        {"comment", 0, OPTION_TEXT, &o->comment, "C", "csv: character that starts a comment; none: no comments"},
        {"encoding", 0, OPTION_TEXT, &o->encoding, "NAME", "csv: encoding, utf-8 or latin-1"},
        {"max-unpacked", 0, OPTION_TEXT, &r->unpacked, "SIZE",
         "maximum unpacked size of a compressed file, such as 500G"},
        trust_option(),
    };
    memcpy(rows, all, sizeof all);
}

/* "particles", "images" (of [-1, 1]) or "images:R". */
static bool read_arrays(const char *text, nsym_read_options *o) {
    char *end = NULL;
    o->arrays = strcmp(text, "particles") == 0 ? NSYM_ARRAYS_PARTICLES : NSYM_ARRAYS_IMAGES;
    if (strcmp(text, "particles") == 0 || strcmp(text, "images") == 0) return true;
    if (strncmp(text, "images:", 7) != 0) return false;
    o->images_half = strtod(text + 7, &end);
    return end > text + 7 && !*end && isfinite(o->images_half) && o->images_half > 0;
}

/* "4000000", "500G". */
static bool read_size(const char *text, uint64_t *size) {
    static const char units[] = "KMGT";
    char *end = NULL;
    double value = strtod(text, &end);
    const char *unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
    if (end == text || !isfinite(value) || (*end && (!unit || end[1]))) return false;
    for (const char *u = units; unit && u <= unit; u++) value *= 1024;
    *size = value >= 1 && value < 1e18 ? (uint64_t)value : 0;
    return *size > 0;
}

bool reading_is_asked(const reading *r) {
    const nsym_read_options *o = &r->options;
    return r->arrays || r->unpacked || o->features || o->only || o->drop || o->ragged || o->header || o->delimiter ||
           o->comment || o->encoding;
}

int reading_check(const option_table *table, reading *r) {
    nsym_read_options *o = &r->options;
    if (r->arrays && !read_arrays(r->arrays, o))
        return options_wrong(table, "--arrays is \"%s\", must be particles, images or images:R with R above 0",
                             r->arrays);
    if (r->unpacked && !read_size(r->unpacked, &o->max_unpacked))
        return options_wrong(table, "--max-unpacked is \"%s\", must be a number of bytes such as 500G", r->unpacked);
    if (o->only && o->drop) return options_wrong(table, "--only and --drop cannot both be given");
    if (o->delimiter && strcmp(o->delimiter, "tab") == 0) o->delimiter = "\t";
    if (o->comment && strcmp(o->comment, "none") == 0) o->comment = "";
    return OPTIONS_GO_ON;
}
