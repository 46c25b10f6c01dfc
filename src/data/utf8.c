#include "data/utf8.h"

bool nsym_utf8_is_valid(const char *text, size_t n) {
    const unsigned char *at = (const unsigned char *)text, *end = at + n;
    while (at < end) {
        size_t more = *at < 0x80 ? 0 : *at >= 0xC2 && *at < 0xE0 ? 1 : (*at & 0xF0) == 0xE0 ? 2 : 3;
        if (*at > 0xF4 || (*at >= 0x80 && *at < 0xC2) || (size_t)(end - at) <= more) return false;
        if ((*at == 0xE0 && at[1] < 0xA0) || (*at == 0xED && at[1] > 0x9F)) return false; /* too long; half of a pair */
        if ((*at == 0xF0 && at[1] < 0x90) || (*at == 0xF4 && at[1] > 0x8F)) return false;
        for (size_t i = 1; i <= more; i++)
            if ((at[i] & 0xC0) != 0x80) return false;
        at += more + 1;
    }
    return true;
}

char *nsym_utf8_put(char *to, uint32_t c) {
    if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 0xFFFD;
    if (c < 0x80) {
        *to++ = (char)c;
        return to;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = {0, 0xC0, 0xE0, 0xF0};
    *to++ = (char)(lead[more] | c >> (6 * more));
    while (more-- > 0) *to++ = (char)(0x80 | (c >> (6 * more) & 0x3F));
    return to;
}

size_t nsym_latin1_to_utf8(char *to, const char *text, size_t n) {
    /* 0x80 to 0x9F of Windows-1252; five of them are nothing and stay what they are in Latin-1 */
    static const uint16_t windows[32] = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                         0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                         0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                         0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
    char *end = to;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        end = nsym_utf8_put(end, c >= 0x80 && c < 0xA0 ? windows[c - 0x80] : c);
    }
    return (size_t)(end - to);
}

static uint32_t unit(const nsym_utf16 *state, const unsigned char *two) {
    return state->big ? (uint32_t)two[0] << 8 | two[1] : (uint32_t)two[1] << 8 | two[0];
}

size_t nsym_utf16_to_utf8(nsym_utf16 *state, char *to, const unsigned char *bytes, size_t n) {
    char *end = to;
    for (size_t i = 0; i < n; i++) {
        state->half[state->waits++] = bytes[i];
        if (state->waits % 2 != 0) continue;
        uint32_t first = unit(state, state->half), second = state->waits == 4 ? unit(state, state->half + 2) : 0;
        bool high = first >= 0xD800 && first < 0xDC00, low = second >= 0xDC00 && second < 0xE000;
        if (state->waits == 2 && high) continue;
        if (high && low) {
            end = nsym_utf8_put(end, 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
        } else {
            end = nsym_utf8_put(end, first);
            if (high) end = nsym_utf8_put(end, second);
        }
        state->waits = 0;
    }
    return (size_t)(end - to);
}
