"""Events of an LHE file beside pylhe."""

import gzip

import numpy as np
import pytest

import nearsym as ns

pylhe = pytest.importorskip("pylhe")

FEATURES = {"px": "px", "py": "py", "pz": "pz", "energy": "e", "mass": "m", "spin": "spin"}
FEATURES.update({"pdg": "id", "status": "status"})

HEADER = """<LesHouchesEvents version="3.0">
<header>
</header>
<init>
2212 2212 6.5e+03 6.5e+03 0 0 247000 247000 -4 1
1.5 0.01 1.5 1
</init>
"""


def particle(pdg, status, mothers, momentum, mass):
    px, py, pz = momentum
    energy = np.sqrt(px**2 + py**2 + pz**2 + mass**2)
    numbers = " ".join(f"{x:.10e}" for x in (px, py, pz, energy, mass))
    return f" {pdg} {status} {mothers} {mothers} 0 0 {numbers} 0.0 9.0"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Twenty events of a pair of muons, some with a photon, with weights of any sign."""
    random, file = np.random.default_rng(5), tmp_path_factory.mktemp("lhe") / "pairs.lhe.gz"
    text = HEADER
    for event in range(20):
        muons = random.normal(scale=40, size=(2, 3))
        lines = [particle(2, -1, 0, (0, 0, 500), 0), particle(-2, -1, 0, (0, 0, -400), 0)]
        lines += [particle(pdg, 1, 1, p, 0.10566) for pdg, p in zip((13, -13), muons)]
        if event % 3 == 0:
            lines.append(particle(22, 1, 1, random.normal(scale=5, size=3), 0))
        weight = random.normal(1, 1)
        text += f"<event>\n {len(lines)} 1 {weight:.10e} 9.1e+01 7.8e-03 1.2e-01\n" + "\n".join(lines) + "\n</event>\n"
    file.write_bytes(gzip.compress((text + "</LesHouchesEvents>\n").encode()))
    return file


@pytest.fixture(scope="module")
def theirs(path):
    return list(pylhe.LHEFile.fromfile(str(path)).events)


def test_weights_are_pylhes(path, theirs, compared):
    weights = [event.eventinfo.weight for event in theirs]
    compared("pylhe", "LHE: weights of 20 events", ns.read(path)["weight"], weights, 0, "both read the same decimal digits")


def test_particles_are_pylhes(path, theirs, compared):
    ours = ns.read(path)
    assert (ours.counts == [len(event.particles) for event in theirs]).all()
    particles = [p for event in theirs for p in event.particles]
    why = "both read the same decimal digits"
    for feature, attribute in FEATURES.items():
        expected = [getattr(p, attribute) for p in particles]
        compared("pylhe", f"LHE: {feature} of all particles", ours.feature(feature), expected, 0, why)
