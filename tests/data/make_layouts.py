#!/usr/bin/env python3
"""Makes the HDF5 files of other programs that test_layouts.c reads: needs pandas, tables, h5py and hdf5plugin (pip).

usage: make_layouts.py   writes into data/layouts beside this script; made with pandas 3.0.6, PyTables 3.11.1, h5py 3.16.0
"""
import os
import pathlib

import h5py
import hdf5plugin
import numpy as np
import pandas as pd

os.chdir(pathlib.Path(__file__).parent / "data" / "layouts")
PACKED = {"format": "table", "index": False, "complib": "zlib", "complevel": 9}
N = 6
FRAME = pd.DataFrame(
    {
        "pt": np.arange(N) + 0.5,
        "eta": (np.arange(N) / 4).astype("f4"),
        "label": np.arange(N) % 2,
        "good": np.arange(N) % 3 == 0,
        "kind": ["top", "qcd", "w"] * (N // 3),
    }
)


def pandas_tables():
    FRAME.to_hdf("pandas_table.h5", key="df", mode="w", **PACKED)
    FRAME[["pt", "eta", "label"]].to_hdf("pandas_fixed.h5", key="jets/df", mode="w")
    with pd.HDFStore("pandas_two.h5", "w") as store:
        store["a"], store["b"] = FRAME[["pt", "eta"]], FRAME[["label"]]
    pair = pd.concat({"x": FRAME[["pt"]], "y": FRAME[["pt"]]}, axis=1)
    pair.to_hdf("pandas_levels.h5", key="df", mode="w", **PACKED)


def top_tagging():
    momenta = np.arange(N * 12, dtype="f4").reshape(N, 12) + 1
    momenta[1, 4:] = 0
    momenta[2] = 0
    frame = pd.DataFrame(momenta, columns=[f"{c}_{i}" for i in range(3) for c in ("E", "PX", "PY", "PZ")])
    frame["truthE"] = np.float32(9)
    frame["ttv"], frame["is_signal_new"] = 1, np.arange(N) % 2
    with pd.HDFStore("toptag.h5", "w") as store:
        store.append("table", frame, index=False, complib="zlib", complevel=9)


def olympics():
    numbers = np.zeros((2, 2101))
    numbers[0, :6] = [5, 0.1, 0.2, 3, 0.3, 0.4]
    numbers[1, :3] = [7, -0.1, -0.2]
    numbers[1, 2100] = 1
    pd.DataFrame(numbers).to_hdf("lhco.h5", key="df", mode="w", complib="zlib", complevel=9)


def published():
    particles = np.arange(N * 12, dtype="f4").reshape(N, 3, 4)
    particles[:, :, 3] = np.arange(3)[None] < np.array([1, 2, 3, 0, 1, 2])[:, None]
    with h5py.File("jetnet.h5", "w") as f:
        f["particle_features"], f["jet_features"] = particles, np.arange(N * 4, dtype="f4").reshape(N, 4)
    count = np.array([1, 2, 0, 3, 1, 1])
    index = np.concatenate([[0], np.cumsum(count)])
    with h5py.File("mod.h5", "w") as f:
        for name, values, columns in (
            ("jets_i", np.arange(2 * N).reshape(N, 2), ["fn", "evn"]),
            ("jets_f", np.arange(2 * N).reshape(N, 2) / 2, ["jet_pt", "weight"]),
            ("pfcs", np.arange(24, dtype="f4").reshape(8, 3), ["pt", "y", "phi"]),
        ):
            f[name] = values
            f[name].attrs.create("cols", np.array(columns, dtype="S"))
        f["pfcs_index"], f["filenames"] = index, np.array([b"a.root", b"b.root"])
    events = ["pid", "nparticles", "start", "trials", "scale", "fscale", "rscale", "aqed", "aqcd", "NOMINAL", "up"]
    names = ["id", "status", "mother1", "mother2", "color1", "color2", "px", "py", "pz", "e", "m", "lifetime", "spin"]
    table = np.arange(N * 11, dtype="f8").reshape(N, 11)
    table[:, 1], table[:, 2] = count, index[:-1]
    rows = np.arange(8 * 13, dtype="f8").reshape(8, 13)
    with h5py.File("lheh5_2.h5", "w") as f:
        for name, values, columns in (
            ("events", table, events),
            ("particles", rows, names),
            ("procInfo", np.array([[1, 2, -1, 3.0, 0.3, 1.0], [2, 2, -1, 4.0, 0.4, 1.0]]),
             ["procId", "npLO", "npNLO", "xSection", "error", "unitWeight"]),
            ("init", np.array([2212, 2212, 6500, 7000.0]), ["beamA", "beamB", "energyA", "energyB"]),
        ):
            f[name] = values
            f[name].attrs["properties"] = columns
        f["version"] = [2, 0, 0]
    with h5py.File("lheh5_1.h5", "w") as f:
        for k, name in enumerate(events[:-2]):
            f[f"event/{name}"] = table[:, k]
        f["event/weight"] = table[:, 9]
        for k, name in enumerate(names):
            f[f"particle/{name}"] = rows[:, k]
        f["procInfo/xSection"], f["procInfo/error"] = [3.0, 4.0], [0.3, 0.4]
        f["init/energyA"], f["init/energyB"] = [6500.0], [7000.0]


def records():
    jets = np.zeros(N, dtype=[("pt", "f4"), ("pid", "i4"), ("event", "i8"), ("w", "f8", (2,)), ("name", "S3")])
    jets["pt"], jets["pid"], jets["event"] = np.arange(N) + 0.5, np.arange(N), 2**53 + np.arange(N)
    jets["w"], jets["name"] = np.arange(2 * N).reshape(N, 2), ["b", "c"] * (N // 2)
    tracks = np.zeros((N, 3), dtype=[("d0", "f4"), ("hits", "i8"), ("valid", "?")])
    tracks["d0"], tracks["hits"] = np.arange(3 * N).reshape(N, 3) / 2, np.arange(3 * N).reshape(N, 3)
    tracks["valid"] = np.arange(3)[None] != np.arange(N)[:, None] % 3
    with h5py.File("records.h5", "w") as f:
        f["jets"], f["tracks"], f["flow"] = jets, tracks, tracks[:, :2]


def plain():
    with h5py.File("texts.h5", "w") as f:
        f["pt"] = np.arange(N) / 2
        f["kind"] = np.array([b"b", b"", b"c", b"b", b"cc", b"c"])
        f.create_dataset("free", data=["x", "longer", "x", "y", "x", "y"], dtype=h5py.string_dtype())
        f.create_dataset("state", data=[1, 0, 1, 0, 1, 0], dtype=h5py.enum_dtype({"sig": 1, "bkg": 0}, "i1"))
        f["flag"] = np.arange(N) % 2 == 0
        f["cross_section"], f["generator"] = 12.5, "Pythia"
        f["bins"], f["cube"], f["inside/x"] = np.arange(4.0), np.zeros((N, 2, 2, 2)), np.arange(N)
        f["nothing"] = h5py.Empty("f8")
        f["pt"].attrs["unit"], f.attrs["note"] = h5py.Empty("S1"), h5py.Empty("S1")
    padded = np.arange(N * 6, dtype="f8").reshape(N, 2, 3) + 1
    padded[0, 1] = padded[3] = 0
    with h5py.File("padded.h5", "w") as f:
        f["cloud"], f["label"] = padded, np.arange(N) % 2
        f["named"] = padded[:, :, :2]
    with h5py.File("group.h5", "w") as f:
        f["events/pt"], f["events/label"] = np.arange(N) / 2, np.arange(N) % 2


def links():
    with h5py.File("source.h5", "w") as f:
        f["deep/y"] = np.arange(N) * 3.0
    with h5py.File("links.h5", "w") as f:
        f["x"] = np.arange(N) / 2
        f["weight"], f["other"] = h5py.SoftLink("/x"), h5py.ExternalLink("source.h5", "/deep/y")
        f["second"], f["group/itself"] = f["x"], h5py.SoftLink("/group")
        layout = h5py.VirtualLayout((N,), "f8")
        layout[:3] = h5py.VirtualSource("source.h5", "deep/y", (N,))[:3]
        layout[3:] = h5py.VirtualSource(".", "x", (N,))[:3]
        f.create_virtual_dataset("virtual", layout)
    with h5py.File("lost.h5", "w") as f:
        f["x"] = np.arange(N) / 2
        f["weight"], f["other"] = h5py.SoftLink("/nowhere"), h5py.ExternalLink("no_such_file.h5", "/w")
        f["a"], f["b"] = h5py.SoftLink("/b"), h5py.SoftLink("/a")
        for name, source, inside, rows in (
            ("virtual", "no_such_file.h5", "y", N), ("renamed", "source.h5", "y", N), ("short", "source.h5", "deep/y", 9),
        ):
            layout = h5py.VirtualLayout((rows,), "f8")
            layout[:] = h5py.VirtualSource(source, inside, (rows,))
            f.create_virtual_dataset(name, layout)
        f.create_dataset("raw", (N,), "f8", external=[("no_such_file.raw", 0, 8 * N)])
        f.create_dataset("packed", data=np.arange(N), **hdf5plugin.Zstd())
    for gap in (False, True):  # numbered_0.h5 and numbered_1.h5, or numbered_00.h5 and numbered_02.h5
        with h5py.File("numbered_gap.h5" if gap else "numbered.h5", "w") as f:
            whole = h5py.h5s.create_simple((4,), (h5py.h5s.UNLIMITED,))
            whole.select_hyperslab((0,), (h5py.h5s.UNLIMITED,), stride=(2,), block=(2,))
            plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            name = b"numbered_0%b.h5" if gap else b"numbered_%b.h5"
            plan.set_virtual(whole, name, b"x", h5py.h5s.create_simple((2,)))
            h5py.h5d.create(f.id, b"v", h5py.h5t.NATIVE_DOUBLE, whole, plan)
    for name, start in (("numbered_0.h5", 0), ("numbered_1.h5", 2), ("numbered_00.h5", 0), ("numbered_02.h5", 4)):
        with h5py.File(name, "w") as f:
            f["x"] = np.arange(2.0) + start
    with h5py.File("lzf.h5", "w") as f:
        f.create_dataset("x", data=np.arange(4000.0) // 3, compression="lzf", shuffle=True)
    with h5py.File("unwritten.h5", "w") as f:
        f.create_dataset("x", (20_000_000,), "f8", chunks=(10_000,), compression="gzip", fillvalue=7)[:2] = 1


for make in (pandas_tables, top_tagging, olympics, published, records, plain, links):
    make()
