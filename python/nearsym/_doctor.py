"""What the Python package finds on this machine."""

from __future__ import annotations

import platform
import sys
from importlib import metadata

from ._library import VERSION, ffi, lib, text
from ._tables import Cells, Table

# Packages that some functions import, and for what.
OPTIONAL = {
    "awkward": "events as awkward arrays",
    "uproot": "ROOT files",
    "scikit-learn": "networks in its pipelines and searches",
    "pandas": "events as data frames",
    "matplotlib": "plots",
    "mplhep": "plots in the experiments' styles",
    "tqdm": "progress bars",
}


class Doctor(Table, dict):
    """Versions by name. None means missing; `advice` says how to get it."""

    def __init__(self) -> None:
        super().__init__()
        self.advice: dict[str, str] = {}

    def _cells(self) -> Cells:
        rows = [[name, version or "missing", self.advice.get(name, "")] for name, version in self.items()]
        return Cells("", ("what", "version", "for"), rows, left=(0, 1, 2))


@ffi.def_extern(name="nearsym_visit_library")
def _visit(context, name, version, purpose):
    found = ffi.from_handle(context)
    missing = version == ffi.NULL
    found[text(name)] = None if missing else text(version) or "there"
    found.advice[text(name)] = f"{text(purpose)}: install it and build nearsym anew" if missing else text(purpose)


def doctor() -> Doctor:
    """Lists nearsym's version, the CPU instructions it uses, libraries and optional packages.

    Paste it in a bug report, with the output of `nearsym doctor --report` if you have the program.

    Returns
    -------
    Doctor
        A dict of names and versions, None for missing ones. It prints as a table.

    Examples
    --------
    >>> doctor()["numpy"] is not None
    True
    """
    found = Doctor()
    found["nearsym"] = VERSION
    found["Python"] = platform.python_version()
    found["system"] = platform.platform()
    found["compiler"] = text(lib.nsym_compiler())
    found["instructions"] = text(lib.nsym_cpu_path())
    found.advice.update({"Python": sys.executable, "compiler": "built nearsym"})
    found["instructions in bf16"] = text(lib.nsym_cpu_bf16_path())
    handle = ffi.new_handle(found)
    lib.nsym_libraries(lib.nearsym_visit_library, handle)
    for name, purpose in {"numpy": "arrays", "cffi": "calls of the library", **OPTIONAL}.items():
        try:
            found[name] = metadata.version(name)
            found.advice[name] = purpose
        except metadata.PackageNotFoundError:
            found[name] = None
            found.advice[name] = f"{purpose}: pip install {name}"
    return found
