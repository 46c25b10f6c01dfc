"""Comparisons of values with other packages. Each that is made is a row of docs/python-peers.md.

`make peers` sets PEERS_TABLE to the file that the table is written to.
"""

import importlib.metadata
import os
from pathlib import Path

import numpy as np
import pytest

ROWS = []

HEAD = """# Values compared with other packages

Does nearsym give the same values as other packages? In each row, nearsym's Python package and another package compute the
same quantity from the same arrays. `make peers` makes this table: it installs the packages into `build-peers/` with pip and
runs `python/tests/peers`.

- **nearsym, package**: the values. Of an array the table shows the largest number.
- **difference**: the largest one, divided by the package's largest number, or in standard errors (sd).
- **allowed**: a test fails if the difference is larger. The last column gives the reason for this limit.

"""


@pytest.fixture
def compared():
    """Compares two arrays or numbers, and remembers the row."""

    def compare(peer, quantity, ours, theirs, allowed, why, scale=None, unit=""):
        ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
        assert ours.shape == theirs.shape, f"{quantity}: shapes {ours.shape} and {theirs.shape}"
        scale = np.abs(theirs).max() if scale is None else np.asarray(scale)
        difference = float(np.max(np.abs(ours - theirs) / scale))
        count = f" ({ours.size:,} numbers)" if ours.ndim else ""
        digits = f"{difference:.1e}{unit}" if difference else "0", f"{allowed:.0e}{unit}" if allowed else "0"
        ROWS.append((peer, quantity + count, shown(ours), shown(theirs), *digits, why))
        assert difference <= allowed, f"{quantity}: {ours} and {theirs} differ by {difference:.2e}{unit}"

    return compare


def shown(values):
    """A number with eight digits; of an array the largest."""
    largest = values.flat[np.abs(values).argmax()]
    return f"{largest:.8g}" + (", …" if values.ndim else "")


def pytest_sessionfinish(session, exitstatus):
    if not os.environ.get("PEERS_TABLE") or not ROWS or exitstatus != 0:
        return
    names = ("package", "quantity", "nearsym", "package", "difference", "allowed", "reason")
    rows = (names, ("---",) * len(names), *sorted(ROWS, key=lambda row: row[0].lower()))
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    packages = sorted({row[0] for row in ROWS}, key=str.lower)
    versions = [f"{package} {importlib.metadata.version(package)}" for package in packages]
    text = HEAD + "\n".join(lines) + f"\n\nBy {', '.join(versions)}, numpy {np.__version__}.\n"
    Path(os.environ["PEERS_TABLE"]).write_text(text)
