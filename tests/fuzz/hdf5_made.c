#include "hdf5_made.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 64, FIELDS = 16, DEPTH = 3, BYTES_MAX = 1 << 16, DIMENSIONS = 9, LINE = 4096, LINES = 200 };

/* Values of a line: its words, which repeat. */
typedef struct values {
    char *whole, *word[WORDS];
    size_t n, next;
} values;

static char *next_word(char **line) {
    char *word = *line + strspn(*line, " ");
    *line = word + strcspn(word, " ");
    if (**line) *(*line)++ = '\0';
    return word;
}

static size_t number(const char *text, size_t most) {
    size_t n = strtoul(text, NULL, 10);
    return n > most ? most : n;
}

/* Types. */

static hid_t type_of(const char **at, int depth);

static hid_t enumeration(bool is_bool) {
    static const char *const words[][2] = {{"b", "FALSE"}, {"a", "TRUE"}, {"c", NULL}};
    hid_t type = H5Tenum_create(H5T_NATIVE_INT8);
    for (int8_t i = 0; i < 3; i++)
        if (words[i][is_bool]) H5Tenum_insert(type, words[i][is_bool], &i);
    return type;
}

static hid_t record(const char **at, int depth) {
    char name[FIELDS][32];
    hid_t field[FIELDS];
    size_t n = 0, size = 0, offset = 0;
    while (n < FIELDS && **at && **at != '}') {
        size_t length = strcspn(*at, ":,} ");
        snprintf(name[n], sizeof name[n], "%.*s", (int)length, *at);
        *at += length + ((*at)[length] == ':');
        if ((field[n] = type_of(at, depth + 1)) < 0) break;
        size += H5Tget_size(field[n++]);
        *at += **at == ',';
    }
    *at += **at == '}';
    hid_t type = size > 0 ? H5Tcreate(H5T_COMPOUND, size) : -1;
    for (size_t i = 0; i < n; i++) {
        if (type >= 0) H5Tinsert(type, name[i], offset, field[i]);
        offset += H5Tget_size(field[i]);
        H5Tclose(field[i]);
    }
    return type;
}

static hid_t of_other(hid_t (*make)(hid_t, hsize_t), const char **at, hsize_t n, int depth) {
    hid_t inner = type_of(at, depth + 1), type = inner >= 0 ? make(inner, n) : -1;
    if (inner >= 0) H5Tclose(inner);
    return type;
}

static hid_t array_of(hid_t inner, hsize_t n) {
    return H5Tarray_create2(inner, 1, &n);
}

static hid_t text_of(size_t bytes) {
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, bytes);
    return type;
}

static hid_t opaque_of(size_t bytes) {
    hid_t type = H5Tcreate(H5T_OPAQUE, bytes);
    H5Tset_tag(type, "five");
    return type;
}

static hid_t number_of(char kind, char bytes) {
    const hid_t whole[] = {H5T_STD_I8LE, H5T_STD_I16LE, H5T_STD_I32LE, H5T_STD_I64LE},
                natural[] = {H5T_STD_U8LE, H5T_STD_U16LE, H5T_STD_U32LE, H5T_STD_U64LE};
    size_t i = bytes == '1' ? 0 : bytes == '2' ? 1 : bytes == '4' ? 2 : 3;
    if (kind == 'f') return H5Tcopy(i == 2 ? H5T_IEEE_F32LE : H5T_IEEE_F64LE);
    return H5Tcopy(kind == 'i' ? whole[i] : natural[i]);
}

/* Reads one type, and goes behind it; invalid where there is none. */
static hid_t type_of(const char **at, int depth) {
    char kind = **at, *end;
    if (!kind || depth > DEPTH) return -1;
    size_t n = strtoul(++*at, &end, 10);
    char first = **at;
    if (first >= '0' && first <= '9') *at = end;
    if (n == 0 || n > 64) n = 1;
    switch (kind) {
    case 'f':
    case 'i':
    case 'u': {
        hid_t type = number_of(kind, first);
        if (**at == '>') H5Tset_order(type, H5T_ORDER_BE), ++*at;
        return type;
    }
    case 'b':
    case 'e':
        return enumeration(kind == 'b');
    case 's':
        return text_of(n);
    case 'v':
        return text_of(H5T_VARIABLE);
    case 'l':
        return H5Tvlen_create(H5T_STD_I32LE);
    case 'r':
        return H5Tcopy(H5T_STD_REF_OBJ);
    case 'o':
        return opaque_of(5);
    case 'x':
        return H5Tcopy(H5T_STD_B8LE);
    case 'a':
        return of_other(array_of, at, n, depth);
    case '{':
        return record(at, depth);
    default:
        return -1;
    }
}

/* Values. */

static values split(char *text, bool one) {
    values v = {.whole = text};
    for (char *at = text; !one && v.n < WORDS; at++) {
        v.word[v.n++] = at;
        at += strcspn(at, ",");
        if (!*at) return v;
        *at = '\0';
    }
    if (v.n == 0) v.word[v.n++] = text;
    return v;
}

static const char *word_of(values *v) {
    return v->word[v->next++ % v->n];
}

static void fill_number(hid_t type, unsigned char *to, values *v) {
    unsigned char buffer[16] = {0};
    double value = strtod(word_of(v), NULL);
    memcpy(buffer, &value, sizeof value);
    if (H5Tconvert(H5T_NATIVE_DOUBLE, type, 1, buffer, NULL, H5P_DEFAULT) >= 0) memcpy(to, buffer, H5Tget_size(type));
}

/* Lays one value of a type down; texts and lists stay the caller's. */
static void fill(hid_t type, unsigned char *to, values *v) {
    static int32_t list[WORDS];
    H5T_class_t class = H5Tget_class(type);
    if (class == H5T_INTEGER || class == H5T_FLOAT) {
        fill_number(type, to, v);
    } else if (class == H5T_STRING && H5Tis_variable_str(type) > 0) {
        const char *word = word_of(v);
        if (strcmp(word, "NULL") == 0) word = NULL;
        memcpy(to, &word, sizeof word);
    } else if (class == H5T_VLEN) {
        hvl_t some = {number(word_of(v), WORDS), list};
        memcpy(to, &some, sizeof some);
    } else if (class == H5T_ENUM) {
        *to = (unsigned char)strtol(word_of(v), NULL, 10);
    } else if (class == H5T_COMPOUND) {
        for (int i = 0; i < H5Tget_nmembers(type); i++) {
            hid_t field = H5Tget_member_type(type, (unsigned)i);
            fill(field, to + H5Tget_member_offset(type, (unsigned)i), v);
            H5Tclose(field);
        }
    } else if (class == H5T_ARRAY) {
        hid_t inner = H5Tget_super(type);
        size_t bytes = H5Tget_size(inner);
        for (size_t at = 0; at + bytes <= H5Tget_size(type); at += bytes) fill(inner, to + at, v);
        H5Tclose(inner);
    } else if (class != H5T_REFERENCE) {
        const char *word = word_of(v);
        size_t room = H5Tget_size(type), length = strlen(word);
        memcpy(to, word, length < room ? length : room);
    }
}

/* New: `n` values of a type; NULL where they are too many. */
static void *filled(hid_t type, hssize_t n, values *v) {
    size_t bytes = H5Tget_size(type);
    if (n < 0 || bytes == 0 || (size_t)n > BYTES_MAX / bytes) return NULL;
    unsigned char *all = calloc((size_t)n + 1, bytes);
    for (hssize_t i = 0; i < n; i++) fill(type, all + (size_t)i * bytes, v);
    return all;
}

/* What a dataset or an attribute is made of. */
typedef struct form {
    hid_t type, space; /* invalid where the line has no sense */
    bool one;          /* a single value, or none */
    int rank;
    hsize_t extent[DIMENSIONS];
} form;

/* Reads TYPE SHAPE. */
static form read_form(char **line) {
    const char *kind = next_word(line);
    char *shape = next_word(line);
    form f = {.type = type_of(&kind, 0), .space = H5I_INVALID_HID, .one = shape[0] == '-'};
    if (strcmp(shape, "-") == 0) {
        f.space = H5Screate(H5S_SCALAR);
    } else if (strcmp(shape, "0-") == 0) {
        f.space = H5Screate(H5S_NULL);
    } else {
        values v = split(shape, false);
        for (; f.rank < DIMENSIONS && (size_t)f.rank < v.n; ++f.rank)
            f.extent[f.rank] = number(v.word[f.rank], 1u << 20);
        f.space = H5Screate_simple(f.rank, f.extent, NULL);
    }
    return f;
}

static bool is_form(const form *f) {
    return f->type >= 0 && f->space >= 0;
}

/* New: its values, of a text that is changed; NULL where they are too many. */
static void *form_values(const form *f, char *text) {
    values v = split(text, f->one);
    return filled(f->type, H5Sget_simple_extent_npoints(f->space), &v);
}

static void free_form(form *f) {
    if (f->type >= 0) H5Tclose(f->type);
    if (f->space >= 0) H5Sclose(f->space);
}

/* Things. */

static void put_virtual(hid_t plan, const form *f, const char *name) {
    hid_t source = H5Scopy(f->space);
    H5Pset_virtual(plan, f->space, ".", name, source);
    H5Sclose(source);
}

/* How a dataset is stored; n-bit packing is not for all types, which HDF5 does not check. */
static hid_t plan_of(const char *how, const form *f, const char *name) {
    hid_t plan = H5Pcreate(H5P_DATASET_CREATE);
    hsize_t chunk[DIMENSIONS];
    H5T_class_t class = H5Tget_class(f->type);
    for (int i = 0; i < f->rank; i++) chunk[i] = f->extent[i] > 4 ? 4 : f->extent[i] > 0 ? f->extent[i] : 1;
    if (f->rank > 0 && strpbrk(how, "czsfn")) H5Pset_chunk(plan, f->rank, chunk);
    if (strchr(how, 's')) H5Pset_shuffle(plan);
    if (strchr(how, 'n') && (class == H5T_INTEGER || class == H5T_FLOAT)) H5Pset_nbit(plan);
    if (strchr(how, 'z')) H5Pset_deflate(plan, 1);
    if (strchr(how, 'f')) H5Pset_fletcher32(plan);
    if (strchr(how, 'm')) H5Pset_layout(plan, H5D_COMPACT);
    if (strchr(how, 'v')) put_virtual(plan, f, name);
    if (strchr(how, 'x')) H5Pset_external(plan, "/nonexistent/values", 0, H5F_UNLIMITED);
    return plan;
}

static void put_data(hid_t file, const char *name, const form *f, const char *how, char *text, hid_t links) {
    hid_t plan = plan_of(how, f, text);
    H5Ldelete(file, name, H5P_DEFAULT);
    hid_t set = H5Dcreate2(file, name, f->type, f->space, links, plan, H5P_DEFAULT);
    void *all = set >= 0 && !strpbrk(how, "uvx") ? form_values(f, text) : NULL;
    if (all) H5Dwrite(set, f->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, all);
    if (set >= 0) H5Dclose(set);
    free(all);
    H5Pclose(plan);
}

static void put_attribute(hid_t object, const char *name, const form *f, char *text) {
    H5Adelete(object, name);
    hid_t attribute = H5Acreate2(object, name, f->type, f->space, H5P_DEFAULT, H5P_DEFAULT);
    void *all = attribute >= 0 ? form_values(f, text) : NULL;
    if (all) H5Awrite(attribute, f->type, all);
    if (attribute >= 0) H5Aclose(attribute);
    free(all);
}

static void make_data(hid_t file, char *line, hid_t links) {
    const char *name = next_word(&line);
    form f = read_form(&line);
    const char *how = next_word(&line);
    if (is_form(&f)) put_data(file, name, &f, how, line, links);
    free_form(&f);
}

static void make_attribute(hid_t file, char *line) {
    const char *owner = next_word(&line), *name = next_word(&line);
    form f = read_form(&line);
    hid_t object = is_form(&f) ? H5Oopen(file, owner, H5P_DEFAULT) : H5I_INVALID_HID;
    if (object >= 0) {
        put_attribute(object, name, &f, line);
        H5Oclose(object);
    }
    free_form(&f);
}

static void make_thing(hid_t file, char *line, hid_t links) {
    const char *what = next_word(&line);
    if (strcmp(what, "data") == 0) {
        make_data(file, line, links);
    } else if (strcmp(what, "attr") == 0) {
        make_attribute(file, line);
    } else if (strcmp(what, "group") == 0) {
        hid_t group = H5Gcreate2(file, next_word(&line), links, H5P_DEFAULT, H5P_DEFAULT);
        if (group >= 0) H5Gclose(group);
    } else if (strcmp(what, "drop") == 0) {
        H5Ldelete(file, next_word(&line), H5P_DEFAULT);
    } else {
        const char *name = next_word(&line), *target = next_word(&line);
        if (strcmp(what, "soft") == 0) H5Lcreate_soft(target, file, name, links, H5P_DEFAULT);
        if (strcmp(what, "hard") == 0) H5Lcreate_hard(file, target, file, name, links, H5P_DEFAULT);
        if (strcmp(what, "else") == 0)
            H5Lcreate_external("/nonexistent/file.h5", target, file, name, links, H5P_DEFAULT);
    }
}

static void make_things(hid_t file, const uint8_t *text, size_t n) {
    hid_t links = H5Pcreate(H5P_LINK_CREATE);
    char line[LINE];
    H5Pset_create_intermediate_group(links, 1);
    for (size_t i = 0; n > 0 && i < LINES; i++) {
        const uint8_t *end = memchr(text, '\n', n);
        size_t length = end ? (size_t)(end - text) : n, kept = length < LINE ? length : LINE - 1;
        memcpy(line, text, kept);
        line[kept] = '\0';
        make_thing(file, line, links);
        length += end != NULL;
        text += length, n -= length;
    }
    H5Pclose(links);
}

static void save_image(hid_t file, const char *path) {
    H5Fflush(file, H5F_SCOPE_GLOBAL);
    ssize_t bytes = H5Fget_file_image(file, NULL, 0);
    uint8_t *image = bytes > 0 ? malloc((size_t)bytes) : NULL;
    FILE *out = fopen(path, "wb");
    if (!image || !out || H5Fget_file_image(file, image, (size_t)bytes) != bytes) abort();
    if (fwrite(image, 1, (size_t)bytes, out) != (size_t)bytes || fclose(out) != 0) abort();
    free(image);
}

void hdf5_made(const char *path, const uint8_t *text, size_t n, const void *start, size_t start_bytes) {
    hid_t memory = H5Pcreate(H5P_FILE_ACCESS);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    H5Pset_fapl_core(memory, 1 << 12, false);
    if (start) H5Pset_file_image(memory, (void *)start, start_bytes);
    hid_t file = start ? H5Fopen("made", H5F_ACC_RDWR, memory) : H5Fcreate("made", H5F_ACC_TRUNC, H5P_DEFAULT, memory);
    if (file < 0) abort();
    make_things(file, text, n);
    save_image(file, path);
    H5Fclose(file);
    H5Pclose(memory);
    H5Eclear2(H5E_DEFAULT);
}

static hsize_t open_of(H5I_type_t kind) {
    hsize_t n = 0;
    return H5Inmembers(kind, &n) >= 0 ? n : 0;
}

void hdf5_must_be_closed(void) {
    static hsize_t types; /* the library's own */
    if (types == 0) types = open_of(H5I_DATATYPE);
    if (H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL) != 0) abort();
    if (open_of(H5I_DATASPACE) > 0 || open_of(H5I_DATATYPE) > types) abort();
}
