"""Calls of the C library: a failure becomes an exception with the library's message, Ctrl-C stops a long call."""

from __future__ import annotations

import collections
import contextlib
import logging
import sys
import warnings
from types import FrameType
from typing import Any, Callable, Iterator

from ._native import ffi, lib

logger = logging.getLogger("nearsym")


class Error(Exception):
    """Base class of the library's exceptions. The message says what is wrong, where, which value, and what to do."""


class InvalidError(Error, ValueError):
    """An argument, or a value of a card, is wrong."""


class FileError(Error, OSError):
    """The system refused to open, read or write a file."""


class FormatError(Error, ValueError):
    """The content of a file or a sample is damaged, or not as it should be."""


class NumericError(Error, ValueError):
    """A NaN or infinity, or a method that did not converge."""


class NotFoundError(Error, LookupError, ValueError):
    """There is no column, study, model or file of that name."""


class OutOfMemoryError(Error, MemoryError):
    """There is not enough memory."""


class LibraryError(Error, RuntimeError):
    """A library that nearsym uses failed unexpectedly."""


EXCEPTIONS = {
    lib.NSYM_EINVAL: InvalidError,
    lib.NSYM_EIO: FileError,
    lib.NSYM_EFORMAT: FormatError,
    lib.NSYM_ENOMEM: OutOfMemoryError,
    lib.NSYM_ENUMERIC: NumericError,
    lib.NSYM_ENOTFOUND: NotFoundError,
    lib.NSYM_EINTERRUPTED: KeyboardInterrupt,
    lib.NSYM_EINTERNAL: LibraryError,
}


_remarks: collections.deque[str] = collections.deque()


@ffi.def_extern()
def nearsym_tell_remark(context: Any, kind: int, remark: Any) -> None:
    """Keeps the library's warnings until its call is over: a filter may turn a warning into an exception."""
    if kind == lib.NSYM_WARNING:
        _remarks.append(text(remark))


lib.nsym_remarks_listen(lib.nearsym_tell_remark, ffi.NULL)


class FileWarning(UserWarning):
    """A warning that a file's numbers may not be what their names say."""


def check(status: int) -> None:
    """Raises the exception of a status, with the message of this thread's last failure; gives warnings before it.

    Where a filter makes an exception of a warning, further ones of this call are not given: the next call is of another
    file. A failure goes before such an exception.
    """
    message = text(lib.nsym_message()) if status != lib.NSYM_OK else ""
    remarks = [_remarks.popleft() for _ in range(len(_remarks))]
    try:
        for remark in remarks:
            warnings.warn(remark, FileWarning, stacklevel=outside())
    finally:
        if status != lib.NSYM_OK:
            raise EXCEPTIONS.get(status, LibraryError)(message)


def outside() -> int:
    """The stack level, for what calls this, of the first caller outside this package."""
    frame: FrameType | None = sys._getframe(2)
    level = 2
    while frame and frame.f_globals.get("__name__", "").partition(".")[0] == "nearsym":
        frame, level = frame.f_back, level + 1
    return level


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """While the block runs, Ctrl-C makes the library's `stop` (see STOP) ask to end; KeyboardInterrupt follows."""
    lib.nearsym_interrupt_begin()
    try:
        yield
    finally:
        lib.nearsym_interrupt_end()


STOP = ffi.addressof(lib, "nearsym_interrupted")
"""For the `stop` of a call's options, within interruptible()."""


def text(pointer: Any) -> str:
    """A C text as str; "" for NULL."""
    return ffi.string(pointer).decode("utf-8", "replace") if pointer else ""


def names(listed: Any) -> tuple[str, ...]:
    """A NULL-terminated list of the library's names."""
    found: list[str] = []
    while listed[len(found)]:
        found.append(text(listed[len(found)]))
    return tuple(found)


def c_text(value: Any, name: str) -> bytes:
    """A text as C reads it. TypeError for what is no text, ValueError for one that a NUL would cut; `name` says whose."""
    if not isinstance(value, str):
        raise TypeError(f"{name} is {value!r}, must be a text")
    if "\0" in value:
        raise ValueError(f"{name} is {value!r}, and a text cannot hold a NUL character")
    return value.encode()


def owned_text(pointer: Any) -> str | None:
    """A C text that the library gave us to free, as str; None for NULL."""
    if not pointer:
        return None
    try:
        return text(pointer)
    finally:
        lib.free(pointer)


def new(kind: str, make: Callable, *arguments: Any) -> Any:
    """What `make(kind **out, ...)` gives, freed when Python lets it go.

    kind : such as "nsym_efp_set"; its function kind_free frees it
    """
    out = ffi.new(f"{kind} **")
    status = make(out, *arguments)
    owner = ffi.gc(out[0], getattr(lib, f"{kind}_free"))
    check(status)
    return owner


VERSION = text(lib.NSYM_VERSION)
"""Of the library."""


def tell_notes(notes: str) -> None:
    """Gives the lines of a library's note to the log: warnings as such."""
    for line in notes.splitlines():
        if line.strip():
            logger.warning("%s", line) if line.startswith("warning") else logger.info("%s", line)
