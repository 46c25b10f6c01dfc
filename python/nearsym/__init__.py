"""nearsym: learning from collider data whose symmetry is only nearly true."""

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

__version__ = "0.1.0"
