#!/usr/bin/env python3
"""Makes tests/detector/data/histograms.json: images of numpy.histogram2d, with points on edges and outside the grid."""
import json
import pathlib

import numpy as np

rng = np.random.default_rng(7)
grids = {
    "equal": (np.linspace(-1, 1, 33), np.linspace(-1, 1, 5)),
    "equal, inexact edges": (np.linspace(-0.7, 1.1, 8), np.linspace(-0.7, 1.1, 12)),
    "unequal": (np.array([-1, -0.9, -0.35, 0, 0.1, 0.75, 1]), np.array([-0.8, -0.1, 0.25, 0.3, 0.95])),
}
cases = []
for name, (x, y) in grids.items():
    inside = np.column_stack([rng.uniform(x[0] - 0.2, x[-1] + 0.2, 60), rng.uniform(y[0] - 0.2, y[-1] + 0.2, 60)])
    on_edges = np.column_stack([rng.choice(x, 40), rng.choice(y, 40)])
    beside = np.column_stack([np.nextafter(rng.choice(x, 20), -9), np.nextafter(rng.choice(y, 20), 9)])
    corners = np.array([[x[0], y[0]], [x[-1], y[-1]], [x[0], y[-1]], [x[-1], y[0]]])
    xy = np.concatenate([inside, on_edges, beside, corners])
    energy = rng.integers(1, 1000, len(xy)) / 64  # sums of these are exact
    image = np.histogram2d(xy[:, 0], xy[:, 1], bins=(x, y), weights=energy)[0]
    cells = [[int(i), int(j), image[i, j]] for i, j in np.argwhere(image > 0)]
    cases.append({"name": name, "x": x.tolist(), "y": y.tolist(),
                  "points": np.column_stack([xy, energy]).tolist(), "cells": cells})
out = pathlib.Path(__file__).parent / "data" / "histograms.json"
out.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
