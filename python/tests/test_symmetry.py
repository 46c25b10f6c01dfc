"""How broken a symmetry is: events, detectors in C and in Python, cards, networks, and what is refused."""

import numpy as np
import pytest

import nearsym as ns

NAMES = ["before_detector", "as_measured", "commutator", "noise_floor"]


def blobs(n=400, seed=1, stretch=1.0):
    """Isotropic events of five points x, y, energy, perhaps stretched in y, with labels."""
    rng = np.random.RandomState(seed)
    points = rng.normal(size=(n * 5, 3)) * [0.2, 0.2 * stretch, 1]
    points[:, 2] = rng.exponential(size=n * 5)
    label = np.arange(n) % 2
    points[:, 2] *= np.repeat(1 + label, 5)
    return ns.Events(points, 5 * np.arange(n + 1), {"label": label}, features=["x", "y", "energy"])


def pairs(n=400, seed=1):
    """Events of two massless particles, as four-momenta."""
    rng = np.random.RandomState(seed)
    p = rng.normal(size=(2 * n, 3)) * 20
    return ns.Events(np.column_stack([p, np.linalg.norm(p, axis=1)]), 2 * np.arange(n + 1),
                     {"label": np.arange(n) % 2}, features=["px", "py", "pz", "energy"])  # fmt: skip


def test_a_sample_is_symmetric_or_not():
    good = ns.symmetry(blobs(), "rotate", progress=False)
    assert list(good) == ["as_measured"] and good.detector == "" and good.network is None
    a = good["as_measured"]
    assert abs(a.auc - 0.5) < 4 * a.auc_error and a.verdict.startswith("symmetric as far as 400 events")
    bad = ns.symmetry(blobs(stretch=4), "rotate", progress=False)["as_measured"]
    assert bad.auc > 0.5 + 5 * bad.auc_error and bad.verdict.startswith("broken") and bad.q > 0
    assert "broken" in repr(ns.symmetry(blobs(stretch=4), "rotate", progress=False))


def test_numbers_are_the_same_again_and_for_any_jobs():
    first = ns.symmetry(blobs(), "rotate", jobs=1, progress=False)["as_measured"]
    again = ns.symmetry(blobs(), "rotate", jobs=2, progress=False)["as_measured"]
    other = ns.symmetry(blobs(), "rotate", random_state=2, progress=False)["as_measured"]
    assert first == again and first.auc != other.auc


def test_detectors_of_the_library_are_asked():
    r = ns.symmetry(blobs(), "rotate", detector=[ns.Cells(8, 8), ns.Threshold(0.01)], progress=False)
    assert list(r) == NAMES and "8 x 8 cells" in r.detector
    assert r["commutator"].auc > 0.7 and abs(r["noise_floor"].auc - 0.5) < 4 * r["noise_floor"].auc_error + 1e-9
    none = ns.symmetry(blobs(), "rotate", detector=[], progress=False)
    assert none["commutator"].same and none["commutator"].auc == 0.5


def test_detectors_that_are_functions_are_asked():
    def worse(arrays, seed):
        rng = np.random.default_rng(seed)
        arrays["x"] = arrays["x"] + 0.5 * rng.normal(size=len(arrays["x"]))
        return arrays

    r = ns.symmetry(blobs(1000), "rotate", detector=worse, progress=False)
    assert list(r) == NAMES
    c, floor = r["commutator"], r["noise_floor"]
    assert c.auc > 0.5 + 5 * c.auc_error and abs(floor.auc - 0.5) < 4 * floor.auc_error
    assert r["as_measured"].auc > 0.6 and abs(r["before_detector"].auc - 0.5) < 4 * r["before_detector"].auc_error


def test_functions_transform_too():
    def quarter(arrays, seed):
        arrays["x"], arrays["y"] = -arrays["y"], arrays["x"]
        return arrays

    r = ns.symmetry(blobs(stretch=3), quarter, progress=False)
    assert r.transform == "quarter" and r["commutator"].same and r["before_detector"].auc > 0.8


def test_functions_of_a_detector_meet_every_transformation_of_momenta():
    p4 = np.random.RandomState(1).normal(0, 20, (300, 2, 4))
    p4[..., 3] = np.sqrt((p4[..., :3] ** 2).sum(axis=-1) + 1)
    events = ns.as_events(p4, features=["px", "py", "pz", "energy"])
    for name in ("boost_transverse", "rotate_3d", "reflect"):
        r = ns.symmetry(events, name, detector=lambda arrays, seed: arrays, progress=False)
        assert r.transform == name and r["commutator"].same
        assert ns.symmetry(events, name, progress=False).transform == name


def test_a_card_and_its_runs():
    r = ns.symmetry("approximate-invariance", "boost", range=1, at={"recipe": "described"}, events=300,
                    set={"detector.smear.resolution": 0.3}, progress=False)  # fmt: skip
    assert list(r) == NAMES and "30 %" in r.detector and "recipe described" in r.sample
    assert "beams' spectra" in r.notes


def test_a_network_is_measured():
    events = pairs(600)
    clf = ns.PFNClassifier(features=["px", "py", "pz", "energy"], epochs=2, particle_map=(8,), latent=4, hidden=(8,))
    clf.fit(events, events["label"].astype(int))
    r = ns.symmetry(events, "rotate", model=clf, steps=5, progress=False)
    n = r.network
    assert n.events == 600 and n.size.tolist() == [0, 45, 90, 135, 180]
    assert n.relative[0] == 0 and n.agreement[0] == 1 and n.relative[4] > 0 and n.spread > 0 and n.local > 0
    assert "network: spread" in repr(r)
    assert n.trained == 480 and "about 480 of 600 events trained the network" in r.notes
    assert ns.symmetry(pairs(600, seed=2), "rotate", model=clf, steps=5, progress=False).network.trained == 0


def test_files_are_read(tmp_path):
    path = tmp_path / "events.h5"
    blobs().write(path)
    assert ns.symmetry(path, "rotate", progress=False) == ns.symmetry(blobs(), "rotate", progress=False)


@pytest.mark.parametrize("arguments, error, words", [
    (dict(transform=None), ns.InvalidError, "which transformation"),
    (dict(transform="rotat"), ns.InvalidError, "did you mean 'rotate'"),
    (dict(transform="boost"), ns.FormatError, "'boost' acts on particles with pz and energy"),
    (dict(transform="rotate", events=50), ns.InvalidError, "at least 100"),
    (dict(transform="rotate", image="smooth"), ValueError, "image is 'smooth'"),
    (dict(transform="rotate", at={"recipe": "a"}), ValueError, "are a card's"),
    (dict(transform="rotate", columns=["m"]), ns.NotFoundError, "no column 'm'"),
    (dict(transform="rotate", range=2), ns.InvalidError, "has a period"),
    (dict(transform="rotate", model=3), TypeError, "must be a fitted classifier"),
    (dict(transform="rotate", steps=1), ns.InvalidError, "must be 2 to 32"),
])  # fmt: skip
def test_what_cannot_be_asked(arguments, error, words):
    with pytest.raises(error, match=words):
        ns.symmetry(blobs(), progress=False, **arguments)
    with pytest.raises(ValueError, match="a card's detector is in the card"):
        ns.symmetry("approximate-invariance", "boost", detector=ns.Smear(0.1), progress=False)


def test_methods_are_compared(tmp_path):
    blobs(1200).write(tmp_path / "points.h5")
    card = tmp_path / "card.yaml"
    card.write_text("data: {file: points.h5}\ndetector: {cells: [8, 8]}\ncopies: {where: before, transform: rotate}\n")
    broken = ns.symmetry(card, events=400, progress=False)
    say = {"sizes": [40, 120], "members": 2, "broken": broken, "progress": False}
    r = ns.compare_methods(card, tmp_path / "out", **say)
    aucs = [r.study.value("auc_final", method=method, size=120)[0] for method in ("none", "after", "before")]
    assert all(0 < auc < 1 for auc in aucs)
    assert "With 120 training events" in r.sentences and "The detector" in r.sentences
    assert "hybrid" in r.left_out
    assert "copies before the detector" in repr(r) and r.sentences.strip() in repr(r)
    again = ns.compare_methods(card, tmp_path / "out", **say)
    assert again.study.rows == r.study.rows
    with pytest.raises(ns.InvalidError, match="sizes must increase"):
        ns.compare_methods(card, tmp_path / "other", sizes=[120, 40], progress=False)
