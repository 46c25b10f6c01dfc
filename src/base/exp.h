/* An exponential for loops that compilers turn into vector instructions; it rounds alike on every CPU. */
#ifndef NSYM_BASE_EXP_H
#define NSYM_BASE_EXP_H

#include <stdint.h>
#include <string.h>

/* exp(-x) for x >= 0 to about 2e-16 of itself, 0 from x = 708 on: 2^n exp(r) with |r| <= log(2) / 2 and Taylor's
   polynomial, in operations that compilers turn into vector instructions. */
static inline double nsym_exp_minus(double x) {
    static const double shift = 0x1.8p52; /* added to a number, it leaves the nearest integer in the low bits */
    double inside = x < 708 ? x : 708, shifted = shift - inside * 1.44269504088896340736, n = shifted - shift;
    double r = -inside - n * 0x1.62e42fefa3800p-1 - n * 0x1.ef35793c76730p-45; /* log(2) in two parts */
    double p = 1. / 6227020800;
    p = p * r + 1. / 479001600;
    p = p * r + 1. / 39916800;
    p = p * r + 1. / 3628800;
    p = p * r + 1. / 362880;
    p = p * r + 1. / 40320;
    p = p * r + 1. / 5040;
    p = p * r + 1. / 720;
    p = p * r + 1. / 120;
    p = p * r + 1. / 24;
    p = p * r + 1. / 6;
    p = p * r + 0.5;
    p = p * r + 1;
    p = p * r + 1;
    int64_t bits;
    double power;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (int64_t)(((uint64_t)bits + 1023) << 52);
    memcpy(&power, &bits, sizeof power);
    return x < 708 ? p * power : 0;
}

#endif
