#!/usr/bin/python3
"""Fits the input densities of src/generate/parton.c to leading-order events.

    fit_partons.py ZMM.lhe.gz AMM.lhe.gz

reads pp -> Z -> mu+ mu- and pp -> gamma* -> mu+ mu- (MadGraph, 13 TeV, m > 70 GeV, pT > 10 GeV, |eta| < 2.5), counts
events by flavour, mass and rapidity along the quark, predicts the counts from
x f = A x^a (1 - x)^b (1 + c sqrt(x) + d x) at 91.188 GeV evolved at leading order, and minimises the Poisson deviance
with mild Gaussian priors, which matter for what the events hardly tell: high x and the gluon. Prints the shapes. Needs
numpy and scipy; takes a minute.
"""
import gzip
import sys

import numpy as np
from scipy.optimize import least_squares
from scipy.special import loggamma, psi

ENERGY, MZ, GAMMA_Z, ALPHA, FERMI = 13000.0, 91.188, 2.441404, 1 / 132.507, 1.16639e-5
PICOBARN, PT_MIN, ETA_MAX = 0.389379e9, 10.0, 2.5
FLAVOURS, BETA0, BETA1, ALPHA_S = 5, 23 / 3, 116 / 3, 0.13
BOTTOM_OF_CHARM = 0.7
SIGMA = {"z": 627.56, "photon": 13.068}  # pb, of the files
MASS_BINS = {"z": [70, 86, 91.2, 97, ENERGY], "photon": [70, 74, 79, 85, 92, 102, 118, 145, 200, 350, ENERGY]}
Y_BINS = np.concatenate([[-2.5], np.linspace(-2.4, 2.4, 25), [2.5]])


def read_counts(path, process):
    """(flavour d u s c, mass, rapidity along the quark) histogram of a file."""
    mass, rapidity, flavour = [], [], []
    with gzip.open(path, "rt") as lines:
        for line in lines:
            if not line.startswith("<event>"):
                continue
            next(lines)
            first, second = next(lines).split(), next(lines).split()
            e1, e2, pdg = float(first[9]), float(second[9]), int(first[0])
            mass.append(2 * np.sqrt(e1 * e2))
            rapidity.append(np.sign(pdg) * 0.5 * np.log(e1 / e2))
            flavour.append(abs(pdg))
    mass, rapidity, flavour = map(np.array, (mass, rapidity, flavour))
    bins = [MASS_BINS[process], Y_BINS]
    return np.stack([np.histogram2d(mass[flavour == f], rapidity[flavour == f], bins)[0] for f in (1, 2, 3, 4)])


def alpha_s(q):
    c = BETA1 / (4 * np.pi * BETA0)
    inverse = np.full_like(q, 1 / ALPHA_S)
    target = 1 / ALPHA_S - c * np.log(1 / (ALPHA_S * c) + 1) + BETA0 / (2 * np.pi) * np.log(q / MZ)
    for _ in range(30):
        inverse -= (inverse - c * np.log(inverse / c + 1) - target) / (1 - c / (inverse + c))
    return 1 / inverse


def gauss(edges, points):
    at, weight = np.polynomial.legendre.leggauss(points)
    low, high = np.asarray(edges[:-1])[:, None], np.asarray(edges[1:])[:, None]
    return ((high - low) / 2 * at + (low + high) / 2).ravel(), ((high - low) / 2 * weight).ravel()


# The contour of the inverse Mellin transform and the splitting functions there.
Z, Z_WEIGHT = gauss([0, .5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 27, 33, 40, 50, 62, 80, 105, 140], 8)
N = 1.9 + Z * np.exp(0.75j * np.pi)
WEIGHT = Z_WEIGHT * np.exp(0.75j * np.pi) / np.pi
S1 = psi(N + 1) + np.euler_gamma
QQ = 4 / 3 * (1.5 + 1 / (N * (N + 1)) - 2 * S1)
QG = FLAVOURS * (N * N + N + 2) / (N * (N + 1) * (N + 2))
GQ = 4 / 3 * (N * N + N + 2) / ((N - 1) * N * (N + 1))
GG = 6 * (1 / (N * (N - 1)) + 1 / ((N + 1) * (N + 2)) - S1) + BETA0 / 2
ROOT = np.sqrt((QQ - GG) ** 2 + 4 * QG * GQ)
HIGH, LOW = (QQ + GG + ROOT) / 2, (QQ + GG - ROOT) / 2


def moment(n, a, b, c=0.0, d=0.0):
    def beta(p):
        return np.exp(loggamma(p) + loggamma(b + 1) - loggamma(p + b + 1))
    return beta(n - 1 + a) + c * beta(n - 0.5 + a) + d * beta(n + a)


# Parameters: a, b of both valence quarks; a of the sea; (ln A, b, e, h) of ubar, dbar, s, c with c = -2 e and
# d = e^2 + exp(h), so that no density is negative; a, b of the gluon.
CENTRE = np.array([.6, 3.6, .65, 4.4, -.36] +
                  sum(([np.log(A), 8, 1.4, .8] for A in (.14, .13, .1, .09)), []) + [-.4, 5.5])
SPREAD = np.array([.3, .7, .3, 1, .1] + [2, 1.5, 1, 1] * 4 + [.07, 1])


def shapes_of(p):
    """(A, a, b, c, d) by name, with the sum rules, and the quarks' share of the momentum."""
    shapes = {"up valence": (p[0], p[1], 0, 0), "down valence": (p[2], p[3], 0, 0)}
    shapes = {k: (n / moment(1.0 + 0j, *s).real, *s) for (k, s), n in zip(shapes.items(), (2, 1))}
    for k, name in enumerate(("up sea", "down sea", "strange", "charm")):
        log_a, b, e, h = p[5 + 4 * k:9 + 4 * k]
        shapes[name] = (np.exp(log_a), p[4], b, -2 * e, e * e + np.exp(h))
    times = {"up valence": 1, "down valence": 1, "charm": 2 * (1 + BOTTOM_OF_CHARM)}
    quarks = sum(times.get(k, 2) * s[0] * moment(2.0 + 0j, *s[1:]).real for k, s in shapes.items())
    shapes["gluon"] = ((1 - quarks) / moment(2.0 + 0j, *p[21:23]).real, *p[21:23], 0, 0)
    return shapes, quarks


def evolved(shapes, q):
    """Moments of (d u s c dbar ubar sbar cbar) at the scales q: (q, N, 8)."""
    m = {k: s[0] * moment(N, *s[1:]) for k, s in shapes.items()}
    c = BETA1 / (4 * np.pi * BETA0)
    a = alpha_s(q)[:, None]
    length = 2 / BETA0 * np.log(ALPHA_S / a * (1 + c * a) / (1 + c * ALPHA_S))
    up, down = m["up valence"] + 2 * m["up sea"], m["down valence"] + 2 * m["down sea"]
    strange, charm = 2 * m["strange"], 2 * m["charm"]
    singlet = up + down + strange + (1 + BOTTOM_OF_CHARM) * charm
    high, low, alone = np.exp(HIGH * length) / ROOT, np.exp(LOW * length) / ROOT, np.exp(QQ * length)
    total = (high * (QQ - LOW) - low * (QQ - HIGH)) * singlet + (high - low) * QG * m["gluon"]
    common = (total - singlet * alone) / (2 * FLAVOURS)
    sea = [common + m[k] * alone for k in ("down sea", "up sea", "strange", "charm")]
    valence = [m["down valence"] * alone, m["up valence"] * alone, 0, 0]
    return np.stack([s + v for s, v in zip(sea, valence)] + sea, -1)


def quark_rates(process, s):
    """d sigma / d cos over (1 + cos^2) in pb: (flavour, mass)."""
    charge, isospin = np.array([-1, 2, -1, 2]) / 3, np.array([-1, 1, -1, 1]) / 2
    if process == "photon":
        return PICOBARN * np.pi * ALPHA**2 / 6 * (charge**2)[:, None] / s
    w2 = MZ**2 / 2 + np.sqrt(MZ**4 / 4 - np.pi * ALPHA * MZ**2 / (FERMI * np.sqrt(2)))
    sine2 = 1 - w2 / MZ**2
    quark = (isospin - 2 * charge * sine2) ** 2 + isospin**2
    muon = (-0.5 + 2 * sine2) ** 2 + 0.25
    couplings = quark * muon / (16 * sine2**2 * (1 - sine2) ** 2)
    return PICOBARN * np.pi * ALPHA**2 / 6 * couplings[:, None] * s / ((s - MZ**2) ** 2 + MZ**2 * GAMMA_Z**2)


class Prediction:
    """Everything about one process that the parameters do not change."""

    def __init__(self, process, path):
        self.process, self.counts = process, read_counts(path, process)
        self.bins = len(MASS_BINS[process]) - 1
        edges, owner = [], []
        for i, (low, high) in enumerate(zip(MASS_BINS[process][:-1], MASS_BINS[process][1:])):
            inner = [low] if high < ENERGY else [low, 1.3 * low, 2 * low, 4 * low, min(12 * low, 6000)]
            edges += inner if high < ENERGY else inner[:-1]
            owner += [i] * 8 * max(1, len(inner) - 1)
        t, weight = gauss(self.mapped(np.array(edges + [inner[-1]])), 8)
        s, jacobian = self.unmapped(t)
        self.mass, self.owner = np.sqrt(s), np.array(owner)
        y, y_weight = gauss(Y_BINS, 3)
        cosine = np.minimum(np.sqrt(1 - 4 * PT_MIN**2 / s)[:, None], np.tanh(ETA_MAX - np.abs(y)))
        angles = 2 * (cosine + cosine**3 / 3)
        self.factor = 2 * (quark_rates(process, s) / s * jacobian * weight)[:, :, None] * angles * y_weight
        log_x = [np.log(self.mass / ENERGY)[:, None] + sign * y for sign in (1, -1)]
        self.kernels = [np.exp((1 - N) * l[..., None]) * WEIGHT * (l < 0)[..., None] for l in log_x]

    def mapped(self, mass):
        return np.arctan((mass**2 - MZ**2) / (MZ * GAMMA_Z)) if self.process == "z" else -1 / mass**2

    def unmapped(self, t):
        if self.process == "z":
            return MZ**2 + MZ * GAMMA_Z * np.tan(t), MZ * GAMMA_Z / np.cos(t) ** 2
        return -1 / t, 1 / t**2

    def __call__(self, shapes):
        moments = evolved(shapes, self.mass)
        first, second = (np.matmul(k, moments).imag.transpose(2, 0, 1) for k in self.kernels)
        cells = self.factor * first[:4] * second[4:]
        cells = cells.reshape(4, len(self.mass), -1, 3).sum(-1)
        return np.stack([cells[:, self.owner == i].sum(1) for i in range(self.bins)], 1)


def main(z_path, photon_path):
    predictions = {"z": Prediction("z", z_path), "photon": Prediction("photon", photon_path)}

    def residuals(p):
        shapes, quarks = shapes_of(p)
        out = []
        for name, predict in predictions.items():
            n = predict.counts
            mu = np.maximum(predict(shapes) / SIGMA[name] * n.sum(), 1e-6)
            deviance = 2 * (mu - n + n * np.log(np.where(n > 0, n, 1) / mu))
            out.append((np.sign(mu - n) * np.sqrt(np.maximum(deviance, 0))).ravel())
        return np.concatenate(out + [(p - CENTRE) / SPREAD, [(quarks - 0.52) / 0.02]])

    fit = least_squares(residuals, CENTRE, x_scale=SPREAD, max_nfev=40)
    shapes, quarks = shapes_of(fit.x)
    cells = sum(p.counts.size for p in predictions.values())
    print(f"chi2 {np.sum(fit.fun[:cells] ** 2):.1f} for {cells} cells; quarks carry {quarks:.4f}")
    for name, predict in predictions.items():
        print(f"{name}: {predict(shapes).sum():.3f} pb")
    for name, shape in shapes.items():
        print(f"{name:13}" + "".join(f" {value:9.5f}" for value in shape))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
