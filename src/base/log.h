/* A logarithm for loops that compilers turn into vector instructions; it rounds alike on every CPU. */
#ifndef NSYM_BASE_LOG_H
#define NSYM_BASE_LOG_H

#include <stdint.h>
#include <string.h>

/* log(x) of a normal x > 0 to within a unit in its last place: x = 2^n (1 + f), sqrt(1/2) <= 1 + f < sqrt(2), and
   log(1 + f) by the polynomial in f / (2 + f) of FreeBSD's msun (e_log.c). */
static inline double nsym_log(double x) {
    static const uint64_t root = 0x3fe6a09e667f3bcd, one = 0x3ff0000000000000; /* the bits of sqrt(1/2) and of 1 */
    uint64_t bits, shifted, power;
    double f, n;
    memcpy(&bits, &x, sizeof bits);
    shifted = bits + (one - root);
    power = (shifted >> 52) + 0x4338000000000000; /* 1.5 2^52, so that the integer becomes a number */
    memcpy(&n, &power, sizeof n);
    n -= 0x1.8p52 + 1023;
    bits = (shifted & 0x000fffffffffffff) + root;
    memcpy(&f, &bits, sizeof f);
    f -= 1;
    double s = f / (2 + f), z = s * s, w = z * z, half = 0.5 * f * f;
    double even = w * (0.3999999999940941908 + w * (0.2222219843214978396 + w * 0.1531383769920937332));
    double odd = z * (0.6666666666666735130 +
                      w * (0.2857142874366239149 + w * (0.1818357216161805012 + w * 0.1479819860511658591)));
    return n * 0x1.62e42fee00000p-1 - ((half - (s * (half + (even + odd)) + n * 0x1.a39ef35793c76p-33)) - f);
}

#endif
