"""HDF5 files that may be damaged are read by another process first."""

import importlib.util
import os
import signal
from pathlib import Path

import numpy as np
import pytest

import nearsym as ns
from nearsym import _trust

# Of 2000 mutants those that crash HDF5 1.10.8, one that makes it hang, and neighbours that do neither.
CRASHES = [101, 235, 710, 904, 931, 949, 1030, 1514, 1914, 1974]
HANG = [211]
OTHERS = range(22)


@pytest.fixture
def events(tmp_path):
    """A file of events."""
    path = tmp_path / "events.h5"
    ns.Events(columns={"mass": np.linspace(80, 100, 50)}).write(path)
    return path


def end_with(monkeypatch, code):
    """The other Python does this instead of reading the file."""
    monkeypatch.setattr(_trust, "CHILD", code)


def test_sound_files_pass_and_are_checked_once(events, monkeypatch):
    ns.check_file(events)
    end_with(monkeypatch, "raise SystemExit(3)")
    ns.check_file(str(events))
    assert len(ns.read(events, check=True)) == 50
    os.utime(events, (1, 1))
    with pytest.raises(ns.LibraryError, match="cannot be checked: another Python ended with status 3"):
        ns.check_file(events)


def test_files_with_data_in_other_files_are_checked_every_time(events, tmp_path, monkeypatch):
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "linked.h5"
    with h5py.File(path, "w") as file:
        file["mass"] = h5py.ExternalLink(events.name, "/mass")
    ns.check_file(path)
    assert len(ns.read(path, check=True)) == 50
    end_with(monkeypatch, "import os; os.abort()")
    with pytest.raises(ns.FormatError, match="crashes the HDF5 library"):
        ns.check_file(path)


@pytest.mark.parametrize(
    "code, message",
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", r"crashes the HDF5 library \(signal 11, Segm"),
        ("import os; os.abort()", r"crashes the HDF5 library \(signal 6, Abort"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "keeps the HDF5 library busy without an end"),
        ("raise SystemExit(82)", "takes far more memory than a file of its size should"),
    ],
)
def test_files_that_end_another_python_are_refused(events, monkeypatch, code, message):
    end_with(monkeypatch, code)
    with pytest.raises(ns.FormatError, match=f"events.h5: reading it {message}"):
        ns.check_file(events)
    monkeypatch.undo()
    with pytest.raises(ns.FormatError, match=message):
        ns.read(events, check=True)
    assert len(ns.read(events)) == 50


def test_what_cannot_be_checked_is_said(events, monkeypatch, tmp_path):
    with pytest.raises(ns.FileError, match="nowhere.h5: cannot be opened"):
        ns.check_file(tmp_path / "nowhere.h5")
    monkeypatch.setattr("sys.executable", str(tmp_path / "nopython"))
    with pytest.raises(ns.LibraryError, match="no other Python can be started"):
        ns.check_file(events)


def mutants():
    """tests/fuzz/hdf5_mutants.py as a module."""
    pytest.importorskip("h5py")
    path = Path(__file__).resolve().parents[2] / "tests/fuzz/hdf5_mutants.py"
    spec = importlib.util.spec_from_file_location("hdf5_mutants", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif("NEARSYM" not in os.environ, reason="the program's path is not in NEARSYM")
def test_no_damaged_file_crashes_the_program(tmp_path, capfd):
    numbers = ",".join(map(str, [*CRASHES, *HANG, *OTHERS]))
    failed = mutants().main([os.environ["NEARSYM"], str(tmp_path / "mutants"), "--numbers", numbers])
    assert not failed, capfd.readouterr().out


def test_no_damaged_file_crashes_python(events):
    module = mutants()
    content = module.without_seal(events)
    refused = 0
    for number in range(10):
        events.write_bytes(module.mutate(content, number))
        try:
            ns.read(events, check=True)
        except ns.Error:
            refused += 1
    assert 0 < refused < 10
