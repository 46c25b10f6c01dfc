#!/usr/bin/env python3
"""Writes the small files in tests/data/data with numpy and h5py, which the tests read back:  make_goldens.py [FOLDER]

Every array of type T holds the values 0, 1, ..., n - 1 (converted to T) in C order of its indices."""
import os
import sys

import h5py
import numpy as np

folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
os.makedirs(folder, exist_ok=True)


def path(name):
    return os.path.join(folder, name)


def counting(shape, kind):
    return np.arange(np.prod(shape)).reshape(shape).astype(kind)


for kind in "<f2 >f2 <f4 >f4 <f8 >f8 |i1 <i2 >i2 <i4 >i4 <i8 >i8 |u1 <u2 >u2 <u4 >u4 <u8 >u8".split():
    name = kind.replace("<", "little_").replace(">", "big_").replace("|", "byte_")
    np.save(path(name + ".npy"), counting((4, 3), kind))
np.save(path("fortran.npy"), np.asfortranarray(counting((4, 3), ">f4")))
np.save(path("bool.npy"), np.array([False, True, True]))
for version in ((1, 0), (2, 0), (3, 0)):
    with open(path("version%d.npy" % version[0]), "wb") as file:
        np.lib.format.write_array(file, counting((5,), "<f8"), version)

padded = np.zeros((3, 4, 3))
padded[0, :2] = [[1, 2, 3], [4, 5, 6]]
padded[2, :4] = [[7, 8, 9], [0, 0, 0], [1, 0, 0], [0, 0, 2]]  # a row of zeros inside is no padding
np.save(path("padded.npy"), padded)
np.savez(path("stored.npz"), X=padded, y=np.array([1, 0, 1]), seed=np.array(7), title=np.array("Grün"))
np.savez_compressed(path("deflated.npz"), X=padded, y=np.array([1, 0, 1], ">i2"))

images = np.zeros((6, 8, 8), "f4")
for i in range(6):
    images[i, [1, 3, 6], [i, 7, 7 - i]] = 0.5 + i, 2, 3
np.save(path("images.npy"), images)
np.save(path("image_labels.npy"), np.arange(6) % 2)

with h5py.File(path("types.h5"), "w") as file:
    file["particles/values"] = counting((5, 2), "f4")
    file["particles/values"].attrs["columns"] = np.array([b"px", b"py"])  # fixed in length
    file["particles/values"].attrs["units"] = ["GeV", "GeV"]  # variable in length
    file["particles/offsets"] = np.array([0, 2, 2, 5], "i4")
    file["label"] = np.array([1, 0, 1], "u1")
    file["passed"] = np.array([True, False, True])
    file["half"] = np.array([0.5, 1.5, 2.5], ">f2")
    file["weights"] = counting((3, 2), "i2")
    file["weights"].attrs["labels"] = ["up", "down"]
    file["weights"].attrs["unit"] = "pb"
    file.attrs["generator"] = "Grün 1.0"
    file.attrs["seed"] = 7

# Flat arrays as awkward-array's exports have them: three groups, columns, and what is neither.
with h5py.File(path("ragged.h5"), "w") as file:
    packed = {"compression": "gzip", "shuffle": True}
    file.create_dataset("cell_offset", data=np.array([0, 2, 2, 5], "i8"), **packed)
    file.create_dataset("cell_i", data=np.array([0, 3, 1, 2, 2], "u1"), **packed)
    file.create_dataset("cell_j", data=np.array([1, 0, 2, 3, 1], "u1"), **packed)
    file.create_dataset("cell_et", data=np.array([1.5, 0.25, 2, 4, 8], "f4"), **packed)
    file["cell_et"].attrs["unit"] = "GeV"
    file["cell_raw_offset"] = np.array([0, 1, 1, 2], "u4")
    file["cell_raw_adc"] = np.array([7, 9], "u2")
    file["pf_offsets"] = np.array([0, 1, 3, 4], "i4")
    file["pf_pt"] = np.array([1, 2, 4, 8], "f4")
    file["pf_deta"] = np.array([0.25, -0.25, 0.125, 0], "f4")
    file["pf_dphi"] = np.array([0, 0.25, -0.125, 0.5], "f4")
    file["pf_cls"] = np.array([1, 2, 5, 3], "u1")
    file["mu_pt"] = np.array([10, 16, 20], "f4")
    file["label"] = np.array([1, 0, 1], "u1")
    file["time_offset"] = np.array([0.5, 1.5, 2.5], "f4")  # a column that is called as offsets are
    file["weights"] = counting((3, 2), "i2")
    file["weights"].attrs["labels"] = ["up", "down"]
    file["run"] = 7
    file["comment"] = ["one", "two", "three"]
    file["software/version"] = np.array([1, 2])
    file.attrs["generator"] = "Grün 1.0"
