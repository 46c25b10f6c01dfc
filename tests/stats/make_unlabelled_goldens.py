#!/usr/bin/env python3
"""Makes tests/stats/data/{massfit,splot,kde}.json with numpy and scipy. massfit: Voigt profiles, and fits of the mass spectrum by curve_fit and by a minimiser
of the extended likelihood. The spectrum `published` is that of the muon pairs in arXiv:2306.15737, read from its figure.
splot: sWeights of three species at yields fitted by expectation and maximisation, and the published ROC curve.
kde: densities of scipy.stats.gaussian_kde."""
import json
import pathlib

import numpy as np
from scipy.integrate import quad
from scipy.optimize import curve_fit, minimize
from scipy.special import voigt_profile
from scipy.stats import gaussian_kde

CENTRE, LOW, HIGH = 90.8, 70.0, 110.0
START, BOUNDS = [15, 1.5, 1.1, 0.8], ([0] * 4, [50, 2, 2, 1])
trapezoid = getattr(np, "trapezoid", None) or np.trapz
nodes, parts = np.polynomial.legendre.leggauss(24)


def profiles():
    cases = []
    for sigma, gamma in [(0.87, 1.71), (2, 0.01), (0.01, 2), (0.02, 0), (1.3, 0), (5, 5), (1e-3, 1e-3)]:
        for x in [0, 0.013, -0.7, 3, -9, 19]:
            cases.append([x, sigma, gamma, voigt_profile(x, sigma, gamma)])
    integrals = []
    for sigma, gamma in [(0.87, 1.71), (2, 0.01), (0.05, 2), (0.02, 0), (8, 6)]:
        for a, b in [(-20.8, 19.2), (-1, 0.2), (5, 30), (-0.01, 0.01)]:
            points = sorted({p for k in (0.01, 0.1, 1, 4, 20) for p in (-k * (sigma + gamma), k * (sigma + gamma)) if a < p < b} | {a, b})
            total = sum(quad(voigt_profile, p, q, args=(sigma, gamma), epsabs=0, epsrel=1e-13, limit=400)[0]
                        for p, q in zip(points[:-1], points[1:]))
            integrals.append([a, b, sigma, gamma, total])
    return cases, integrals


def at_centres(edges):
    centres = (edges[1:] + edges[:-1]) / 2

    def model(m, tau, sigma, gamma, s):
        v, e = voigt_profile(m - CENTRE, sigma, gamma), np.exp(-m / tau)
        return s * v / trapezoid(v, m) + (1 - s) * e / trapezoid(e, m)

    return centres, model


def averaged(edges):
    width = np.diff(edges)
    inner = (edges[1:] + edges[:-1])[:, None] / 2 + nodes * width[:, None] / 2

    def model(m, tau, sigma, gamma, s):
        v = (voigt_profile(inner - CENTRE, sigma, gamma) * parts).sum(1) / 2
        e = (np.exp(-inner / tau) * parts).sum(1) / 2
        return s * v / (v * width).sum() + (1 - s) * e / (e * width).sum()

    return (edges[1:] + edges[:-1]) / 2, model


def least_squares(edges, density, kind):
    centres, model = kind(edges)
    value, covariance = curve_fit(model, centres, density, START, bounds=BOUNDS, maxfev=5000)
    value, covariance = curve_fit(model, centres, density, value, ftol=1e-15, xtol=1e-15, gtol=1e-15)  # to the bottom of the valley
    return {"value": value.tolist(), "covariance": covariance.tolist()}


def likelihood(masses, free_centre):
    def nll(p):
        signal, background, tau, sigma, gamma = p[:5]
        centre = p[5] if free_centre else CENTRE
        edges = np.linspace(LOW, HIGH, 401)
        inner = (edges[1:] + edges[:-1])[:, None] / 2 + nodes * np.diff(edges)[:, None] / 2
        if min(p[:5]) <= 0:
            return 1e10
        norm = (voigt_profile(inner - centre, sigma, gamma) * parts * np.diff(edges)[:, None] / 2).sum()
        v = voigt_profile(masses - centre, sigma, gamma) / norm
        e = np.exp(-(masses - LOW) / tau) / (tau * (1 - np.exp(-(HIGH - LOW) / tau)))
        return signal + background - np.log(signal * v + background * e).sum()

    scale = np.array([len(masses), len(masses), 10, 1, 1, 1.0])[: 6 if free_centre else 5]
    start = np.array([0.8 * len(masses), 0.2 * len(masses), 15, 1, 1.5, CENTRE])[: len(scale)] / scale
    scaled = lambda q: nll(q * scale)
    q = minimize(scaled, start, method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-11, "maxiter": 40000, "maxfev": 40000}).x
    h, n = 1e-3, len(q)
    hessian = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            for a, fa in ((-2, 1), (-1, -8), (1, 8), (2, -1)):  # fourth order
                for b, fb in ((-2, 1), (-1, -8), (1, 8), (2, -1)):
                    step = np.zeros(n)
                    step[i] += a * h * abs(q[i])
                    step[j] += b * h * abs(q[j])
                    hessian[i, j] += fa * fb * scaled(q + step) / (144 * h * h * abs(q[i] * q[j]))
    covariance = np.linalg.inv(hessian) * np.outer(scale, scale)
    return {"value": (q * scale).tolist(), "covariance": covariance.tolist(), "free_centre": free_centre}


def splot():
    rng = np.random.default_rng(5)
    density = [lambda x: np.exp(-x), lambda x: np.exp(-((x - 2) ** 2) / 0.18) / np.sqrt(0.18 * np.pi), lambda x: 0.25 + 0 * x]
    x = np.concatenate([rng.exponential(1, 50), rng.normal(2, 0.3, 40), rng.uniform(0, 4, 40)])
    f = np.column_stack([d(x) for d in density])
    yields = np.full(3, len(x) / 3)
    for _ in range(200000):
        yields = (yields * f / (f @ yields)[:, None]).sum(0)
    inverse = (f / (f @ yields)[:, None]).T @ (f / (f @ yields)[:, None])
    covariance = np.linalg.inv(inverse)
    weights = f @ covariance / (f @ yields)[:, None]

    n = 200
    score = np.round(np.where(np.arange(n) < 125, rng.normal(1, 1, n), rng.normal(0, 1, n)), 3)
    p = rng.beta(2, 1, n)
    probability = np.column_stack([p, 1 - p])
    published = probability @ np.linalg.inv(probability.T @ probability) @ np.diag(probability.sum(0))
    background = 0.375 * n
    width = 2 * np.subtract(*np.percentile(score, [75, 25])) * background ** (-1 / 3)
    bins = int(np.ceil(np.ptp(score) / width))
    s, b = (np.maximum(np.histogram(score, bins=bins, weights=w)[0], 0) for w in published.T)
    tpr = np.concatenate([[0], np.cumsum(s[::-1]) / s.sum()])
    fpr = np.concatenate([[0], np.cumsum(b[::-1]) / b.sum()])
    fpr, first = np.unique(fpr, return_index=True)
    return {
        "densities": f.tolist(), "yields": yields.tolist(), "covariance": covariance.tolist(), "weights": weights.tolist(),
        "probabilities": probability.tolist(), "published": published.tolist(), "scores": score.tolist(),
        "background": background, "auc": trapezoid(tpr[first], fpr), "tpr": np.interp(0.5, fpr, tpr[first]),
    }


def kernels():
    rng = np.random.default_rng(11)
    cases = []
    for d in (1, 2, 3, 4):
        mix = rng.normal(size=(d, d)) + 2 * np.eye(d)
        points, at = rng.normal(size=(60, d)) @ mix.T, 1.5 * rng.normal(size=(12, d)) @ mix.T
        weights = rng.integers(0, 4, 60) / 2
        cases.append({"points": points.tolist(), "weights": weights.tolist(), "at": at.tolist(),
                      "density": gaussian_kde(points.T)(at.T).tolist(),
                      "weighted": gaussian_kde(points.T, weights=weights)(at.T).tolist()})
    target, source = rng.normal(size=(80, 2)), 1.3 * rng.normal(size=(50, 2)) + 0.4
    above = gaussian_kde(target.T)
    below = gaussian_kde(source.T, bw_method=above.factor)
    return {"cases": cases, "target": target.tolist(), "source": source.tolist(),
            "ratio": (above(source.T) / below(source.T)).tolist()}


def write(name, whole):
    out = pathlib.Path(__file__).parent / "data" / name
    out.parent.mkdir(exist_ok=True)
    out.write_text("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in whole.items()) + "\n}\n")


def main():
    rng = np.random.default_rng(42)
    signal = CENTRE + rng.normal(0, 1.2, 2000) + 1.6 * rng.standard_cauchy(2000)
    background = LOW + rng.exponential(22, 900)
    masses = np.round(np.concatenate([signal, background]), 4)
    masses = rng.permutation(masses[(masses > LOW) & (masses < HIGH)])[:1500]
    quartiles = np.percentile(masses, [25, 75])
    bins = int(np.ptp(masses) / (2 * (quartiles[1] - quartiles[0]) * len(masses) ** (-1 / 3)))
    density, edges = np.histogram(masses, bins=bins, density=True)
    published = [0.00312, 0.00337, 0.0038, 0.00421, 0.00482, 0.00539, 0.00605, 0.00718, 0.00836, 0.01022, 0.01297, 0.01703,
                 0.02392, 0.03696, 0.06322, 0.11095, 0.15411, 0.13432, 0.07847, 0.04007, 0.02166, 0.01312, 0.00891, 0.00637,
                 0.00484, 0.00375, 0.00313, 0.00256, 0.00225, 0.00182, 0.00162, 0.0014]  # 70 to 110 GeV
    cases, integrals = profiles()
    whole = {
        "profiles": cases, "integrals": integrals, "published": published, "masses": masses.tolist(), "bins": bins,
        "published_centres": least_squares(np.linspace(LOW, HIGH, 33), np.array(published), at_centres),
        "published_averaged": least_squares(np.linspace(LOW, HIGH, 33), np.array(published), averaged),
        "events_centres": least_squares(edges, density, at_centres),
        "events_averaged": least_squares(edges, density, averaged),
        "likelihood": [likelihood(masses, False), likelihood(masses, True)],
    }
    write("massfit.json", whole)
    write("splot.json", splot())
    write("kde.json", kernels())


if __name__ == "__main__":
    main()
