"""Samples by the library's generators."""

import numpy as np
import pytest

import nearsym as ns
from nearsym import generate

SAMPLES = {
    "dimuon": lambda n, **more: generate.dimuon(n, "z", **more),
    "muons": generate.muons,
    "muon_pairs": generate.muon_pairs,
    "showers": generate.showers,
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_longer_sample_begins_with_the_shorter_one(name):
    short, long = SAMPLES[name](5, seed=3), SAMPLES[name](8, seed=3)[:5]
    assert (long.particles == short.particles).all() and (long.offsets == short.offsets).all()
    assert all((long[column] == short[column]).all() for column in short.columns)


@pytest.mark.parametrize("name", SAMPLES)
def test_another_seed_gives_other_events(name):
    assert not np.array_equal(SAMPLES[name](5, seed=3).particles, SAMPLES[name](5, seed=4).particles)


def test_muons_of_a_z_have_its_mass_and_those_of_a_photon_do_not():
    events = generate.dimuon(300, mass_min_gev=50)
    px, py, pz, energy = events.particles.reshape(-1, 2, 4).sum(axis=1).T
    mass = np.sqrt(energy**2 - px**2 - py**2 - pz**2)
    near = abs(mass - 91.19) < 5
    assert near[events["label"] == 1].mean() > 0.8 > 0.4 > near[events["label"] == 0].mean()
    assert mass.min() > 50


def test_the_record_of_an_event_has_what_an_lhe_file_has(tmp_path):
    events = generate.dimuon(5, "z", record=True)
    events.write(tmp_path / "z.lhe")
    back = ns.read(tmp_path / "z.lhe")
    assert np.allclose(back.particles, events.particles, rtol=1e-9)
    muons = events.particles[events.feature("status") == 1]
    final = generate.dimuon(5, "z")
    assert (final.feature("px") == muons[:, events.features.index("px")]).all()


def test_half_of_the_muons_are_prompt_and_less_lies_around_them():
    events = generate.muons(200, "particles", pile_up=20)
    total = np.add.reduceat(events.feature("pt"), events.offsets[:-1].astype(int))
    assert events["label"].mean() == 0.5
    assert total[events["label"] == 1].mean() < total[events["label"] == 0].mean()


def test_options_of_parts_are_set():
    few, many = generate.muon_pairs(100, pile_up=1), generate.muon_pairs(100, pile_up=40)
    assert few["npu"].mean() < many["npu"].mean()
    assert generate.muon_pairs(100, signal=0.25)["truth"].mean() == 0.25


def test_cells_sum_the_energy_of_points():
    points, cells = generate.showers(6), generate.showers(6, "cells", cells=(16, 8))
    energy = [np.add.reduceat(e.feature("energy"), e.offsets[:-1].astype(int)) for e in (points, cells)]
    assert np.allclose(*energy)
    assert cells.feature("cell").max() < 16 * 8


def test_angles_turn_every_event():
    events = generate.showers(3, "deposits", angles=[0, 90])
    straight, turned = events[events["angle"] == 0], events[events["angle"] == 90]
    assert np.allclose(turned.feature("y"), straight.feature("x"), atol=1e-12)
    assert np.allclose(turned.feature("x"), -straight.feature("y"), atol=1e-12)


@pytest.mark.parametrize(
    "call, kind, words",
    [
        (lambda: generate.showers(3, "clouds"), ValueError, "level is 'clouds', must be one of 'deposits'"),
        (lambda: generate.dimuon(3, "w"), ValueError, "process is 'w'"),
        (lambda: generate.dimuon(0), ValueError, "events is 0"),
        (lambda: generate.dimuon(3, seed=-1), ValueError, "seed is -1"),
        (lambda: generate.dimuon(3, mass_min=5), TypeError, "no option 'mass_min'; there are: .*mass_min_gev"),
        (lambda: generate.showers(3, variance=-1), ValueError, "variance is -1"),
        (lambda: generate.showers(3, angles=["x"]), TypeError, "angles has dtype"),
        (lambda: generate.showers(3, "cells", cells=(0, 4)), ValueError, "cells is 0"),
        (lambda: generate.muons(3, workers=2), TypeError, "no option 'workers'"),
    ],
)
def test_a_mistake_is_told(call, kind, words):
    with pytest.raises(kind, match=words):
        call()
