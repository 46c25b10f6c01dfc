"""What studies tell beside their results: what they cost, how they compare with papers, one network's training."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

from ._library import text
from ._tables import Cells, Table, plus_minus


def duration(seconds: float) -> str:
    """ "68 s", "5.2 min", "1.4 h"; "?" where it is not known."""
    if not math.isfinite(seconds):
        return "?"
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.2g} {unit}"
    return f"{seconds:.2g} s"


class Cost(Table):
    """The cost of a study, right to about a factor of two; or its progress.

    Attributes
    ----------
    runs, done, shared : int
        Numbers of trainings: all; already in the folder; identical to another one.
    cpu_seconds, seconds : float
        Remaining time: on one CPU; until the end, with `jobs` trainings at once.
    memory_bytes, disk_bytes : float
    experiments : dict of name to (runs, done, cpu_seconds)
    """

    def __init__(self, cost: Any):
        self.runs, self.done, self.shared = cost.runs, cost.done, cost.shared
        self.cpu_seconds, self.seconds, self.jobs = cost.cpu_seconds, cost.seconds, cost.jobs
        self.memory_bytes, self.disk_bytes = cost.memory_bytes, cost.disk_bytes
        parts = [cost.experiment[i] for i in range(cost.experiments)]
        self.experiments = {text(part.name): (part.runs, part.done, part.cpu_seconds) for part in parts}

    def _cells(self) -> Cells:
        if not self.runs:
            return Cells("all runs are done")
        rows = [[name, f"{runs}", f"{done}", duration(cpu)] for name, (runs, done, cpu) in self.experiments.items()]
        notes = [f"{duration(self.cpu_seconds)} on one CPU"]
        if self.jobs:
            notes = [
                f"{notes[0]}, {duration(self.seconds)} with {self.jobs} at once; "
                f"{self.memory_bytes / 1e6:.0f} MB of memory, {self.disk_bytes / 1e6:.0f} MB on disk"
            ]
        return Cells(f"{self.runs} runs, {self.done} done", ("experiment", "runs", "done", "CPU time"), rows, notes)


class Checked(Table):
    """Comparison of results with published ones. It is true if none lies outside its tolerance.

    Attributes
    ----------
    results, outside, better : int
        Numbers of results: with a tolerance; outside it; better than published by more than the tolerance.
    """

    def __init__(self, results: int, outside: int, better: int, lines: str):
        self.results, self.outside, self.better, self._lines = results, outside, better, lines.splitlines()

    def __bool__(self) -> bool:
        return self.outside == 0

    def _cells(self) -> Cells:
        title = f"{self.outside} of {self.results} results are outside the tolerance of their published values"
        return Cells(title + (f", {self.better} are better by more" if self.better else ""), notes=self._lines)


class Trained(Table):
    """A trained network of a card, and the history of its training.

    Attributes
    ----------
    path : Path
        The file of the model.
    history : dict of arrays (epochs,)
        `epoch`, `train_loss`, `validation_loss`, `validation_auc`.
    best_epoch : int
    auc, auc_error : float
        AUC on the test events; with several classes the mean of each against the others.
    parameters, trains, validates, tests : int
        Numbers of the network's parameters, and of training, validation and test events.
    """

    def __init__(self, trained: Any, path: str | os.PathLike):
        from .networks._training import history_of

        self.path = Path(path)
        self.history, self.best_epoch = history_of(trained.history), trained.history.best
        self.auc, self.auc_error = trained.auc, trained.auc_error
        self.parameters = trained.parameters
        self.trains, self.validates, self.tests = trained.trains, trained.validates, trained.tests
        self.note = text(trained.note)

    def load(self) -> Any:
        """The network as a classifier; see `nearsym.load`."""
        from .networks import load

        return load(self.path)

    def _cells(self) -> Cells:
        rows = [
            ["auc on the test events", plus_minus(self.auc, self.auc_error)],
            ["parameters", f"{self.parameters}"],
            ["events: train, validate, test", f"{self.trains}, {self.validates}, {self.tests}"],
            ["epochs, the best", f"{len(self.history['epoch'])}, {self.best_epoch}"],
        ]
        return Cells(f"{self.path}", rows=rows, notes=self.note.splitlines())
