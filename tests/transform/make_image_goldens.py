#!/usr/bin/env python3
"""Makes data/image_rotations.txt: sparse random images rotated by OpenCV, as arXiv:2311.05952's code did.

The file is made once and checked in; test_image_map.c repeats the rotations. It is a list of images in pairs, before
and after. An image is a line `nx ny degrees cells`, then a line `x y value` for each cell that is not 0.

    /usr/bin/python3 make_image_goldens.py [FOLDER]      (made with OpenCV 4.6.0)
"""
import os
import sys

import cv2
import numpy as np

GRIDS = [(32, 32), (32, 4), (4, 32), (16, 16), (15, 15), (20, 12)]
ANGLES = [17.5, 45, 60, 90, 135, 180, 270, 333.3, -30]
CELLS = 8


def rotated(image, degrees):
    nx, ny = image.shape
    side = max(nx, ny)
    square = image.copy()
    square[nx // 2, ny // 2] = 0  # the cell that holds the origin
    square = cv2.resize(square, (side, side))
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), degrees, 1)
    return cv2.resize(cv2.warpAffine(square, matrix, (side, side)), (ny, nx))


def write(file, image, degrees):
    print(*image.shape, degrees, np.count_nonzero(image), file=file)
    for i, j in np.argwhere(image):
        print(i, j, f"{image[i, j]:.9g}", file=file)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
    os.makedirs(folder, exist_ok=True)
    rng = np.random.default_rng(314)
    with open(os.path.join(folder, "image_rotations.txt"), "w") as file:
        for nx, ny in GRIDS:
            for degrees in ANGLES:
                image = np.zeros((nx, ny))
                image.flat[rng.choice(nx * ny, CELLS, replace=False)] = rng.random(CELLS).round(6)
                image[nx // 2, ny // 2] = 0.5
                write(file, image, degrees)
                write(file, rotated(image, degrees), degrees)


if __name__ == "__main__":
    main()
