#!/usr/bin/env python3
"""Writes data/voigt.golden: Voigt's profile and its derivatives by mpmath in 60 digits, from w(z) = exp(-z^2) erfc(-iz).

A line: x, sigma, gamma, then the value and its derivatives in sigma, gamma, centre and in pairs of them, as
stats/voigt.h orders them. Run once: python3 make_voigt_goldens.py > data/voigt.golden
"""

from mpmath import erfc, exp, j, mp, mpf, nstr, pi, sqrt

mp.dps = 60


def derivatives(z):
    """w and its first four derivatives."""
    w = [exp(-z * z) * erfc(-j * z)]
    w.append(-2 * z * w[0] + 2 * j / sqrt(pi))
    for k in range(1, 4):
        w.append(-2 * k * w[k - 1] - 2 * z * w[k])
    return w


def terms(x, sigma, gamma):
    scale = 1 / (sigma * sqrt(mpf(2)))
    f = [w * scale ** (k + 1) / sqrt(pi) for k, w in enumerate(derivatives((x + j * gamma) * scale))]
    return [
        f[0].real, sigma * f[2].real, -f[1].imag, -f[1].real, f[2].real + sigma**2 * f[4].real,
        -sigma * f[3].imag, -sigma * f[3].real, -f[2].real, f[2].imag, f[2].real,
    ]  # fmt: skip


def main():
    print("# x sigma gamma value s g c ss sg sc gg gc cc, made by make_voigt_goldens.py")
    for gamma in ("0", "1e-9", "0.001", "0.07", "0.4", "1.1", "3", "8.683", "8.6835", "14", "40"):
        for x in ("0", "1e-7", "0.18", "-0.36", "0.5427", "0.72", "-1", "1.7", "3.3", "-5.5", "8", "15.4", "-15.5", "22", "300"):
            at = [mpf(float(v)) for v in (x, "1" if gamma != "3" else "0.7", gamma)]
            print(*[repr(float(v)) for v in at], *[nstr(v, 18) for v in terms(*at)])


if __name__ == "__main__":
    main()
