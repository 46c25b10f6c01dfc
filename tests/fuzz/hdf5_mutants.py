#!/usr/bin/env python3
"""Damages HDF5 files in every way that a seed can think of, and runs the program on them: none may crash or hang it.

usage: hdf5_mutants.py PROGRAM FOLDER [--count N | --numbers N,...] [--seed S] [--kinds NAME,...] [--seconds CPU]
                       [--jobs N] [--trusted] [--keep DIR]

Sound files of every layout are made in FOLDER by PROGRAM and h5py, and lose the seal that would tell the damage. Each
of N mutants is one of them with one to three faults, and goes through every command that reads such a file. A table
says how these ended; exit status 1 where one crashed or hung. --trusted shows what HDF5 itself does with the files.
Numpy and h5py are needed.
"""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np

SEAL = b"nearsym-crc:"
SIGNATURES = [b"TREE", b"SNOD", b"HEAP", b"GCOL", b"OHDR", b"OCHK", b"FRHP", b"FHDB", b"FHIB", b"BTHD", b"BTLF", b"BTIN",
              b"FADB", b"EAHD", b"\x89HDF"]
CARD = """study: mutant
data: {file: %s}
split: {test: 0.25}
train: {epochs: 1, batch: 64}
models:
  net: {kind: fcn, event: [%s], hidden: [4]}
"""


# Sound files


def run(program: str, *words: str, folder: Path) -> None:
    """A command that must do."""
    subprocess.run([program, *words], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def without_seal(path: Path) -> bytes:
    """The file's content up to the seal."""
    content = path.read_bytes()
    return content[:-16] if content[-16:-4] == SEAL else content


def write_flat(path: Path, draw: np.random.Generator, newest: bool) -> None:
    """Columns and flat arrays of particles, as h5py writes them: old groups, or with the newest of the format."""
    counts = draw.integers(0, 6, 300)
    rows = int(counts.sum())
    with h5py.File(path, "w", libver="latest" if newest else "earliest") as file:
        file["label"] = draw.integers(0, 2, 300)
        file["mass"] = draw.normal(91, 3, 300)
        file.create_dataset("weight", data=np.ones(300), chunks=(64,), compression="gzip", shuffle=True, fletcher32=True)
        file.create_dataset("count", data=counts.astype(">i2"), chunks=(50,), scaleoffset=0)
        file["mass"].attrs["unit"] = "GeV"
        file["jet_offset"] = np.concatenate([[0], np.cumsum(counts)]).astype("uint64")
        for name in ("pt", "eta", "phi"):
            file.create_dataset(f"jet_{name}", data=draw.random(rows).astype("float32"), chunks=(100,), maxshape=(None,),
                                compression="gzip")
        file.attrs["note"] = ["one", "two"]
        file.attrs["count"] = 300


def write_frames(path: Path, draw: np.random.Generator) -> None:
    """A table as pandas writes it (fixed), with texts of any length."""
    with h5py.File(path, "w") as file:
        frame = file.create_group("frame")
        frame.attrs["pandas_type"] = b"frame"
        frame["axis0"] = np.array([b"label", b"mass"])
        frame["axis1"] = np.arange(200)
        frame["block0_items"] = np.array([b"label", b"mass"])
        frame.create_dataset("block0_values", data=draw.random((200, 2)), chunks=(40, 2), compression="gzip")
        texts = frame.create_dataset("block1_values", (1,), dtype=h5py.vlen_dtype("uint8"))
        texts[0] = np.arange(100, dtype="uint8")
        file.create_dataset("names", data=["a", "bb", "ccc"] * 20, dtype=h5py.string_dtype())


def write_compound(path: Path, draw: np.random.Generator) -> None:
    """Records of jets and their tracks, with an enumeration and a link."""
    kind = np.dtype([("pt", "f4"), ("eta", "f4"), ("label", "i8"), ("flag", "?")])
    jets = np.zeros(200, kind)
    jets["pt"], jets["label"] = draw.random(200), draw.integers(0, 2, 200)
    with h5py.File(path, "w") as file:
        file.create_dataset("jets", data=jets, chunks=(64,), compression="gzip")
        file.create_dataset("tracks", data=np.zeros((200, 4), kind), chunks=(50, 4), compression="gzip")
        file["weight"] = h5py.SoftLink("/more/weight")
        file["more/weight"] = np.ones(200)
        file["jets"].attrs["reference"] = file["tracks"].ref


def make_sound(program: str, folder: Path) -> dict[str, tuple[bytes, list[list[str]]]]:
    """The files without their seals, and the commands that read each: MUTANT is the mutant, OUT a file to write."""
    draw = np.random.default_rng(1)
    run(program, "data", "simulate", "showers", "-n", "200", "-o", "showers.h5", folder=folder)
    run(program, "data", "simulate", "dimuon", "-n", "200", "-o", "events.h5", folder=folder)
    label, mass = draw.integers(0, 2, 400), draw.normal(91, 3, 400)
    table = np.column_stack([label, mass + label, draw.normal(size=400)])
    np.savetxt(folder / "columns.csv", table, delimiter=",", header="label,mass,x", comments="")
    run(program, "data", "convert", "columns.csv", "-o", "columns.h5", folder=folder)
    (folder / "train.yaml").write_text(CARD % ("columns.h5", "mass, x"))
    run(program, "train", "train.yaml", "-o", "model.h5", folder=folder)
    run(program, "predict", "model.h5", "columns.h5", "-o", "scores.h5", folder=folder)
    particles = np.column_stack([draw.random(900), draw.normal(size=900), draw.uniform(-3, 3, 900)])
    np.savez(folder / "particles.npz", particles=particles.reshape(300, 3, 3))
    run(program, "data", "convert", "particles.npz", "-o", "particles.h5", folder=folder)
    run(program, "efp", "compute", "particles.h5", "--graphs", "d<=2", "-o", "efps.h5", folder=folder)
    write_flat(folder / "flat.h5", draw, newest=False)
    write_flat(folder / "newest.h5", draw, newest=True)
    write_frames(folder / "frames.h5", draw)
    write_compound(folder / "compound.h5", draw)

    inspect, convert = ["data", "inspect", "MUTANT"], ["data", "convert", "MUTANT", "-o", "OUT.csv"]
    general = [inspect, convert]
    ragged = ["data", "convert", "MUTANT", "--ragged", "jet", "-o", "OUT.h5"]
    commands = {
        "events": [*general, ["observables", "MUTANT", "--names", "sum_pt", "-o", "OUT.csv"]],
        "showers": [*general, ["data", "bin", "MUTANT", "--cells", "8x8", "-o", "OUT.h5"]],
        "columns": [*general, ["predict", "model.h5", "MUTANT", "-o", "OUT.csv"], ["train", "CARD", "-o", "OUT.h5"],
                    ["fit", "mass", "MUTANT"]],
        "scores": [*general, ["evaluate", "MUTANT"], ["ado", "MUTANT", "scores.h5"]],
        "particles": [*general, ["efp", "compute", "MUTANT", "--graphs", "d<=2", "-o", "OUT.h5"]],
        "efps": general,
        "model": [["predict", "MUTANT", "columns.h5", "-o", "OUT.csv"], inspect],
        "flat": [*general, ragged, ["fit", "mass", "MUTANT"]],
        "newest": [*general, ragged, ["fit", "mass", "MUTANT"]],
        "frames": general,
        "compound": [*general, ["evaluate", "MUTANT", "--score", "pt"]],
    }
    return {name: (without_seal(folder / f"{name}.h5"), words) for name, words in commands.items()}


# Damage: each takes the file as an array of bytes, and gives it back changed


def flip(draw: np.random.Generator, data: np.ndarray) -> np.ndarray:
    """Other bytes in up to eight places."""
    places = draw.integers(0, data.size, draw.integers(1, 9))
    data[places] = draw.integers(0, 256, places.size)
    return data


def flip_bits(draw: np.random.Generator, data: np.ndarray) -> np.ndarray:
    """A bit in up to eight places."""
    places = draw.integers(0, data.size, draw.integers(1, 9))
    data[places] ^= (1 << draw.integers(0, 8, places.size)).astype("uint8")
    return data


def near_signature(draw: np.random.Generator, data: np.ndarray) -> int:
    """A place within 128 bytes behind a signature of HDF5's, where its own structures are."""
    content = data.tobytes()
    places = [i for mark in SIGNATURES for i in find_all(content, mark)]
    return min(int(draw.choice(places)) + int(draw.integers(4, 128)), data.size - 8) if places else 0


def find_all(content: bytes, mark: bytes) -> list[int]:
    """Where the mark begins."""
    found, at = [], content.find(mark)
    while at >= 0 and len(found) < 64:
        found.append(at)
        at = content.find(mark, at + 1)
    return found


def flip_structure(draw: np.random.Generator, data: np.ndarray) -> np.ndarray:
    """Other bytes in HDF5's own structures."""
    for _ in range(draw.integers(1, 5)):
        data[near_signature(draw, data)] = draw.integers(0, 256)
    return data


def put_number(draw: np.random.Generator, data: np.ndarray) -> np.ndarray:
    """An address, length or count becomes another: 1, 2, 4 or 8 bytes that held a small number, wherever they are."""
    width = int(draw.choice([1, 2, 4, 8]))
    for _ in range(100):
        at = int(draw.integers(0, (data.size - 8) // width)) * width if draw.random() < 0.5 else near_signature(draw, data)
        held = int.from_bytes(data[at : at + width].tobytes(), "little")
        if held <= 2 * data.size:
            break
    extreme = [0, 1, held + 1, held * 2, held + 8, data.size, data.size - 1, data.size - 8, 2**15, 2**16 - 1, 2**31 - 1, 2**31,
               2**32 - 1, 2**40, 2**63 - 1, 2**64 - 1, int(draw.integers(0, data.size))]
    value = extreme[draw.integers(len(extreme))] % 256**width
    data[at : at + width] = np.frombuffer(value.to_bytes(width, "little"), "uint8")
    return data


def truncate(draw: np.random.Generator, data: np.ndarray) -> np.ndarray:
    """The end is missing, or is zeros."""
    at = int(draw.integers(1, data.size))
    if draw.random() < 0.5:
        return data[:at].copy()
    data[at:] = 0
    return data


def swap(draw: np.random.Generator, data: np.ndarray) -> np.ndarray:
    """Two blocks change places."""
    size = int(min(draw.choice([8, 16, 64, 512, 4096]), data.size // 4))
    a, b = draw.integers(0, data.size // size, 2) * size
    data[a : a + size], data[b : b + size] = data[b : b + size].copy(), data[a : a + size].copy()
    return data


def copy(draw: np.random.Generator, data: np.ndarray) -> np.ndarray:
    """A block stands once more over another."""
    size = int(min(draw.choice([8, 16, 64, 512, 4096]), data.size // 4))
    a, b = draw.integers(0, data.size - size, 2)
    data[b : b + size] = data[a : a + size].copy()
    return data


def blank(draw: np.random.Generator, data: np.ndarray) -> np.ndarray:
    """A block that a disk lost: zeros, or ones."""
    size = int(min(draw.choice([4, 8, 16, 64, 512]), data.size // 4))
    at = int(draw.integers(0, data.size - size))
    data[at : at + size] = draw.choice([0, 255])
    return data


DAMAGE = [flip, flip_bits, flip_structure, flip_structure, put_number, put_number, put_number, truncate, swap, copy, blank]


def mutate(content: bytes, seed: int) -> bytes:
    """The file with one to three faults; the same for the same seed."""
    draw = np.random.default_rng(seed)
    data = np.frombuffer(content, "uint8").copy()
    for _ in range(draw.choice([1, 1, 2, 3])):
        if data.size > 64:
            data = DAMAGE[draw.integers(len(DAMAGE))](draw, data)
    return data.tobytes()


# Running


def end_of(words: list[str], folder: Path, environment: dict[str, str], seconds: int) -> str:
    """How a command ended: read, refused, crash or hang, which is more CPU time than it may take."""
    limited = ["sh", "-c", f'ulimit -S -t {seconds}; exec "$@"', "sh", *words]
    try:
        done = subprocess.run(limited, cwd=folder, env=environment, timeout=30 * seconds, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    except subprocess.TimeoutExpired:
        return "hang"
    if done.returncode == 0:
        return "read"
    told = done.stderr.decode("utf-8", "replace")
    if done.returncode == -signal.SIGXCPU:
        return "hang"
    return "refused" if done.returncode == 1 and "nearsym: " in told and "Sanitizer" not in told else "crash"


def try_mutant(options: argparse.Namespace, sound: dict, number: int) -> list[tuple[str, str, str]]:
    """Kind, command and end of every command on a mutant; what crashes or hangs is kept."""
    kind = options.kinds[number % len(options.kinds)]
    content, commands = sound[kind]
    folder = options.folder / f"run-{number}"
    folder.mkdir()
    mutant = folder / f"{kind}-{options.seed}-{number}.h5"
    mutant.write_bytes(mutate(content, options.seed * 1_000_000 + number))
    (folder / "card.yaml").write_text(CARD % (mutant.name, "mass, x"))
    for name in ("model.h5", "columns.h5", "scores.h5"):
        os.symlink(options.folder / "sealed" / name, folder / name)
    ends = []
    for words in commands:
        told = {"MUTANT": mutant.name, "CARD": "card.yaml", "OUT.csv": "out.csv", "OUT.h5": "out.h5"}
        end = end_of([options.program, *(told.get(word, word) for word in words)], folder, options.environment, options.seconds)
        ends.append((kind, "ragged" if "--ragged" in words else words[words[0] in ("data", "efp", "fit")], end))
        if end in ("crash", "hang"):
            print(f"{end}: {mutant.name}: {' '.join(words)}", flush=True)
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                shutil.copy(mutant, options.keep)
    shutil.rmtree(folder)
    return ends


def main(words: list[str] | None = None) -> int:
    """Makes the files and the mutants, runs, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--numbers", type=lambda text: [int(word) for word in text.split(",")])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", type=lambda text: text.split(","))
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--trusted", action="store_true")
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args(words)
    options.program = os.path.abspath(options.program)
    options.folder = options.folder.absolute()
    options.environment = {**os.environ, "XDG_CACHE_HOME": str(options.folder / "cache")}
    options.environment.pop("NSYM_TRUSTED", None)
    if options.trusted:
        options.environment["NSYM_TRUSTED"] = "1"
    shutil.rmtree(options.folder, ignore_errors=True)
    (options.folder / "sealed").mkdir(parents=True)
    sound = make_sound(options.program, options.folder / "sealed")
    options.kinds = options.kinds or list(sound)
    numbers = options.numbers or range(options.count)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = [end for ends in pool.map(lambda n: try_mutant(options, sound, n), numbers) for end in ends]
    counts = collections.Counter(results)
    print(f"{'file':10} {'command':14} {'read':>6} {'refused':>8} {'crash':>6} {'hang':>6}")
    for kind, command in dict.fromkeys((kind, command) for kind, command, _ in results):
        read, refused, crash, hang = (counts[kind, command, end] for end in ("read", "refused", "crash", "hang"))
        print(f"{kind:10} {command:14} {read:6} {refused:8} {crash:6} {hang:6}")
    bad = sum(count for (_, _, end), count in counts.items() if end in ("crash", "hang"))
    print(f"{len(numbers)} mutants, {len(results)} commands: {bad} crashed or hung")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
