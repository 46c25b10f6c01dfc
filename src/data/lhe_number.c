/* The fast path is Clinger's (How to read floating point numbers accurately, PLDI 1990): a whole mantissa below 2^53
   and a power of ten up to 22 are both exact doubles, so that one multiplication or division rounds once. */
#include "data/lhe_number.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAST_DIGITS = 19, MAX_DIGITS = 400, MAX_EXPONENT = 100000, EXACT_POWER = 22 };

static const double power_of_ten[EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_sign(char c) {
    return c == '-' || c == '+';
}

static const char *skip_blanks(const char *p) {
    while (*p == ' ' || *p == '\t' || *p == '\r') p++;
    return p;
}

/* `p` where a number may end there, else NULL. */
static const char *delimited(const char *p) {
    return *p == '\0' || strchr(" \t\r\n<#", *p) ? p : NULL;
}

static const char *word(const char *p, const char *lower) {
    for (; *lower; p++, lower++)
        if ((*p | 0x20) != *lower) return NULL;
    return p;
}

static const char *read_word(const char *p, double *value) {
    const char *end = word(p, "nan");
    *value = end ? (double)NAN : (double)INFINITY;
    if (!end) end = word(p, "infinity");
    if (!end) end = word(p, "inf");
    return end ? delimited(end) : NULL;
}

/* The decimal exponent after a mantissa; Fortran leaves the letter out where the exponent has three digits. */
static const char *read_exponent(const char *p, bool point, long *exponent) {
    const char *digits = p;
    bool letter = *p && strchr("eEdDqQ", *p);
    if (!letter && !(point && is_sign(*p))) return p;
    if (letter) digits++;
    bool negative = *digits == '-';
    if (is_sign(*digits)) digits++;
    if (!is_digit(*digits)) return NULL;
    long sum = 0;
    for (; is_digit(*digits); digits++)
        if (sum < MAX_EXPONENT) sum = sum * 10 + (*digits - '0');
    *exponent += negative ? -sum : sum;
    return digits;
}

/* By strtod of the digits without a point, which means the same in every locale. */
static bool read_slowly(const char *p, size_t digits, long exponent, double *value) {
    char text[MAX_DIGITS + 32];
    if (digits > MAX_DIGITS) return false;
    size_t used = 0;
    for (; used < digits; p++)
        if (is_digit(*p)) text[used++] = *p;
    snprintf(text + used, sizeof text - used, "e%ld", exponent);
    *value = strtod(text, NULL);
    return true;
}

const char *nsym_lhe_number_read(const char *text, double *value) {
    const char *p = skip_blanks(text);
    bool negative = *p == '-';
    if (is_sign(*p)) p++;
    const char *first = p;
    uint64_t mantissa = 0; /* meaningless beyond FAST_DIGITS, and not used then */
    for (; is_digit(*p); p++) mantissa = mantissa * 10 + (uint64_t)(*p - '0');
    size_t digits = (size_t)(p - first);
    long exponent = 0;
    bool point = *p == '.';
    if (point) {
        const char *fraction = ++p;
        for (; is_digit(*p); p++) mantissa = mantissa * 10 + (uint64_t)(*p - '0');
        digits += (size_t)(p - fraction);
        exponent = -(long)(p - fraction);
    }
    double result = 0;
    if (digits == 0) {
        p = point ? NULL : read_word(first, &result);
    } else {
        p = read_exponent(p, point, &exponent);
        if (!p || !delimited(p)) return NULL;
        bool fast = FLT_EVAL_METHOD == 0 && digits <= FAST_DIGITS && mantissa <= (UINT64_C(1) << DBL_MANT_DIG);
        if (fast && exponent <= 0 && exponent >= -EXACT_POWER)
            result = (double)mantissa / power_of_ten[-exponent];
        else if (fast && exponent > 0 && exponent <= EXACT_POWER)
            result = (double)mantissa * power_of_ten[exponent];
        else if (!read_slowly(first, digits, exponent, &result))
            return NULL;
    }
    *value = negative ? -result : result;
    return p;
}

const char *nsym_lhe_number_read_int(const char *text, int *value) {
    const char *p = skip_blanks(text);
    bool negative = *p == '-';
    if (is_sign(*p)) p++;
    if (!is_digit(*p)) return NULL;
    int64_t sum = 0;
    for (; is_digit(*p); p++)
        if (sum <= INT32_MAX) sum = sum * 10 + (*p - '0');
    if (negative) sum = -sum;
    if (sum < INT32_MIN || sum > INT32_MAX) return NULL;
    *value = (int)sum;
    return delimited(p);
}

/* Puts a plain point where the locale's decimal separator stands. */
static void plain_point(char *text) {
    char *p = text + strspn(text, "+-");
    p += strspn(p, "0123456789");
    if (*p == '\0' || *p == 'e') return;
    char *next = p + strcspn(p, "0123456789");
    *p = '.';
    memmove(p + 1, next, strlen(next) + 1);
}

size_t nsym_lhe_number_write(char *out, char style, int digits, double value) {
    const int tries[] = {digits, 16, 17};
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        if (style == 'e')
            snprintf(out, NSYM_LHE_NUMBER_SIZE, "%.*e", tries[i] - 1, value);
        else
            snprintf(out, NSYM_LHE_NUMBER_SIZE, "%.*g", tries[i], value);
        plain_point(out);
        double back;
        if (nsym_lhe_number_read(out, &back) && back == value) break;
    }
    return strlen(out);
}
