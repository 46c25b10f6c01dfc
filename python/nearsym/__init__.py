"""nearsym: learning from collider data whose symmetry is only nearly true."""

from ._convert import as_events
from ._library import (
    Error,
    FileError,
    FormatError,
    InvalidError,
    LibraryError,
    NotFoundError,
    NumericError,
    OutOfMemoryError,
)
from .events import Events, concat, read

__version__ = "0.1.0"
