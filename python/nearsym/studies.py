"""Studies: nearsym turns a card into a grid of trainings, a ledger of results, tables, figures and a report."""

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
    """The studies that come with nearsym: published ones, and cards to start from with your own samples.

    Returns
    -------
    Studies
        A dict of names and titles. It prints as a table.

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
        The name of a published study (`studies()`), the path of a card, or a card as a dict. ``docs/card.md`` lists
        the keys of a card.
    preset : str, optional
        One of the card's presets, such as "quick" or "paper".
    set : dict, optional
        Values by dotted path, which replace those of card and preset: ``{"train.epochs": 5}``.
    out : path, optional
        The output folder; by default ``nearsym-out/NAME``. A stopped study continues in its folder. A folder holds one
        study; you may add members, experiments, points and tables. Another study or other settings are refused;
        ``run(fresh=True)`` moves the old results aside.

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
        """The name of the study."""
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
        """The card with the preset and settings applied, as YAML. Every value that a run would use is checked.

        Raises
        ------
        nearsym.Error
            If the card has a mistake (with its line and key), or there is no such study.
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
        """The cost of a run, measured on small parts of its samples. Nothing is written into the folder.

        Parameters
        ----------
        jobs : trainings at once; 0: one per CPU
        """
        cost = ffi.gc(ffi.new("nsym_study_cost *"), lib.nsym_study_cost_free)
        with self._options(jobs=jobs) as options, interruptible():
            check(lib.nsym_study_estimate(cost, options))
        return Cost(cost)

    def run(self, jobs: int = 0, progress: bool | str = "auto", fresh: bool = False) -> Study:
        """Does the trainings that the folder does not have yet, then writes results, tables, figures and report.html.

        Parameters
        ----------
        jobs : int
            Number of trainings at once; 0: one per CPU. The results do not depend on it.
        progress : bool or "auto"
            Show a progress bar, if tqdm is installed; "auto": on a terminal and in a notebook. Every finished run also
            goes to the log `nearsym`.
        fresh : bool
            First move the old results to ``old-DATE`` in the folder, then start again.

        Returns
        -------
        Study
            Itself.

        Raises
        ------
        nearsym.Error
            If the card has a mistake (with its line), a sample cannot be read, or the folder has another study's
            results.
        KeyboardInterrupt
            After Ctrl-C. Finished runs are kept, and the same call continues with the rest.
        """
        with self._options(self.folder, jobs) as options, listening(progress) as told, interruptible():
            options.progress, options.fresh = told, bool(fresh)
            status = lib.nsym_study_run(options)
        if status == lib.NSYM_EINTERRUPTED:
            logger.warning("stopped; finished runs are kept in %s, and the same call continues", self.folder)
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
        """The finished and the missing runs, during a run or after it was stopped.

        Then `results`, `tables` and `figures` contain the finished runs. If all are finished, `runs` is 0.
        """
        cost, partial = ffi.gc(ffi.new("nsym_study_cost *"), lib.nsym_study_cost_free), ffi.new("bool *")
        check(lib.nsym_study_partial(cost, partial, os.fsencode(self.folder)))
        self._draw()
        return Cost(cost)

    @property
    def document(self) -> dict[str, Any]:
        """The content of results.json: `results`, and their origin (`provenance`, `rerun`, `seconds`, ...)."""
        for name in ("results.partial.json", "results.json"):
            path = self.folder / name
            if path.exists():
                return json.loads(path.read_text(encoding="utf-8"))
        raise NotFoundError(f"{self.folder} has no results yet: run() makes them; partial() shows what there is so far")

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The results, one dict each: coordinates, `metric`, `value`, `error` and the components of the error, ..."""
        return [row_of(result) for result in self.document["results"]]

    @property
    def results(self) -> Any:
        """The results as a pandas DataFrame, one row for every metric of every point. Without pandas: a list of dicts,
        which prints as a table.

        Columns: `experiment`, the coordinates (`model`, `size`, `epoch`, ...), `metric`, `value` (the mean over
        `members` trainings), `error` (all known components in quadrature), `std`, `standard_error` (of the mean),
        `error_trainings`, `error_test_sample`, ... and, if the paper has a value, `reference` and `pull`.
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
            If there is no such result, or several; the message names the coordinates in which they differ.
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
        """The card's tables, by name, with the paper's values below ours. Terminals and notebooks show all of them."""
        shown = ffi.new("char **")
        self._need_report()
        check(lib.nsym_report_table_text(shown, os.fsencode(self.folder)))
        return Pieces(self.folder, "table", owned_text(shown[0]) or "")

    def figures(self) -> Pieces:
        """The card's figures, by name; a notebook shows them. gnuplot draws them if it is installed. Without it,
        ``study.figures()["roc"].plot()`` draws curves with matplotlib."""
        self._need_report()
        return Pieces(self.folder, "figure")

    def _need_report(self) -> None:
        if not (self.folder / "report.html").exists():
            self.document  # says that there is nothing yet
            self._draw()

    def compare(self, other: Study | str | os.PathLike, metric: str | None = None) -> Text:
        """Compares two studies: every number that both have, with the difference and its error.

        Parameters
        ----------
        other : another study, or its output folder
        metric : compare only this one, such as "auc_final"
        """
        folder = other.folder if isinstance(other, Study) else other
        shown = ffi.new("char **")
        named = ffi.NULL if metric is None else metric.encode()
        check(lib.nsym_report_compare(shown, os.fsencode(self.folder), os.fsencode(folder), named))
        return Text(owned_text(shown[0]))

    def check(self) -> Checked:
        """Compares the results with published ones, if the study's reference has a tolerance for them."""
        counts, shown = ffi.new("nsym_report_checked *"), ffi.new("char **")
        check(lib.nsym_report_check(counts, shown, os.fsencode(self.folder)))
        return Checked(counts.results, counts.outside, counts.better, owned_text(shown[0]) or "")

    def train(self, path: str | os.PathLike, model: str | None = None, progress: bool | str = "auto") -> Trained:
        """Trains one network of the card on its sample, without the experiments, and writes it to a file.

        Parameters
        ----------
        path : file of the model, which `nearsym.load` and ``nearsym predict`` read
        model : name of the model in the card; needed if the card has several
        progress : as for `run`; every epoch goes to the log

        Raises
        ------
        nearsym.Error
            As for `run`; if the card has several models and you name none.
        KeyboardInterrupt
            After Ctrl-C. Then no file is written.
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
        """Makes a model from weights that PyTorch trained. The card gives the network and the steps before it.

        Parameters
        ----------
        weights : a ``state_dict`` as .npz or .safetensors; ``docs/onnx.md`` has the names of its tensors
        path : file of the model, which `nearsym.load` and ``nearsym predict`` read
        model : name of the model in the card; needed if the card has several

        Raises
        ------
        nearsym.Error
            If the card has a mistake, or tensors are missing or do not belong to the network (with their names).
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
