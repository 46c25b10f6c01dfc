"""The blocks of code in the documents. Commands and Python run as readers see them, on small samples. A block that cannot run
is listed in NOT_RUN with the reason, so a new block must either run or be listed. Every command, option, card key and YAML
block is checked."""

import ast
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pages
import pytest
from pages import PAGES, ROOT, relative

PROGRAM = os.environ.get("NEARSYM", "")
HERE = Path(__file__).resolve().parent
pytestmark = pytest.mark.skipif(not PROGRAM, reason="NEARSYM does not name the program")

# Commands that do not run here: a pattern that their text contains, and the reason.
NOT_RUN = {
    r"^make\b": "builds", r"^pip install": "the network", r"^conda ": "conda", r"^git clone": "the network",
    r"^cp -r random123": "conda", r"^spack ": "spack", r"^export CMAKE_PREFIX_PATH": "spack", r"^podman ": "a container",
    r"^sudo ": "a system's packages", r"\$HOME/nearsym": "an installed program", r"^export HDF5_PLUGIN_PATH": "hdf5plugin",
    r"bench/peers": "minutes, and other packages", r"^srun ": "a cluster", r"^mpirun ": "MPI",
    r"^python -m nearsym convert": "a ROOT file, and uproot", r"^python examples/pythia_samples.py": "Pythia",
    r"^tar -xzf data.tar.gz": "the published sample, gigabytes", r"--layout cms-muons": "the published sample, gigabytes",
    r"\bcms.h5": "the published sample, gigabytes", r"top-tagging/": "a published sample", r"\bt.hdf5": "a published sample",
    r"store.h5": "a published sample", r"\btop.csv": "a published sample", r"results/\*.jsonl.gz": "25,000 trainings, half a minute",
    r"\[--": "a form with its options, no command", r"\b[A-Z]+\.\.\.": "a form with names to fill in",
}  # fmt: skip
NOT_RUN_PYTHON = {"pyhepmc": "pyhepmc", "hdf5plugin": "hdf5plugin"}
OPTIONAL = ("awkward", "matplotlib", "mpl_toolkits", "onnx", "onnxruntime", "pandas", "sklearn", "torch", "tqdm", "uproot")  # skipped if missing

# Files that a page's blocks need: NAME, or NAME=SAMPLE for a copy under another name. samples.sh and samples.py make them.
FILES = {
    "README.md": "zmm.lhe.gz amm.lhe.gz points.h5",
    "docs/ado.md": "none-2.h5 copies-1.h5 copies-2.h5 penalty-1.h5 scores.h5",
    "docs/calibration.md": "scores.h5 models/a-1.h5=model.h5 models/b-2.h5=model.h5 models/a-2.h5=model.h5 events.h5=points.h5",
    "docs/cluster.md": "card.yaml=grid.yaml points.h5",
    "docs/efp.md": "events.h5=muon-cells.h5 scores.h5=muon-scores.h5",
    "docs/formats.md": "jets.npz=p4.npz jetnet.npy jets.csv packed.h5",
    "docs/how-to.md": "zmm.lhe.gz amm.lhe.gz train.h5 test.h5 FILE=points.h5 muons.h5=flat.h5 jets.npz scores.npy cells.h5 cones.h5 network.h5 "
    "other.csv out=own a.h5=model.h5 b.h5=model.h5 c.h5=model.h5 events.h5=points.h5 new.h5=sample.h5",
    "docs/massfit.md": "pairs.csv pairs.h5=mumu.h5",
    "docs/observables.md": "events.h5=muon-cells.h5 muons.h5=flat.h5 images.npy images.npz labels.npy jets.npy",
    "docs/onnx.md": "model.h5 weights.npz exported.npz=weights.npz card.yaml=net.yaml points.h5",
    "docs/pythia.md": "muons.h5=muon-cells.h5 z.h5=zmm.lhe.gz photon.h5=amm.lhe.gz",
    "docs/python.md": "jets.h5=points.h5 test.h5=points.h5 p4.h5=sample.h5 other-folder=own",
    "docs/python-energyflow.md": "points.h5",
    "docs/splot.md": "pairs.h5=splot.h5",
    "docs/symmetry.md": "card.yaml=turned.yaml points.h5 model.h5=turned.h5",
    "docs/unlabelled.md": "Zmumu_Run2011A.csv",
    "docs/which-method.md": "card.yaml=turned.yaml points.h5",
    "docs/your-own-sample.md": "zmm.lhe.gz amm.lhe.gz jets.npz points.h5 test.h5 events.csv new.lhe.gz=zmm.lhe.gz",
    "studies/encouraged-invariance/README.md": "points.h5",
    "studies/muon-isolation-data/README.md": "pairs.h5=flat.h5",
    "studies/muon-isolation-simulation/README.md": "muons.h5=flat.h5 particles.h5=muon-cells.h5",
    "studies/own-muon-pairs/README.md": "Zmumu_Run2011A.csv",
    "studies/own-sample/README.md": "signal.lhe.gz=zmm.lhe.gz background.lhe.gz=amm.lhe.gz",
    "studies/own-showers/README.md": "points.h5",
    "docs/paper-approximate-invariance.md": "zmm.lhe.gz amm.lhe.gz",
    "docs/paper-encouraged-invariance.md": "points.h5",
    "docs/paper-muon-isolation-data.md": "pairs.h5=own-pairs.h5",
    "docs/paper-muon-isolation-simulation.md": "cells.h5=muon-cells.h5 scores.npy=muon-scores.npy cones.h5 network.h5",
}
# Files put in place before the block that contains this text; -NAME removes the folder NAME.
BEFORE = {
    ("docs/how-to.md", "efp search"): "cells.h5=muon-cells.h5 scores.npy=muon-scores.npy",
    ("docs/how-to.md", "own-muon-pairs"): "pairs.h5=own-pairs.h5",
    ("docs/symmetry.md", "import nearsym"): "card.yaml=turned.yaml",
    ("docs/symmetry.md", "encouraged-invariance -n 2000 --methods"): "-out",
    ("docs/symmetry.md", "--transform boost --model"): "card.yaml=boosted.yaml sample.h5",
    ("studies/own-sample/README.md", "data.files="): "-out",
}


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """A folder with all files that the pages need, and a program `nearsym` in bin/ that makes short work."""
    pytest.importorskip("h5py")
    folder = tmp_path_factory.mktemp("samples")
    (folder / "bin").mkdir()
    shutil.copy(HERE / "small_nearsym.py", folder / "bin/nearsym")
    run(["bash", HERE / "samples.sh"], folder, folder)
    run([sys.executable, HERE / "samples.py"], folder, folder)
    return folder


def environment(samples):
    path = f"{samples / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "NEARSYM": PROGRAM, "SCRATCH": "scratch", "MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1"}


def run(command, folder, samples):
    done = subprocess.run(command, cwd=folder, env=environment(samples), capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, f"{command[-1]}\n{done.stdout[-500:]}\n{done.stderr[-2000:]}"
    return done.stdout


def copied(name, folder, samples):
    target, _, source = name.partition("=")
    if name.startswith("-"):
        shutil.rmtree(folder / name[1:], ignore_errors=True)
        return
    (folder / target).parent.mkdir(exist_ok=True)
    source = samples / (source or target)
    (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / target)


def with_commands(page):
    return any(block.kind in ("sh", "python") for block in pages.blocks(page))


# Variables that a page's Python blocks assume.
PYTHON = {
    "docs/formats.md": """
import h5py, numpy, numpy as np
try:
    import pandas
except ImportError:
    pass
n, most = 30, 4
label, weight, jet_pt, m = np.arange(n) % 2, np.ones(n), np.full(n, 40.0), np.full(n, 90.0)
scales, particles = np.ones((n, 3)), np.ones((n, most, 3))
offsets, values = np.arange(n + 1) * most, np.ones((n * most, 3))
""",
    "docs/onnx.md": "particles = __import__('numpy').ones((2, 3, 4))",
    "docs/python-energyflow.md": """
import numpy as np
events = [np.random.default_rng(k).uniform(0.1, 1, (5, 3)) for k in range(10)]
""",
    "docs/python.md": """
import numpy as np
rng = np.random.default_rng(1)
n = 300
y, w = np.arange(n) % 2, np.ones(n)
pt, eta = ([rng.exponential(1, 3) for _ in range(n)] for _ in range(2))
jet_eta = rng.uniform(-2, 2, n)
densities = rng.uniform(0.1, 1, (n // 2, 2))
densities, yields = np.concatenate([densities, densities[:, ::-1]]), [n / 2, n / 2]  # alike, so that these yields fit best
points, target, source = rng.normal(0, 1, (50, 2)), rng.normal(0, 1, (60, 2)), rng.normal(0, 1, (50, 2))
scores, others = y + rng.normal(0, 1, n), y + rng.normal(0, 2, n)
logits = rng.normal(0, 1, (n, 2))
p, (a, b, c), sizes, aucs, errors = 1 / (1 + np.exp(-scores)), (None,) * 3, [100, 200, 400], [0.7, 0.75, 0.79], [0.01] * 3
masses = np.concatenate([90.8 + rng.standard_cauchy(n - 60), rng.uniform(70, 110, 60)])
""",
    "docs/symmetry.md": """
import nearsym as ns
events, my_detector = ns.read("points.h5"), lambda arrays, seed: arrays
net = ns.load("model.h5")
""",
    "docs/your-own-sample.md": """
import h5py, numpy as np
n = 90
particles = np.random.default_rng(1).uniform(0.1, 1, (n, 4, 3))
label, jet_pt, jet_eta, weight = np.arange(n) % 2, np.full(n, 40.0), np.zeros(n), np.ones(n)
flavour, tracks_of_each_jet = np.choose(np.arange(n) % 3, [0, 4, 5]), np.full(n, 2)
tracks = np.random.default_rng(2).uniform(0.1, 1, (2 * n, 6))
""",
}
# Variables set before the block that contains this text.
BEFORE_PYTHON = {
    ("docs/python.md", 'features=["pt: log"'): """
features = {name: rng.uniform(0.1, 1, (n, 4)) for name in ("pt", "d_eta", "d_phi", "d0")}
events = more = test = ns.as_events(np.stack(list(features.values()), axis=2), features=list(features)).with_columns(jet_pt=np.full(n, 40.0))
more_y = y
""",
    ("docs/python.md", "detector=ns.Cells"): 'events = test = ns.read("jets.h5")[:n]',
    ("docs/python.md", "def my_detector"): """
events = ns.as_events(rng.uniform(0.1, 1, (n, 4, 4)), features=["pt", "eta", "d_eta", "d_phi"])
""",
    ("docs/python.md", "ns.symmetry("): """
events = ns.read("jets.h5")
net = ns.PFNClassifier(epochs=2).fit(events, events["label"], detector=ns.Cells(32, 32))
""",
    ("docs/python.md", "ns.observables("): """
jets, muons = [rng.uniform(0.1, 1, (5, 3)) for _ in range(9)], ns.generate.muons(20)
""",
    ("docs/python.md", "ns.kde_weights"): """
scores = y + rng.normal(0, 1, n)
a = b = c = ns.FCNClassifier(epochs=1).fit(rng.normal(0, 1, (n, 2)), y)
X, pt, eta = rng.normal(0, 1, (n, 2)), rng.exponential(20, n), rng.uniform(-2, 2, n)
""",
}
# Replacements that make a Python block small.
SMALL = {
    "5000": "30", "events=20000": "events=300", "epochs=20": "epochs=2", "invariance=1.0": "invariance=1.0, epochs=2",
    "sizes=[300, 1000, 3000]": 'sizes=[40], members=2, set={"train.epochs": 1}',
    'ns.Study("approximate-invariance", preset="quick", set={"train.epochs": 5}':
        'ns.Study("own-sample", set={"data.file": "p4.h5", "train.epochs": 1, "members": 1, "split.size": 200}',
}  # fmt: skip


def run_python(text, names, missing):
    """Runs a block statement by statement. It skips a statement whose optional package is not
    installed, and adds the package to `missing`."""
    for small, large in SMALL.items():
        text = text.replace(small, large)
    for statement in ast.parse(text).body:
        source = ast.get_source_segment(text, statement)
        if any(part in source for part in NOT_RUN_PYTHON):
            continue
        for module in OPTIONAL:
            if f"{module}." in source and not importlib.util.find_spec(module):
                missing.append(module)
        try:
            exec(compile(ast.Module([statement], []), source, "exec"), names)
        except ImportError as error:
            found = [module for module in OPTIONAL if module in str(error)]
            assert found, source
            missing += found
        except NameError as error:
            assert missing, f"{source}\n{error}"


def run_shell(text, folder, samples):
    lines = [line for line in pages.commands(text) if not any(re.search(found, line) for found in NOT_RUN)]
    if lines:
        run(["bash", "-euc", "".join(lines)], folder, samples)


@pytest.mark.parametrize("page", [page for page in PAGES if with_commands(page)], ids=relative)
def test_a_pages_blocks_run(page, samples, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    for name in FILES.get(relative(page), "").split():
        copied(name, tmp_path, samples)
    names, missing = {}, []
    exec(PYTHON.get(relative(page), ""), names)
    for block in pages.blocks(page):
        for (where, text), more in BEFORE.items():
            if where == relative(page) and text in block.text and block.kind in ("sh", "python"):
                for name in more.split():
                    copied(name, tmp_path, samples)
        for (where, text), more in BEFORE_PYTHON.items():
            if where == relative(page) and text in block.text and block.kind == "python":
                exec(more, names)
        card = re.match(r"# (\w+\.yaml)\n", block.text)
        if block.kind == "yaml" and card:
            Path(card[1]).write_text(block.text)
        elif block.kind == "python":
            run_python(block.text, names, missing)
        elif block.kind == "sh":
            run_shell(block.text, tmp_path, samples)


def test_what_does_not_run_is_there():
    text = "".join(block.text for page in PAGES for block in pages.blocks(page) if block.kind in ("sh", "python"))
    assert not [found for found in [*NOT_RUN, *NOT_RUN_PYTHON] if not re.search(found, text, flags=re.M)]
    assert not [page for page in [*FILES, *PYTHON] if not (ROOT / page).exists()]


# Checks of every command's options and of every card's keys.


@lru_cache
def options():
    """The options of each command, from the tables that complete a command line in bash."""
    script = subprocess.run([PROGRAM, "help", "--bash"], capture_output=True, text=True, check=True).stdout
    table = re.search(r"^_nearsym_options\(\) \{\n(.*?)^\}", script, flags=re.M | re.S)[1]
    long = {name: set(re.findall(r"'(--[\w-]+)\t", line)) for name, line in re.findall(r"^    '([\w ]+)'\) (.*)$", table, flags=re.M)}
    for name, short in re.findall(r"'([a-z_ ]+) (-\w)'", script):
        long[name].add(short)
    for name in ("data convert", "predict", "efp compute", "observables", "evaluate"):
        long[name].add("--format")  # of standard input
    return {name: found | {"-h"} for name, found in long.items()}


def command_lines(page):
    """The words behind every `nearsym` of a page, in blocks and in sentences."""
    lines = [line for block in pages.blocks(page) if block.kind == "sh" for line in pages.commands(block.text)]
    lines += re.findall(r"`(nearsym [^`]*)`", pages.prose(page))
    for line in lines:
        line = re.sub(r"<<'END'.*", "", line.replace("\\\n", " "), flags=re.S)
        words = shlex.shlex(line.replace("[--", " --").replace("]...", " "), posix=True, punctuation_chars=True)
        words.whitespace_split = True
        words, held, last = list(words), None, ""
        for word in [*words, ";"]:
            if set(word) <= set(";&|()<>"):
                if held:
                    yield line, held
                held = None
            elif word == "nearsym" and held is None and last != "-m":  # not python -m nearsym
                held = []
            elif held is not None:
                held.append(word)
            last = word


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_command_and_option_exists(page):
    table = options()
    for line, words in command_lines(page):
        command = ""
        while words and f"{command} {words[0]}".strip() in table:
            command = f"{command} {words.pop(0)}".strip()
        if not command:
            assert words and words[0].startswith("-") or words[0] == "help", line
            continue
        for word in words:
            option = re.match(r"--?[a-z][\w-]*", word)
            if option:
                assert option[0].rstrip("]") in table.get(command, {}), f"{line}: {command} has no {option[0]}"
        for setting in [words[i + 1] for i, word in enumerate(words[:-1]) if word == "--set"]:
            assert known_key(setting.partition("=")[0]), f"{line}: no key {setting}"


@lru_cache
def schema():
    return json.loads(subprocess.run([PROGRAM, "study", "schema"], capture_output=True, text=True, check=True).stdout)


def known_key(path):
    """Whether a card has such a path: names of one's own stand below models, experiments and so on."""
    node, parts = schema(), path.split(".")
    while parts:
        if "allOf" in node:
            node = node["allOf"][0]
        properties, others = node.get("properties", {}), node.get("additionalProperties")
        if parts[0] == "grid" and "grid" in properties:
            return len(parts) == 1 or parts[1] in ("model", "recipe") or len(parts) == 2 or known_key(".".join(parts[1:]))
        if parts[0] in properties:
            node = properties[parts.pop(0)]
        elif isinstance(others, dict):
            node = others
            parts.pop(0)
        else:
            return "type" in node and "object" in node["type"] and "properties" not in node
    return True


def objects(node):
    """Every object with keys in the card's schema."""
    if isinstance(node, dict):
        if "properties" in node:
            yield node
        for part in node.get("properties", {}).values():
            yield from objects(part)
        for name in ("allOf", "anyOf", "items", "additionalProperties"):
            yield from objects(node.get(name))
    elif isinstance(node, list):
        for part in node:
            yield from objects(part)


TYPES = {"string": str, "number": (int, float), "integer": int, "boolean": bool, "array": list, "object": dict, "null": type(None)}


def fits(node, value):
    """Whether a value is as the schema says."""
    if "type" in node:
        kinds = [node["type"]] if isinstance(node["type"], str) else node["type"]
        if not any(isinstance(value, TYPES[kind]) for kind in kinds):
            return False
    if "enum" in node and value not in node["enum"]:
        return False
    if isinstance(value, (int, float)) and not node.get("minimum", value) <= value <= node.get("maximum", value):
        return False
    if not all(fits(part, value) for part in node.get("allOf", [])):
        return False
    if "anyOf" in node and not any(fits(part, value) for part in node["anyOf"]):
        return False
    if isinstance(value, list) and "items" in node and not all(fits(node["items"], item) for item in value):
        return False
    if isinstance(value, dict) and ("properties" in node or "additionalProperties" in node):
        others = node.get("additionalProperties", True)
        for key, part in value.items():
            below = node.get("properties", {}).get(key, others)
            if below is False or (isinstance(below, dict) and not fits(below, part)):
                return False
    return True


@lru_cache
def documented():
    """Names that docs/card.md explains: the keys of tables, figures and curves, which the schema leaves open, too."""
    return set(re.findall(r"`([a-z_]+)`", (ROOT / "docs/card.md").read_text()))


def is_part_of_a_card(value):
    if isinstance(value, list):
        return all(is_part_of_a_card(item) for item in value)
    if any(set(value) <= set(node["properties"]) and fits(node, value) for node in objects(schema())):
        return True
    return isinstance(value, dict) and set(value) <= documented()


@pytest.mark.parametrize("page", [p for p in PAGES if any(b.kind == "yaml" for b in pages.blocks(p))], ids=relative)
def test_every_yaml_block_is_a_card_or_a_part_of_one(page):
    yaml = pytest.importorskip("yaml")
    for block in pages.blocks(page):
        if block.kind == "yaml":
            value = yaml.safe_load(block.text.replace("{…}", "{}"))
            assert is_part_of_a_card(value), block.text
    for block in pages.blocks(page):  # and cards that a shell writes
        for card in re.findall(r"<<'END'\n(.*?)^END$", block.text, flags=re.M | re.S) if block.kind == "sh" else []:
            assert fits(schema(), yaml.safe_load(card)), card
