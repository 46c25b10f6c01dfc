"""python -m nearsym convert."""

import subprocess
import sys

import numpy as np
import pytest

import nearsym as ns
from nearsym.__main__ import main


def convert(*arguments):
    return main(["convert", *map(str, arguments)])


@pytest.fixture
def path(tmp_path):
    ak, uproot = pytest.importorskip("awkward"), pytest.importorskip("uproot", reason="ROOT files need uproot")
    pf = ak.unflatten(ak.zip({"pt": [5.0, 7.0, 9.0], "eta": [0.1, 0.2, 0.3]}), [2, 0, 1])
    path = tmp_path / "events.root"
    with uproot.recreate(path) as file:
        file.mktree("Events", {"PFCand": ak.type(pf).content, "mu_pt": "float64", "run": "int64"})
        file["Events"].extend({"PFCand": pf, "mu_pt": np.array([30.0, 40.0, 50.0]), "run": np.array([1, 1, 2])})
    return path


def test_a_root_file_becomes_a_file_of_nearsym(path, tmp_path, capsys):
    out = tmp_path / "events.h5"
    arguments = ["--tree", "Events", "--ragged", "pf=PFCand_", "--columns", "mu_*", "--rename", "eta=y"]
    assert convert(path, *arguments, "-o", out) == 0
    events = ns.read(out)
    assert events.features == ("pt", "y") and list(events.columns) == ["mu_pt"]
    assert events.counts.tolist() == [2, 0, 1] and events["mu_pt"].tolist() == [30, 40, 50]
    assert "3 events with 3 particles" in capsys.readouterr().out


def test_every_file_has_its_label(path, tmp_path):
    out = tmp_path / "events.csv"
    assert convert(path, path, "--columns", "mu_pt", "--label", "1,0", "--select", "mu_pt > 35", "-o", out) == 0
    assert ns.read(out)["label"].tolist() == [1, 1, 0, 0]


def test_entries_can_be_limited(path, tmp_path):
    assert convert(path, "-n", 2, "-o", tmp_path / "events.npz") == 0
    assert len(ns.read(tmp_path / "events.npz")) == 2


def test_labels_that_do_not_fit_the_files_are_refused(path, tmp_path, capsys):
    assert convert(path, "--label", "1,0", "-o", tmp_path / "out.h5") == 1
    assert "--label has 2 numbers for 1 files" in capsys.readouterr().err
    assert not (tmp_path / "out.h5").exists()


def test_a_branch_that_is_not_there_is_told_without_a_traceback(path, tmp_path, capsys):
    assert convert(path, "--ragged", "pf_", "-o", tmp_path / "out.h5") == 1
    assert "there are: PFCand_eta, PFCand_pt" in capsys.readouterr().err


def test_lists_that_are_left_out_are_told_in_one_line(path, tmp_path, capsys):
    assert convert(path, "-o", tmp_path / "out.h5") == 0
    assert capsys.readouterr().err.startswith(f"nearsym: warning: {path}: branches with lists are left out: ")


def test_an_ending_that_tells_no_format_is_refused(path, tmp_path, capsys):
    assert convert(path, "-o", tmp_path / "out.zip") == 1
    assert "its ending is not that of a format" in capsys.readouterr().err


def test_other_formats_are_pointed_to_the_program(tmp_path, capsys):
    other = tmp_path / "my events.csv"
    other.write_text("x,label\n1,0\n")
    assert convert(other, "-o", "out.h5") == 1
    assert f"nearsym data convert '{other}' -o out.h5" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["convert"], ["convert", "a"], ["convert", "a", "-o", "b", "--rename", "x"]])
def test_wrong_usage_ends_with_2(arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_the_module_runs_and_explains_itself():
    command = [sys.executable, "-m", "nearsym", "convert", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "--ragged" in done.stdout and "nearsym data convert" in done.stdout


def test_without_uproot_it_says_what_to_install(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "uproot", None)
    path = tmp_path / "a.root"
    path.write_bytes(b"root")
    assert convert(path, "-o", tmp_path / "out.h5") == 1
    assert "pip install uproot awkward" in capsys.readouterr().err
