#!/usr/bin/env python3
"""Writes data/efp_measures.txt: sums of z_i z_j theta_ij of odd events by mpmath with 60 digits, from the very doubles
that the events hold. A line is: measure, numbers of a particle, beta, value, particles, and their numbers.

    pip install mpmath && ./make_measure_goldens.py
"""
import math
import os

import mpmath as mp

mp.mp.dps = 60


def square(a, b, measure):
    """theta^2 of two particles (pt, eta, phi) or (energy, px, py, pz)."""
    if len(a) == 4 and measure == "hadrdot":
        a, b = [mp.mpf(x) for x in a], [mp.mpf(x) for x in b]
        dot = a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3]
        return abs(2 * dot) / (mp.hypot(a[1], a[2]) * mp.hypot(b[1], b[2]))
    if len(a) == 4:
        a, b = [(0, mp.log((p[0] + mp.mpf(p[3])) / (p[0] - mp.mpf(p[3]))) / 2, mp.atan2(p[2], p[1])) for p in (a, b)]
    eta, phi = mp.mpf(a[1]) - mp.mpf(b[1]), mp.mpf(a[2]) - mp.mpf(b[2])
    phi -= 2 * mp.pi * mp.nint(phi / (2 * mp.pi))
    return eta**2 + phi**2 if measure == "hadr" else 4 * (mp.sinh(eta / 2) ** 2 + mp.sin(phi / 2) ** 2)


def value(event, measure, beta):
    pt = [mp.mpf(p[0]) if len(p) == 3 else mp.hypot(p[1], p[2]) for p in event]
    total = 0
    for i in range(len(event)):
        for k in range(i):
            total += 2 * pt[i] * pt[k] * square(event[i], event[k], measure) ** (mp.mpf(beta) / 2)
    return total / sum(pt) ** 2


def p4(pt, eta, phi, mass):
    return (math.sqrt((pt * math.cosh(eta)) ** 2 + mass**2), pt * math.cos(phi), pt * math.sin(phi), pt * math.sinh(eta))


jet = [(40, 0.7, 1.0), (30, 0.9, 1.3), (20, 0.6, 0.8)]
events = [
    jet,
    [(20, 0.7, 1.0), (20, 0.7, 1.0)] + jet[1:],                       # a constituent in two collinear halves
    [(50, 1, 2), (50, 1 + 1e-9, 2 - 1e-9), (30, 1 - 1e-9, 2)],        # nearly so
    [(50, 0.1, math.pi - 5e-10), (50, 0.1, -math.pi + 5e-10)],        # nearly so on either side of pi
    [(50, 0.1, 0.01), (30, 0.1, 2 * math.pi - 0.01)],
    [(50, 0.1, 0.3 + 200 * math.pi), (30, 0.2, 0.32 - 14 * math.pi)],  # phi that was never reduced
    [(50, -4, 0), (30, 4, 3), (10, 2.5, 1.5), (5, -0.5, -3)],          # far apart
    [(50, -90, 0), (30, 150, 3)],
    [p4(40, 0.7, 1.0, 4.0), p4(30, 0.9, 1.3, 0.14), p4(20, 0.6, 0.8, 0.94)],
    [p4(2, 4.5, 3.1, 0.14), p4(1, 4.6, -3.1, 0.14), p4(3, 4.4, 3.0, 5.0)],
]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "efp_measures.txt")
os.makedirs(os.path.dirname(path), exist_ok=True)
with open(path, "w") as out:
    for event in events:
        for measure in ("hadr", "hadrdot"):
            for beta in (0.25, 1, 2):
                numbers = " ".join(repr(float(x)) for p in event for x in p)
                golden = mp.nstr(value(event, measure, beta), 20)
                out.write(f"{measure} {len(event[0])} {beta} {golden} {len(event)} {numbers}\n")
