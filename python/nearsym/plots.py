"""Figures by matplotlib: ROC and reliability curves, mass fits, scores, trainings, confusion, a hybrid's weight.

Every function draws on the axes `ax`, or in a new figure, and returns the axes. `style()` sets fonts and ticks for all
figures, with mplhep's style if it is installed.
"""

from __future__ import annotations

from typing import Any, Mapping, Sequence

import numpy as np

from ._arrays import numbers, same_length
from ._scalars import whole
from ._tables import plus_minus, rounded
from .calibration import Calibration
from .mass import MassFit
from .statistics import ClassMetrics, Roc, labelled

COLOURS = ("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6", "#a96b59", "#e76300", "#b9ac70")
"""Petroff's ten colours (arXiv:2107.02270), which colour-blind readers can tell apart; the first eight."""
BINS_MOST = 100_000
SIGNAL, BACKGROUND, TOTAL = COLOURS[2], COLOURS[0], "black"

PLAIN_STYLE = {
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "xtick.minor.visible": True,
    "ytick.minor.visible": True,
    "legend.frameon": False,
    "font.size": 12,
}
SIZES = {
    "figure.figsize": (6.4, 4.8),
    "figure.constrained_layout.use": True,
    "font.size": 13,
    "axes.labelsize": 14,
    "legend.fontsize": 11,
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "lines.linewidth": 1.8,
    "savefig.bbox": "tight",
}


def pyplot() -> Any:
    """matplotlib.pyplot, or an ImportError that says what to install."""
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError("figures need matplotlib: pip install matplotlib") from error
    return plt


def style() -> None:
    """Sets the style of all later figures: mplhep's if it is installed, at a size for pages and slides."""
    plt = pyplot()
    try:
        import mplhep

        plt.style.use(mplhep.style.ROOT)
    except ImportError:
        plt.rcParams.update(PLAIN_STYLE)
    plt.rcParams.update({**SIZES, "axes.prop_cycle": plt.cycler(color=COLOURS)})


def axes(ax: Any) -> Any:
    """The axes given, or those of a new figure."""
    return pyplot().subplots()[1] if ax is None else ax


def reliability(curve: Calibration | Mapping[str, Calibration], ax: Any = None, *, label: str | None = None) -> Any:
    """Draws reliability curves with the binomial errors of the bins, and the line of a calibrated score.

    Parameters
    ----------
    curve : Calibration or mapping of name to Calibration
        See `nearsym.calibration`.
    ax : matplotlib axes, optional
        The axes to draw on; by default a new figure.
    label : str, optional
        The legend's text for a single curve.

    Returns
    -------
    matplotlib axes
    """
    ax = axes(ax)
    named = curve if isinstance(curve, Mapping) else {label or "": curve}
    ax.plot([0, 1], [0, 1], color="0.6", linestyle="--", linewidth=1, label="calibrated")
    for name, one in named.items():
        text = f"{name}: " if name else ""
        text += f"ECE {one.ece.value:.3f} ± {one.ece.error:.3f}, by chance {one.floor:.3f}"
        ax.errorbar(one.predicted, one.observed, one.error, marker="o", markersize=4, label=text)
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="mean predicted probability", ylabel="fraction of signal events")
    ax.legend()
    return ax


def roc(curves: Roc | Mapping[str, Roc], ax: Any = None, *, rejection: bool = False) -> Any:
    """Draws ROC curves with bands of one standard deviation.

    Parameters
    ----------
    curves : Roc, or mapping of name to Roc
    ax : matplotlib axes, optional
    rejection : bool
        True: background rejection 1 / fpr against signal efficiency, on a logarithmic scale, as is usual for taggers.
        False: signal rate against background rate.
    """
    ax = axes(ax)
    named = {"": curves} if isinstance(curves, Roc) else curves
    for name, curve in named.items():
        label = f"{name}  AUC {plus_minus(curve.auc.value, curve.auc.error)}".strip()
        kept = curve.fpr > 0 if rejection else np.ones(len(curve), bool)
        across, up, spread = curve.fpr[kept], curve.tpr[kept], curve.error[kept]
        ends = np.clip(up - spread, 0, 1), np.clip(up + spread, 0, 1)
        if rejection:
            (line,) = ax.plot(up, 1 / across, label=label)
            ax.fill_betweenx(1 / across, *ends, color=line.get_color(), alpha=0.25, linewidth=0)
        else:
            (line,) = ax.plot(across, up, label=label)
            ax.fill_between(across, *ends, color=line.get_color(), alpha=0.25, linewidth=0)
    if rejection:
        efficiency = np.linspace(0.01, 1, 200)
        ax.plot(efficiency, 1 / efficiency, color="0.6", linestyle=":", linewidth=1)
        ax.set(yscale="log", xlim=(0, 1), ylim=(1, None))
        ax.set(xlabel="Signal efficiency", ylabel="Background rejection, 1 / fpr")
    else:
        ax.plot([0, 1], [0, 1], color="0.6", linestyle=":", linewidth=1)
        ax.set(xlim=(0, 1), ylim=(0, 1.005), xlabel="False-positive rate", ylabel="True-positive rate")
    ax.legend(loc="upper right" if rejection else "lower right")
    return ax


def mass_fit(fit: MassFit, ax: Any = None, *, bins: int = 80, log: bool = False) -> Any:
    """Draws a mass spectrum with its fit and the two parts of the fit, and the pulls below.

    Parameters
    ----------
    fit : MassFit
    ax : matplotlib axes, optional
        The pulls take the lower quarter of these axes.
    bins : int
        Number of bins of the histogram in the window.
    log : bool
        Use a logarithmic scale, which makes a small background visible.

    Returns
    -------
    matplotlib axes
        The axes of the spectrum.
    """
    from mpl_toolkits.axes_grid1 import make_axes_locatable

    ax, bins = axes(ax), whole("bins", bins, 1, BINS_MOST)
    low, high = fit.window
    edges, fine = np.linspace(low, high, bins + 1), np.linspace(low, high, 20 * bins + 1)
    weights = None if fit.weights is None else fit.weights[fit.inside]
    counts, _ = np.histogram(fit.masses[fit.inside], edges, weights=weights)
    squares = counts if weights is None else np.histogram(fit.masses[fit.inside], edges, weights=weights**2)[0]
    centres, curves, expected = (edges[1:] + edges[:-1]) / 2, 20 * fit.expected(fine), fit.expected(edges).sum(axis=1)
    at = (fine[1:] + fine[:-1]) / 2
    ax.plot(at, curves.sum(axis=1), color=TOTAL, label=f"fit, $\\chi^2$ / ndf = {fit.chi2:.1f} / {fit.ndf}")
    ax.plot(at, curves[:, 0], color=SIGNAL, linestyle="--", label=_yield("signal", fit))
    ax.fill_between(at, curves[:, 1], color=BACKGROUND, alpha=0.5, linewidth=0, label=_yield("background", fit))
    error = np.sqrt(squares)
    data = {"fmt": "o", "color": "black", "markersize": 3.5, "linewidth": 1, "capsize": 0}
    ax.errorbar(centres, counts, error, **data, label="events" if weights is None else "weighted events", zorder=3)
    top = (counts + error).max()
    ax.set(xlim=fit.window, ylabel=f"Events / {(high - low) / bins:g} GeV")
    if log:
        ax.set(yscale="log", ylim=(0.5 * min(expected.min(), max(1, curves[:, 1].min())), 3 * top))
    else:
        ax.set_ylim(0, 1.1 * top)
    ax.legend(loc="upper left", fontsize="small")

    below = make_axes_locatable(ax).append_axes("bottom", size="28%", pad=0.12, sharex=ax)
    scale = np.sqrt(expected if weights is None else expected * squares.sum() / counts.sum())
    below.axhspan(-1, 1, color="0.9", linewidth=0)
    below.axhline(0, color="0.5", linewidth=1)
    pulls = (counts - expected) / scale
    below.errorbar(centres, pulls, np.ones(bins), **data)
    below.set(ylim=(-1, 1) * np.array(max(4, 1 + np.abs(pulls).max())), xlabel="Mass [GeV]", ylabel="Pull")
    ax.tick_params(labelbottom=False)
    return ax


def _yield(name: str, fit: MassFit) -> str:
    return f"{name}, {plus_minus(fit[name].value, fit[name].error)}"


def scores(
    labels: Any,
    scores: Any,
    weights: Any = None,
    ax: Any = None,
    *,
    bins: int = 50,
    names: Sequence[str] = ("background", "signal"),
    log: bool = False,
    xlabel: str = "Score",
) -> Any:
    """Draws the normalised distribution of a classifier's scores in each class.

    Parameters
    ----------
    labels, scores : arrays (n,)
        Classes are 0, 1, ...
    weights : array (n,), optional
    ax : matplotlib axes, optional
    bins : int
    names : sequence of str
        The names of the classes.
    log : bool
        Use a logarithmic scale.
    xlabel : str
        The name of the score.
    """
    labels, weights = labelled(labels, weights)
    score = numbers(scores, "scores", finite=True)
    same_length(labels=labels, scores=score)
    present = np.unique(labels)
    unknown = present[~np.isin(present, np.arange(len(names)))]
    if len(unknown):
        raise ValueError(f"names has {len(names)} names, and there are events of class {unknown[-1]:g}")
    present = present.astype(int)
    ax, edges = axes(ax), np.linspace(score.min(), score.max(), whole("bins", bins, 1, BINS_MOST) + 1)
    centres, width = (edges[1:] + edges[:-1]) / 2, edges[1] - edges[0]
    top = 0.0
    for k in present:
        of = labels == k
        weight = np.ones(of.sum()) if weights is None else weights[of]
        height = np.histogram(score[of], edges, weights=weight)[0]
        error = np.sqrt(np.histogram(score[of], edges, weights=weight**2)[0])
        scale = 1 / (weight.sum() * width)
        colour = (BACKGROUND, SIGNAL)[k] if len(names) == 2 else COLOURS[k % len(COLOURS)]
        ax.stairs(height * scale, edges, fill=True, alpha=0.2, color=colour)
        ax.stairs(height * scale, edges, color=colour, linewidth=1.8, label=f"{names[k]}, {of.sum():,} events")
        ax.errorbar(centres, height * scale, error * scale, fmt="none", color=colour, linewidth=1)
        top = max(top, ((height + error) * scale).max())
    ax.set(xlim=(edges[0], edges[-1]), xlabel=xlabel, ylabel="Probability density")
    if log:
        ax.set(yscale="log", ylim=(None, 10 * top))
    else:
        ax.set_ylim(0, 1.2 * top)
    ax.legend(loc="upper left" if log else "best")
    return ax


def history(trained: Any, ax: Any = None) -> Any:
    """Draws the training and validation loss by epoch, and marks the best epoch.

    Parameters
    ----------
    trained : fitted classifier, or its `history_`
        A mapping with `train_loss` and `validation_loss`. The label of the best epoch shows `validation_auc`, if given.
    ax : matplotlib axes, optional
    """
    ax = axes(ax)
    by_name = getattr(trained, "history_", trained)
    train, validation = (np.asarray(by_name[name]) for name in ("train_loss", "validation_loss"))
    epochs = np.arange(1, len(train) + 1)
    ax.plot(epochs, train, color=COLOURS[0], label="training")
    if np.isfinite(validation).any():
        best = int(np.nanargmin(validation))
        auc = f", AUC {np.asarray(by_name['validation_auc'])[best]:.4f}" if "validation_auc" in by_name else ""
        ax.plot(epochs, validation, color=COLOURS[1], label="validation")
        ax.axvline(epochs[best], color="0.6", linestyle=":", linewidth=1)
        ax.plot(epochs[best], validation[best], "o", color=COLOURS[1], label=f"best, epoch {epochs[best]}{auc}")
    ax.set(xlabel="Epoch", ylabel="Loss", xlim=(0.5, len(train) + 0.5))
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend(loc="upper right")
    return ax


def confusion(metrics: ClassMetrics, ax: Any = None) -> Any:
    """Draws the confusion matrix: which share of each class is assigned to which class, with errors.

    Parameters
    ----------
    metrics : ClassMetrics
    ax : matplotlib axes, optional
    """
    ax = axes(ax)
    shares, errors = metrics.confusion, metrics.confusion_error
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=max(1, shares.max()), aspect="equal")
    for (i, j), share in np.ndenumerate(shares):
        value, error = rounded(share, errors[i, j])
        colour = "white" if share > 0.6 else "black"
        ax.text(j, i, f"{value}\n± {error}" if error else value, ha="center", va="center", color=colour)
    places = np.arange(len(metrics.names))
    ax.set_xticks(places, metrics.names)
    ax.set_yticks(places, metrics.names, rotation=90, va="center")
    ax.tick_params(which="both", length=0)
    ax.minorticks_off()
    ax.set_xlabel("Called", loc="center")
    ax.set_ylabel("Class", loc="center")
    ax.set_title(f"accuracy {plus_minus(metrics.accuracy.value, metrics.accuracy.error)}", fontsize="medium")
    return ax


def learned_weight(
    pt: Any, weight: Any, ax: Any = None, *, bins: int = 20, label: str | None = None, xlabel: str = "$p_T$ [GeV]"
) -> Any:
    """Draws the weight of a hybrid network's general branch as a function of pt: mean and central 68 %.

    Parameters
    ----------
    pt : array (n,)
        The events' pt, or any other quantity with its `xlabel`.
    weight : array (n,)
        The weight, from 0 (only the invariant branch) to 1 (only the general branch).
    ax : matplotlib axes, optional
    bins : int
        Number of bins, with equal numbers of events.
    label : str, optional
        The line's label; several lines may share the axes.
    """
    pt, weight = numbers(pt, "pt", finite=True), numbers(weight, "weight", finite=True)
    same_length(pt=pt, weight=weight)
    ax, order = axes(ax), np.argsort(pt, kind="stable")
    parts = np.array_split(order, min(whole("bins", bins, 1), len(pt)))
    across = np.array([pt[part].mean() for part in parts])
    means = np.array([weight[part].mean() for part in parts])
    errors = np.array([weight[part].std() / np.sqrt(len(part)) for part in parts])
    low, high = np.array([np.quantile(weight[part], [0.16, 0.84]) for part in parts]).T
    points = ax.errorbar(across, means, errors, fmt="o-", markersize=4, label=label or "mean")
    colour = points.lines[0].get_color()
    ax.fill_between(across, low, high, color=colour, alpha=0.2, linewidth=0, label="68 % of the events")
    ax.set(ylim=(0, 1), xlabel=xlabel, ylabel="Weight of the general branch")
    ax.margins(x=0.02)
    ax.legend(loc="best")
    return ax
