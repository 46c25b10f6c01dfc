"""Whatever a network is given: an answer comes back, or a TypeError or ValueError that says what is wrong."""

import any_input
import numpy as np
import pytest

from nearsym.copies import Copies
from nearsym.networks import CNNClassifier, EFNClassifier, FCNClassifier, HybridClassifier, PFNClassifier

SMALL = {"hidden": (2,), "epochs": 1}
MAPS = {"particle_map": (2,), "latent": 2}
GATED = {"event_map": (2,), "gate_map": (2,)}
RNG = np.random.RandomState(1)
Y = np.arange(6) % 2
SETS = RNG.normal(size=(6, 2, 4))
CLASSIFIERS = [
    FCNClassifier(**SMALL),
    PFNClassifier(**SMALL, **MAPS),
    EFNClassifier(**SMALL, **MAPS),
    HybridClassifier(**SMALL, **MAPS, **GATED),
    CNNClassifier(**SMALL, filters=(2,), convolutions=1),
]


def kinds():
    """Strategies by name."""
    from hypothesis import strategies as st
    from hypothesis.extra import numpy as arrays

    value = st.floats() | st.integers() | st.text(max_size=3) | st.none() | st.booleans() | st.complex_numbers()
    nested = st.recursive(value, lambda inner: st.lists(inner, max_size=6), max_leaves=30)
    shapes = arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=6)
    array = arrays.arrays(arrays.scalar_dtypes(), shapes) | arrays.arrays(object, shapes, elements=value)
    finite = st.floats(-1e3, 1e3) | st.sampled_from([0.0, 1e-300, 1e300])
    table = arrays.arrays(np.float64, (6, 3), elements=finite)
    sets = arrays.arrays(np.float64, (6, 2, 4), elements=finite)
    names = st.sampled_from(["x0", "pt", "x", "label", "", "a,b"])
    columns = st.dictionaries(names, nested | array | st.just(Y), max_size=3)
    labels = st.lists(value, min_size=6, max_size=6) | arrays.arrays(arrays.scalar_dtypes(), 6)
    return {
        "events": nested | array | columns | table | sets,
        "labels": labels | array | nested | st.just(Y),
        "numbers": arrays.arrays(arrays.scalar_dtypes(), 6) | array | nested,
        "value": value | nested | st.sampled_from(["each", "relu", "feature", (2, 2)]),
        "arrays": columns | nested,
    }


def answers(compute, *names, examples=60):
    """Calls with values of those kinds: each is answered by finite numbers or by an error that has a message."""
    pytest.importorskip("hypothesis")
    strategies = kinds()
    chosen = [strategies[name] for name in names]
    any_input.answers(compute, chosen, lambda values: np.isfinite(values).all(), examples)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("clf", CLASSIFIERS, ids=lambda clf: type(clf).__name__)
def test_any_events_and_labels_train_a_network_or_give_an_error(clf):
    answers(lambda X, y: clf.fit(X, y).decision_function(X), "events", "labels")


@pytest.mark.filterwarnings("ignore")
def test_any_events_are_predicted_or_give_an_error():
    for clf, X in ((CLASSIFIERS[0], SETS[:, 0]), (CLASSIFIERS[1], SETS)):
        clf.fit(X, Y)
        answers(lambda events: clf.predict_proba(events), "events")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["sample_weight", "groups"])
def test_any_weights_and_groups_train_a_network_or_give_an_error(name):
    answers(lambda values: CLASSIFIERS[0].fit(SETS[:, 0], Y, **{name: values}).decision_function(SETS[:, 0]), "numbers")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [n for n in PFNClassifier().get_params() if n not in ("epochs", "verbose")])
def test_any_argument_trains_a_network_or_gives_an_error(name):
    def fit(value):
        clf = PFNClassifier(**{**SMALL, **MAPS, name: value})
        return clf.fit(SETS, Y).decision_function(SETS)

    answers(fit, "value", examples=20)


@pytest.mark.filterwarnings("ignore")
def test_a_function_may_give_back_anything_and_a_network_or_an_error_follows():
    def fit(arrays):
        def function(given, seed):
            return {**given, **arrays} if isinstance(arrays, dict) else arrays

        return CLASSIFIERS[1].fit(SETS, Y, copies=Copies(function, count=2)).decision_function(SETS)

    answers(fit, "arrays")
