"""Observables by name: values against sums written out, names, errors."""

import numpy as np
import pytest

import nearsym as ns


def muons(count=6, particles=5, seed=2):
    rng = np.random.default_rng(seed)
    offsets = np.arange(count + 1) * particles
    values = np.column_stack([rng.exponential(2, count * particles), rng.uniform(-0.4, 0.4, (count * particles, 2))])
    columns = {"mu_pt": rng.uniform(20, 60, count), "mass": rng.uniform(80, 100, count)}
    return ns.Events(values, offsets, columns, features=["pt", "d_eta", "d_phi"])


def padded(events):
    return events.to_numpy()


def test_isolation_is_the_pt_within_the_cone_by_the_muons():
    events = muons()
    pt, d_eta, d_phi = np.moveaxis(padded(events), 2, 0)
    inside = np.hypot(d_eta, d_phi) < 0.3
    got = ns.observables(events, "iso_0.3,sum_pt")
    np.testing.assert_allclose(got["iso_0.3"], (pt * inside).sum(axis=1) / events["mu_pt"], rtol=1e-13)
    np.testing.assert_allclose(got["sum_pt"], pt.sum(axis=1), rtol=1e-13)


def test_polynomials_are_those_of_efp():
    events = muons()
    got = ns.observables(events, ["efp_k0.5_b2_3-3-0", "ln_efp_k1_b1_2-1-0_2-2-0"])
    want = ns.efp(events, "3-3-0", kappa=0.5, beta=2)[:, 0]
    np.testing.assert_allclose(got["efp_k0.5_b2_3-3-0"], want, rtol=1e-13)
    want = np.log(ns.efp(events, "2-1-0_2-2-0")[:, 0])
    np.testing.assert_allclose(got["ln_efp_k1_b1_2-1-0_2-2-0"], want, rtol=1e-13)


def test_names_keep_their_order_and_ranges_are_spread_out():
    got = ns.observables(muons(), "mass, iso_0.1:0.3:3, width")
    assert list(got) == ["mass", "iso_0.1", "iso_0.2", "iso_0.3", "width"]
    assert (got["iso_0.1"] <= got["iso_0.2"]).all() and (got["iso_0.2"] <= got["iso_0.3"]).all()


def test_a_column_of_the_events_is_itself():
    events = muons()
    np.testing.assert_array_equal(ns.observables(events, ["mass"])["mass"], events["mass"])


def test_a_column_with_the_name_of_an_observable_is_taken_instead():
    events = muons().with_columns(sum_pt=np.arange(6.0))
    np.testing.assert_array_equal(ns.observables(events, "sum_pt")["sum_pt"], np.arange(6.0))


def test_values_are_the_same_for_any_number_of_workers():
    names = "iso_0.025:0.45:18,width,efp_k1_b1_4-4-0"
    one, three = (ns.observables(muons(200), names, workers=workers) for workers in (1, 3))
    for name in one:
        np.testing.assert_array_equal(one[name], three[name])


def test_an_event_without_particles_has_zero():
    events = {"mu_pt": [30.0, 40.0], "pt": [[], [1.0]], "d_eta": [[], [0.1]], "d_phi": [[], [0.0]]}
    got = ns.observables(events, "iso_0.4,sum_pt,width,efp_k1_b1_2-1-0")
    assert [values[0] for values in got.values()] == [0, 0, 0, 0]
    assert got["iso_0.4"][1] == 1 / 40


def test_a_frame_has_a_column_for_each_name():
    pytest.importorskip("pandas")
    frame = ns.observables(muons(), "sum_pt,mass", frame=True)
    assert list(frame.columns) == ["sum_pt", "mass"] and len(frame) == 6


@pytest.mark.parametrize(
    "names, message",
    [
        ("iso_", "iso_"),
        ("iso_20", "20"),
        ("efp_k1_b1_3-3-9", "3-3-9"),
        ("efp_k1_b0_2-1-0", "beta|b0"),
        ("sum_pt,sum_pt", "twice"),
        ("", "empty"),
        ([], "no"),
        (["sum_pt", 3], "an observable is 3"),
        ("mas", "mass"),
        ("iso_pileup_0.4", "kind"),
        ("sum_pt\0x", "NUL"),
        (["sum_pt", "mass\0x"], "NUL"),
    ],
)
def test_a_name_that_is_no_observables_is_refused(names, message):
    with pytest.raises((TypeError, ValueError), match=message):
        ns.observables(muons(), names)


def test_what_the_events_lack_is_told():
    with pytest.raises(ns.Error, match="mu_pt"):
        ns.observables({"pt": [[1.0]], "d_eta": [[0.1]], "d_phi": [[0.0]]}, "iso_0.4")
    with pytest.raises(ns.Error, match="sum_pt|particles"):
        ns.observables({"mass": [1.0, 2.0]}, "sum_pt")


def test_a_pt_that_is_nan_is_told_by_event_and_particle():
    events = muons()
    particles = events.particles.copy()
    particles[7, 0] = np.nan
    with pytest.raises(ns.Error, match="nan"):
        ns.observables(ns.Events(particles, events.offsets, events.columns, features=events.features), "sum_pt")
