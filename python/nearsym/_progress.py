"""How far a long call is: a bar of tqdm's where it is wanted, and lines for the log."""

from __future__ import annotations

import contextlib
import sys
from typing import Any, Iterator

from ._library import check, logger, tell_notes, text
from ._native import ffi, lib


def is_wanted(progress: bool | str) -> bool:
    """Does the user want a bar? "auto": on a terminal, and in a notebook."""
    if progress not in (True, False, "auto"):
        raise ValueError(f"progress is {progress!r}, must be True, False or 'auto' (on a terminal and in a notebook)")
    return progress is True or (progress == "auto" and (sys.stderr.isatty() or in_notebook()))


def in_notebook() -> bool:
    """Does this run in Jupyter?"""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None


def tqdm_bar() -> Any:
    """tqdm's bar, where tqdm is installed; else None, and the log says so."""
    try:
        from tqdm.auto import tqdm
    except ImportError:
        logger.info("a bar shows progress where tqdm is: pip install tqdm")
        return None
    return tqdm


class Bar:
    """Shows what the library tells of its work; any thread may call it."""

    def __init__(self, shown: bool):
        self._make = tqdm_bar() if shown else None
        self._bar: Any = None
        self._what = ""

    def tell(self, what: str, done: float, total: float) -> None:
        """So much of the work is done."""
        if self._make is None:
            return
        if self._bar is None or self._what != what:
            self.close()
            self._what = what
            self._bar = self._make(total=1.0, desc=what, bar_format="{l_bar}{bar}| {elapsed}<{remaining}")
        self._bar.update((done / total if total > 0 else 0.0) - self._bar.n)

    def close(self) -> None:
        """Leaves the bar as it stands."""
        if self._bar is not None:
            self._bar.close()
        self._bar = None


def _quiet(kind, exception, traceback):
    """What a callback raised, such as KeyboardInterrupt, goes no further: `stop` has heard of Ctrl-C already."""
    logger.debug("while progress was told: %r", exception)


@ffi.def_extern(name="nearsym_tell_progress", onerror=_quiet)
def _tell(context, what, done, total):
    ffi.from_handle(context).tell(text(what), done, total)


@ffi.def_extern(name="nearsym_tell_line", onerror=_quiet)
def _line(context, line):
    tell_notes(text(line))


@contextlib.contextmanager
def listening(progress: bool | str) -> Iterator[Any]:
    """A `nsym_progress *` for a call's options, which tells a bar and the log.

    progress : True, False, or "auto": a bar on a terminal and in a notebook
    """
    bar = Bar(is_wanted(progress))
    handle, out = ffi.new_handle(bar), ffi.new("nsym_progress **")
    check(lib.nsym_progress_listen(out, lib.nearsym_tell_progress, lib.nearsym_tell_line, handle))
    try:
        yield out[0]
    finally:
        lib.nsym_progress_free(out[0])
        bar.close()
