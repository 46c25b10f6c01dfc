"""Whatever statistics are given, they answer with a number, or a TypeError or ValueError that says what is wrong."""

import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import nearsym as ns


def test_data_frames_and_series_are_taken():
    pandas = pytest.importorskip("pandas", reason="needs pandas")
    frame = pandas.DataFrame({"y": [0, 0, 1, 1], "a": [1.0, 3, 2, 4], "b": [1.0, 2, 3, 4]}, index=[7, 3, 5, 1])
    both = ns.auc(frame["y"], frame[["a", "b"]])
    assert both.names == ("a", "b") and list(both.values) == [0.75, 1.0]
    one = ns.auc(frame["y"], frame["a"])
    assert one.names == ("auc",) and one.value == 0.75


def test_awkward_arrays_are_taken_and_what_is_missing_is_refused():
    ak = pytest.importorskip("awkward", reason="needs awkward")
    assert ns.auc(ak.Array([0, 1]), ak.Array([0.1, 0.2])).value == 1
    for scores, message in ((ak.Array([0.1, None]), "scores has None"), (ak.Array([[0.1], [0.2, 0.3]]), "unequal")):
        with pytest.raises(ValueError, match=message):
            ns.auc([0, 1], scores)


def junk():
    """Arrays that are often wrong: of other shapes and dtypes, with NaN, None, texts, masks."""
    from hypothesis import strategies as st
    from hypothesis.extra import numpy as arrays

    shapes = arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5)
    dtypes = st.sampled_from(["f8", "f4", "i8", "u1", "?", "c16", "U3", "M8[s]", "O"])
    any_array = dtypes.flatmap(lambda dtype: arrays.arrays(dtype, shapes, elements=None if dtype != "O" else st.none()))
    floats = st.lists(st.floats(width=32) | st.integers(-2, 2), max_size=5)
    odd = [None, "text", {}, [[1], [2, 3]], [None, 1.0], [object()], 5, np.ma.masked_array([1, 2], [0, 1])]
    return any_array | floats | st.sampled_from(odd)


def ask(call, *arguments, **options):
    """Calls, and lets TypeError and ValueError with a message pass."""
    try:
        call(*arguments, **options)
    except (TypeError, ValueError) as error:
        assert str(error)


def test_no_numbers_are_answered_otherwise():
    """Arrays of the right shape, with numbers of all sizes, NaN and infinities among them."""
    hypothesis = pytest.importorskip("hypothesis", reason="needs hypothesis")
    from hypothesis import strategies as st
    from hypothesis.extra import numpy as arrays

    usual = st.floats(60, 120) | st.just(90.0)
    numbers = arrays.arrays("f8", (3, 40), elements=usual | st.floats() | st.sampled_from([0.0, 1.0, -1.0]))

    @hypothesis.settings(max_examples=150, deadline=None, derandomize=True)
    @hypothesis.given(numbers, st.booleans())
    def try_all(values, is_weighted):
        a, b, c = values
        weights, labels = c if is_weighted else None, np.tile([0, 1], 20)
        ask(ns.auc, labels, [a, b], weights)
        ask(ns.roc, labels, a, weights)
        ask(ns.ado, labels, a, b, weights, bootstraps=2)
        ask(ns.class_metrics, labels, values[:2].T, weights)
        ask(ns.fit_mass, a, weights=weights)
        ask(ns.fit_mass, a, weights=weights, method="published")
        ask(ns.sweights, np.abs(values[:2].T), [20, 20], weights, tolerance=10)
        ask(ns.splot, a, b, weights, bootstraps=2, toys=2, workers=1)
        ask(lambda: ns.KDE(a, weights)(b))
        ask(ns.kde_weights, a, b, c)

    with np.errstate(all="ignore"):
        try_all()


def test_no_input_is_answered_otherwise():
    hypothesis = pytest.importorskip("hypothesis", reason="needs hypothesis")

    @hypothesis.settings(max_examples=150, deadline=None, derandomize=True)
    @hypothesis.given(junk(), junk(), junk())
    def try_all(a, b, c):
        ask(ns.auc, a, b, c)
        ask(ns.roc, a, b, c, fpr=[0.5])
        ask(ns.ado, a, b, b, c, bootstraps=2)
        ask(ns.class_metrics, a, b, c)
        ask(ns.class_metrics, a, probabilities=b)
        ask(ns.fit_mass, a, weights=b, window=c)
        ask(ns.sweights, a, b, c)
        ask(ns.splot, a, b, c, bootstraps=2, toys=2)
        ask(ns.KDE, a, b)
        ask(ns.kde_weights, a, b, c)

    with np.errstate(all="ignore"):
        try_all()


def test_ctrl_c_ends_a_long_density():
    code = (
        "import numpy as np, nearsym as ns\n"
        "points = np.random.default_rng(1).normal(size=(200_000, 2))\n"
        "density = ns.KDE(points)\n"
        "print('begins', flush=True)\n"
        "density(points, workers=1)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    child.stdout.readline()
    time.sleep(0.5)
    child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=30)
    assert child.returncode != 0 and "KeyboardInterrupt" in told
