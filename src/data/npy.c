#include "data/npy.h"

#include "base/fail.h"
#include "data/number.h"
#include "data/utf8.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const bool big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

/* A place in the header's Python dictionary. */
typedef struct cursor {
    const char *at, *end;
} cursor;

static char peek(cursor *c) {
    while (c->at < c->end && isspace((unsigned char)*c->at)) c->at++;
    return c->at < c->end ? *c->at : '\0';
}

static bool take(cursor *c, char wanted) {
    if (peek(c) != wanted) return false;
    c->at++;
    return true;
}

/* A quoted word of fewer than `room` characters. */
static bool take_word(cursor *c, char *word, size_t room) {
    char quote = peek(c);
    if (quote != '\'' && quote != '"') return false;
    const char *first = ++c->at;
    while (c->at < c->end && *c->at != quote) c->at++;
    size_t n = (size_t)(c->at - first);
    if (c->at == c->end || n >= room) return false;
    memcpy(word, first, n);
    word[n] = '\0';
    c->at++;
    return true;
}

static bool take_number(cursor *c, uint64_t *value) {
    *value = 0;
    if (!isdigit((unsigned char)peek(c))) return false;
    for (; c->at < c->end && isdigit((unsigned char)*c->at); c->at++)
        if (__builtin_mul_overflow(*value, 10, value) ||
            __builtin_add_overflow(*value, (uint64_t)(*c->at - '0'), value))
            return false;
    if (c->at < c->end && *c->at == 'L') c->at++; /* Python 2 wrote long integers so */
    return true;
}

static bool take_shape(cursor *c, nsym_npy *array) {
    if (!take(c, '(')) return false;
    while (peek(c) != ')') {
        if (array->dimensions == NSYM_NPY_DIMENSIONS || !take_number(c, &array->shape[array->dimensions++]))
            return false;
        if (!take(c, ',') && peek(c) != ')') return false;
    }
    return take(c, ')');
}

static bool take_order(cursor *c, nsym_npy *array) {
    peek(c);
    array->fortran = c->end - c->at >= 4 && memcmp(c->at, "True", 4) == 0;
    bool is_false = c->end - c->at >= 5 && memcmp(c->at, "False", 5) == 0;
    c->at += array->fortran ? 4 : is_false ? 5 : 0;
    return array->fortran || is_false;
}

/* "<f8": order, kind, size. */
static nsym_status read_type(nsym_npy *array, const char *type) {
    char order = *type, *end = NULL;
    if (strchr("<>|=", order) && order) type++;
    array->kind = *type;
    unsigned long size = array->kind && isdigit((unsigned char)type[1]) ? strtoul(type + 1, &end, 10) : 0;
    bool known = end && *end == '\0' && size < (1u << 20);
    switch (array->kind) {
    case 'f':
        known = known && (size == 2 || size == 4 || size == 8);
        break;
    case 'i':
    case 'u':
        known = known && (size == 1 || size == 2 || size == 4 || size == 8);
        break;
    case 'b':
        known = known && size == 1;
        break;
    case 'U':
    case 'S':
        known = known && size > 0;
        break;
    default:
        known = false;
    }
    if (array->kind == 'O')
        return nsym_fail(
            NSYM_EFORMAT,
            "numpy type \"O\" (Python objects) is not read; numpy.array(..., dtype=float) converts them to numbers; "
            "save lists of different lengths as values and offsets (docs/formats.md shows how)");
    if (!known)
        return nsym_fail(NSYM_EFORMAT, "numpy type \"%s\" is not read (f2 to f8, i1 to i8, u1 to u8 and b1 are)", type);
    array->item = array->kind == 'U' ? 4 * size : size;
    array->swapped = order == (big_endian ? '<' : '>') && array->kind != 'S';
    return NSYM_OK;
}

static nsym_status read_header(nsym_npy *array, const char *text, size_t n) {
    cursor c = {text, text + n};
    char key[32], type[64] = "";
    bool fine = take(&c, '{'), order = false, shape = false;
    while (fine && peek(&c) != '}') {
        fine = take_word(&c, key, sizeof key) && take(&c, ':');
        if (!fine) break;
        if (strcmp(key, "descr") == 0 && peek(&c) == '[')
            return nsym_fail(NSYM_EFORMAT, "an array of structures is not read; save its fields as arrays of an .npz");
        if (strcmp(key, "descr") == 0)
            fine = !*type && take_word(&c, type, sizeof type);
        else if (strcmp(key, "fortran_order") == 0 && !order)
            fine = order = take_order(&c, array);
        else if (strcmp(key, "shape") == 0 && !shape)
            fine = shape = take_shape(&c, array);
        else
            fine = false;
        if (fine && !take(&c, ',')) fine = peek(&c) == '}';
    }
    if (!fine || !*type || !order || !shape) return nsym_fail(NSYM_EFORMAT, "the npy header is damaged");
    return read_type(array, type);
}

nsym_status nsym_npy_parse(nsym_npy *array, const unsigned char *bytes, size_t n) {
    *array = (nsym_npy){.size = 1};
    if (n < 10 || memcmp(bytes, "\x93NUMPY", 6) != 0)
        return nsym_fail(NSYM_EFORMAT, "is not an npy array, or is cut short");
    if (bytes[6] < 1 || bytes[6] > 3)
        return nsym_fail(NSYM_EFORMAT, "npy version %d is not read (1 to 3 are)", bytes[6]);
    size_t start = bytes[6] == 1 ? 10 : 12, length = (size_t)bytes[8] | (size_t)bytes[9] << 8;
    if (bytes[6] > 1 && n >= 12) length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    if (n < start || length > n - start)
        return nsym_fail(NSYM_EFORMAT, "the npy header claims %zu bytes, but the file has %zu", length, n);
    NSYM_TRY(read_header(array, (const char *)bytes + start, length));

    uint64_t needed;
    for (size_t i = 0; i < array->dimensions; i++)
        if (__builtin_mul_overflow(array->size, array->shape[i], &array->size))
            return nsym_fail(NSYM_EFORMAT, "the npy shape's product overflows");
    array->data = bytes + start + length;
    if (__builtin_mul_overflow(array->size, array->item, &needed) || needed > n - start - length)
        return nsym_fail(NSYM_EFORMAT, "the npy shape needs %llu values of %zu bytes, but %zu bytes follow: cut short",
                         (unsigned long long)array->size, array->item, n - start - length);
    for (const unsigned char *rest = array->data + needed; rest < bytes + n; rest++)
        if (*rest != 0)
            return nsym_fail(NSYM_EFORMAT,
                             "more follows the array at byte %zu (np.save was called twice on one file?); "
                             "write one array a file, or several as .npz",
                             (size_t)(rest - bytes));
    return NSYM_OK;
}

bool nsym_npy_is_number(const nsym_npy *array) {
    return array->kind != 'U' && array->kind != 'S';
}

static double half(uint16_t bits) {
    int exponent = bits >> 10 & 31, fraction = bits & 1023;
    double size = exponent == 0    ? ldexp(fraction, -24)
                  : exponent == 31 ? (fraction ? NAN : INFINITY)
                                   : ldexp(fraction + 1024, exponent - 25);
    return bits >> 15 ? -size : size;
}

static double value_of(const nsym_npy *array, const unsigned char *bytes) {
    unsigned char turned[8];
    if (array->swapped) {
        for (size_t i = 0; i < array->item; i++) turned[i] = bytes[array->item - 1 - i];
        bytes = turned;
    }
    union {
        double f8;
        float f4;
        uint64_t u8;
        uint32_t u4;
        uint16_t u2;
        uint8_t u1;
        int64_t i8;
        int32_t i4;
        int16_t i2;
        int8_t i1;
    } value = {0};
    memcpy(&value, bytes, array->item);
    bool real = array->kind == 'f', whole = array->kind == 'i';
    switch (array->item) {
    case 1:
        return whole ? (double)value.i1 : (double)value.u1;
    case 2:
        return real ? half(value.u2) : whole ? (double)value.i2 : (double)value.u2;
    case 4:
        return real ? (double)value.f4 : whole ? (double)value.i4 : (double)value.u4;
    default:
        return real ? value.f8 : whole ? (double)value.i8 : (double)value.u8;
    }
}

/* Where the value of C order `index` lies in a Fortran array. */
static uint64_t fortran_place(const nsym_npy *array, uint64_t index) {
    uint64_t place = 0, size = array->size;
    for (size_t i = array->dimensions; i-- > 0;) {
        size /= array->shape[i];
        place += index % array->shape[i] * size;
        index /= array->shape[i];
    }
    return place;
}

void nsym_npy_values(const nsym_npy *array, uint64_t first, uint64_t count, double *values) {
    bool plain = !array->fortran && !array->swapped && array->kind == 'f' && array->item == 8;
    if (plain && count > 0) memcpy(values, array->data + first * 8, count * 8);
    for (uint64_t i = 0; i < count && !plain; i++) {
        uint64_t place = array->fortran ? fortran_place(array, first + i) : first + i;
        values[i] = value_of(array, array->data + place * array->item);
    }
}

bool nsym_npy_is_exact(const nsym_npy *array, uint64_t index, char text[NSYM_NPY_WHOLE]) {
    if (array->item != 8 || (array->kind != 'i' && array->kind != 'u')) return true;
    uint64_t bits, place = array->fortran ? fortran_place(array, index) : index;
    memcpy(&bits, array->data + place * array->item, sizeof bits);
    if (array->swapped) bits = __builtin_bswap64(bits);
    bool minus = array->kind == 'i' && bits >> 63;
    uint64_t size = minus ? 0 - bits : bits;
    snprintf(text, NSYM_NPY_WHOLE, "%s%llu", minus ? "-" : "", (unsigned long long)size);
    return nsym_integer_is_exact(size);
}

char *nsym_npy_text(const nsym_npy *array, uint64_t i) {
    const unsigned char *bytes = array->data + i * array->item;
    char *text = malloc(array->item + 1), *end = text;
    if (!text) return NULL;
    if (array->kind == 'S') {
        for (size_t k = 0; k < array->item && bytes[k]; k++) *end++ = (char)bytes[k];
    } else {
        for (size_t k = 0; k < array->item; k += 4) {
            uint32_t c;
            memcpy(&c, bytes + k, sizeof c);
            if (array->swapped) c = __builtin_bswap32(c);
            if (c == 0) break;
            end = nsym_utf8_put(end, c);
        }
    }
    *end = '\0';
    return text;
}

size_t nsym_npy_header(char text[NSYM_NPY_HEADER], const char *type, size_t dimensions, const uint64_t *shape) {
    int n = snprintf(text, NSYM_NPY_HEADER, "%c%s%c%c%c%c{'descr': '%c%s', 'fortran_order': False, 'shape': (", 0x93,
                     "NUMPY", 1, '?', '?', '?', big_endian ? '>' : '<', type);
    for (size_t i = 0; i < dimensions; i++)
        n += snprintf(text + n, NSYM_NPY_HEADER - (size_t)n, "%llu, ", (unsigned long long)shape[i]);
    n += snprintf(text + n, NSYM_NPY_HEADER - (size_t)n, "), }");
    while (n % 64 != 63) text[n++] = ' ';
    text[n++] = '\n';
    text[7] = 0; /* minor version, then the header's length, little endian */
    text[8] = (char)((n - 10) & 0xFF);
    text[9] = (char)((n - 10) >> 8);
    return (size_t)n;
}
