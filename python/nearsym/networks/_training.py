"""A training: options for the library, its progress, its end by Ctrl-C, and how it went."""

from __future__ import annotations

import contextlib
import threading
from typing import Any, Iterator, Mapping

import numpy as np

from .._library import STOP, check, interruptible, logger
from .._native import ffi, lib
from .._progress import is_wanted, tqdm_bar
from .._scalars import number, whole
from .._simulation import GROUP
from ..events import Events
from ._model import Model, precision_of
from ._spec import flag

SAMPLINGS = {
    "each": lib.NSYM_EACH,
    "weight": lib.NSYM_BY_WEIGHT,
    "bootstrap": lib.NSYM_BOOTSTRAP,
    "bootstrap_class": lib.NSYM_BOOTSTRAP_CLASS,
}
WHOLE = {"epochs": 1, "batch": 2, "patience": 0}  # and the least
NUMBERS = ("learning_rate", "weight_decay", "min_change", "invariance")
VALIDATES = "nearsym_validates"
"""The column of the sample that says which rows validate."""


def started(options: Any, start: Any, frozen: Any, keep: list) -> Model | None:
    """Sets what a training begins with: a fitted classifier's network, or that of a file, whose layers `frozen` stay.

    Returns the model, which must live, and be used by no other thread, as long as the training.
    """
    names = [frozen] if isinstance(frozen, str) else list(frozen)
    if start is None:
        if names:
            raise ValueError(f"frozen is {frozen!r}, and there is no start_from whose weights these layers would keep")
        return None
    model = start._fitted() if hasattr(start, "_fitted") else Model.load(start)
    keep.append(ffi.new("char[]", ",".join(names).encode()))
    options.start, options.frozen = model._owner, keep[-1]
    return model


def options_of(values: Mapping[str, Any], seed: int, columns: Mapping[str, Any], keep: list, least: int = 1) -> Any:
    """`nsym_train_options *`.

    values : a classifier's arguments
    seed : of first weights, draws and order
    columns : of the sample, by which GROUP and VALIDATES are found
    keep : takes what the options point at, and must live as long
    least : epochs
    """
    options = ffi.new("nsym_train_options *", lib.nsym_train_defaults())
    for name, lowest in {**WHOLE, "epochs": least}.items():
        setattr(options, name, whole(name, values[name], lowest))
    for name in NUMBERS:
        setattr(options, name, number(name, values[name]))
    if not isinstance(values["sampling"], str) or values["sampling"] not in SAMPLINGS:
        raise ValueError(f"sampling is {values['sampling']!r}, must be one of {', '.join(map(repr, SAMPLINGS))}")
    if values["invariance_of"] not in ("output", "logit"):
        raise ValueError(f"invariance_of is {values['invariance_of']!r}, must be 'output' or 'logit'")
    options.precision = precision_of(values["precision"])
    options.sampling = SAMPLINGS[values["sampling"]]
    options.invariance_on_logits = values["invariance_of"] == "logit"
    for name in ("shuffle", "standardise", "temperature"):
        setattr(options, name, flag(name, values[name]))
    options.validation, options.seed = 0, seed
    for member, name in (("group", GROUP), ("validates", VALIDATES)):
        if name in columns:
            keep.append(ffi.new("char[]", name.encode()))
            setattr(options, member, keep[-1])
    return options


class Watcher:
    """Is told of every epoch: moves a bar and writes to the log."""

    def __init__(self, bar: Any):
        self.bar = bar

    def __call__(self, epoch: Any) -> bool:
        logger.debug("epoch %d: loss %.5f, validation %.5f", epoch.epoch, epoch.train_loss, epoch.loss)
        if self.bar is not None:
            self.bar.set_postfix(loss=f"{epoch.train_loss:.4f}", auc=f"{epoch.auc:.4f}", refresh=False)
            self.bar.update(1)
        return True


_raised = threading.local()  # what a callback of this thread raised: C cannot pass it on


def _keep_exception(kind, exception, traceback):
    _raised.exception = exception


@ffi.def_extern(name="nearsym_watch_epoch", error=False, onerror=_keep_exception)
def _watch(context, epoch):
    return ffi.from_handle(context)(epoch)


@contextlib.contextmanager
def watched(bar: Any) -> Iterator[Any]:
    """The context of `nearsym_watch_epoch` for a training that a bar shows. Raises again what was raised meanwhile."""
    _raised.exception = None
    watcher = ffi.new_handle(Watcher(bar))
    yield watcher
    if _raised.exception is not None:
        raise _raised.exception


@contextlib.contextmanager
def progress_bar(verbose: bool | str, epochs: int) -> Iterator[Any]:
    """A bar of tqdm's, where it is wanted and tqdm is there; else None."""
    if verbose not in (True, False, "auto"):
        raise ValueError(f"verbose is {verbose!r}, must be True, False or 'auto' (on a terminal)")
    tqdm = tqdm_bar() if is_wanted(verbose) else None
    with contextlib.nullcontext() if tqdm is None else tqdm(total=epochs, unit="epoch") as bar:
        yield bar


def history_of(history: Any) -> dict[str, np.ndarray]:
    """How a training went, by epoch."""
    rows = [history.epoch[i] for i in range(history.epochs)]
    return {
        "epoch": np.array([e.epoch for e in rows], int),
        "train_loss": np.array([e.train_loss for e in rows]),
        "validation_loss": np.array([e.loss for e in rows]),
        "validation_auc": np.array([e.auc for e in rows]),
    }


@contextlib.contextmanager
def _alone(model: Model | None) -> Iterator[None]:
    """No other thread uses the model, if there is one, meanwhile."""
    if model is None:
        yield
        return
    with model._lock:
        yield


def train(
    spec: Any,
    values: Mapping[str, Any],
    seed: int,
    events: Events,
    start: Any = None,
    frozen: Any = (),
    fresh: Any = None,
) -> tuple[Model, dict[str, np.ndarray], int]:
    """Trains a network on events with columns `label` and, perhaps, `weight`, GROUP and VALIDATES.

    start, frozen : what it begins with, and the layers that stay
    fresh : makes the copies anew in every epoch, as of `renewal`; None: they stay

    Returns the model, its history, and the best epoch, from 1. Raises KeyboardInterrupt after Ctrl-C.
    """
    keep: list = []
    options = options_of(values, seed, events.columns, keep, 0 if start is not None else 1)
    begin = started(options, start, frozen, keep)
    options.fresh = ffi.NULL if fresh is None else fresh[0]
    history = ffi.gc(ffi.new("nsym_train_history *"), lib.nsym_train_history_free)
    out = ffi.new("nsym_model **")
    with _alone(begin), progress_bar(values["verbose"], options.epochs) as bar, interruptible(), watched(bar) as watcher:
        options.watch, options.context, options.stop = lib.nearsym_watch_epoch, watcher, STOP
        status = lib.nsym_train_events(out, history, spec, options, events.c)
        model = Model(ffi.gc(out[0], lib.nsym_model_free))
    check(status)
    return model, history_of(history), history.best
