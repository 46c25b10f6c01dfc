"""Copies and detectors: Python functions are called as they should be, and what they give back is checked."""

import json
import pickle
import subprocess
import textwrap
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nearsym as ns
from nearsym._simulation import run, simulate, steps_of
from nearsym.copies import TRANSFORMS, Cells, Copies, Detector, Smear, Threshold, boosts, reflections, rotations, shifts
from nearsym.invariance import invariance_of
from nearsym.networks import CNNClassifier, EFNClassifier, FCNClassifier, PFNClassifier, load

PROGRAM = Path(ns.__file__).parents[2] / "nearsym"
program = pytest.mark.skipif(not PROGRAM.exists(), reason=f"there is no program {PROGRAM}")
SET = {"particle_map": (8,), "latent": 4, "hidden": (8,), "epochs": 3, "batch": 64}


def points(n=120, seed=1):
    """Events of points x, y, energy, which are not symmetric, and their classes."""
    rng = np.random.RandomState(seed)
    y = np.arange(n) % 2
    counts = rng.randint(3, 8, n)
    particles = rng.uniform(0.1, 0.5, (counts.sum(), 3))
    particles[:, 0] += np.repeat(0.3 * y, counts)
    return ns.Events(particles, np.concatenate([[0], np.cumsum(counts)]), {"m": rng.normal(size=n)},
                     features=["x", "y", "energy"]), y  # fmt: skip


def quarter(arrays, seed):
    """A turn by 90 degrees."""
    arrays["x"], arrays["y"] = -arrays["y"], arrays["x"]
    return arrays


def lose(arrays, seed):
    """A detector that sees particles with a probability of one half."""
    keep = np.random.RandomState(seed).uniform(size=len(arrays["x"])) < 0.5
    counts = np.add.reduceat(keep, arrays["offsets"][:-1])
    arrays = {name: arrays[name][keep] for name in ("x", "y", "energy")}
    arrays["offsets"] = np.concatenate([[0], np.cumsum(counts)])
    return arrays


def test_a_function_sees_every_event_once_for_each_copy():
    events, _ = points()
    calls = []

    def turn(arrays, seed):
        calls.append((seed, sorted(arrays), len(arrays["offsets"])))
        return quarter(arrays, seed)

    rows, parent = run(events, Copies(turn, count=4), None, seed=3)
    assert len(calls) == 3 and len({seed for seed, _, _ in calls}) == 3
    assert calls[0][1:] == (["energy", "m", "offsets", "x", "y"], 121)
    assert len(rows) == 480 and (parent == np.tile(np.arange(120), 4)).all()
    assert (rows[:120].particles == events.particles).all()
    assert (rows[120:240].feature("x") == -events.feature("y")).all()
    assert run(events, Copies(turn, count=4), None, seed=3) and calls[:3] == calls[3:]
    run(events, Copies(turn, count=4), None, seed=4)
    assert calls[6:] != calls[:3]


def test_a_function_may_change_what_it_is_given():
    events, _ = points()
    before = events.particles.copy()

    def spoil(arrays, seed):
        for values in arrays.values():
            values *= 0
        return None

    with pytest.raises(TypeError, match="spoil gave back NoneType, must be a dict of arrays; is there a `return`"):
        run(events, Copies(spoil, count=2), None, 1)
    assert (events.particles == before).all()


def test_copies_stand_before_or_behind_the_detector():
    events, _ = points()
    seen = []

    def note(arrays, seed):
        seen.append(arrays["x"].copy())
        arrays["x"] = arrays["x"] + 100
        return arrays

    rows, _ = run(events, Copies(quarter, count=2), note, 1)
    assert len(seen) == 2 and (seen[1] == -events.feature("y")).all()
    assert (rows[120:].feature("x") == 100 - events.feature("y")).all()
    seen.clear()
    rows, _ = run(events, Copies(quarter, count=2, where="after"), note, 1)
    assert len(seen) == 1
    assert (rows[120:].feature("y") == 100 + events.feature("x")).all()


def test_a_detector_draws_anew_for_every_copy_made_before_it():
    events, _ = points()
    rows, _ = run(events, Copies(lambda arrays, seed: arrays, count=3), lose, 1)
    counts = rows.counts.reshape(3, 120)
    assert (counts[0] != counts[1]).any() and (counts[1] != counts[2]).any()
    assert (counts <= events.counts).all() and counts.sum() < 0.6 * 3 * events.counts.sum()
    behind, _ = run(events, Copies(lambda arrays, seed: arrays, count=3, where="after"), lose, 1)
    assert (behind.counts.reshape(3, 120) == behind.counts[:120]).all()


def test_new_names_are_features_or_columns_by_their_length():
    events, _ = points()

    def measure(arrays, seed):
        n = np.diff(arrays["offsets"])
        return {"x": arrays["x"], "r": np.hypot(arrays["x"], arrays["y"]), "n": n, "mean": np.stack([n, n], axis=1)}

    made, _ = run(events, None, measure, 1)
    assert made.features == ("x", "r") and set(made.columns) == {"n", "mean"}
    assert made["mean"].shape == (120, 2) and (made["n"] == events.counts).all()
    assert (made.feature("r") == np.hypot(events.feature("x"), events.feature("y"))).all()


BAD = [
    (lambda a: [1, 2], TypeError, "gave back list, must be a dict of arrays"),
    (lambda a: {**a, "x": a["x"][:-1]}, ValueError, "x has shape .*, one for each particle"),
    (lambda a: {**a, "m": a["m"][1:]}, ValueError, "m has shape .*, one for each event"),
    (lambda a: {**a, "x": a["x"] * np.nan}, ValueError, "x: the value at .* is nan, must be finite"),
    (lambda a: {**a, "x": a["x"].astype(str)}, TypeError, "x has dtype <U32, must be numbers"),
    (lambda a: {**a, "x": a["x"] + 1j}, TypeError, "x has dtype complex128"),
    (lambda a: {**a, "x": None}, TypeError, "x"),
    (lambda a: {**a, "offsets": a["offsets"][:-1]}, ValueError, "offsets has 120 numbers, must have 121"),
    (lambda a: {**a, "offsets": a["offsets"][::-1]}, ValueError, "rise from 0"),
    (lambda a: {**a, "offsets": a["offsets"] + 0.5}, ValueError, "rise from 0"),
    (lambda a: {**a, "offsets": a["offsets"] * 2}, ValueError, "x has shape"),
    (lambda a: {"offsets": a["offsets"], "m": a["m"]}, ValueError, "no features"),
]


@pytest.mark.parametrize("wrong, kind, message", BAD, ids=[message[:25] for *_, message in BAD])
def test_what_a_function_may_not_give_back_is_told_with_its_name(wrong, kind, message):
    events, y = points()

    def my_detector(arrays, seed):
        return wrong(arrays)

    with pytest.raises(kind, match="the detector .*my_detector.*" + message):
        PFNClassifier(**SET).fit(events, y, detector=my_detector)


def test_what_a_function_raises_reaches_the_caller():
    def broken(arrays, seed):
        return arrays["no such name"]

    with pytest.raises(KeyError, match="no such name"):
        PFNClassifier(**SET).fit(*points(), copies=Copies(broken, count=2))


def test_copies_train_as_if_they_were_rows_with_groups():
    events, y = points()
    clf = PFNClassifier(**SET, invariance=2.0).fit(events, y, copies=Copies(quarter, count=4))
    rows, parent = run(events, Copies(quarter, count=4), None, 1)
    shuffled = np.random.RandomState(1).permutation(len(rows))
    order = shuffled[np.argsort(parent[shuffled], kind="stable")]
    order = order[np.lexsort((order, parent[order]))]
    by_hand = PFNClassifier(**SET, invariance=2.0).fit(rows[order], y[parent[order]], groups=parent[order])
    assert (clf.decision_function(events) == by_hand.decision_function(events)).all()
    plain = PFNClassifier(**SET).fit(events, y)
    assert (clf.decision_function(events) != plain.decision_function(events)).any()


def test_weights_and_an_eval_set_go_with_their_copies():
    events, y = points()
    w = np.random.RandomState(2).uniform(0.5, 2, 120)
    copies = Copies(quarter, count=2)
    rest = (events[80:], y[80:], w[80:])
    clf = PFNClassifier(**SET).fit(events[:80], y[:80], sample_weight=w[:80], eval_set=rest, copies=copies)
    (a, pa), (b, pb) = run(events[:80], copies, None, 1), run(events[80:], copies, None, 1)
    by_hand = PFNClassifier(**SET).fit(ns.concat([a, b]), np.concatenate([y[pa], y[80 + pb]]),
                                       sample_weight=np.concatenate([w[pa], w[80 + pb]]),
                                       groups=np.concatenate([pa, 80 + pb]), eval_set=None)  # fmt: skip
    assert len(clf.history_["epoch"]) == len(by_hand.history_["epoch"])
    checks = PFNClassifier(**SET).fit(a, y[pa], sample_weight=w[pa], groups=pa, eval_set=(b, y[80 + pb], w[80 + pb]))
    assert (clf.history_["train_loss"] == checks.history_["train_loss"]).all()
    np.testing.assert_allclose(clf.history_["validation_loss"], checks.history_["validation_loss"], rtol=1e-6)


def test_events_to_predict_go_through_the_same_detector():
    events, y = points()
    clf = PFNClassifier(**SET).fit(events, y, detector=lose)
    seen = simulate(events, detector=lose)
    plain = PFNClassifier(**SET).fit(seen, y)
    assert (clf.decision_function(events) == plain.decision_function(seen)).all()
    assert (clf.decision_function(events) == clf.decision_function(events)).all()
    kept = PFNClassifier(**SET).fit(events, y, detector=Detector(lose, at_predict=False))
    assert (kept.decision_function(events) == plain.decision_function(events)).all()


def test_a_pickle_keeps_the_function_and_a_file_says_that_it_does_not(tmp_path, caplog):
    events, y = points()
    clf = PFNClassifier(**SET).fit(events, y, detector=lose)
    assert (pickle.loads(pickle.dumps(clf)).decision_function(events) == clf.decision_function(events)).all()
    clf.save(tmp_path / "model.h5")
    with caplog.at_level("WARNING", logger="nearsym"):
        back = load(tmp_path / "model.h5")
    assert "trained behind lose, which its file does not carry" in caplog.text
    assert (back.decision_function(simulate(events, detector=lose)) == clf.decision_function(events)).all()


def test_tables_have_copies_and_detectors_too():
    rng = np.random.RandomState(1)
    y = np.arange(200) % 2
    X = rng.normal(size=(200, 2)) + y[:, None]

    def mirror(arrays, seed):
        return {"x0": -arrays["x0"], "x1": arrays["x1"]}

    clf = FCNClassifier(hidden=(8,), epochs=3, invariance=1.0).fit(X, y, copies=Copies(mirror, count=2))
    both, labels = np.concatenate([X, X * [-1, 1]]), np.tile(y, 2)
    groups = np.tile(np.arange(200), 2)
    by_hand = FCNClassifier(hidden=(8,), epochs=3, invariance=1.0).fit(both, labels, groups=groups)
    assert (clf.decision_function(X) == by_hand.decision_function(X)).all()
    outputs = clf.predict_proba(both)[:, 1].reshape(2, 200)
    spread = invariance_of(clf, X, Copies(mirror, count=2)).value
    np.testing.assert_allclose(spread, outputs.std(axis=0, ddof=1).mean(), rtol=1e-12)


def test_an_invariant_network_has_no_spread_and_another_has():
    events, y = points(300)
    turns = Copies(quarter, count=2)
    plain = PFNClassifier(**{**SET, "epochs": 20}).fit(events, y)
    spread = invariance_of(plain, events, turns)
    rows, parent = run(events, turns, None, 1)
    each = plain.predict_proba(rows)[:, 1].reshape(2, 300).std(axis=0, ddof=1)
    np.testing.assert_allclose([spread.value, spread.error], [each.mean(), each.std(ddof=1) / 300**0.5], rtol=1e-12)
    same = Copies(lambda arrays, seed: arrays, count=3)
    assert invariance_of(plain, events, same).value < 1e-15
    taught = PFNClassifier(**{**SET, "epochs": 20}, invariance=20.0).fit(events, y, copies=turns)
    assert invariance_of(taught, events, turns).value < 0.5 * spread.value
    assert invariance_of(plain, events, turns, of="logit").value > spread.value
    with pytest.raises(ValueError, match="at least 2"):
        invariance_of(plain, events, Copies(quarter, count=1))


# The library's own copies and detectors.


def momenta(n=50):
    rng = np.random.RandomState(1)
    p4 = rng.normal(0, 20, (n, 2, 4))
    p4[..., 3] = np.sqrt((p4[..., :3] ** 2).sum(axis=-1) + 1)
    return ns.as_events(p4, features=["px", "py", "pz", "energy"])


@program
def test_rotations_before_cells_train_to_the_bits_of_the_program(tmp_path):
    events, y = points(300)
    events.with_columns(label=y).write(tmp_path / "points.h5")
    card = """
        data: {file: points.h5}
        seed: 5
        weights: {balance: false}
        copies: {where: before, transform: rotate, count: 4}
        detector: {cells: [6, 6]}
        split: {shuffle: false, test: 0.2, validation: 0.2}
        train: {epochs: 4, batch: 64, sampling: each, shuffle: true, scale: true, invariance: 2}
        models: {net: {kind: pfn, particles: cells, particle_map: [8], latent: 4, hidden: [8]}}
        """
    (tmp_path / "card.yaml").write_text(textwrap.dedent(card))
    line = [PROGRAM, "train", "card.yaml", "-o", "model.h5", "--json"]
    told = json.loads(subprocess.run(line, cwd=tmp_path, capture_output=True, check=True).stdout)
    n = told["training_events"]
    m = n + told["validation_events"]
    clf = PFNClassifier(features="cells", invariance=2.0, random_state=5, **{**SET, "epochs": 4})
    clf.fit(events[:n], y[:n], eval_set=(events[n:m], y[n:m]), copies=rotations(4), detector=Cells(6, 6))
    assert (load(tmp_path / "model.h5").decision_function(events) == clf.decision_function(events)).all()


def program_trains(folder, events, y, card):
    """The model that `nearsym train` makes of a card and events in points.h5, and how many train and validate."""
    events.with_columns(label=y).write(folder / "points.h5")
    (folder / "card.json").write_text(json.dumps({"data": {"file": "points.h5"}, **card}))
    line = [PROGRAM, "train", "card.json", "-o", "model.h5", "--json"]
    told = json.loads(subprocess.run(line, cwd=folder, capture_output=True, check=True).stdout)
    return load(folder / "model.h5"), told["training_events"], told["validation_events"]


FRESH = {
    "points": (points, "cells", rotations(4, values="random", fresh=True), Cells(6, 6)),
    "mirrored": (points, "cells", rotations(3, values="random", reflect=True, fresh=True), Cells(6, 6, threshold=0.2)),
    "smeared": (lambda n: (momenta(n), np.arange(n) % 2), "p4", boosts(3, fresh=True), Smear(0.2)),
    "after": (lambda n: (momenta(n), np.arange(n) % 2), "p4",
              boosts(3, where="after", values="random", fresh=True), Smear(0.2)),
}  # fmt: skip


@program
@pytest.mark.parametrize("case", FRESH)
def test_fresh_copies_train_to_the_bits_of_the_program(case, tmp_path):
    make, reads, copies, detector = FRESH[case]
    events, y = make(300)
    card = {
        "seed": 5,
        "weights": {"balance": False},
        "copies": copies.section(),
        "detector": detector.section(),
        "split": {"shuffle": False, "test": 0.2, "validation": 0.2},
        "train": {"epochs": 4, "batch": 64, "sampling": "each", "shuffle": True, "scale": True, "invariance": 2},
        "models": {"net": {"kind": "pfn", "particles": reads, "particle_map": [8], "latent": 4, "hidden": [8]}},
    }
    model, n, m = program_trains(tmp_path, events, y, card)
    clf = PFNClassifier(features=reads, invariance=2.0, random_state=5, **{**SET, "epochs": 4})
    arguments = {"eval_set": (events[n : n + m], y[n : n + m]), "detector": detector}
    clf.fit(events[:n], y[:n], copies=copies, **arguments)
    assert (model.decision_function(events) == clf.decision_function(events)).all()
    kept = PFNClassifier(**clf.get_params()).fit(events[:n], y[:n], copies=replace(copies, fresh=False), **arguments)
    assert (kept.decision_function(events) != clf.decision_function(events)).any()


@program
def test_fresh_copies_have_columns_of_their_own(tmp_path):
    events, y = momenta(200), np.arange(200) % 2
    copies, detector = boosts(3, values="random", fresh=True), Smear(0.2)
    card = {
        "seed": 5,
        "weights": {"balance": False},
        "copies": copies.section(),
        "detector": detector.section(),
        "split": {"shuffle": False, "test": 0.2, "validation": 0.2},
        "train": {"epochs": 4, "batch": 64, "sampling": "each", "shuffle": True, "scale": True},
        "models": {"net": {"kind": "fcn", "event": "columns", "columns": ["pt", "mass"], "hidden": [8]}},
    }
    model, n, m = program_trains(tmp_path, events, y, card)
    clf = FCNClassifier(columns=["pt", "mass"], hidden=(8,), epochs=4, batch=64, random_state=5)
    clf.fit(events[:n], y[:n], eval_set=(events[n : n + m], y[n : n + m]), copies=copies, detector=detector)
    logit = clf.decision_function(events)
    assert (model.decision_function(events) == logit).all() and logit.std() > 0


def test_fresh_copies_are_drawn_anew_already_in_the_first_epoch_and_by_the_seed():
    events, y = points()
    turns = rotations(4, values="random")
    first = [PFNClassifier(**SET).fit(events, y, copies=replace(turns, fresh=f)).history_ for f in (False, True, True)]
    assert first[0]["train_loss"][0] != first[1]["train_loss"][0]
    assert (first[1]["train_loss"] == first[2]["train_loss"]).all()


def test_events_of_weight_0_are_no_part_of_fresh_copies():
    events, y = points()
    turns, weights = rotations(4, values="random", fresh=True), np.arange(120) % 3
    there = weights > 0
    clf = PFNClassifier(**SET).fit(events, y, sample_weight=weights, copies=turns)
    rest = PFNClassifier(**SET).fit(events[there], y[there], sample_weight=weights[there], copies=turns)
    assert (clf.decision_function(events) == rest.decision_function(events)).all()


def test_fresh_copies_outside_a_training_are_those_of_one_epoch():
    events, y = points()
    turns = rotations(4, values="random")
    fresh = replace(turns, fresh=True)
    assert (simulate(events, fresh).particles == simulate(events, turns).particles).all()
    clf = PFNClassifier(**SET).fit(events, y)
    assert invariance_of(clf, events, fresh).value == invariance_of(clf, events, turns).value


@pytest.mark.parametrize("copies, detector, message", [
    (rotations(4, fresh=True), None, "nothing is drawn for these: give values='random', or Smear"),
    (rotations(4, fresh=True), Cells(6, 6), "nothing is drawn for these"),
    (rotations(4, values="random", where="after", fresh=True), Cells(6, 6), "an image is rotated by angles that all"),
    (rotations(4, values="random", fresh=True), lose, "function as detector is called before it"),
], ids=lambda value: value if isinstance(value, str) else "")  # fmt: skip
def test_fresh_copies_without_new_draws_are_refused(copies, detector, message):
    with pytest.raises(ValueError, match=message):
        PFNClassifier(**SET).fit(*points(), copies=copies, detector=detector)


@program
def test_a_file_carries_the_librarys_detector(tmp_path):
    events, y = points()
    clf = PFNClassifier(**SET).fit(events, y, detector=Cells(6, 6, threshold=0.3))
    clf.save(tmp_path / "model.h5")
    events.write(tmp_path / "points.h5")
    subprocess.run([PROGRAM, "predict", "model.h5", "points.h5", "-o", "scores.h5"], cwd=tmp_path, check=True)
    assert (ns.read(tmp_path / "scores.h5")["logit"] == clf.decision_function(events)).all()
    assert (load(tmp_path / "model.h5").decision_function(events) == clf.decision_function(events)).all()


def test_cells_are_summed_when_predicting_and_cells_that_are_given_stay():
    events, y = points()
    clf = PFNClassifier(**SET).fit(events, y, detector=Cells(6, 6))
    cells = simulate(events, detector=Cells(6, 6))
    assert cells.features == ("x", "y", "energy", "cell")
    by_hand = PFNClassifier(features=["x", "y", "energy"], **SET).fit(cells, y)
    assert (clf.decision_function(events) == by_hand.decision_function(cells)).all()
    assert (clf.decision_function(cells) == by_hand.decision_function(cells)).all()


def test_the_librarys_rotations_are_those_of_a_function():
    events, _ = points()
    rows, parent = run(events, rotations(4), None, 1)
    assert (parent == np.repeat(np.arange(120), 4)).all()
    turned = rows[np.arange(1, 480, 4)]
    np.testing.assert_allclose(turned.feature("x"), -events.feature("y"), atol=1e-12)
    np.testing.assert_allclose(turned.feature("y"), events.feature("x"), atol=1e-12)
    mirrored = run(events, reflections(), None, 1)[0][np.arange(1, 240, 2)]
    assert (mirrored.feature("y") == -events.feature("y")).all()
    assert len(run(events, rotations(3, reflect=True), None, 1)[0]) == rotations(3, reflect=True).rows * 120 == 720


def mass2(events):
    p = events.particles.reshape(-1, 2, 4).sum(axis=1)
    return p[:, 3] ** 2 - (p[:, :3] ** 2).sum(axis=1)


def test_boosts_keep_the_mass_and_shifts_the_difference_of_azimuths():
    events = momenta()
    rows, parent = run(events, boosts(4, range=0.5, values="random"), None, 1)
    np.testing.assert_allclose(mass2(rows), mass2(events)[parent], rtol=1e-9)
    assert (rows.feature("pz") != np.repeat(events.feature("pz"), 4)).any()
    again, _ = run(events, boosts(4, range=0.5, values="random"), None, 1)
    other, _ = run(events, boosts(4, range=0.5, values="random"), None, 2)
    assert (again.particles == rows.particles).all() and (other.particles != rows.particles).any()
    objects = ns.Events(np.random.RandomState(1).uniform(1, 2, (6, 3)), [0, 2, 4, 6], features=["pt", "eta", "phi"])
    shifted, _ = run(objects, shifts(2), None, 1)
    change = np.diff(shifted.feature("phi").reshape(3, 2, 2), axis=2)
    np.testing.assert_allclose(np.cos(change[:, 0]), np.cos(change[:, 1]), rtol=1e-9)


def test_a_smeared_momentum_is_so_at_fit_alone():
    events = momenta(200)
    y = np.arange(200) % 2
    smeared = simulate(events, detector=Smear(0.2))
    ratio = smeared.feature("px") / events.feature("px")
    assert abs(ratio.std() - 0.2) < 0.03  # 400 draws
    clf = PFNClassifier(**SET).fit(events, y, detector=Smear(0.2))
    by_hand = PFNClassifier(**SET).fit(simulate(events, detector=Smear(0.2)), y)
    assert (clf.decision_function(events) == by_hand.decision_function(events)).all()
    copies, _ = run(events, rotations(2), Smear(0.2), 1)
    pt = np.hypot(copies.feature("px"), copies.feature("py")).reshape(200, 2, 2)
    assert (pt[:, 0] != pt[:, 1]).all()


def test_functions_and_the_librarys_parts_mix_in_their_order():
    events, y = points()
    calls = []

    def halve(arrays, seed):
        calls.append("cell" in arrays)
        arrays["energy"] = arrays["energy"] / 2
        return arrays

    rows, parent = run(events, rotations(4), [halve, Cells(6, 6), halve], 1)
    assert calls == [False] * 4 + [True] * 4 and len(rows) == 480
    plain, _ = run(events, rotations(4), Cells(6, 6), 1)
    order = np.argsort(parent, kind="stable")
    np.testing.assert_allclose(rows[order].feature("energy"), plain.feature("energy") / 4, rtol=1e-12)
    assert (rows[order].feature("cell") == plain.feature("cell")).all()
    clf = PFNClassifier(**SET).fit(events, y, copies=Copies(quarter, count=2), detector=[halve, Cells(6, 6)])
    calls.clear()
    assert clf.decision_function(events).shape == (120,) and calls == [False]
    cut, _ = run(events, None, [halve, Threshold(0.15)], 1)
    assert cut.feature("energy").min() >= 0.15 and len(cut) == 120


def test_images_are_made_of_points_by_the_detector():
    events, y = points()
    clf = CNNClassifier(filters=(4,), convolutions=1, hidden=(8,), epochs=3)
    clf.fit(events, y, copies=rotations(4, where="after"), detector=Cells(6, 4, range=(-1, 1)))
    assert clf.decision_function(events).shape == (120,)
    images = np.zeros((120, 6, 4))
    x, y, energy = events.particles.T
    at = np.repeat(np.arange(120), events.counts), ((x + 1) * 3).astype(int), ((y + 1) * 2).astype(int)
    np.add.at(images, at, energy)
    np.testing.assert_allclose(clf.decision_function(images), clf.decision_function(events), rtol=1e-5)


def test_an_efn_weighs_cells_with_their_energy():
    events, y = points()
    clf = EFNClassifier(**SET).fit(events, y, detector=Cells(6, 6))
    assert ns.load is load
    doubled = ns.Events(events.particles * [1, 1, 2], events.offsets, features=events.features)
    assert (clf.decision_function(doubled) != clf.decision_function(events)).all()
    named = EFNClassifier(features=["energy", "x", "y"], **SET).fit(events, y, detector=Cells(6, 6))
    assert (clf.decision_function(events) == named.decision_function(events)).all()


def test_what_the_library_cannot_do_is_told():
    events, y = points()
    for copies, detector, message in [
        (boosts(2), None, "boost"),
        (None, Smear(0.1), "px, py, pz, energy"),
        (rotations(4, where="after", values="random"), Cells(6, 6), "random"),
        (None, Cells(100000, 6), "cells"),
        (None, Smear(-1), "resolution"),
        (None, Cells(6, 6, range=(1, -1)), "range"),
    ]:
        with pytest.raises(ValueError, match=message):
            PFNClassifier(**SET).fit(events, y, copies=copies, detector=detector)


@pytest.mark.parametrize("make, message", [
    (lambda: Copies("turn"), "transform is 'turn'"),
    (lambda: rotations(0), "count is 0"),
    (lambda: rotations(8, where="behind"), "where is 'behind'"),
    (lambda: Copies(quarter, reflect=True), "apply only to the library's transformations"),
    (lambda: rotations(values="odd"), "values is 'odd'"),
    (lambda: rotations(image="fine"), "image is 'fine'"),
    (lambda: Detector(3), "must be a function"),
    (lambda: steps_of(["cells"]), "is no detector"),
    (lambda: steps_of([Cells(8, 8), Smear(0.1)]), "smears, then sums cells"),
    (lambda: steps_of([Cells(8, 8), Cells(4, 4)]), "each once"),
    (lambda: Cells(8).section(), "ny is 0"),
    (lambda: Cells(8, 8, x=[0, 1]).section(), "give both of either"),
    (lambda: PFNClassifier().fit(*points(), copies=quarter), "must be nearsym.rotations"),
    (lambda: PFNClassifier().fit(*points(), copies=rotations(2), groups=np.arange(120)), "give one"),
])  # fmt: skip
def test_copies_and_detectors_that_cannot_be_are_refused(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make()


def test_a_file_carries_the_librarys_part_of_a_mixed_detector(tmp_path, caplog):
    events, y = points()
    for detector in (
        [Threshold(0.3), Detector(quarter, at_predict=False)],
        [Detector(quarter, at_predict=False), Cells(6, 6), Threshold(0.3)],
        [Cells(6, 6, (-2, 2)), Detector(quarter, at_predict=False), Threshold(0.2)],
        Detector(quarter, at_predict=False),
    ):
        clf = PFNClassifier(features=["energy"], **SET).fit(events, y, detector=detector)
        clf.save(tmp_path / "model.h5")
        with caplog.at_level("WARNING", logger="nearsym"):
            back = load(tmp_path / "model.h5")
        assert caplog.text == ""
        assert (back.decision_function(events) == clf.decision_function(events)).all()
        assert (pickle.loads(pickle.dumps(clf)).decision_function(events) == clf.decision_function(events)).all()
        with pytest.raises(ValueError, match="does not say all that it was trained behind"):
            invariance_of(back, events, Copies(quarter, count=2))
        assert invariance_of(back, events, Copies(quarter, count=2), detector=detector).value >= 0


def test_a_file_says_all_that_it_does_not_carry(tmp_path, caplog):
    events, y = points()
    nothing = Detector(quarter, at_predict=False)
    few = simulate(events, detector=Threshold(0.2))
    for detector, told, seen in [
        ([Threshold(0.2), lose], "Threshold(value=0.2), then lose,", simulate(events, detector=[Threshold(0.2), lose])),
        ([lose, nothing, Cells(6, 6)], "lose, then Cells(nx=6, ny=6", simulate(events, detector=[lose, Cells(6, 6)])),
        ([Threshold(0.2), nothing, Cells(6, 6)], "Threshold(value=0.2), then Cells", simulate(few, None, Cells(6, 6))),
    ]:
        clf = PFNClassifier(features=["energy"], **SET).fit(events, y, detector=detector)
        clf.save(tmp_path / "model.h5")
        caplog.clear()
        with caplog.at_level("WARNING", logger="nearsym"):
            back = load(tmp_path / "model.h5")
        assert f"behind {told}" in caplog.text and "quarter" not in caplog.text
        assert (back.decision_function(seen) == clf.decision_function(events)).all()


def test_a_loaded_classifier_knows_its_detector(tmp_path):
    events, y = momenta(100), np.arange(100) % 2
    turns = rotations(2)
    clf = PFNClassifier(features="p4", **SET).fit(events, y, detector=Smear(0.3))
    clf.save(tmp_path / "model.h5")
    back = load(tmp_path / "model.h5")
    assert back.detector_ == [Smear(0.3)]
    smeared = invariance_of(back, events, turns).value
    assert smeared == invariance_of(clf, events, turns).value
    assert smeared != invariance_of(clf, events, turns, detector=[]).value
    for detector in ([Cells(6, 4, range=[-1.0, 1.0]), Threshold(0.2)], [Cells(x=[-1, 0, 1], y=[-1.0, 1])], None):
        clf = PFNClassifier(**SET).fit(*points(), detector=detector)
        clf.save(tmp_path / "model.h5")
        back = load(tmp_path / "model.h5")
        assert back.detector_ == detector
        assert invariance_of(back, points()[0], turns).value == invariance_of(clf, points()[0], turns).value


@program
def test_the_detector_of_a_programs_model_is_known(tmp_path):
    momenta(100).with_columns(label=np.arange(100) % 2, m=np.ones(100)).write(tmp_path / "events.h5")
    card = """
        data: {file: events.h5, select: "m > 0"}
        detector: {smear: {resolution: 0.2, shared: true, keep: pz}}
        train: {epochs: 1, batch: 64, sampling: each}
        models: {net: {kind: pfn, particles: p4, particle_map: [8], latent: 4, hidden: [8]}}
        """
    (tmp_path / "card.yaml").write_text(textwrap.dedent(card))
    subprocess.run([PROGRAM, "train", "card.yaml", "-o", "model.h5"], cwd=tmp_path, capture_output=True, check=True)
    assert load(tmp_path / "model.h5").detector_ == [Smear(0.2, True, "pz")]


def test_no_events_have_no_copies():
    events, _ = points()
    same = Detector(lambda arrays, seed: arrays)
    for copies in (None, rotations(4), rotations(4, where="after"), Copies(quarter, count=3)):
        for detector in (None, same, [Threshold(0.1), same]):
            assert len(simulate(events[:0], copies, detector)) == 0


def test_a_count_is_that_of_the_values():
    events, _ = points(20)
    assert rotations().count == rotations(8).count == 8
    assert rotations(values=[0, 10, 20]) == rotations(3, values=[0, 10, 20])
    assert len(simulate(events, rotations(values=[0, 10, 20], reflect=True))) == 120
    assert len(simulate(momenta(10), boosts(values=[0, 0.5]))) == 20


@pytest.mark.parametrize("name", [name for name in TRANSFORMS if name != "shift_phi"])
def test_every_transformation_of_momenta_keeps_the_mass(name):
    events = momenta(50)
    rows, parent = run(events, Copies(name, count=4, values="random"), None, 1)
    assert len(rows) == 200
    np.testing.assert_allclose(mass2(rows), mass2(events)[parent], rtol=1e-9)
    assert (rows.particles != events.particles.reshape(50, 2, 4)[parent].reshape(-1, 4)).any()


@pytest.mark.parametrize("make, message", [
    (lambda: run(momenta(10), Copies("rotate_3d", count=2), None, 1), "rotate_3d needs copies.values: random"),
    (lambda: Copies("rotate_3d", values="random", range=2.0), "range is 2.0, which has an effect only on boosts"),
    (lambda: rotations(8, values=[0, 10, 20]), "count is 8, and values has 3 numbers"),
    (lambda: rotations(4, values=5), "values is 5, must be a list of numbers"),
    (lambda: rotations(4, range=2.0), "range is 2.0, which has an effect only on boosts"),
    (lambda: boosts(values=[0, 1], range=2.0), "range is 2.0, which has an effect only on boosts"),
    (lambda: Copies(quarter, values=[0, 1]), "apply only to the library's transformations"),
    (lambda: Copies(quarter, fresh=True), "apply only to the library's transformations"),
    (lambda: Cells(x=[0, 1], y=[0, 1], range=(0, 2)).section(), "give both of either"),
    (lambda: Cells(4, 4, range=3).section(), "range is 3, must be a list of numbers"),
    (lambda: simulate(points()[0], detector=[Cells(4, 4, threshold=0.9), Threshold(0.1)]), "threshold .* twice"),
], ids=lambda value: value if isinstance(value, str) else "")  # fmt: skip
def test_arguments_without_an_effect_are_refused(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make()


def test_what_has_no_invariance_is_told():
    events, y = points()
    with pytest.raises(TypeError, match="classifier"):
        invariance_of("clf", events, rotations(4))
    clf = PFNClassifier(**SET).fit(events, y)
    with pytest.raises(TypeError, match="copies"):
        invariance_of(clf, events, 4)
    with pytest.raises(ValueError, match="no events"):
        invariance_of(clf, events[:0], rotations(4))
