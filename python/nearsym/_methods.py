"""Which way to train on a broken symmetry pays."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Mapping, NamedTuple, Sequence

from ._library import check, owned_text
from ._native import ffi, lib
from ._scalars import whole
from ._symmetry import Asked, Symmetry
from .studies import Study


class Methods(NamedTuple):
    """A comparison of ways to train. It prints as a table of AUC against training events, with a summary."""

    study: Study
    """The study with rows, tables, figures and report; its card is `methods.yaml` in the folder."""
    sentences: str
    """Which method pays at each size."""
    left_out: str
    """Which methods were not possible, and why."""

    def __repr__(self) -> str:
        parts = (repr(self.study.tables()), self.sentences, self.left_out)
        return "\n\n".join(part.rstrip() for part in parts if part)


def compare_methods(
    card: str | os.PathLike,
    out: str | os.PathLike,
    transform: str | None = None,
    *,
    sizes: Sequence[int] | None = None,
    members: int = 5,
    broken: Symmetry | None = None,
    range: float | None = None,
    columns: Sequence[str] = (),
    image: str = "exact",
    at: Mapping[str, Any] | None = None,
    preset: str | None = None,
    set: Mapping[str, Any] | None = None,
    random_state: int = 1,
    jobs: int = 0,
    progress: bool | str = "auto",
) -> Methods:
    """Trains small networks on a card's sample in several ways, and says which pays. See ``docs/symmetry.md``.

    The ways are: no copies; copies made after the detector or before it, each with and without a penalty for different
    outputs on the copies of an event; and a hybrid with invariant inputs. ``nearsym symmetry --methods`` does the same.

    Parameters
    ----------
    card : a card's path, or a study's name
    out : folder
        The folder for the card `methods.yaml` and its trainings. A stopped call continues there.
    transform : as for `nearsym.symmetry`, but not a function; by default that of the card's copies
    sizes : rising numbers of training events, optional
        By default a tenth, a third and all of 3000, or of half the sample if that is smaller.
    members : int
        Number of trainings of each method at each size, each on its own bootstrap; 2 or more.
    broken : Symmetry, optional
        The result of `nearsym.symmetry` for the card. The summary then says what it means for copies after the
        detector.
    range, columns, image, at, preset, set, random_state : as for `nearsym.symmetry`
    jobs : int
        Number of trainings at once; 0: one per CPU. The results do not depend on it.
    progress : True, False or "auto"

    Raises
    ------
    nearsym.Error
        If the card has a mistake, sizes do not rise or are too large, or the folder has another card.
    KeyboardInterrupt
        After Ctrl-C. Finished trainings are kept.
    """
    asked, folder = Asked(transform, range, columns, image, random_state, jobs), Path(out)
    numbers = ffi.new("size_t[]", [whole("sizes", size) for size in sizes or ()])
    options = ffi.new("nsym_methods_options *", {"size": numbers, "sizes": len(numbers), "members": whole("members", members)})
    path, note, text = folder / "methods.yaml", ffi.new("char **"), ffi.new("char **")
    folder.mkdir(parents=True, exist_ok=True)
    where = asked.card(card, preset, set, at)
    check(lib.nsym_symmetry_write_methods(note, os.fsencode(path), *where, asked.options, options))
    left_out = owned_text(note[0]) or ""
    study = Study(path, out=folder / "methods").run(jobs, progress)
    found = ffi.NULL if broken is None or broken._c is None else broken._c
    check(lib.nsym_report_methods(text, os.fsencode(study.folder), found))
    return Methods(study, owned_text(text[0]) or "", left_out)
