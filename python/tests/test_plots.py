"""Figures: what is drawn is what was found."""

import numpy as np
import pytest

import nearsym as ns

from test_mass import spectrum

matplotlib = pytest.importorskip("matplotlib", reason="figures need matplotlib (pip install matplotlib)")
matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402

from nearsym import plots  # noqa: E402


@pytest.fixture(autouse=True)
def closed():
    """Every test begins without figures and with matplotlib's own style."""
    with plt.rc_context():
        yield
    plt.close("all")


@pytest.fixture(scope="module")
def fit():
    return ns.fit_mass(spectrum(3000, 600), minos=False)


@pytest.fixture
def curves():
    random = np.random.default_rng(1)
    labels = random.integers(0, 2, 1000)
    score = random.normal(size=1000) + labels
    return {"pfn": ns.roc(labels, score), "fcn": ns.roc(labels, score + random.normal(size=1000))}


def texts(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def lines(ax):
    return {line.get_label(): line.get_xydata() for line in ax.get_lines()}


def test_curves_are_drawn_with_bands_and_areas(curves):
    ax = plots.roc(curves)
    drawn = list(lines(ax).values())
    assert (drawn[0] == np.stack([curves["pfn"].fpr, curves["pfn"].tpr], axis=1)).all()
    assert len(ax.collections) == 2
    assert texts(ax)[0].startswith(f"pfn  AUC {curves['pfn'].auc.value:.3f} ± 0.0")


def test_rejection_is_over_the_efficiency(curves):
    ax = curves["pfn"].plot(rejection=True)
    drawn, kept = next(iter(lines(ax).values())), curves["pfn"].fpr > 0
    assert (drawn[:, 1] == curves["pfn"].rejection[kept]).all() and ax.get_yscale() == "log"


def test_a_mass_fit_shows_its_parts_and_pulls(fit):
    ax = fit.plot(bins=40)
    label = next(label for label in lines(ax) if label.startswith("fit"))
    total = lines(ax)[label]
    assert total[:, 1].sum() / 20 == pytest.approx(fit.events, rel=1e-6)
    below = ax.figure.axes[1]
    assert below.get_ylabel() == "Pull"
    pulls = below.containers[0].lines[0].get_ydata()
    counts, edges = np.histogram(fit.masses[fit.inside], np.linspace(70, 110, 41))
    expected = fit.expected(edges).sum(axis=1)
    assert pulls == pytest.approx((counts - expected) / np.sqrt(expected))


def test_a_mass_fit_of_weighted_events_is_drawn_by_weight():
    masses = spectrum(2000, 500)
    fit = ns.fit_mass(masses, weights=np.full(len(masses), 3.0), minos=False)
    ax = plots.mass_fit(fit, log=True)
    data = ax.containers[0].lines[0].get_ydata()
    assert data.sum() == pytest.approx(3 * fit.events) and ax.get_yscale() == "log"
    spread = ax.containers[0].lines[2][0].get_segments()
    assert (spread[0][1, 1] - spread[0][0, 1]) / 2 == pytest.approx(np.sqrt(3 * data[0]))


def test_scores_of_each_class_are_normalised():
    labels, scores = np.repeat([0, 1], [300, 100]), np.random.default_rng(1).normal(size=400)
    ax = plots.scores(labels, scores, weights=np.full(400, 2.0), bins=10)
    for patch in ax.patches:
        heights, edges, _ = patch.get_data()
        assert (heights * np.diff(edges)).sum() == pytest.approx(1)
    assert texts(ax) == ["background, 300 events", "signal, 100 events"]


def test_a_class_without_a_name_is_refused():
    with pytest.raises(ValueError, match="2 names, and there are events of class 2"):
        plots.scores([0, 1, 2], [0.1, 0.2, 0.3])


@pytest.mark.parametrize("label", [-1, 0.5, np.nan])
def test_a_label_that_is_no_class_is_refused(label):
    with pytest.raises(ValueError, match=f"events of class {label:g}"):
        plots.scores([0, 1, label], [0.1, 0.2, 0.3])


@pytest.mark.parametrize("bins", [0, 1.5, 2**70])
def test_numbers_of_bins_that_cannot_be_are_refused(fit, bins):
    for draw in (
        lambda: plots.scores([0, 1], [0.1, 0.2], bins=bins),
        lambda: fit.plot(bins=bins),
        lambda: plots.learned_weight([1.0, 2.0], [0.1, 0.2], bins=bins),
    ):
        with pytest.raises((TypeError, ValueError), match="bins is "):
            draw()


def test_a_history_marks_the_best_epoch():
    history = {"train_loss": [3.0, 2, 1], "validation_loss": [3.0, 1.5, 2], "validation_auc": [0.5, 0.75, 0.7]}
    ax = plots.history(history)
    assert (lines(ax)["best, epoch 2, AUC 0.7500"] == [[2, 1.5]]).all()


def test_a_history_without_validation_has_no_best_epoch():
    ax = plots.history({"train_loss": [3.0, 2], "validation_loss": [np.nan, np.nan]})
    assert texts(ax) == ["training"]


def test_a_matrix_has_a_number_with_error_in_every_cell():
    labels = np.repeat([0, 1, 2], 20)
    logits = np.random.default_rng(1).normal(size=(60, 3))
    metrics = ns.class_metrics(labels, logits, names=["light", "c", "b"])
    ax = metrics.plot()
    assert len(ax.texts) == 9 and all("±" in text.get_text() for text in ax.texts)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["light", "c", "b"]


def test_a_learned_weight_is_averaged_in_bins_of_equal_numbers():
    pt = np.arange(100.0)
    ax = plots.learned_weight(pt, pt / 100, bins=4)
    data = ax.containers[0].lines[0].get_xydata()
    assert data == pytest.approx(np.array([[12, 0.12], [37, 0.37], [62, 0.62], [87, 0.87]]))


def test_axes_that_are_given_are_drawn_on_and_given_back(curves, fit):
    _, given = plt.subplots(1, 2)
    assert plots.roc(curves, given[0]) is given[0] and plots.mass_fit(fit, given[1]) is given[1]


def test_the_style_is_at_a_size_for_pages():
    plots.style()
    assert plt.rcParams["figure.figsize"] == [6.4, 4.8] and plt.rcParams["xtick.direction"] == "in"


def test_figures_can_be_written(curves, fit, tmp_path):
    plots.style()
    fit.plot().figure.savefig(tmp_path / "fit.pdf")
    plots.roc(curves).figure.savefig(tmp_path / "roc.png")
    assert (tmp_path / "fit.pdf").read_bytes().startswith(b"%PDF") and (tmp_path / "roc.png").stat().st_size > 10_000
