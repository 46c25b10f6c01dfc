"""nearsym.doctor and python -m nearsym doctor."""

from importlib import metadata

import nearsym as ns
from nearsym import _doctor
from nearsym.__main__ import main


def test_it_names_versions_of_what_is_there():
    found = ns.doctor()
    assert found["nearsym"] == ns.__version__
    assert found["numpy"] == metadata.version("numpy")
    assert found["oneDNN"][0].isdigit() and found["HDF5"].startswith("1.")
    assert found["instructions"] in ("plain", "avx2", "avx512")


def test_it_says_how_to_get_what_is_missing(monkeypatch):
    monkeypatch.setitem(_doctor.OPTIONAL, "nearsym-no-such-package", "nothing")
    found = ns.doctor()
    assert found["nearsym-no-such-package"] is None
    assert "nothing: pip install nearsym-no-such-package" in str(found)


def test_the_module_prints_it(capsys):
    assert main(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert "oneDNN" in printed and "instructions" in printed
