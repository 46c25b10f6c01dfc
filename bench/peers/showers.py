#!/usr/bin/env python3
"""numpy's and OpenCV's rates of the work of `nearsym bench showers`: toy calorimeter events (after arXiv:2311.05952).

showers          An event is made: 16 deposits, 32 points of each, 8 rotations 45 degrees apart, and of each an image of
                 32 x 32 and one of 32 x 4 cells. As numpy is usually written: whole arrays of 500 events, masks.
showers_tuned    The same in blocks that fit the cache, with a cell for what falls outside in place of masks.
image_rotations  Its two images are rotated after the detector as published: the origin's cell emptied, stretched to a
                 square, cv2.warpAffine, shrunk back; the copy at 0 degrees is the image. First, the values are compared
                 with tests/transform/data/image_rotations.txt, with which nearsym's tests compare nearsym's.

One JSON line per task: medians over the repeats.

    showers.py [--tasks showers,showers_tuned,image_rotations] [--seconds 1] [--repeats 5]
"""
import os

import numpy as np

from common import parser, rates, show

GRIDS = [(32, 32), (32, 4)]
ANGLES = 45.0 * np.arange(8)
DEPOSITS, AROUND, POINTS = 16, 7, 32
COSINE, SINE = np.cos(np.radians(ANGLES))[:, None], np.sin(np.radians(ANGLES))[:, None]
GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tests/transform/data/image_rotations.txt")

rng = np.random.default_rng(314)


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


def points(n):
    """x, y, energy (n, 1, 512), the middle one for the rotations."""
    shape = (n, DEPOSITS, POINTS)
    x, y, energy = (a[:, :, None] for a in deposits(n))
    x = x + 0.01 * rng.standard_normal(shape)
    y = y + 0.01 * rng.standard_normal(shape)
    return (a.reshape(n, 1, -1) for a in (x, y, np.broadcast_to(energy / POINTS, shape)))


def masked(x, y, energy, nx, ny):
    """Images (n, rotations, nx, ny) of x, y, energy (n, rotations, 512)."""
    n, rotations, _ = x.shape
    ix, iy = np.floor((x + 1) * (nx / 2)).astype(int), np.floor((y + 1) * (ny / 2)).astype(int)
    inside = (ix >= 0) & (ix < nx) & (iy >= 0) & (iy < ny)
    cell = (np.arange(n * rotations).reshape(n, rotations, 1) * nx + ix) * ny + iy
    images = np.bincount(cell[inside], energy[inside], minlength=n * rotations * nx * ny)
    return images.reshape(n, rotations, nx, ny)


def unmasked(x, y, energy, nx, ny):
    """The same: what lies outside goes to a cell behind the last, and whole numbers are cut, not rounded down."""
    n, rotations, _ = x.shape
    ix, iy = ((x + 1) * (nx / 2)).astype(int), ((y + 1) * (ny / 2)).astype(int)
    cell = (np.arange(n * rotations).reshape(n, rotations, 1) * nx + ix) * ny + iy
    size = n * rotations * nx * ny
    np.copyto(cell, size, where=np.maximum(np.abs(x), np.abs(y)) >= 1)
    return np.bincount(cell.ravel(), energy.ravel(), minlength=size + 1)[:size].reshape(n, rotations, nx, ny)


def simulate(n, images):
    x, y, energy = points(n)
    turned_x, turned_y = COSINE * x - SINE * y, SINE * x + COSINE * y
    energy = np.broadcast_to(energy, turned_x.shape)
    return [images(turned_x, turned_y, energy, nx, ny) for nx, ny in GRIDS]


SIMULATIONS = {"showers": (masked, 500), "showers_tuned": (unmasked, 50)}  # and events at once


def rotator():
    """A function that writes the copies (angles, nx, ny) of an image, at angles that are given as matrices, one that
    makes these (None: 0 degrees), and OpenCV's version."""
    import cv2

    cv2.setNumThreads(1)

    def rotate(image, matrices, copies):
        nx, ny = image.shape
        side = max(nx, ny)
        square = image.copy()
        square[nx // 2, ny // 2] = 0
        if nx != ny:
            square = cv2.resize(square, (side, side))
        for matrix, copy in zip(matrices, copies):
            if matrix is None:
                copy[:] = image
            elif nx == ny:
                cv2.warpAffine(square, matrix, (side, side), dst=copy)
            else:
                cv2.resize(cv2.warpAffine(square, matrix, (side, side)), (ny, nx), dst=copy)

    def matrix(degrees, side=32):
        return cv2.getRotationMatrix2D((side / 2, side / 2), degrees, 1) if degrees else None

    return rotate, matrix, cv2.__version__


def read_image(file):
    """The next image of a list `nx ny degrees cells`, `x y value`...; see tests/transform/make_image_goldens.py."""
    nx, ny, degrees, cells = file.readline().split()
    image = np.zeros((int(nx), int(ny)), np.float32)
    for _ in range(int(cells)):
        x, y, value = file.readline().split()
        image[int(x), int(y)] = float(value)
    return image, float(degrees)


def check_rotations(rotate, matrix):
    """Compares with the rotations that nearsym is tested with, in OpenCV's single precision."""
    size, compared = os.path.getsize(GOLDEN), 0
    with open(GOLDEN) as file:
        while file.tell() < size:
            (before, degrees), (after, _) = read_image(file), read_image(file)
            ours = np.zeros_like(after)
            rotate(before, [matrix(degrees, max(before.shape))], [ours])
            assert np.abs(ours - after).max() < 1e-6, f"{before.shape}, {degrees} degrees: other values"
            compared += 1
    return compared


def task_of(name):
    """What to run, how many events it does, and what else to tell."""
    if name in SIMULATIONS:
        images, events = SIMULATIONS[name]
        return lambda: simulate(events, images), events, {"version": np.__version__}
    rotate, matrix, version = rotator()
    compared = check_rotations(rotate, matrix)
    matrices = [matrix(degrees) for degrees in ANGLES]
    images = [np.ascontiguousarray(grid[:, 0], np.float32) for grid in simulate(64, masked)]
    copies = [np.empty((len(ANGLES), nx, ny), np.float32) for nx, ny in GRIDS]

    def rotate_all():
        for event in range(64):
            for grid in range(len(GRIDS)):
                rotate(images[grid][event], matrices, copies[grid])

    return rotate_all, 64, {"version": version, "compared": compared}


def measure(name, options):
    work, events, more = task_of(name)
    show(bench=name, peer="opencv" if name == "image_rotations" else "numpy", threads=1, unit="event",
         **rates(work, events, options), **more)


def main():
    options_of = parser(__doc__)
    options_of.add_argument("--tasks", default="showers,showers_tuned,image_rotations")
    options = options_of.parse_args()
    np.empty(31 << 20, np.uint8)  # once this is freed, glibc keeps smaller arrays' memory, from which numpy gains much
    for name in options.tasks.split(","):
        measure(name, options)


if __name__ == "__main__":
    main()
