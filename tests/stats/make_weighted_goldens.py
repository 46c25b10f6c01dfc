#!/usr/bin/env python3
"""Makes tests/stats/data/weighted.json with numpy and scipy: fits of weighted masses by a general minimiser of the extended
likelihood with the covariance of weighted events (arXiv:1911.01303), profile-likelihood intervals, weighted sWeights, and
slopes of a score with the mass with errors from stacked estimating equations. All derivatives are central differences."""
import json
import pathlib

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import voigt_profile

CENTRE, LOW, HIGH = 90.8, 70.0, 110.0
nodes, parts = np.polynomial.legendre.leggauss(16)
edges = np.linspace(LOW, HIGH, 101)
inner = (edges[1:] + edges[:-1])[:, None] / 2 + nodes * np.diff(edges)[:, None] / 2
steps = parts * np.diff(edges)[:, None] / 2


def densities(m, k, sigma, gamma):
    """Of signal and background, with k = 1 / tau."""
    signal = voigt_profile(m - CENTRE, sigma, gamma) / (voigt_profile(inner - CENTRE, sigma, gamma) * steps).sum()
    norm = (HIGH - LOW) if abs(k) < 1e-9 else -np.expm1(-k * (HIGH - LOW)) / k
    return signal, np.exp(-k * (m - LOW)) / norm


def inside(q):
    return q[0] > 0 and q[1] >= 0 and q[2] > 0 and q[3] > 0.02 and q[4] > 0


def nll(q, m, w):
    """Extended: q = (signal, background, k, sigma, gamma)."""
    if not inside(q):
        return 1e10
    f, g = densities(m, *q[2:])
    p = q[0] * f + q[1] * g
    return q[0] + q[1] - (w * np.log(p)).sum() if p.min() > 0 else 1e10


def lowest(function, start):
    start = np.asarray(start, float)
    for _ in range(3):
        result = minimize(lambda u: function(start * u), np.ones(len(start)), method="Nelder-Mead",
                          options={"xatol": 1e-9, "fatol": 1e-10, "maxiter": 20000, "maxfev": 20000})
        start = start * result.x
    return start, result.fun


def derivatives(function, q, relative=1e-4):
    """Of an array in q, fourth order. Shape: (parameters, ...)."""
    out = []
    for i in range(len(q)):
        h = relative * abs(q[i])
        at = lambda c: function(q + c * h * np.eye(len(q))[i])
        out.append((8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h))
    return np.array(out)


def log_density(m):
    def function(q):
        f, g = densities(m, *q[2:])
        return np.log(q[0] * f + q[1] * g)
    return function


def fit(m, w):
    q, minimum = lowest(lambda u: nll(u, m, w), [0.7 * w.sum(), 0.3 * w.sum(), 0.05, 1, 1.4])
    totals = np.array([1, 1, 0, 0, 0.0])
    gradient = lambda u: totals - derivatives(log_density(m), u, 2e-4) @ w
    hessian = derivatives(gradient, q, 2e-3)
    score = derivatives(log_density(m), q)
    inverse = np.linalg.inv((hessian + hessian.T) / 2)
    return q, minimum, inverse, inverse @ (score * w**2) @ score.T @ inverse, score, inverse @ (score * w)


def in_usual(q, covariance):
    """(signal, background, tau, sigma, gamma, s) and their errors, and the covariance of the yields."""
    n = q[0] + q[1]
    jacobian = np.zeros((6, 5))
    for i, j in ((0, 0), (1, 1), (3, 3), (4, 4)):
        jacobian[i, j] = 1
    jacobian[2, 2] = -1 / q[2] ** 2
    jacobian[5, :2] = q[1] / n**2, -q[0] / n**2
    covariance = jacobian @ covariance @ jacobian.T
    return {"value": [q[0], q[1], 1 / q[2], q[3], q[4], q[0] / n], "error": np.sqrt(np.diag(covariance)).tolist(),
            "between_yields": covariance[0, 1]}


def end(m, w, q, minimum, sign, read, scale, guess):
    """Where read(q) stands as -log L, minimised over all else, has risen by scale / 2; the constraint is a stiff spring."""
    state = {"at": q}

    def rise(x):
        stiff = 1e6 / guess**2
        at, _ = lowest(lambda u: nll(u, m, w) + stiff * (read(u) - x) ** 2 if inside(u) else 1e10, state["at"])
        state["at"] = at
        # the spring's own shift is taken out: the minimum stands a little off x
        state["x"] = read(at)
        return nll(at, m, w) - minimum - scale / 2, read(at)

    near, far = 0.7 * guess, 1.4 * guess
    value = read(q)
    (a, xa), (b, xb) = rise(value + sign * near), rise(value + sign * far)
    for _ in range(8):
        x = xa + (xb - xa) * (0 - a) / (b - a)
        c, xc = rise(x)
        if abs(c) < 1e-5:
            return xc
        if abs(a) > abs(b):
            a, xa = c, xc
        else:
            b, xb = c, xc
    return xc


def intervals(m, w, q, minimum, plain, covariance):
    """Of tau, s and the background's yield: lower and upper ends at one standard deviation."""
    usual, unweighted = in_usual(q, covariance), in_usual(q, plain)
    out = {}
    for name, i, read in (("tau", 2, lambda u: 1 / u[2]), ("s", 5, lambda u: u[0] / (u[0] + u[1])), ("background", 1, lambda u: u[1])):
        scale = (usual["error"][i] / unweighted["error"][i]) ** 2
        out[name] = [end(m, w, q, minimum, sign, read, scale, usual["error"][i]) for sign in (-1, 1)]
    return out


def slopes(m, w, score, q, influence):
    """Slope of the score with the mass within both species, and its error from the stacked equations."""
    def probabilities(u):
        f, g = densities(m, *u[2:])
        return np.array([u[0] * f, u[1] * g]) / (u[0] * f + u[1] * g)

    def regressors(p):
        return np.array([p[0], p[1], p[0] * (m - CENTRE), p[1] * (m - CENTRE)])

    def estimate(z):
        return np.linalg.solve((z * w) @ z.T, (z * w) @ score)

    z = regressors(probabilities(q))
    beta, inverse = estimate(z), np.linalg.inv((z * w) @ z.T)
    equations = lambda u: (regressors(probabilities(u)) * w) @ (score - beta @ regressors(probabilities(u)))
    moving = derivatives(equations, q).T
    own = z * w * (score - beta @ z)
    adds = inverse @ (own + moving @ influence)
    exact = inverse @ own
    return {"slope": beta[2:].tolist(), "error": np.sqrt((adds**2).sum(1))[2:].tolist(), "exact_error": np.sqrt((exact**2).sum(1))[2:].tolist()}


def significance(m, score, q, minimum, species):
    """sqrt of the least of 2 (rise of -log L) + slope^2 / variance over all parameters; weights 1."""
    n = len(m)

    def function(v):
        s, u = v[0], v[1:]
        if not (0 < s < 1 and inside([1, 1, *u])):
            return 1e10
        f, g = densities(m, *u)
        p = s * f + (1 - s) * g
        z = np.array([s * f / p, (1 - s) * g / p])
        z = np.vstack([z, z * (m - CENTRE)])
        inverse = np.linalg.inv(z @ z.T)
        beta = inverse @ (z @ score)
        row = inverse[2 + species]
        without = beta - row * beta[2 + species] / row[2 + species]
        variance = ((row @ z * (score - without @ z)) ** 2).sum()
        return 2 * (n - n * np.log(n) - np.log(p).sum() - minimum) + beta[2 + species] ** 2 / variance

    start = [q[0] / (q[0] + q[1]), *q[2:]]
    _, least = lowest(function, start)
    return np.sqrt(least)


def draw(rng, n, fraction):
    signal = rng.random(n) < fraction
    m = np.empty(n)
    for i in range(n):
        while True:
            m[i] = CENTRE + 0.9 * rng.normal() + 1.4 * rng.standard_cauchy() if signal[i] else LOW + rng.exponential(18)
            if LOW < m[i] < HIGH:
                break
    return signal, np.round(m, 5)


def case(rng, n, fraction, weighted):
    signal, m = draw(rng, n, fraction)
    score = np.round(rng.normal(size=n) + 1.3 * signal, 5)
    w = np.ones(n)
    if weighted:
        w = np.where(signal, 3.0, 1.0) * np.round(rng.uniform(0.5, 1.5, n), 3)
        w[rng.random(n) < 0.05] *= -1
    q, minimum, plain, covariance, _, influence = fit(m, w)
    assert 0.3 < q[3] < 2, "the resolution is at no bound"
    if not weighted:
        covariance = plain
    f = np.array(densities(m, *q[2:]))
    inverse = (f * w / (q[:2] @ f) ** 2) @ f.T
    out = {"masses": m.tolist(), "weights": w.tolist(), "scores": score.tolist(), "fit": in_usual(q, covariance),
           "intervals": intervals(m, w, q, minimum, plain, covariance), "slopes": slopes(m, w, score, q, influence),
           "sweights": (np.linalg.inv(inverse) @ f / (q[:2] @ f)).T[:20].tolist()}
    if not weighted:
        out["significance"] = [significance(m, score, q, minimum, k) for k in range(2)]
    return out


def without_background(rng):
    """How far the background's yield may go where none is found: -log L rises by 1/2, by 1.3528."""
    for _ in range(1000):
        _, m = draw(rng, 500, 1.0)
        q, minimum = lowest(lambda u: nll([u[0], 0, 0.05, u[1], u[2]], m, np.ones(500)), [500, 1, 1.4])
        best = min(lowest(lambda u: nll([u[0], u[1], u[2], u[3], u[4]], m, np.ones(500)), [q[0], 5, k, q[1], q[2]])[1]
                   for k in (0.001, 0.05, 0.3, 1))
        if best > minimum - 1e-7:
            break

    def rise(b, unit):
        return min(lowest(lambda u: nll([u[0], b, u[1], u[2], u[3]], m, np.ones(500)) if u[1] > 5e-4 and u[1] < 1.25 else 1e10,
                          [q[0], k, q[1], q[2]])[1] for k in (0.001, 0.05, 0.3, 1)) - minimum - unit

    return {"masses": m.tolist(), "one": brentq(rise, 0.1, 100, args=(0.5,), xtol=1e-4),
            "limit": brentq(rise, 0.1, 100, args=(1.6448536269514722**2 / 2,), xtol=1e-4)}


def main():
    rng = np.random.default_rng(8)
    whole = {"plain": case(rng, 800, 0.8, False), "weighted": case(rng, 1200, 0.6, True), "none": without_background(rng)}
    out = pathlib.Path(__file__).parent / "data" / "weighted.json"
    out.write_text("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in whole.items()) + "\n}\n")


if __name__ == "__main__":
    main()
