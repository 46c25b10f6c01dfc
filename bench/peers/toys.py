#!/usr/bin/env python3
"""Rates of others at the work of `nearsym bench showers`: toy calorimeter events (after arXiv:2311.05952).

showers          An event is made: 16 deposits, 32 points of each, 8 rotations 45 degrees apart, and of each an image of
                 32 x 32 and one of 32 x 4 cells. numpy on whole arrays of 50 events, which fit the cache; numba, which
                 fills the images with or without numpy's points, in double or single precision.
image_rotations  Its two images are rotated after the detector as published: the origin's cell emptied, stretched to a
                 square, cv2.warpAffine, shrunk back; the copy at 0 degrees is the image. By OpenCV; or, as all of that is
                 linear, by a sparse matrix that OpenCV makes once, applied by scipy or by numba. OpenCV's values are first
                 compared with tests/transform/data/image_rotations.txt, with which nearsym's tests compare nearsym's.

    toys.py [toys ROW]
"""
import functools
import os

import cv2
import numba
import numpy as np
import scipy
from scipy import sparse

from common import serve

GRIDS = [(32, 32), (32, 4)]
ANGLES = 45.0 * np.arange(8)
DEPOSITS, AROUND, POINTS = 16, 7, 32
COSINE, SINE = np.cos(np.radians(ANGLES))[:, None], np.sin(np.radians(ANGLES))[:, None]
GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tests/transform/data/image_rotations.txt")
BLOCK, IMAGES = 50, 64  # events at once

rng = np.random.Generator(np.random.SFC64(314))


def deposits(n):
    """x, y, energy (n, 16). Every other event is signal: its hardest deposit, the first, has 7 around it."""
    radius, angle = np.sqrt(rng.random((n, DEPOSITS))), 2 * np.pi * rng.random((n, DEPOSITS))
    x, y, energy = radius * np.cos(angle), radius * np.sin(angle), rng.random((n, DEPOSITS))
    signal = np.arange(1, n, 2)
    hardest = energy[signal].argmax(1)
    energy[signal, 0], energy[signal, hardest] = energy[signal, hardest], energy[signal, 0]
    core = np.repeat(np.stack([x[signal, 0], y[signal, 0]]), AROUND, axis=1)
    around = core + np.sqrt(0.3) * rng.standard_normal(core.shape)
    while (out := np.flatnonzero((around**2).sum(0) >= 1)).size:
        around[:, out] = core[:, out] + np.sqrt(0.3) * rng.standard_normal((2, out.size))
    x[signal, 1:1 + AROUND], y[signal, 1:1 + AROUND] = around.reshape(2, -1, AROUND)
    return x, y, energy


def points(n, real=np.float64):
    """x, y, energy (n, 512)."""
    shape = (n, DEPOSITS, POINTS)
    x, y, energy = (a[:, :, None].astype(real) for a in deposits(n))
    spread = real(0.01)
    x = x + spread * rng.standard_normal(shape, real)
    y = y + spread * rng.standard_normal(shape, real)
    return [a.reshape(n, -1) for a in (x, y, np.broadcast_to(energy / POINTS, shape))]


def images_by_numpy(x, y, energy, nx, ny):
    """Images (n, rotations, nx, ny) of x, y, energy (n, rotations, 512). What lies outside goes to a cell behind the
    last."""
    n, rotations, _ = x.shape
    ix, iy = ((x + 1) * (nx / 2)).astype(int), ((y + 1) * (ny / 2)).astype(int)
    cell = (np.arange(n * rotations).reshape(n, rotations, 1) * nx + ix) * ny + iy
    size = n * rotations * nx * ny
    np.copyto(cell, size, where=np.maximum(np.abs(x), np.abs(y)) >= 1)
    return np.bincount(cell.ravel(), energy.ravel(), minlength=size + 1)[:size].reshape(n, rotations, nx, ny)


def by_numpy(n=BLOCK):
    x, y, energy = (a[:, None] for a in points(n))
    turned_x, turned_y = COSINE * x - SINE * y, SINE * x + COSINE * y
    energy = np.broadcast_to(energy, turned_x.shape)
    return [images_by_numpy(turned_x, turned_y, energy, nx, ny) for nx, ny in GRIDS]


@numba.njit(fastmath=True)
def fill(x, y, energy, cosine, sine, square, strip):
    """Both images of each rotation; a strip's cell is eight of the square's."""
    one = x.dtype.type(1)
    half = x.dtype.type(16)
    for i in range(x.shape[0]):
        for r in range(cosine.size):
            for p in range(x.shape[1]):
                a = cosine[r] * x[i, p] - sine[r] * y[i, p] + one
                b = sine[r] * x[i, p] + cosine[r] * y[i, p] + one
                if 0 <= a < 2 and 0 <= b < 2:
                    ix, iy = int(a * half), int(b * half)
                    square[i, r, ix, iy] += energy[i, p]
                    strip[i, r, ix, iy >> 3] += energy[i, p]


def by_numba(real, n=BLOCK):
    made = [np.zeros((n, len(ANGLES), nx, ny), real) for nx, ny in GRIDS]
    fill(*points(n, real), COSINE.ravel().astype(real), SINE.ravel().astype(real), *made)
    return made


@numba.njit(fastmath=True)
def simulate(random, n, cosine, sine, square, strip):
    """All of it, without numpy's arrays in between."""
    x, y, energy = np.empty(DEPOSITS), np.empty(DEPOSITS), np.empty(DEPOSITS)
    px, py, pe = np.empty((1, DEPOSITS * POINTS)), np.empty((1, DEPOSITS * POINTS)), np.empty((1, DEPOSITS * POINTS))
    for i in range(n):
        for d in range(DEPOSITS):
            radius, angle = np.sqrt(random.random()), 2 * np.pi * random.random()
            x[d], y[d], energy[d] = radius * np.cos(angle), radius * np.sin(angle), random.random()
        if i % 2:
            hardest = energy.argmax()
            energy[0], energy[hardest] = energy[hardest], energy[0]
            for d in range(1, 1 + AROUND):
                x[d] = 2
                while x[d] * x[d] + y[d] * y[d] >= 1:
                    x[d] = x[0] + np.sqrt(0.3) * random.standard_normal()
                    y[d] = y[0] + np.sqrt(0.3) * random.standard_normal()
        for d in range(DEPOSITS):
            for p in range(d * POINTS, (d + 1) * POINTS):
                px[0, p] = x[d] + 0.01 * random.standard_normal()
                py[0, p] = y[d] + 0.01 * random.standard_normal()
                pe[0, p] = energy[d] / POINTS
        fill(px, py, pe, cosine, sine, square[i : i + 1], strip[i : i + 1])


def all_by_numba(n=BLOCK):
    made = [np.zeros((n, len(ANGLES), nx, ny)) for nx, ny in GRIDS]
    simulate(rng, n, COSINE.ravel(), SINE.ravel(), *made)
    return made


def matrix(degrees, side=32):
    return cv2.getRotationMatrix2D((side / 2, side / 2), degrees, 1) if degrees else None


def rotate(image, matrices, copies):
    """Writes the copies (angles, nx, ny) of an image, at angles that are given as matrices; None: 0 degrees."""
    nx, ny = image.shape
    side = max(nx, ny)
    square = image.copy()
    square[nx // 2, ny // 2] = 0
    if nx != ny:
        square = cv2.resize(square, (side, side))
    for turn, copy in zip(matrices, copies):
        if turn is None:
            copy[:] = image
        elif nx == ny:
            cv2.warpAffine(square, turn, (side, side), dst=copy)
        else:
            cv2.resize(cv2.warpAffine(square, turn, (side, side)), (ny, nx), dst=copy)


def read_image(file):
    """The next image of a list `nx ny degrees cells`, `x y value`...; see tests/transform/make_image_goldens.py."""
    nx, ny, degrees, cells = file.readline().split()
    image = np.zeros((int(nx), int(ny)), np.float32)
    for _ in range(int(cells)):
        x, y, value = file.readline().split()
        image[int(x), int(y)] = float(value)
    return image, float(degrees)


def check_rotations():
    """Compares OpenCV's, in single precision, with the rotations that nearsym is tested with."""
    with open(GOLDEN) as file:
        while file.tell() < os.path.getsize(GOLDEN):
            (before, degrees), (after, _) = read_image(file), read_image(file)
            ours = np.zeros_like(after)
            rotate(before, [matrix(degrees, max(before.shape))], [ours])
            assert np.abs(ours - after).max() < 1e-6, f"{before.shape}, {degrees} degrees: other values than tested"


MATRICES = [matrix(degrees) for degrees in ANGLES]


@functools.cache
def images():
    """(events, nx, ny) of each grid."""
    check_rotations()
    return [np.ascontiguousarray(grid[:, 0], np.float32) for grid in by_numpy(IMAGES)]


@functools.cache
def operators():
    """The rotations of each grid as a sparse matrix (cells, angles x cells): an image's cell, what it adds to the copies."""
    made = []
    for nx, ny in GRIDS:
        columns = np.zeros((nx * ny, len(ANGLES), nx, ny), np.float32)
        for cell, copies in enumerate(columns):
            image = np.zeros((nx, ny), np.float32)
            image.flat[cell] = 1
            rotate(image, MATRICES, copies)
        made.append(sparse.csr_matrix(columns.reshape(nx * ny, -1)))
    return made


def by_opencv():
    for grid in images():
        copies = np.empty((len(ANGLES), *grid.shape[1:]), np.float32)
        for image in grid:
            rotate(image, MATRICES, copies)


def by_dense_map():
    return [turn.T @ grid.reshape(IMAGES, -1).T for turn, grid in zip(operators(), images())]


def by_sparse_map():
    return [sparse.csr_matrix(grid.reshape(IMAGES, -1)) @ turn for turn, grid in zip(operators(), images())]


@numba.njit(fastmath=True)
def apply(image, first, cells, weights, copies):
    for i in range(image.shape[0]):
        for cell in range(image.shape[1]):
            if image[i, cell] != 0:
                for k in range(first[cell], first[cell + 1]):
                    copies[i, cells[k]] += image[i, cell] * weights[k]


def by_numba_map():
    made = []
    for turn, grid in zip(operators(), images()):
        copies = np.zeros((IMAGES, turn.shape[1]), np.float32)
        apply(grid.reshape(IMAGES, -1), turn.indptr, turn.indices, turn.data, copies)
        made.append(copies)
    return made


def checked(work):
    """A way to rotate, compared with OpenCV."""
    images(), operators()
    for grid, copies, transposed in zip(images(), work(), (work is by_dense_map,) * 2):
        copies = np.asarray(copies.T if transposed else copies if isinstance(copies, np.ndarray) else copies.todense())
        expected = np.zeros((len(ANGLES), *grid.shape[1:]), np.float32)
        rotate(grid[5], MATRICES, expected)
        assert np.abs(copies[5] - expected.ravel()).max() < 1e-6, "other values than OpenCV's"
    return work, IMAGES


VARIANTS = {
    "showers": {"numpy": lambda: (by_numpy, BLOCK),
                "numpy and numba": lambda: (functools.partial(by_numba, np.float64), BLOCK),
                "numpy and numba, single precision": lambda: (functools.partial(by_numba, np.float32), BLOCK),
                "numba": lambda: (all_by_numba, BLOCK)},
    "image_rotations": {"OpenCV": lambda: (by_opencv, IMAGES),
                        "sparse map, dense images, scipy": lambda: checked(by_dense_map),
                        "sparse map, sparse images, scipy": lambda: checked(by_sparse_map),
                        "sparse map, numba": lambda: checked(by_numba_map)},
}  # fmt: skip

if __name__ == "__main__":
    cv2.setNumThreads(1)
    np.empty(31 << 20, np.uint8)  # once this is freed, glibc keeps smaller arrays' memory, from which numpy gains much
    version = f"numpy {np.__version__}, numba {numba.__version__}, OpenCV {cv2.__version__}, scipy {scipy.__version__}"
    serve(lambda task, row, batch: VARIANTS[row], version, __doc__)
