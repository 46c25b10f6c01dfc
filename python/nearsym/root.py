"""ROOT files as events, by uproot."""

from __future__ import annotations

import fnmatch
import glob
import os
import re
import warnings
from pathlib import Path
from typing import Any, Iterable, Mapping, NamedTuple, Sequence

import numpy as np

from ._convert import as_events
from ._library import FileWarning, logger, outside
from .events import Events, join_named

NUMBER = r"(?:u?int(?:8|16|32|64)?(?:_t)?|float(?:16|32|64)?|double|bool|Float16_t|Double32_t)"
FLAT, FIXED, LISTS = (re.compile(NUMBER + behind) for behind in ("", r"\[\d+\]", r"\[\]"))
VECTOR = re.compile(rf"std::vector<({NUMBER})>")
FUNCTIONS = {name: getattr(np, name) for name in ("abs", "sqrt", "exp", "log", "sin", "cos", "minimum", "maximum")}
"""What a cut may call beside numpy's and awkward's own."""
COLLECTION = "collection"
"""The feature that says which of several collections a particle is of."""


class Branches(NamedTuple):
    """Names of a tree's branches, each with its place in the tree, by what they hold for an event."""

    flat: dict[str, str]  # one number, or a fixed number of them
    lists: dict[str, str]  # any number of numbers
    other: dict[str, str]  # and the type


def read_root(
    files: str | os.PathLike | Iterable[str | os.PathLike],
    tree: str | None = None,
    *,
    ragged: str | Mapping[str, str] | None = None,
    features: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
    rename: Mapping[str, str] | None = None,
    select: str | None = None,
    max_events: int | None = None,
) -> Events:
    """Reads trees (TTree or RNTuple) of ROOT files. Lists of numbers become particles, single numbers columns.

    This needs uproot: ``pip install uproot awkward``.

    Parameters
    ----------
    files : path, or several
        ``*`` stands for any characters. The files' events are joined in this order.
    tree : str, optional
        The name of the tree; needed if a file has several.
    ragged : str or mapping of name to str, optional
        The prefix of the particles' branches: ``"PFCand_"`` reads PFCand_pt, PFCand_eta, ... as features pt, eta, ....
        With several collections, ``{"muon": "Muon_", "jet": "Jet_"}``, an event has first the particles of the first
        collection, then those of the next. The features are those common to all, and `collection`: 0, 1, ...
    features : sequence of str, optional
        Features of the particles to read, without the prefix, in this order; by default all that are numbers.
    columns : sequence of str, optional
        Branches with one number, or a fixed number of numbers, per event. ``*`` stands for any characters
        (``"HLT_*"``). By default all; ``[]``: none.
    rename : mapping of str to str, optional
        New names of features and columns: ``{"Px": "px"}``.
    select : str, optional
        A cut on branches, as a Python expression: ``"(nMuon >= 2) & (abs(MET_phi) < 3)"``. `np` and `ak` are numpy and
        awkward: ``"ak.any(Muon_pt > 25, axis=1)"``.
    max_events : int, optional
        Number of entries to read from each file; by default all.

    Returns
    -------
    Events

    Raises
    ------
    ImportError
        If uproot is not installed.
    FileNotFoundError, TypeError, ValueError
        If a file, tree or branch is missing (the message lists those that exist), or a branch does not have numbers.

    Notes
    -----
    Units stay as they are in the file. nearsym expects GeV and radians.

    Examples
    --------
    ::

        events = ns.read_root("nano.root", "Events", ragged="Jet_", features=["pt", "eta", "phi", "mass"],
                              columns=["MET_pt", "nJet"])
    """
    if max_events is not None and max_events < 1:
        raise ValueError(f"max_events is {max_events}, must be 1 or more")
    for name, value in (("features", features), ("columns", columns)):
        if isinstance(value, str):
            raise TypeError(f"{name} is the text {value!r}, must be a list of names: [{value!r}]")
    prefixes = {"particles": ragged} if isinstance(ragged, str) else dict(ragged or {})
    if features is not None and not prefixes:
        raise ValueError("features are given, and no `ragged`, which says whose")
    if not prefixes and columns is not None and len(columns) == 0:
        raise ValueError("there is nothing to read: no columns are wanted, and `ragged` names no particles")
    samples, paths = [], paths_of(files)
    for path in paths:
        with opened(path) as file:
            reader = Reader(path, find_tree(file, path, tree), select, max_events)
            fields = {} if not prefixes else reader.particles(prefixes, features)
            if not prefixes and columns is None:
                tell_lists(path, list(reader.branches.lists))
            samples.append(as_events(renamed({**reader.columns(columns), **fields}, rename or {})))
    return samples[0] if len(samples) == 1 else join_named(samples, paths)


def tell_lists(path: str, lists: Sequence[str]) -> None:
    """Warns that lists are left out, as nobody says which are the particles."""
    if lists:
        prefix = re.sub(r"^([^_.]*[_.]?).*", r"\1", lists[0])
        some = ", ".join(lists[:8]) + (", ..." if len(lists) > 8 else "")
        warnings.warn(
            f"{path}: branches with lists are left out: {some}. To read some of them as particles, give `ragged` the "
            f"beginning of their names, such as {prefix!r} (--ragged {prefix})",
            FileWarning,
            stacklevel=outside(),
        )


def paths_of(files: Any) -> list[str]:
    """The files that are meant, stars filled in."""
    given = [files] if isinstance(files, (str, os.PathLike)) else list(files)
    paths: list[str] = []
    for path in [os.fspath(path) for path in given]:
        found = [path] if "://" in path or Path(path).exists() else sorted(glob.glob(path))
        if not found:
            raise FileNotFoundError(f"there is no file {path}")
        paths += found
    if not paths:
        raise ValueError("there are no files to read")
    return paths


def opened(path: str) -> Any:
    """A ROOT file, open."""
    try:
        import uproot
    except ImportError as error:
        raise ImportError("ROOT files are read by uproot: pip install uproot awkward") from error
    if "://" not in path:
        with open(path, "rb") as file:
            if file.read(4) != b"root":
                raise ValueError(f"{path} is not a ROOT file; nearsym.read reads nearsym's own formats")
    return uproot.open(path)


def find_tree(file: Any, path: str, tree: str | None) -> Any:
    """The tree of that name, or the only one."""
    kinds = file.classnames(cycle=False)
    trees = [name for name, kind in kinds.items() if kind == "TTree" or "RNTuple" in kind]
    if tree is None and len(trees) == 1:
        return file[trees[0]]
    there = f"{path} has the trees: {', '.join(trees)}" if trees else f"{path} has no tree"
    if tree is None:
        raise ValueError(f"{there}; name one by `tree`" if trees else there)
    if tree.partition(";")[0] not in trees:
        raise ValueError(f"there is no tree {tree!r}; {there}")
    return file[tree]


def kinds_of(tree: Any) -> dict[str, str]:
    """What each branch of a tree is, as C++ has it: "float", "float[3]", "float[]", or another type."""
    if tree.classname == "TTree":
        return {place: VECTOR.sub(r"\1[]", kind) for place, kind in tree.typenames().items()}
    form = tree.to_akform()  # an RNTuple's fields
    form = form[0] if isinstance(form, tuple) else form
    kinds = {}
    for name, content in zip(form.fields, form.contents):
        inner = content.content if content.is_list else content
        kinds[name] = type_of(content)
        if inner.is_record:
            brackets = "[]" if content.is_list else ""
            for field, part in zip(inner.fields, inner.contents):
                kinds[f"{name}.{field}"] = type_of(part) + brackets
    return {name: kind for name, kind in kinds.items() if not name.startswith("_collection")}


def type_of(form: Any) -> str:
    """An awkward type as C++ writes it: "3 * float64" is float64[3]."""
    size, star, kind = str(form.type).rpartition(" * ")
    return kind + (f"[{size.replace('var', '')}]" if star else "")


def sort_branches(tree: Any) -> Branches:
    """What the branches of a tree hold."""
    branches = Branches({}, {}, {})
    for place, kind in kinds_of(tree).items():
        name = place.rpartition("/")[2]
        if FLAT.fullmatch(kind) or FIXED.fullmatch(kind):
            branches.flat[name] = place
        elif LISTS.fullmatch(kind):
            branches.lists[name] = place
        elif kind:
            branches.other[name] = kind
    return branches


def identifier(name: str) -> str:
    """A branch's name as it stands in a cut: Muon.pt is Muon_pt."""
    return name.replace(".", "_")


class Reader:
    """A tree of a file, and which of its entries are wanted."""

    def __init__(self, path: str, tree: Any, select: str | None, max_events: int | None):
        self.path, self.tree, self.stop = path, tree, max_events
        self.branches = sort_branches(tree)
        self.keep = None
        if select is not None:
            self.keep = self._cut(select)

    def _cut(self, select: str) -> np.ndarray:
        """Which entries pass."""
        import awkward as ak

        places = {**self.branches.flat, **self.branches.lists}
        cut = select.strip()
        for name in sorted((name for name in places if "." in name), key=len, reverse=True):
            cut = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w.])", identifier(name), cut)
        named = {identifier(name): name for name in places}
        try:
            code = compile(cut, "<select>", "eval")
            values = {name: self._array(places[named[name]]) for name in code.co_names if name in named}
            passed = np.asarray(ak.to_numpy(eval(code, {"__builtins__": FUNCTIONS, "np": np, "ak": ak, **values})))
        except NameError as error:
            some = ", ".join(sorted(places)[:40])
            raise ValueError(f"{self.path}: the cut {select!r}: {error}; branches are: {some}") from error
        except Exception as error:
            raise ValueError(f"{self.path}: cannot evaluate the cut {select!r}: {error}") from error
        entries = self.tree.num_entries if self.stop is None else min(self.stop, self.tree.num_entries)
        if passed.dtype != bool or passed.shape != (entries,):
            raise ValueError(f"the cut {select!r} must say yes or no for each event: compare numbers, join by & and |")
        return passed

    def _array(self, place: str) -> Any:
        """A branch's values, of the entries that are wanted."""
        array = self.tree[place].array(entry_stop=self.stop, library="ak")
        return array if self.keep is None else array[self.keep]

    def _refuse(self, name: str, wanted: str) -> None:
        """ValueError that says what a branch is, or which there are."""
        b = self.branches
        if name in b.other:
            raise ValueError(f"{self.path}: branch {name!r} is of type {b.other[name]}, must be numbers")
        if name in b.lists:
            raise ValueError(f"{self.path}: branch {name!r} is a list for each event; give its prefix to `ragged`")
        if name in b.flat:
            raise ValueError(f"{self.path}: branch {name!r} is not a list; read it with `columns`")
        names = sorted(b.flat if wanted == "column" else b.lists)
        near = [other for other in names if other.lower() == name.lower()] or names
        some = ", ".join(near[:40]) + (f" and {len(near) - 40} more" if len(near) > 40 else "")
        raise ValueError(f"{self.path}: there is no {wanted} {name!r}; there are: {some or 'none'}")

    def columns(self, wanted: Sequence[str] | None) -> dict[str, Any]:
        """Branches of one number an event, or a fixed number of them."""
        flat = self.branches.flat
        if wanted is None and self.branches.other:
            logger.info("%s: not numbers, and left out: %s", self.path, ", ".join(self.branches.other))
        names: dict[str, None] = {}
        for pattern in ["*"] if wanted is None else wanted:
            found = [pattern] if pattern in flat else fnmatch.filter(flat, pattern)
            if not found and wanted is not None:
                self._refuse(pattern, "column")
            names.update(dict.fromkeys(found))
        return {name: self._array(flat[name]) for name in names}

    def particles(self, prefixes: Mapping[str, str], wanted: Sequence[str] | None) -> dict[str, Any]:
        """Lists of numbers as features of one collection, or of several one behind the other."""
        import awkward as ak

        fields = [self._features(prefix, wanted) for prefix in prefixes.values()]
        if len(fields) == 1:
            return self._read(fields[0])
        common = [name for name in fields[0] if all(name in others for others in fields)]
        if not common:
            raise ValueError(f"{self.path}: {', '.join(prefixes.values())} have no feature in common")
        parts = [self._read({name: places[name] for name in common}) for places in fields]
        joined = {name: ak.concatenate([part[name] for part in parts], axis=1) for name in common}
        first = [part[common[0]] for part in parts]
        joined[COLLECTION] = ak.concatenate([ak.full_like(a, k, dtype=float) for k, a in enumerate(first)], axis=1)
        return joined

    def _features(self, prefix: str, wanted: Sequence[str] | None) -> dict[str, str]:
        """Places of the branches that begin so, by the rest of their names."""
        lists = self.branches.lists
        if wanted is not None:
            for name in wanted:
                if prefix + name not in lists:
                    self._refuse(prefix + name, "list")
            return {name: lists[prefix + name] for name in wanted}
        longer = [name for name in lists if name.startswith(prefix) and name != prefix]
        found = {name[len(prefix) :]: lists[name] for name in longer}
        if not found:
            self._refuse(prefix, "list that begins with")
        return found

    def _read(self, places: Mapping[str, str]) -> dict[str, Any]:
        return {name: self._array(place) for name, place in places.items()}


def renamed(fields: Mapping[str, Any], rename: Mapping[str, str]) -> dict[str, Any]:
    """The same under other names."""
    unknown = [name for name in rename if name not in fields]
    if unknown:
        raise ValueError(f"rename: nothing is called {unknown[0]!r}; what was read: {', '.join(list(fields)[:40])}")
    new = [rename.get(name, name) for name in fields]
    twice = [name for name in new if new.count(name) > 1]
    if twice:
        raise ValueError(f"two of the features and columns would be called {twice[0]!r}; rename one of them")
    return dict(zip(new, fields.values()))
