"""Studies: a card becomes a grid of trainings, a ledger of results, tables, figures and a page."""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any, Iterator, Mapping

import numpy as np

from ._library import STOP, Error, NotFoundError, c_text, check, interruptible, logger, owned_text, tell_notes, text
from ._native import ffi, lib
from ._progress import is_wanted, listening
from ._report import Pieces, Text, frame
from ._scalars import threads
from ._study_facts import Checked, Cost, Trained
from ._tables import Cells, Table

FIRST, LAST = ("experiment",), ("metric", "value", "error", "members", "std", "standard_error")


class Studies(Table, dict):
    """Titles of studies, by name."""

    def _cells(self) -> Cells:
        return Cells("", ("study", "title"), list(self.items()), left=(0, 1))


@ffi.def_extern(name="nearsym_visit_study")
def _visit(context, name, title):
    ffi.from_handle(context)[text(name)] = text(title)


def studies() -> Studies:
    """The studies that come with nearsym: those of papers, and cards to start from for samples of your own.

    Returns
    -------
    Studies
        A dict of names and titles, which prints as a table.

    Examples
    --------
    >>> "approximate-invariance" in studies()
    True
    """
    found = Studies()
    handle = ffi.new_handle(found)
    check(lib.nsym_study_list(lib.nearsym_visit_study, handle))
    return found


def number_of(value: Any) -> Any:
    """What JSON does not know in a card: numpy's numbers and arrays, paths."""
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise TypeError(f"a card has {value!r} of type {type(value).__name__}, must be texts, numbers, lists and dicts")


def as_json(value: Any, indent: int | None = None) -> str:
    """A value of a card as YAML reads it."""
    try:
        return json.dumps(value, default=number_of, allow_nan=False, ensure_ascii=False, indent=indent)
    except ValueError as error:
        raise ValueError(f"a card has a number that is not finite: {error}") from error


def setting_of(item: tuple[str, Any]) -> str:
    """A path and its value as the library takes them. A text stands as it is: "[1, 2]" is a list there."""
    path, value = item
    return f"{path}={value if isinstance(value, str) else as_json(value)}"


class Study(Table):
    """A study of a card: its runs, results, tables and figures.

    Parameters
    ----------
    card : str, path or dict
        The name of a published study (`studies()`), the path of a card, or a card as a dict. What a card may say:
        ``docs/card.md``.
    preset : str, optional
        One of the card's presets, such as "quick" or "paper", laid over it.
    set : dict, optional
        Values by dotted path, laid over card and preset: ``{"train.epochs": 5}``.
    out : path, optional
        The output folder, made where it is missing; by default ``nearsym-out/NAME``. A study that was stopped goes on
        in it. A folder holds one study, which may grow there: more members, experiments, points and tables. Another
        study or other settings are refused; ``run(fresh=True)`` moves the old results aside.

    Examples
    --------
    >>> import tempfile
    >>> card = {"data": {"generate": "dimuon", "events": 1000}, "split": {"validation": 0.1},
    ...         "models": {"small": {"kind": "fcn", "event": "lorentz", "hidden": [8]}},
    ...         "experiments": {"networks": {"grid": {"model": ["small"]}}}}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     study = Study(card, set={"train.epochs": 2}, out=folder).run(jobs=1)
    ...     [row["members"] for row in study.rows if row["metric"] == "auc_final"]
    [1]
    """

    def __init__(
        self,
        card: str | os.PathLike | Mapping[str, Any],
        preset: str | None = None,
        *,
        set: Mapping[str, Any] | None = None,  # noqa: A002
        out: str | os.PathLike | None = None,
    ):
        if not isinstance(card, (str, os.PathLike, Mapping)):
            raise TypeError(f"card is {card!r}, must be a study's name, a path or a dict")
        if not (preset is None or isinstance(preset, str)):
            raise TypeError(f"preset is {preset!r}, must be a name, such as 'quick'")
        if not (set is None or isinstance(set, Mapping)):
            raise TypeError(f"set is {set!r}, must be a dict, such as {{'train.epochs': 5}}")
        self._given = dict(card) if isinstance(card, Mapping) else os.fspath(card)
        self.preset = preset
        self.set = dict(set or {})
        self.folder = Path(out) if out is not None else Path("nearsym-out", self.name)

    @property
    def name(self) -> str:
        """What the study is called."""
        if isinstance(self._given, dict):
            return str(self._given.get("study") or "card")
        path = Path(self._given)
        return path.parent.resolve().name if path.name == "study.yaml" else path.stem

    @contextlib.contextmanager
    def _options(self, folder: Path | None = None, jobs: int = 0) -> Iterator[Any]:
        """`nsym_study_options *`; a card that is a dict is written into `folder`, or one that goes away again."""
        workers = threads(jobs, "jobs")
        texts = [ffi.new("char[]", c_text(setting, "a setting")) for setting in map(setting_of, self.set.items())]
        array, out = ffi.new("char *[]", texts), ffi.new("char[]", os.fsencode(self.folder))
        preset = ffi.NULL if self.preset is None else ffi.new("char[]", c_text(self.preset, "preset"))
        with contextlib.ExitStack() as stack:
            path = self._given
            if isinstance(path, dict):
                place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
                place.mkdir(parents=True, exist_ok=True)
                path = place / "card.json"
                path.write_text(as_json(self._given, indent=1) + "\n", encoding="utf-8")
            card = ffi.new("char[]", os.fsencode(path))
            options = ffi.new("nsym_study_options *", {"card": card, "preset": preset, "out": out})
            options.set, options.sets, options.jobs, options.stop = array, len(texts), workers, STOP
            try:
                yield options
            except Error as error:
                if isinstance(self._given, dict):  # nobody knows the file, nor its lines
                    error.args = (re.sub(rf"{re.escape(str(path))}:\d+: ", "card: ", str(error)),)
                raise

    def card(self) -> Text:
        """The card with preset and settings laid over it, as YAML; every value that a run would use is checked.

        Raises
        ------
        nearsym.Error
            A mistake in the card, with its line and key; no such study.
        """
        out = ffi.new("char **")
        with self._options() as options:
            check(lib.nsym_study_show(out, options))
        return Text(owned_text(out[0]))

    def card_dict(self) -> dict[str, Any]:
        """The same as a dict. It needs PyYAML."""
        try:
            import yaml
        except ImportError as error:
            raise ImportError("a card as a dict needs PyYAML: pip install pyyaml") from error
        return yaml.safe_load(self.card())

    def cost(self, jobs: int = 0) -> Cost:
        """What a run would take, measured on small parts of its samples; nothing is written into the folder.

        Parameters
        ----------
        jobs : trainings at once; 0: one per CPU
        """
        cost = ffi.gc(ffi.new("nsym_study_cost *"), lib.nsym_study_cost_free)
        with self._options(jobs=jobs) as options, interruptible():
            check(lib.nsym_study_estimate(cost, options))
        return Cost(cost)

    def run(self, jobs: int = 0, progress: bool | str = "auto", fresh: bool = False) -> Study:
        """Trains what the folder's ledger does not have yet, then writes results, tables, figures and report.html.

        Parameters
        ----------
        jobs : int
            Trainings at once; 0: one per CPU. The results do not depend on it.
        progress : bool or "auto"
            Show a bar (tqdm's, where it is installed); "auto": on a terminal and in a notebook. Every finished run goes
            to the log of `nearsym` as well.
        fresh : bool
            Move what a study left in the folder to ``old-DATE`` in it first, and do everything anew.

        Returns
        -------
        Study
            Itself.

        Raises
        ------
        nearsym.Error
            A mistake in the card, with its line; a sample that cannot be read; a folder with another study's results.
        KeyboardInterrupt
            After Ctrl-C. What is finished is safe, and the same call goes on with the rest.
        """
        with self._options(self.folder, jobs) as options, listening(progress) as told, interruptible():
            options.progress, options.fresh = told, bool(fresh)
            status = lib.nsym_study_run(options)
        if status == lib.NSYM_EINTERRUPTED:
            logger.warning("stopped; finished runs are kept in %s, and the same call goes on from there", self.folder)
        check(status)
        self._draw()
        return self

    def _draw(self) -> None:
        """Writes tables, figures and report.html."""
        missing = ffi.new("char **")
        check(lib.nsym_report_draw(missing, os.fsencode(self.folder)))
        for line in (owned_text(missing[0]) or "").splitlines():
            logger.warning("%s", line)

    def partial(self) -> Cost:
        """What is done and what is missing, while a run is at work in the folder or after it was stopped.

        `results`, `tables` and `figures` are then of what is done. Where all is, `runs` is 0.
        """
        cost, partial = ffi.gc(ffi.new("nsym_study_cost *"), lib.nsym_study_cost_free), ffi.new("bool *")
        check(lib.nsym_study_partial(cost, partial, os.fsencode(self.folder)))
        self._draw()
        return Cost(cost)

    @property
    def document(self) -> dict[str, Any]:
        """results.json: `results`, and where they come from (`provenance`, `rerun`, `seconds`, ...)."""
        for name in ("results.partial.json", "results.json"):
            path = self.folder / name
            if path.exists():
                return json.loads(path.read_text(encoding="utf-8"))
        raise NotFoundError(f"{self.folder} has no results yet: run() makes them; partial() shows what there is so far")

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The results, a dict for each: its coordinates, `metric`, `value`, `error` and the error's parts, ..."""
        return [row_of(result) for result in self.document["results"]]

    @property
    def results(self) -> Any:
        """The results as a pandas DataFrame, one row for every metric of every point; without pandas a list
        of dicts, which prints as a table.

        Columns: `experiment`, the coordinates (`model`, `size`, `epoch`, ...), `metric`, `value` (the mean over
        `members` trainings), `error` (all its known parts in quadrature), `std`, `standard_error` (of the mean),
        `error_trainings`, `error_test_sample`, ... and, where the paper has a value, `reference` and `pull`.
        """
        rows = self.rows
        names = dict.fromkeys(name for row in rows for name in row)
        inner = [name for name in names if name not in (*FIRST, *LAST)]
        after = [name for name in inner if name.startswith(("error_", "reference", "pull", "tolerance", "within"))]
        order = [*FIRST, *(name for name in inner if name not in after), *LAST, *after]
        return frame([{name: row.get(name) for name in order if name in names} for row in rows])

    def value(self, metric: str, **where: Any) -> tuple[float, float]:
        """One result and its error: ``study.value("auc_final", model="hybrid")``.

        Raises
        ------
        LookupError
            No result stands there, or several do: the coordinates in which they differ are named.
        """
        found = [row for row in self.rows if row["metric"] == metric and all(row.get(k) == v for k, v in where.items())]
        there = f"{metric} at {where}" if where else metric
        if not found:
            metrics = ", ".join(dict.fromkeys(row["metric"] for row in self.rows))
            raise NotFoundError(f"there is no result {there}; metrics are: {metrics}")
        if len(found) > 1:
            names = [n for n in found[0] if n not in LAST and not n.startswith("error_") and n not in where]
            differ = [n for n in names if len({str(row.get(n)) for row in found}) > 1]
            raise NotFoundError(f"{len(found)} results are {there}; say also {' or '.join(differ)}")
        return found[0]["value"], found[0]["error"]

    def tables(self) -> Pieces:
        """The card's tables, by name: ours above the paper's values. A terminal and a notebook show all of them."""
        shown = ffi.new("char **")
        self._need_report()
        check(lib.nsym_report_table_text(shown, os.fsencode(self.folder)))
        return Pieces(self.folder, "table", owned_text(shown[0]) or "")

    def figures(self) -> Pieces:
        """The card's figures, by name; a notebook shows them. gnuplot draws them where it is installed; without it
        ``study.figures()["roc"].plot()`` draws curves by matplotlib."""
        self._need_report()
        return Pieces(self.folder, "figure")

    def _need_report(self) -> None:
        if not (self.folder / "report.html").exists():
            self.document  # says that there is nothing yet
            self._draw()

    def compare(self, other: Study | str | os.PathLike, metric: str | None = None) -> Text:
        """Two studies side by side: every number that both have, with the difference and its error.

        Parameters
        ----------
        other : another study, or its output folder
        metric : this one alone, such as "auc_final"
        """
        folder = other.folder if isinstance(other, Study) else other
        shown = ffi.new("char **")
        named = ffi.NULL if metric is None else metric.encode()
        check(lib.nsym_report_compare(shown, os.fsencode(self.folder), os.fsencode(folder), named))
        return Text(owned_text(shown[0]))

    def check(self) -> Checked:
        """Compares the results with those published, where the study's reference has a tolerance."""
        counts, shown = ffi.new("nsym_report_checked *"), ffi.new("char **")
        check(lib.nsym_report_check(counts, shown, os.fsencode(self.folder)))
        return Checked(counts.results, counts.outside, counts.better, owned_text(shown[0]) or "")

    def train(self, path: str | os.PathLike, model: str | None = None, progress: bool | str = "auto") -> Trained:
        """Trains one network of the card on its sample, without the experiments, and writes it to a file.

        Parameters
        ----------
        path : where the model goes; `nearsym.load` reads it, and so does ``nearsym predict``
        model : its name in the card; needed where the card has several
        progress : as `run`; every epoch goes to the log

        Raises
        ------
        nearsym.Error
            As `run`; a card of several models where none is named.
        KeyboardInterrupt
            After Ctrl-C; there is no file then.
        """
        from .networks._training import progress_bar, watched

        named = ffi.NULL if model is None else model.encode()
        trained = ffi.gc(ffi.new("nsym_trained *"), lambda t: lib.nsym_train_history_free(ffi.addressof(t, "history")))
        with contextlib.ExitStack() as stack:
            part = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=Path(path).parent)), "model.h5")
            options = stack.enter_context(self._options())
            bar = stack.enter_context(progress_bar(is_wanted(progress), 0))
            with interruptible(), watched(bar) as watcher:
                status = lib.nsym_study_train(trained, options, named, bytes(part), lib.nearsym_watch_epoch, watcher)
            if lib.nearsym_interrupted():
                raise KeyboardInterrupt("the training was stopped")
            check(status)
            os.replace(part, path)
        tell_notes(text(trained.note))
        return Trained(trained, path)

    def import_weights(self, weights: str | os.PathLike, path: str | os.PathLike, model: str | None = None) -> None:
        """Makes a model of weights that PyTorch trained; the network and the chain of its events are the card's.

        Parameters
        ----------
        weights : a ``state_dict`` as .npz or .safetensors; ``docs/onnx.md`` says how its tensors are called
        path : where the model goes; `nearsym.load` reads it, and so does ``nearsym predict``
        model : its name in the card; needed where the card has several

        Raises
        ------
        nearsym.Error
            A mistake in the card; tensors that are missing, or are not the network's, by name.
        """
        named = ffi.NULL if model is None else c_text(model, "model")
        with self._options() as options:
            check(lib.nsym_study_import(options, named, os.fsencode(weights), os.fsencode(path)))

    def _cells(self) -> Cells:
        title = f"study {self.name}" + (f", preset {self.preset}" if self.preset else "") + f", in {self.folder}"
        rows = [[path, str(value)] for path, value in self.set.items()]
        try:
            document = self.document
        except NotFoundError:
            return Cells(title, rows=rows, notes=["not run yet"], left=(0, 1))
        note = f"{len(document['results'])} results; all on one page: {self.folder / 'report.html'}"
        return Cells(title, rows=rows, notes=[note], left=(0, 1))

    def _repr_html_(self) -> str:
        inside = super()._repr_html_()
        return inside + self.tables()._repr_html_() if (self.folder / "results.json").exists() else inside


def row_of(result: Mapping[str, Any]) -> dict[str, Any]:
    """A result of results.json as one flat row: `mean` is `value`, the whole error is `error`."""
    row = dict(result)
    parts = row.pop("error", None) or {}
    row["value"] = row.pop("mean")
    row["error"] = parts.get("total")
    row.update({f"error_{name}": part for name, part in parts.items() if name != "total"})
    return row
