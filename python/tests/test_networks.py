"""Networks: the same bits from every form of the data and from the program, weights, copies, files, Ctrl-C."""

import json
import pickle
import re
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import nearsym as ns
from nearsym.networks import CNNClassifier, EFNClassifier, FCNClassifier, HybridClassifier, PFNClassifier, load

PROGRAM = Path(ns.__file__).parents[2] / "nearsym"
SMALL = {"hidden": (8,), "epochs": 3, "batch": 32}
SET = {**SMALL, "particle_map": (8,), "latent": 4}
program = pytest.mark.skipif(not PROGRAM.exists(), reason=f"there is no program {PROGRAM}")


def table(n=300, width=3, seed=1):
    """Two classes of rows that overlap."""
    rng = np.random.RandomState(seed)
    y = np.arange(n) % 2
    return rng.normal(size=(n, width)) + y[:, None], y


def jets(n=200, seed=2):
    """Padded jets (events, 4, 3) and their classes; each has 1 to 4 particles."""
    rng = np.random.RandomState(seed)
    y = np.arange(n) % 2
    particles = rng.normal(size=(n, 4, 3)) * [1, 0.3, 0.3] + [3, 0, 0] + 0.5 * y[:, None, None]
    particles[np.arange(4) >= rng.randint(1, 5, n)[:, None]] = 0
    return particles, y


def run_program(folder, card, *words):
    """What `nearsym train` says of a card, as JSON."""
    Path(folder, "card.yaml").write_text(textwrap.dedent(card))
    line = [PROGRAM, "train", "card.yaml", "-o", "model.h5", "--json", *words]
    return json.loads(subprocess.run(line, cwd=folder, capture_output=True, check=True).stdout)


@program
def test_a_table_trains_to_the_same_bits_as_the_program(tmp_path):
    X, y = table()
    w = np.random.RandomState(5).uniform(0.5, 2, len(y))
    columns = {f"x{k}": X[:, k] for k in range(3)}
    ns.Events(columns={**columns, "label": y, "weight": w}).write(tmp_path / "events.h5")
    told = run_program(
        tmp_path,
        """
        data: {file: events.h5}
        seed: 7
        weights: {balance: false}
        split: {shuffle: false, test: 0.2, validation: 0.2}
        train: {epochs: 6, batch: 64, sampling: each, shuffle: true, scale: true, weighted: true, patience: 3}
        models: {net: {kind: fcn, event: [x0: asinh, x1, x2], hidden: [16, 8], norm: feature, dropout: 0.1}}
        """,
    )
    n = told["training_events"]
    m = n + told["validation_events"]
    clf = FCNClassifier(columns=["x0: asinh", "x1", "x2"], hidden=(16, 8), norm="feature", dropout=0.1, epochs=6)
    clf.set_params(batch=64, patience=3, random_state=7)
    clf.fit(X[:n], y[:n], sample_weight=w[:n], eval_set=(X[n:m], y[n:m], w[n:m]))
    there = load(tmp_path / "model.h5")
    assert (there.decision_function(X) == clf.decision_function(X)).all()
    assert there.get_params()["columns"] == ["x0: asinh", "x1", "x2"]
    np.testing.assert_allclose(clf.history_["train_loss"], [e["train_loss"] for e in told["epochs"]], rtol=1e-14)
    assert clf.best_epoch_ == told["best_epoch"]


def pairs(n=200, seed=3):
    """Two momenta px, py, pz, energy in each event, of harder pairs in class 1."""
    rng = np.random.RandomState(seed)
    y = np.arange(n) % 2
    momenta = rng.normal(0, 20, (n, 2, 4)) * (1 + y[:, None, None])
    momenta[..., 3] = np.sqrt((momenta[..., :3] ** 2).sum(axis=-1) + 0.1)
    return ns.as_events(momenta, features=["px", "py", "pz", "energy"]), y


def cells(n=200, seed=4):
    """Images of 6 x 5 cells."""
    rng = np.random.RandomState(seed)
    y = np.arange(n) % 2
    images = rng.uniform(size=(n, 6, 5)) * (rng.uniform(size=(n, 6, 5)) < 0.3 + 0.2 * y[:, None, None])
    from nearsym.networks._images import cells_of

    return cells_of(images), y


MAPS = {"particle_map": (16,), "latent": 8, "hidden": (16,)}
GATED = {**MAPS, "event_map": (8,), "gate_map": (4,)}
IN_CARDS = {
    "pfn": ("{kind: pfn, particles: [pt, eta, phi], particle_map: [16], latent: 8, hidden: [16], norm: feature}",
            PFNClassifier(**MAPS, norm="feature"), jets()),
    "efn": ("{kind: efn, particles: [pt, eta, phi], particle_map: [16], latent: 8, hidden: [16], dropout: 0.1}",
            EFNClassifier(**MAPS, dropout=0.1), jets()),
    "hybrid": ("{kind: hybrid, particles: p4, event: lorentz, gate: pt, particle_map: [16], event_map: [8], "
               "gate_map: [4], latent: 8, hidden: [16]}", HybridClassifier(**GATED), pairs()),
    "hybrid_set": ("{kind: hybrid, particles: p4, event: lorentz, gate_set: true, particle_map: [16], event_map: [8], "
                   "gate_map: [4], latent: 8, hidden: [16]}",
                   HybridClassifier(**{**GATED, "gate": None, "gate_set": True}), pairs()),
    "products": ("{kind: fcn, event: lorentz, references: [time, beam, [1, 0, 0, -1]], hidden: [16]}",
                 FCNClassifier(columns="lorentz", references=["time", "beam", (1, 0, 0, -1)], hidden=(16,)), pairs()),
    "gram": ("{kind: pfn, particles: pairs, references: time, particle_map: [16], latent: 8, hidden: [16]}",
             PFNClassifier(features="pairs", references="time", **MAPS), pairs()),
    "lola": ("{kind: fcn, event: momenta, lola: 3, hidden: [16], norm: feature}",
             FCNClassifier(columns="momenta", lola=3, hidden=(16,), norm="feature"), pairs()),
    "cnn": ("{kind: cnn, event: image, filters: [4, 4], convolutions: 1, hidden: [8]}",
            CNNClassifier(filters=(4, 4), convolutions=1, hidden=(8,)), cells()),
}  # fmt: skip


@program
@pytest.mark.parametrize("name", IN_CARDS)
def test_sets_train_to_the_same_bits_as_the_program(name, tmp_path):
    card, clf, (X, y) = IN_CARDS[name]
    ns.as_events(X).with_columns(label=y).write(tmp_path / "events.h5")
    told = run_program(
        tmp_path,
        f"""
        data: {{file: events.h5{", cells: [6, 5]" if name == "cnn" else ""}}}
        seed: 3
        weights: {{balance: false}}
        split: {{shuffle: false, test: 0.2, validation: 0.2}}
        train: {{epochs: 4, batch: 32, sampling: each, shuffle: true, scale: true}}
        models: {{net: {card}}}
        """,
    )
    n = told["training_events"]
    m = n + told["validation_events"]
    clf.set_params(epochs=4, batch=32, random_state=3)
    clf.fit(X[:n], y[:n], eval_set=(X[n:m], y[n:m]))
    assert (load(tmp_path / "model.h5").decision_function(X) == clf.decision_function(X)).all()


@program
def test_the_program_predicts_with_a_file_that_python_saved(tmp_path):
    X, y = jets()
    clf = PFNClassifier(**SET).fit(X, np.array(["light", "charm", "bottom"])[np.arange(len(y)) % 3])
    clf.save(tmp_path / "model.h5")
    ns.as_events(X).write(tmp_path / "events.h5")
    subprocess.run([PROGRAM, "predict", "model.h5", "events.h5", "-o", "scores.h5"], cwd=tmp_path, check=True)
    scores = ns.read(tmp_path / "scores.h5")
    assert (scores["logit"] == clf.decision_function(X)).all()
    assert list(scores.labels["output"]) == list(clf.classes_) == ["bottom", "charm", "light"]


def warned(folder, model, events):
    """About how many of the events trained the model, as `nearsym predict` says; 0 where it does not warn."""
    events.write(folder / "asked.h5")
    line = [PROGRAM, "predict", model, "asked.h5", "-o", "scores.csv"]
    told = subprocess.run(line, cwd=folder, capture_output=True, check=True, text=True).stderr
    found = re.search(r"about (\d+) of (\d+) events trained this model", told)
    assert not found or int(found[2]) == len(events)
    return int(found[1]) if found else 0


@program
def test_a_saved_model_knows_the_events_that_trained_it(tmp_path):
    jets_, y = jets()
    events = ns.as_events(jets_, features=["pt", "eta", "phi"])
    other = ns.as_events(jets(seed=3)[0], features=["pt", "eta", "phi"])
    clf = PFNClassifier(**SET).fit(events[:120], y[:120], eval_set=(events[120:], y[120:]))
    clf.save(tmp_path / "model.h5")
    pickle.loads(pickle.dumps(clf)).save(tmp_path / "again.h5")
    for model in ("model.h5", "again.h5"):
        assert warned(tmp_path, model, events) == 120
        assert warned(tmp_path, model, events[::-1]) == 120
        assert warned(tmp_path, model, events[120:]) == warned(tmp_path, model, other) == 0
    PFNClassifier(**SET, validation=0.0).fit(other, y, start_from=clf).save(tmp_path / "tuned.h5")
    assert warned(tmp_path, "tuned.h5", other) == 200 and warned(tmp_path, "tuned.h5", events) == 0


@program
def test_a_table_without_names_knows_its_events_by_x0_and_so_on(tmp_path):
    X, y = table()
    FCNClassifier(**SMALL, validation=0).fit(X, y).save(tmp_path / "model.h5")
    columns = ns.Events(columns={f"x{k}": X[:, k] for k in range(3)})
    assert warned(tmp_path, "model.h5", columns) == 300
    assert warned(tmp_path, "model.h5", ns.Events(columns={f"x{k}": X[:, 2 - k] for k in range(3)})) == 0


@program
@pytest.mark.parametrize("fresh", [False, True])
def test_events_behind_a_detector_are_known_by_what_it_does_not_change(fresh, tmp_path):
    rng = np.random.RandomState(1)
    p = rng.normal(size=(400, 3)) * 20
    p4 = np.column_stack([p, np.linalg.norm(p, axis=1)]).reshape(200, 2, 4)
    events, y = ns.as_events(p4, features=["px", "py", "pz", "energy"]), np.arange(200) % 2
    clf = PFNClassifier(**SET, validation=0.0)
    clf.fit(events[:150], y[:150], copies=ns.boosts(3, values="random", fresh=fresh), detector=ns.Smear(0.1))
    clf.save(tmp_path / "smeared.h5")
    assert warned(tmp_path, "smeared.h5", events) == 150
    points = ns.Events(rng.uniform(-1, 1, (1000, 3)) ** 2, 5 * np.arange(201), features=["x", "y", "energy"])
    clf.fit(points[:150], y[:150], copies=ns.rotations(3, values="random", fresh=fresh), detector=ns.Cells(32, 32))
    clf.save(tmp_path / "cells.h5")
    assert warned(tmp_path, "cells.h5", points) == 150


def test_events_without_fingerprints_train_all_the_same():
    rng = np.random.RandomState(1)
    y = np.arange(100) % 2
    wide = {f"c{k}": rng.normal(size=100) for k in range(600)}
    assert FCNClassifier(**SMALL).fit(wide, y).n_features_in_ == 600
    points = ns.Events(rng.normal(size=(500, 3)), 5 * np.arange(101), features=["x", "y", "a,b"])
    assert PFNClassifier(**SET, features=["x", "y"]).fit(points, y).n_features_in_ == 3


@program
def test_a_programs_model_makes_its_cuts_and_names_its_classes(tmp_path):
    X, _ = table(400)
    flavour = np.arange(400) % 3
    ns.Events(columns={"x0": X[:, 0], "x1": X[:, 1], "flavour": flavour}).write(tmp_path / "events.h5")
    run_program(
        tmp_path,
        """
        data: {file: events.h5, select: x0 > 0}
        labels: {column: flavour, classes: [light, c, b]}
        train: {epochs: 2, sampling: each, scale: true}
        models: {net: {kind: fcn, event: [x0, x1], hidden: [8]}}
        """,
    )
    clf = load(tmp_path / "model.h5")
    assert list(clf.classes_) == ["light", "c", "b"]
    events = {"x0": X[:, 0], "x1": X[:, 1]}
    logits = clf.decision_function(events)
    assert (np.isnan(logits).all(axis=1) == (X[:, 0] <= 0)).all() and logits.shape == (400, 3)
    with pytest.raises(ValueError, match="cuts leave .* of 400 events out"):
        clf.predict(events)
    kept = {name: values[X[:, 0] > 0] for name, values in events.items()}
    assert set(clf.predict(kept)) <= {"light", "c", "b"}
    assert (clf.decision_function(kept) == logits[X[:, 0] > 0]).all()


def test_every_form_of_a_set_gives_the_same_bits():
    X, y = jets()
    events = ns.as_events(X)
    ragged = [X[i, : events.counts[i]] for i in range(len(X))]
    answers = [PFNClassifier(**SET).fit(form, y).decision_function(form) for form in (X, events, ragged)]
    assert (answers[0] == answers[1]).all() and (answers[0] == answers[2]).all()


def test_awkward_arrays_give_the_bits_of_numpy():
    ak = pytest.importorskip("awkward")
    X, y = jets()
    events = ns.as_events(X)
    lists = [[dict(zip(("pt", "eta", "phi"), p)) for p in X[i, : events.counts[i]]] for i in range(len(X))]
    clf = PFNClassifier(**SET).fit(ak.Array(lists), y)
    assert (clf.decision_function(ak.Array(lists)) == PFNClassifier(**SET).fit(X, y).decision_function(X)).all()


def test_every_form_of_a_table_gives_the_same_bits():
    X, y = table()
    columns = {f"x{k}": X[:, k] for k in range(3)}
    forms = [X, np.asfortranarray(X), X.tolist(), columns, ns.Events(columns=columns)]
    answers = [FCNClassifier(**SMALL).fit(form, y).decision_function(form) for form in forms]
    assert all((answer == answers[0]).all() for answer in answers)


def test_columns_may_have_transformations_and_be_fewer():
    X, y = table()
    X = np.abs(X) + 0.1
    by_hand = FCNClassifier(**SMALL).fit(np.column_stack([np.log(X[:, 2]), X[:, 0]]), y)
    clf = FCNClassifier(columns=["x2: log", "x0"], **SMALL).fit(X, y)
    expected = by_hand.decision_function(np.column_stack([np.log(X[:, 2]), X[:, 0]]))
    np.testing.assert_allclose(clf.decision_function(X), expected, rtol=1e-6)  # logarithms of two libraries
    with pytest.raises(ValueError, match="x2 is -[0-9.]*, but its transformation needs a value above 0"):
        clf.decision_function(-X)


def test_columns_of_the_event_stand_beside_the_particles():
    X, y = jets()
    rng = np.random.RandomState(4)
    events = ns.as_events(X).with_columns(jet_mass=rng.normal(size=len(y)) + 4 * y)
    without = PFNClassifier(**SET).fit(events, y)
    beside = PFNClassifier(columns=["jet_mass"], **{**SET, "epochs": 20}).fit(events, y)
    assert beside.score(events, y) > 0.9 > without.score(events, y)


def test_labels_of_any_kind_come_back():
    X, y = table()
    for names in (["background", "signal"], [-1, 1], [False, True], [3.0, 8.0], np.array(["a", "b"], object)):
        names = np.asarray(names)
        clf = FCNClassifier(**{**SMALL, "epochs": 20}).fit(X, names[y])
        assert (clf.classes_ == names).all() and clf.classes_.dtype == names.dtype
        assert (clf.predict(X) == names[(clf.decision_function(X) > 0).astype(int)]).all()
        np.testing.assert_allclose(clf.predict_proba(X).sum(axis=1), 1, rtol=1e-12)


def test_several_classes_have_an_answer_each():
    rng = np.random.RandomState(1)
    y = rng.randint(0, 4, 400)
    X = rng.normal(size=(400, 2)) + 4 * np.column_stack([y % 2, y // 2])
    clf = FCNClassifier(**{**SMALL, "epochs": 60, "batch": 16}).fit(X, y)
    assert clf.decision_function(X).shape == clf.predict_proba(X).shape == (400, 4)
    assert clf.score(X, y) > 0.9


def test_weights_of_zero_are_as_if_the_events_were_not_there():
    X, y = table()
    w = np.ones(len(y))
    w[::7] = 0
    clf = FCNClassifier(**SMALL).fit(X, y, sample_weight=w)
    without = FCNClassifier(**SMALL).fit(X[w > 0], y[w > 0], sample_weight=w[w > 0])
    assert (clf.decision_function(X) == without.decision_function(X)).all()


def test_negative_weights_subtract_what_they_stand_on():
    rng = np.random.RandomState(1)
    X = rng.normal(size=(4000, 1)) * 0.5 + np.repeat([0, 4, 4, 0], 1000)[:, None]  # 4 is added twice, once less than 0
    y = np.repeat([0, 0, 0, 1], 1000)
    w = np.repeat([1.0, 1.0, -1.0, 1.0], 1000)
    clf = FCNClassifier(hidden=(16,), epochs=30, validation=0).fit(X, y, sample_weight=w)
    assert abs(clf.predict_proba(X[y == 1])[:, 1].mean() - 0.5) < 0.05  # the two at 4 are no events together


def test_fine_tuning_begins_with_a_network_and_keeps_frozen_layers(tmp_path):
    X, y = jets()
    other, z = jets(seed=9)
    first = PFNClassifier(**SET).fit(X, y)
    first.save(tmp_path / "first.h5")
    for start in (first, tmp_path / "first.h5"):
        same = PFNClassifier(**{**SET, "epochs": 0}).fit(other, z, start_from=start)
        assert np.array_equal(same.decision_function(X), first.decision_function(X))
    tuned = PFNClassifier(**SET).fit(other, z, start_from=first, frozen="particle_map")
    assert not np.array_equal(tuned.decision_function(X), first.decision_function(X))
    with pytest.raises(ValueError, match="latent is 5 in the network and 4 in the model"):
        PFNClassifier(**{**SET, "latent": 5}).fit(other, z, start_from=first)
    with pytest.raises(ValueError, match="there is no layer 'trunk'"):
        PFNClassifier(**SET).fit(other, z, start_from=first, frozen=["trunk"])
    with pytest.raises(ValueError, match="there is no start_from"):
        PFNClassifier(**SET).fit(other, z, frozen=["hidden"])
    with pytest.raises(ValueError, match="epochs is 0"):
        PFNClassifier(**{**SET, "epochs": 0}).fit(other, z)


def test_copies_of_an_event_stay_on_one_side():
    X, y = table(100)
    copies, labels, event = np.repeat(X, 3, axis=0), np.repeat(y, 3), np.repeat(np.arange(100), 3)
    from nearsym.networks._data import division

    checks = division(labels, event, 0.3, seed=1)
    assert all(len(set(checks[event == e])) == 1 for e in range(100))
    assert checks.reshape(100, 3)[:, 0].sum() == 30
    shuffled = np.random.RandomState(1).permutation(300)
    clf = FCNClassifier(**SMALL).fit(copies[shuffled], labels[shuffled], groups=event[shuffled])
    named = FCNClassifier(**SMALL).fit(copies[shuffled], labels[shuffled], groups=[f"e{e:03}" for e in event[shuffled]])
    assert (clf.decision_function(X) == named.decision_function(X)).all()


def test_the_penalty_makes_answers_on_copies_alike():
    rng = np.random.RandomState(1)
    y = np.arange(600) % 2
    phi = rng.uniform(0, 2 * np.pi, 600)
    r = 1 + y + 0.5 * rng.normal(size=600)
    turned = phi[:, None] + np.array([0, 2, 4]) * np.pi / 3
    X = np.stack([r[:, None] * np.cos(turned), r[:, None] * np.sin(turned)], axis=2).reshape(-1, 2)
    spreads = []
    for invariance in (0, 30):
        clf = FCNClassifier(hidden=(16, 16), epochs=20, batch=96, invariance=invariance)
        clf.fit(X, np.repeat(y, 3), groups=np.repeat(np.arange(600), 3))
        spreads.append(clf.predict_proba(X)[:, 1].reshape(-1, 3).std(axis=1).mean())
    assert spreads[1] < 0.7 * spreads[0]
    with pytest.raises(ValueError, match="no group says which rows are one"):
        FCNClassifier(invariance=1.0).fit(X, np.repeat(y, 3))


def test_what_validates_is_a_part_of_each_class():
    from nearsym.networks._data import division

    codes = np.repeat([0, 1, 2], [90, 9, 2])
    checks = division(codes, None, 0.2, seed=1)
    assert [checks[codes == k].sum() for k in range(3)] == [18, 2, 1]
    assert division(np.array([0, 0, 1]), None, 0.2, seed=1) is None
    assert (division(codes, None, 0.2, seed=1) == checks).all() and (division(codes, None, 0.2, 2) != checks).any()


def test_an_eval_set_validates_and_teaches_nothing():
    X, y = table()
    clf = FCNClassifier(**SMALL).fit(X[:200], y[:200], eval_set=(X[200:], y[200:]))
    other = FCNClassifier(**{**SMALL, "patience": 0}).fit(X[:200], y[:200], eval_set=(X[200:250], y[200:250]))
    assert (clf.history_["train_loss"] == other.history_["train_loss"]).all()
    assert (clf.history_["validation_loss"] != other.history_["validation_loss"]).all()
    with pytest.raises(ValueError, match="eval_set has the label 5"):
        FCNClassifier(**SMALL).fit(X, y, eval_set=(X, y + 5))


def test_a_seed_gives_the_same_bits_and_another_seed_others():
    X, y = table()
    answers = [FCNClassifier(**SMALL, random_state=s).fit(X, y).decision_function(X) for s in (1, 1, 2)]
    assert (answers[0] == answers[1]).all() and (answers[0] != answers[2]).all()
    draws = [FCNClassifier(**SMALL, random_state=np.random.RandomState(4)).fit(X, y) for _ in range(2)]
    assert (draws[0].decision_function(X) == draws[1].decision_function(X)).all()


def test_training_stops_when_nothing_improves():
    X, y = table()
    clf = FCNClassifier(hidden=(32,), epochs=200, learning_rate=0.05, patience=5).fit(X, y)
    loss = clf.history_["validation_loss"]
    assert len(loss) == clf.best_epoch_ + 5 < 200
    assert clf.best_epoch_ == loss.argmin() + 1


def classifiers():
    """One of each kind, with events and labels."""
    rng = np.random.RandomState(3)
    X, y = jets(80)
    momenta = rng.normal(0, 20, (80, 2, 4))
    momenta[..., 3] = np.sqrt((momenta[..., :3] ** 2).sum(axis=-1))
    maps = {"particle_map": (8,), "event_map": (8,), "gate_map": (4,), "latent": 4}
    yield FCNClassifier(**SMALL), X.reshape(80, -1), y
    yield PFNClassifier(**SET, pooling="mean"), X, y
    yield PFNClassifier(**SET, norm="feature", activation="silu", linear_first=True), X, np.arange(80) % 3
    yield PFNClassifier(**SET, padded=6), X, y
    yield EFNClassifier(**SET), X, y
    yield HybridClassifier(**SMALL, **maps), momenta, y
    yield HybridClassifier(**SMALL, **maps, gate_set=True), momenta, y
    yield CNNClassifier(**SMALL, filters=(4,), convolutions=1), rng.uniform(size=(80, 8, 6)), y


@pytest.mark.parametrize("case", list(classifiers()), ids=lambda case: type(case[0]).__name__)
def test_files_and_pickles_give_the_classifier_back(case, tmp_path):
    clf, X, y = case
    clf.fit(X, y)
    clf.save(tmp_path / "model.h5")
    for back in (load(tmp_path / "model.h5"), type(clf).load(tmp_path / "model.h5"), pickle.loads(pickle.dumps(clf))):
        assert type(back) is type(clf)
        assert (back.decision_function(X) == clf.decision_function(X)).all()
        assert back.get_params() == clf.get_params()
        assert (back.classes_ == clf.classes_).all() and back.best_epoch_ == clf.best_epoch_
        assert all((back.history_[k] == clf.history_[k]).all() for k in clf.history_)
        back.fit(X, y)
        assert (back.decision_function(X) == clf.decision_function(X)).all()


def test_a_file_of_another_kind_is_refused(tmp_path):
    X, y = table()
    FCNClassifier(**SMALL).fit(X, y).save(tmp_path / "model.h5")
    with pytest.raises(ValueError, match="is a FCNClassifier, not a PFNClassifier"):
        PFNClassifier.load(tmp_path / "model.h5")
    (tmp_path / "text.h5").write_text("no model")
    with pytest.raises(ns.Error):
        load(tmp_path / "text.h5")
    with pytest.raises(ValueError, match="not fitted yet"):
        FCNClassifier().predict(X)


def test_a_hybrid_tells_its_learned_weight():
    clf, X, y = next(case for case in classifiers() if isinstance(case[0], HybridClassifier))
    weight = clf.fit(X, y).general_weight(X)
    assert weight.shape == (80,) and ((weight > 0) & (weight < 1)).all()
    clf.set_params(combination="concat", gate=None, gate_map=()).fit(X, y)
    with pytest.raises(ValueError, match="no learned weights"):
        clf.general_weight(X)


def test_images_are_read_row_by_row():
    rng = np.random.RandomState(1)
    images = rng.uniform(size=(40, 4, 6)) * (rng.uniform(size=(40, 4, 6)) < 0.5)
    from nearsym.networks._images import cells_of

    events = cells_of(images)
    back = np.zeros((40, 24))
    back[np.repeat(np.arange(40), events.counts), events.feature("cell").astype(int)] = events.feature("energy")
    assert (back.reshape(images.shape) == images).all()
    assert events.attributes["grid"] == "4x6"
    small = CNNClassifier(**SMALL, filters=(4,), convolutions=1)
    answers = small.fit(images, np.arange(40) % 2).decision_function(images)
    del events.attributes["grid"]
    with pytest.raises(ValueError, match="give the classifier `shape`"):
        small.fit(events, np.arange(40) % 2)
    small.set_params(shape=(4, 6)).fit(events, np.arange(40) % 2)
    assert (small.decision_function(events) == answers).all()


BAD = [
    ({"hidden": "64"}, "hidden is '64', must be a list of whole numbers"),
    ({"hidden": (64, 0)}, "hidden is 0, must be at least 1"),
    ({"hidden": (8,) * 17}, "17 layers, at most 16"),
    ({"activation": "tanh"}, "activation is 'tanh', must be one of 'relu'"),
    ({"dropout": 1.5}, "dropout"),
    ({"batch": 1}, "batch is 1, must be at least 2"),
    ({"epochs": 2.5}, "epochs is 2.5, must be a whole number"),
    ({"learning_rate": -1}, "learning_rate is -1"),
    ({"learning_rate": "fast"}, "learning_rate is 'fast', must be a number"),
    ({"sampling": "all"}, "sampling is 'all'"),
    ({"validation": 1}, "validation is 1, must be at least 0 and below 1"),
    ({"invariance_of": "score"}, "invariance_of is 'score'"),
    ({"random_state": -1}, "random_state is -1"),
    ({"verbose": 3}, "verbose is 3"),
    ({"columns": ["x0", "x9"]}, "x9"),
    ({"columns": ["x0: cube"]}, "no transformation 'cube'"),
    ({"columns": ["weight", "x1", "x2"]}, "'weight' cannot be an input"),
    ({"columns": [3]}, "3 is no feature"),
]


@pytest.mark.parametrize("params, message", BAD, ids=[next(iter(params)) for params, _ in BAD])
def test_arguments_that_cannot_be_are_refused_in_fit(params, message):
    X, y = table(60)
    with pytest.raises((TypeError, ValueError), match=message.replace("(", r"\(")):
        FCNClassifier(**{**SMALL, **params}).fit(X, y)


def test_labels_and_weights_that_cannot_be_are_refused():
    X, y = table(60)
    clf = FCNClassifier(**SMALL)
    for labels, message in [
        (y[:-1], "59 labels for 60 events"),
        (np.zeros(60), "one class only"),
        (np.arange(60), "60 classes, and networks tell at most 16"),
        (y + 0.5, "Unknown label type: continuous"),
        ([None] * 60, "missing"),
        (np.stack([y, y], axis=1), "1d array"),
    ]:
        with pytest.raises(ValueError, match=message):
            clf.fit(X, labels)
    for weights, message in [
        (np.ones(59), "59 values for 60 events"),
        (np.zeros(60), "zero for all"),
        (np.full(60, np.nan), "must be finite"),
        (["1"] * 60, "must be numbers"),
        (np.where(y == 1, -1.0, 1.0), "the same sign"),
    ]:
        with pytest.raises((TypeError, ValueError), match=message):
            clf.fit(X, y, sample_weight=weights)
    with pytest.raises(ValueError, match="groups has shape"):
        clf.fit(X, y, groups=np.zeros(3))
    with pytest.raises(ValueError, match="belong to one event, but they have different labels"):
        clf.fit(X, y, groups=np.zeros(60))


def test_events_that_cannot_be_are_refused():
    X, y = table(60)
    clf = FCNClassifier(**SMALL).fit(X, y)
    masked = np.ma.array(X, mask=X > 2)
    for bad, error in [
        (X[0], ValueError), (X[:0], ValueError), (X[:, :0], ValueError), (X[:, :2], ValueError),
        (X.astype(str), TypeError), (masked, ValueError), (np.where(X > 1, np.inf, X), ValueError), (None, TypeError),
        (X + 1j, ValueError), ([[1, 2], [3]], ValueError), (X * 1e300, ValueError),
    ]:  # fmt: skip
        with pytest.raises(error):
            clf.predict(bad)
    jet = PFNClassifier(**SET)
    with pytest.raises(ValueError, match="sets of particles"):
        jet.fit(X, y)
    with pytest.raises(ValueError, match="expecting 3 features"):
        jet.fit(*jets(60)).predict(np.ones((5, 4, 2)))


def test_an_event_of_each_class_is_enough():
    clf = FCNClassifier(**SMALL).fit([[0.0, 1.0], [1.0, 1.0]], ["a", "b"])
    assert np.isnan(clf.history_["validation_loss"]).all() and clf.best_epoch_ == 3
    assert clf.predict([[1.0, 1.0]]).shape == (1,)


def test_a_failed_fit_leaves_the_classifier_as_it_was():
    X, y = table()
    clf = FCNClassifier(**SMALL).fit(X, y)
    before = clf.decision_function(X)
    with pytest.raises(ValueError):
        clf.set_params(learning_rate=1e9).fit(X * np.nan, y)
    assert (clf.decision_function(X) == before).all()


INTERRUPTED = """
import sys
import numpy as np
from nearsym.networks import FCNClassifier

rng = np.random.RandomState(1)
y = np.arange(3000) % 2
X = rng.normal(size=(3000, 4)) + y[:, None]
clf = FCNClassifier(hidden=(64, 64), epochs=100000, patience=0)
print("begin", flush=True)
try:
    clf.fit(X, y)
except KeyboardInterrupt:
    assert not hasattr(clf, "classes_")
    print(clf.set_params(epochs=2).fit(X, y).history_["epoch"], flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT exists only on POSIX")
def test_ctrl_c_stops_a_training_and_the_process_goes_on():
    with subprocess.Popen([sys.executable, "-c", INTERRUPTED], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "begin\n"
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert out == "[1 2]\n" and process.returncode == 0


SIGNALLED = """
import signal
import numpy as np
from nearsym.networks import FCNClassifier

rng = np.random.RandomState(1)
y = np.arange(3000) % 2
X = rng.normal(size=(3000, 4)) + y[:, None]
clf = FCNClassifier(hidden=(64, 64), epochs=20, patience=0)
quiet = clf.fit(X, y).decision_function(X)
heard = []
signal.signal(signal.SIGALRM, lambda number, frame: heard.append(number))
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
loud = clf.fit(X, y).decision_function(np.tile(X, (20, 1)))[:3000]
signal.setitimer(signal.ITIMER_REAL, 0)
whole = 512 * (3000 // 512)  # rows of whole batches: those of the last have other sums in their products
print(len(heard) > 0, (loud[:whole] == quiet[:whole]).all())
"""


def test_signals_leave_a_training_alone():
    # The kernel writes a signal's frame where the stack pointer is; in oneDNN's AVX-512 products that is in the heap.
    run = subprocess.run([sys.executable, "-c", SIGNALLED], stdout=subprocess.PIPE, check=True, text=True)
    assert run.stdout == "True True\n"


def test_threads_train_at_once_to_the_bits_of_one_after_another():
    X, y = table()
    seeds = range(1, 7)

    def train(seed):
        return FCNClassifier(**SMALL, random_state=seed).fit(X, y).decision_function(X)

    with ThreadPoolExecutor(3) as threads:
        at_once = list(threads.map(train, seeds))
    assert all((answer == train(seed)).all() for answer, seed in zip(at_once, seeds))
    clf = FCNClassifier(**SMALL).fit(X, y)
    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(clf.decision_function, [X] * 6))
    assert all((answer == clf.decision_function(X)).all() for answer in answers)


def test_a_bar_and_the_log_show_progress(capfd, caplog):
    X, y = table()
    with caplog.at_level("DEBUG", logger="nearsym"):
        FCNClassifier(**SMALL).fit(X, y)
    assert "epoch 3: loss" in caplog.text and capfd.readouterr().err == ""
    pytest.importorskip("tqdm")
    FCNClassifier(**SMALL, verbose=True).fit(X, y)
    assert "3/3" in capfd.readouterr().err


def test_what_a_callback_raises_reaches_the_caller(monkeypatch):
    from nearsym.networks import _training

    def fail(self, epoch):
        raise RuntimeError("in the callback")

    monkeypatch.setattr(_training.Watcher, "__call__", fail)
    with pytest.raises(RuntimeError, match="in the callback"):
        FCNClassifier(**SMALL).fit(*table())


def test_a_table_of_doubles_is_not_copied():
    from nearsym._native import ffi
    from nearsym.networks._data import Sample
    from nearsym.networks._data import table as read_table

    X, y = table(1000, 50)
    events = Sample(read_table(X), y, np.ones(1000), None, None).ready()
    wide = next(values for values in events.columns.values() if values.ndim == 2)
    assert np.shares_memory(wide, X)
    c = events.c
    values = next(c.column[k].values for k in range(c.columns) if c.column[k].width == 50)
    assert int(ffi.cast("uintptr_t", values)) == X.ctypes.data
    copied = next(iter(read_table(X.astype(np.float32)).columns.values()))
    assert not np.shares_memory(copied, X) and copied.dtype == np.float64


MEMORY = """
import resource
import sys
import numpy as np
from nearsym.networks import FCNClassifier

n, width = 400_000, 40
X = np.random.RandomState(1).normal(size=(n, width))
y = np.arange(n) % 2
clf = FCNClassifier(hidden=(4,), epochs=1, batch=4096, validation=0).fit(X[:1000], y[:1000])
peak = lambda: 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
getattr(clf, sys.argv[1])(X, *[y][: sys.argv[1] == "fit"])
print((peak() - before) / X.nbytes)
"""


@pytest.mark.parametrize("call", ["fit", "predict"])
def test_a_network_takes_less_memory_than_a_copy_of_the_table_would(call):
    run = subprocess.run([sys.executable, "-c", MEMORY, call], stdout=subprocess.PIPE, check=True, text=True)
    assert float(run.stdout) < 0.95  # of fit: floats for the network, which are a half, and numbers of events


def test_a_table_network_reads_lorentz_products_of_particles(tmp_path):
    events = ns.generate.dimuon(200)
    clf = ns.FCNClassifier(columns="lorentz", epochs=2).fit(events, "label")
    assert clf.n_features_in_ == 4
    clf.save(tmp_path / "model.h5")
    again = ns.load(tmp_path / "model.h5")
    assert again.columns == "lorentz"
    assert (again.decision_function(events) == clf.decision_function(events)).all()


@pytest.mark.parametrize(
    "make",
    [
        lambda: ns.FCNClassifier(columns="lorentz", references=["time", (1, 0, 0, -1)], epochs=2),
        lambda: ns.FCNClassifier(columns="momenta", lola=2, norm="feature", epochs=2),
        lambda: ns.PFNClassifier(features="pairs", references="beam", epochs=2),
    ],
)
def test_products_and_lorentz_layers_come_back_from_a_file(make, tmp_path):
    events = ns.generate.dimuon(200)
    clf = make().fit(events, "label")
    clf.save(tmp_path / "model.h5")
    again = ns.load(tmp_path / "model.h5")
    assert (again.lola if hasattr(again, "lola") else 0) == getattr(clf, "lola", 0)
    assert (again.decision_function(events) == clf.decision_function(events)).all()


def test_pairs_are_of_any_number_of_particles_in_any_order():
    rng = np.random.RandomState(2)
    events = [np.column_stack([p := rng.normal(0, 30, (n, 3)), np.hypot(0.1, np.sqrt((p**2).sum(1)))])
              for n in rng.randint(0, 5, 400)]  # fmt: skip
    y = np.array([len(e) > 2 for e in events])
    clf = ns.PFNClassifier(features="pairs", epochs=60, learning_rate=0.01, particle_map=(16,), hidden=(16,)).fit(events, y)
    backwards = clf.decision_function([e[::-1] for e in events])
    np.testing.assert_allclose(backwards, clf.decision_function(events), rtol=0, atol=1e-5)
    alone = [clf.decision_function([e])[0] for e in events[:20]]
    np.testing.assert_allclose(alone, clf.decision_function(events)[:20], rtol=0, atol=1e-5)
    assert clf.score(events, y) > 0.95


def test_a_reference_that_is_none_is_refused():
    events = ns.generate.dimuon(20)
    with pytest.raises(ns.Error, match="there is no reference 'beams'"):
        ns.FCNClassifier(columns="lorentz", references="beams").fit(events, "label")
    with pytest.raises(ValueError, match="is no reference vector"):
        ns.FCNClassifier(columns="lorentz", references=[(1, 0, 0)]).fit(events, "label")


def test_no_events_are_refused():
    events = ns.generate.dimuon(10)
    with pytest.raises(ValueError, match="no events"):
        ns.PFNClassifier().fit(events[:0], [])


def frame(values, names):
    """A table of pandas."""
    return pytest.importorskip("pandas").DataFrame(values, columns=names)


@pytest.mark.filterwarnings("ignore:X does not have valid feature names", "ignore:X has feature names")
def test_a_second_fit_knows_nothing_of_the_first():
    X, y = table(60, 2)
    named = frame(X, ["pt", "mass"])
    fresh = FCNClassifier(**SMALL).fit(X, y).decision_function(X)
    clf = FCNClassifier(**SMALL)
    for first, second in [(named, X), (X, named), (X[:, :1], named), (named[["pt"]], X), (dict(named), X)]:
        clf.fit(first, y).fit(second, y)
        assert (clf.decision_function(second) == fresh).all()
        assert hasattr(clf, "feature_names_in_") == (second is named) and clf.n_features_in_ == 2
        assert (clf.decision_function(named) == fresh).all() and (clf.decision_function(X) == fresh).all()
    assert (FCNClassifier(**SMALL).fit(dict(named), y).decision_function(named) == fresh).all()


def test_a_score_checks_labels_and_weights_as_a_fit_does():
    X, y = table(60)
    clf = FCNClassifier(**{**SMALL, "epochs": 20}).fit(X, y)
    right = clf.predict(X) == y
    with pytest.warns(UserWarning, match="column-vector"):
        assert clf.score(X, y[:, None]) == right.mean()
    w = np.arange(60)
    assert clf.score(X, y, sample_weight=w) == np.average(right, weights=w)
    events = ns.Events(columns={**{f"x{k}": X[:, k] for k in range(3)}, "lab": y, "w": w})
    assert clf.score(events, "lab", "w") == np.average(right, weights=w)
    assert clf.score(X, np.where(y == 1, 7, y)) == (right & (y == 0)).mean()
    for labels, weights, message in [
        (y[:-1], None, "59 labels for 60 events"),
        (None, None, "requires y"),
        (np.stack([y, y], axis=1), None, "1d array"),
        (y, np.where(w == 3, np.nan, w), "must be finite"),
        (y, w[1:], "59 values"),
        (y, 0 * w, "adds up to 0"),
    ]:
        with pytest.raises(ValueError, match=message):
            clf.score(X, labels, weights)


@pytest.mark.parametrize("name", ["label", "weight"])
def test_columns_of_the_trainings_names_are_inputs_that_are_asked_about(name):
    X, y = table(60, 2)
    events = {"a": X[:, 0], name: X[:, 1]}
    with pytest.raises(ValueError, match=f"X has a column '{name}', a name that the training needs"):
        FCNClassifier(**SMALL).fit(events, y)
    alone = FCNClassifier(**SMALL).fit({"a": X[:, 0]}, y).decision_function({"a": X[:, 0]})
    assert (FCNClassifier(columns=["a"], **SMALL).fit(events, y).decision_function(events) == alone).all()
    where = {"label": {"y": name}, "weight": {"y": y, "sample_weight": name}}[name]
    values = y if name == "label" else 1.0 + y
    clf = FCNClassifier(**SMALL).fit({"a": X[:, 0], name: values}, **where)
    assert clf.n_features_in_ == 1 and clf.decision_function({"a": X[:, 0]}).shape == (60,)


def test_a_frame_with_its_labels_trains_as_one_without_them(tmp_path):
    X, y = table(60, 2)
    whole = frame(np.column_stack([X, y, 1 + y]), ["a", "b", "target", "w"])
    clf = FCNClassifier(**SMALL).fit(whole, "target", sample_weight="w")
    by_hand = FCNClassifier(**SMALL).fit(whole[["a", "b"]], y, sample_weight=1 + y)
    assert list(clf.feature_names_in_) == ["a", "b"] and clf.n_features_in_ == 2
    clf.save(tmp_path / "model.h5")
    for one in (clf, load(tmp_path / "model.h5")):
        for given in (whole, whole[["a", "b"]]):
            assert (one.decision_function(given) == by_hand.decision_function(whole[["a", "b"]])).all()


def test_an_eval_set_may_name_its_labels_and_weights():
    X, y = table(90, 2)
    events = ns.Events(columns={"a": X[:, 0], "b": X[:, 1], "lab": y, "w": 1.0 + y})
    clf = FCNClassifier(**SMALL).fit(events[:60], "lab", "w", eval_set=(events[60:], "lab", "w"))
    by_hand = FCNClassifier(**SMALL)
    by_hand.fit(X[:60], y[:60], 1.0 + y[:60], eval_set=(X[60:], y[60:], 1.0 + y[60:]))
    assert (clf.history_["validation_loss"] == by_hand.history_["validation_loss"]).all()
    clf.fit(events[:60], "lab", "w", eval_set=(events[60:], y[60:], 1.0 + y[60:]))
    assert (clf.history_["validation_loss"] == by_hand.history_["validation_loss"]).all()
    with pytest.raises(ValueError, match="eval_set has the label '0', which is not in y"):
        clf.fit(events, "lab", eval_set=(events, y.astype(str)))
    with pytest.raises(ValueError, match="y is 'truth', which is not a column; there are: a, b, lab, w"):
        clf.fit(events, "truth")


def test_masked_labels_and_groups_are_refused():
    X, y = table(60)
    with pytest.raises(ValueError, match="y: the value at .0,. is masked"):
        FCNClassifier(**SMALL).fit(X, np.ma.masked_array(y, np.arange(60) == 0))
    with pytest.raises(ValueError, match="groups: the value at .3,. is masked"):
        FCNClassifier(**SMALL).fit(X, y, groups=np.ma.masked_array(np.arange(60), np.arange(60) == 3))


@pytest.mark.parametrize("names, message", [
    (np.array([b"Non", b"Yes"]), "labels are whole numbers, bools or texts; decode them"),
    (np.array(["2020-01-01", "2021-01-01"], "datetime64[D]"), "y has dtype datetime64"),
    (np.array([1, 2], "timedelta64[s]"), "y has dtype timedelta64"),
    (np.array([b"a", b"b"], object), "y has a label b'a', a bytes"),
    (np.array([1.5, 2.5], object), "Unknown label type: continuous"),
])  # fmt: skip
def test_labels_that_a_file_could_not_keep_are_refused(names, message):
    X, y = table(60)
    with pytest.raises((TypeError, ValueError), match=message):
        FCNClassifier(**SMALL).fit(X, names[y])


@pytest.mark.parametrize("names", [
    ["Non", "Oui"], [False, True], np.array([3, 8], np.uint8), [3.0, 8.0], np.array([-1, 2**70], object),
])  # fmt: skip
def test_files_keep_labels_as_they_are(names, tmp_path):
    X, y = table(60)
    clf = FCNClassifier(**SMALL).fit(X, np.asarray(names)[y])
    clf.save(tmp_path / "model.h5")
    back = load(tmp_path / "model.h5")
    assert back.classes_.dtype == clf.classes_.dtype and (back.predict(X) == clf.predict(X)).all()


@pytest.mark.parametrize("params", [
    {"epochs": 2**70}, {"hidden": (2**70,)}, {"hidden": (2**40, 2**40)}, {"batch": 2**64}, {"learning_rate": 10**400},
    {"dropout": 10**400}, {"random_state": 2**70}, {"validation": 10**400}, {"linear_first": 2}, {"shuffle": "no"},
    {"standardise": None},
], ids=str)  # fmt: skip
def test_numbers_beyond_all_bounds_are_refused(params):
    X, y = table(60)
    with pytest.raises((TypeError, ValueError)):
        FCNClassifier(**{**SMALL, **params}).fit(X, y)


@program
def test_a_programs_model_reads_the_columns_of_a_frame_by_their_names(tmp_path, recwarn):
    X, y = table(200, 2)
    events = ns.Events(columns={"pt": X[:, 0], "mass": X[:, 1], "label": y})
    events.write(tmp_path / "events.h5")
    run_program(
        tmp_path,
        """
        data: {file: events.h5}
        train: {epochs: 1, sampling: each}
        models: {net: {kind: fcn, event: [pt, mass], hidden: [8]}}
        """,
    )
    clf = load(tmp_path / "model.h5")
    assert (clf.decision_function(frame(X[:, ::-1], ["mass", "pt"])) == clf.decision_function(events)).all()
    assert not recwarn.list


def test_no_events_are_predicted_as_no_classes():
    events, y = ns.generate.dimuon(20), np.arange(40) % 2
    clf = ns.PFNClassifier(epochs=1).fit(events, y)
    assert clf.predict(events[:0]).shape == (0,)
    with pytest.raises(ValueError, match="no events"):
        clf.score(events[:0], y[:0])


def test_an_array_without_names_is_refused_by_a_network_of_named_columns():
    y = np.arange(60) % 2
    clf = FCNClassifier(epochs=1).fit({"a": y * 1.0, "b": y * 2.0}, y)
    with pytest.raises(ValueError, match="names"):
        clf.predict(np.ones((3, 2)))


@pytest.mark.parametrize(("arguments", "message"), [
    ({"features": ["pt:log"]}, "write 'pt: log'"),
    ({"features": []}, "empty"),
    ({"activation": ["relu"]}, "activation"),
    ({"sampling": [1]}, "sampling"),
    ({"validation": "x"}, "validation"),
])  # fmt: skip
def test_likely_slips_are_told_by_name(arguments, message):
    events = ns.as_events(np.random.default_rng(1).random((60, 5, 3)))
    with pytest.raises((ValueError, TypeError), match=message):
        PFNClassifier(epochs=1, **arguments).fit(events, np.arange(60) % 2)


def test_bf16_is_a_precision_of_trainings_and_of_predictions():
    X, y = table()
    wide = {**SMALL, "hidden": (32, 32, 32)}
    single = FCNClassifier(**wide).fit(X, y).decision_function(X)
    net = FCNClassifier(**wide, precision="bf16").fit(X, y)
    logits = net.decision_function(X)
    assert 0 < np.abs(logits - single).max() < 0.1 * np.abs(single).max()
    assert np.array_equal(net.decision_function(X), logits)
    stored = net.set_params(precision="single").decision_function(X)
    assert 0 < np.abs(logits - stored).max() < 0.02 * np.abs(stored).max()
    with pytest.raises(ValueError, match="precision is 'half', must be 'single' or 'bf16'"):
        net.set_params(precision="half").decision_function(X)
    with pytest.raises(ValueError, match="precision is 16, must be"):
        FCNClassifier(precision=16).fit(X, y)
