/* Bfloat16: the upper half of a float, which leaves its range and 8 significant bits. */
#ifndef NSYM_NN_BF16_H
#define NSYM_NN_BF16_H

#include <stdint.h>
#include <string.h>

/* The nearest, an even one of two that are as near; above the largest by half a step or more: infinity. NaN stays NaN.
   A carry out of the fraction is the exponent's. */
static inline uint32_t nsym_bf16_bits(float value) {
    const uint32_t quiet = UINT32_C(0x400000), upper = UINT32_C(0xffff0000);
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint32_t nearest = bits + UINT32_C(0x7fff) + (bits >> 16 & 1);
    return (value != value ? bits | quiet : nearest) & upper;
}

static inline float nsym_bf16_rounded(float value) {
    uint32_t bits = nsym_bf16_bits(value);
    memcpy(&value, &bits, sizeof value);
    return value;
}

#endif
