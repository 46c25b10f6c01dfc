"""Check of HDF5 files that may be damaged: another process, which may crash, reads them first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from ._library import FileError, FormatError, LibraryError
from ._native import ffi, lib

SOUND, SOUND_ELSEWHERE, HUNGRY = 80, 81, 82
"""How the other process ends; SOUND_ELSEWHERE: data in other files were read, too, and those may change."""

CHILD = """
import sys
sys.path.insert(0, sys.argv[1])
from nearsym._trust import probe
probe(sys.argv[2])
"""
CRASHES = (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL, signal.SIGTRAP)

_known: dict[tuple[int, ...], str] = {}
"""What is wrong with files, by what tells a file and its state; "" for sound ones."""


def check_file(path: str | os.PathLike) -> None:
    """Refuses an HDF5 file that crashes the HDF5 library, makes it hang, or makes it take all memory.

    A damaged or hostile HDF5 file can do this, and Python crashes with it. So another Python process first reads the
    whole file, with limits on memory and time. This takes as long as reading the file. A file is checked again only if
    it has changed, or if it has data in other files. The program always checks; in Python, `read(path, check=True)`
    checks and reads.

    Parameters
    ----------
    path : a file of events, scores or a model. Other formats pass, because nearsym reads them without HDF5

    Raises
    ------
    nearsym.FormatError
        If the file is damaged; the message says what happens.
    nearsym.FileError
        If there is no such file.
    nearsym.LibraryError
        If no other Python process can be started.
    """
    name = os.fspath(path)
    try:
        state = os.stat(name)
    except OSError as error:
        raise FileError(f"{name}: cannot be opened: {error.strerror}") from None
    key = (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
    fault, lasting = (_known[key], True) if key in _known else _fault(name)
    if lasting:
        _known[key] = fault
    if fault:
        raise FormatError(f"{name}: reading it {fault}")


def probe(path: str) -> None:
    """Reads all of a file and ends this process, which was started for it."""
    elsewhere = ffi.new("bool *")
    if lib.nsym_hdf5_probe(elsewhere, os.fsencode(path), True) != lib.NSYM_OK:
        sys.exit(HUNGRY)
    sys.exit(SOUND_ELSEWHERE if elsewhere[0] else SOUND)


def _fault(path: str) -> tuple[str, bool]:
    """What reading a file does to another Python, "" where it does no harm; and whether that is so until it changes."""
    command = [sys.executable, "-c", CHILD, str(Path(__file__).absolute().parents[1]), os.path.abspath(path)]
    try:
        none = subprocess.DEVNULL
        ended = subprocess.run(command, stdin=none, stdout=none, stderr=none, check=False).returncode
    except OSError as error:
        raise LibraryError(f"{path}: cannot be checked: no other Python can be started: {error}") from None
    if ended in (SOUND, SOUND_ELSEWHERE):
        return "", ended == SOUND
    if ended == HUNGRY:
        return "takes far more memory than a file of its size should: it may be damaged", True
    if -ended == signal.SIGXCPU:
        return "keeps the HDF5 library busy without an end: the file is damaged", True
    if -ended in CRASHES:
        return f"crashes the HDF5 library (signal {-ended}, {signal.strsignal(-ended)}): the file is damaged", True
    raise LibraryError(f"{path}: cannot be checked: another Python ended with status {ended}")
