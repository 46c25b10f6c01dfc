#include "data/number.h"

#include <ctype.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LONGEST = 512 }; /* a number's characters; nobody writes a longer one */

/* The character between a number's whole and broken part in the program's locale. */
static char locale_point(void) {
    return localeconv()->decimal_point[0];
}

static void replace(char *text, char from, char to) {
    char *place = from != to ? strchr(text, from) : NULL;
    if (place) *place = to;
}

size_t nsym_number_format(char text[NSYM_NUMBER_SIZE], double value) {
    int n = 0;
    if (!isfinite(value)) {
        n = snprintf(text, NSYM_NUMBER_SIZE, "%s", isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return (size_t)n;
    }
    for (int digits = 15; digits <= 17; digits++) {
        n = snprintf(text, NSYM_NUMBER_SIZE, "%.*g", digits, value);
        if (strtod(text, NULL) == value) break;
    }
    replace(text, locale_point(), '.');
    return (size_t)n;
}

/* The number of up to eight digits of which the first has the lowest byte, two, four and eight at a time (D. Lemire,
   Softw. Pract. Exp. 51 (2021) 1700). */
static uint64_t eight_digits(uint64_t bytes) {
    bytes -= UINT64_C(0x3030303030303030);
    bytes = bytes * 10 + (bytes >> 8);
    return ((bytes & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x000F424000000064) +
            (bytes >> 16 & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x0000271000000001)) >>
           32;
}

static bool are_digits(uint64_t bytes) {
    return !((bytes + UINT64_C(0x4646464646464646)) & UINT64_C(0x8080808080808080)) &&
           !((bytes - UINT64_C(0x3030303030303030)) & UINT64_C(0x8080808080808080));
}

/* Puts the digits behind those of the number; where they end. */
static const char *read_digits(const char *text, const char *end, uint64_t *digits) {
    uint64_t number = *digits;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t bytes;
    while (end - text >= 8 && (memcpy(&bytes, text, 8), are_digits(bytes))) {
        number = number * 100000000 + eight_digits(bytes);
        text += 8;
    }
#endif
    for (; text < end && (unsigned)(*text - '0') < 10; text++) number = number * 10 + (uint64_t)(*text - '0');
    *digits = number;
    return text;
}

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Plain decimals of up to 19 digits whose value and power of ten are exact as doubles: one rounding, so the nearest
   double (W. Clinger, How to read floating point numbers accurately, PLDI 1990). False where it is none of these. */
static bool parse_exact(const char *text, const char *end, double *value) {
    static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    bool minus = *text == '-';
    if (*text == '-' || *text == '+') text++;
    uint64_t digits = 0;
    int exponent = 0;
    const char *first = text;
    text = read_digits(text, end, &digits);
    ptrdiff_t read = text - first;
    if (text < end && *text == '.') {
        first = ++text;
        text = read_digits(text, end, &digits);
        read += text - first;
        exponent = (int)(first - text);
    }
    if (read > 19) return false;
    if (read == 0) return false;
    if (text < end && (*text == 'e' || *text == 'E')) {
        bool negative = ++text < end && *text == '-';
        if (text < end && (*text == '-' || *text == '+')) text++;
        if (text == end || end - text > 3) return false;
        int given = 0;
        for (; text < end && isdigit((unsigned char)*text); text++) given = given * 10 + (*text - '0');
        exponent += negative ? -given : given;
    }
    if (text != end || digits > (UINT64_C(1) << 53) || exponent < -22 || exponent > 22) return false;
    double size = exponent < 0 ? (double)digits / power[-exponent] : (double)digits * power[exponent];
    *value = minus ? -size : size;
    return true;
}

/* Everything else, by strtod; hexadecimal and "nan(...)" are no numbers here. */
static bool parse_any(const char *text, size_t n, double *value) {
    char copy[LONGEST];
    if (n >= sizeof copy) return false;
    memcpy(copy, text, n);
    copy[n] = '\0';
    const char *word = copy + (*copy == '-' || *copy == '+');
    if (strlen(copy) != n || !*word) return false;
    if (strcasecmp(word, "nan") == 0 || strcasecmp(word, "inf") == 0 || strcasecmp(word, "infinity") == 0) {
        *value = tolower((unsigned char)*word) == 'n' ? NAN : *copy == '-' ? -INFINITY : INFINITY;
        return true;
    }
    if (word[strspn(word, "0123456789.eE+-")] != '\0') return false;
    replace(copy, '.', locale_point());
    char *end;
    *value = strtod(copy, &end);
    return *end == '\0';
}

bool nsym_number_parse(const char *text, size_t n, double *value) {
    const char *end = text + n;
    while (text < end && is_blank(*text)) text++;
    while (text < end && is_blank(end[-1])) end--;
    if (text == end) {
        *value = NAN;
        return true;
    }
    return parse_exact(text, end, value) || parse_any(text, (size_t)(end - text), value);
}

bool nsym_integer_is_exact(uint64_t size) {
    double value = (double)size;
    return size <= UINT64_C(1) << 53 || (value < 0x1p64 && (uint64_t)value == size);
}
