"""The notebooks and scripts in examples/ run, on small samples."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import nearsym as ns

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))
NEEDS = {"1_lhe_to_hybrid": ["awkward"]}


def cells(path):
    """A notebook's cells of code."""
    return [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]


def run(code, folder):
    """Runs code with small samples and without a screen."""
    quick = {"NSYM_QUICK": "1", "MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1"}
    environment = {name: value for name, value in os.environ.items() if name != "NSYM_DATA"}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=folder, env={**environment, **quick}, capture_output=True, text=True)


def test_there_are_four_notebooks():
    assert len(NOTEBOOKS) == 4


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path, tmp_path):
    for module in ["matplotlib", *NEEDS.get(path.stem, [])]:
        pytest.importorskip(module)
    done = run("\n\n".join("".join(cell["source"]) for cell in cells(path)), tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_small_with_pictures_and_without_errors(path):
    outputs = [output for cell in cells(path) for output in cell["outputs"]]
    assert path.stat().st_size < 300_000
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 2
    assert not [output for output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"]


def test_optuna_searches_a_studys_settings(tmp_path):
    pytest.importorskip("optuna")
    done = run((EXAMPLES / "optuna_search.py").read_text(), tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "3 trials" in done.stdout and "models.hybrid.hidden" in done.stdout


@pytest.mark.parametrize("sample", ["muons", "pairs", "dimuon"])
def test_pythia_makes_samples_that_studies_take(sample, tmp_path):
    if not importlib.util.find_spec("pythia8mc"):  # an import runs what a folder `python` has
        pytest.skip("no pythia8mc")
    command = [sys.executable, EXAMPLES / "pythia_samples.py", sample, "--events", "4", "--pool", "2", "-o", "out.h5"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    events = ns.read(tmp_path / "out.h5")
    toy = {"muons": ns.generate.muons, "pairs": ns.generate.muon_pairs, "dimuon": ns.generate.dimuon}[sample](4)
    assert len(events) == 4 and set(toy.keys()) - {"label"} <= set(events.keys())
    assert set(toy.features) <= set(events.features)
