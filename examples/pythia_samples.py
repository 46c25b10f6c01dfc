"""Pythia's events in place of the built-in generators, as nearsym files.

    pip install --only-binary :all: pythia8mc
    python examples/pythia_samples.py muons --events 20000 -o muons.h5
    python examples/pythia_samples.py muons --level particles --events 20000 -o particles.h5
    python examples/pythia_samples.py pairs --events 20000 -o pairs.h5
    python examples/pythia_samples.py dimuon --process z --events 10000 -o z.h5

Samples have the columns, particles and cuts of `nearsym data simulate muons`, `muon_pairs` and `dimuon`, and the same
simple calorimeter, so that a study's card takes them by `data.file`, or `data.signal` and `data.background`. All are pp
collisions at 13 TeV with Pythia's default (Monash) tune.

muons   Z' of 20 GeV to muons, and b bbar whose hadrons decay to muons, both among pile-up
pairs   muon pairs of 70 to 110 GeV: a Z, and b bbar in which both hadrons decay to a muon
dimuon  the pair of a Z or of a virtual photon, with the recoil and the photons that it radiates

Half of a sample of muons or pairs is of each class. Few decays of a b hadron give muons that pass, so every b bbar event
decays several times: one passing decay, drawn at random, is kept, with the number of passing ones for its `weight`.
Pile-up comes from a pool of inelastic collisions, each turned and mirrored at random whenever it is taken.
"""

import argparse
import os
import tempfile
import time

import nearsym as ns
import numpy as np

B_HADRONS = [511, 521, 531, 541, 5122, 5132, 5232, 5332]
RADIUS = 0.45  # around the muon
SIDE = 32  # cells a side
CHARGED, NEUTRAL, PHOTON, ELECTRON, PILE_UP = 1, 2, 3, 4, 5
FIELD, DEPTH = 2.0, 1.15  # T, m: charged particles turn by asin(0.15 B R / pT) until the calorimeter
SMEARING = 0.01  # relative resolution of a pair's muons


def load_pythia():
    """The module pythia8mc, which runs what it finds in a folder `python` of the current folder."""
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as empty:
        os.chdir(empty)
        try:
            import pythia8mc
        finally:
            os.chdir(here)
    return pythia8mc


def pythia(seed, *settings):
    """A generator that has been started."""
    generator = load_pythia().Pythia("", False)
    for setting in ["Print:quiet = on", "Beams:eCM = 13000", "Random:setSeed = on", f"Random:seed = {seed}", *settings]:
        if not generator.readString(setting):
            raise SystemExit(f"Pythia does not take {setting}")
    if not generator.init():
        raise SystemExit("Pythia did not start")
    return generator


def events_of(generator):
    """One good event after the other."""
    while True:
        if generator.next():
            yield generator.event


def visible(event, without=()):
    """Final particles that a detector sees: rows of pt, eta, phi, kind, charge."""
    rows = []
    for particle in event:
        if not particle.isFinal() or not particle.isVisible() or particle.index() in without or particle.pT() < 0.02:
            continue
        kind = {22: PHOTON, 11: ELECTRON}.get(particle.idAbs(), CHARGED if particle.isCharged() else NEUTRAL)
        rows.append((particle.pT(), particle.eta(), particle.phi(), kind, particle.charge()))
    return np.array(rows).reshape(-1, 5)


class PileUp:
    """Inelastic collisions, a random choice of which surrounds every muon."""

    def __init__(self, mean, size, seed):
        self.mean = mean
        collisions = events_of(pythia(seed, "SoftQCD:inelastic = on"))
        self.pool = [visible(next(collisions)) for _ in range(size if mean else 0)]
        for rows in self.pool:
            rows[rows[:, 3] == CHARGED, 3] = PILE_UP

    def draw(self, random):
        """The number of interactions, and their particles."""
        number = random.poisson(self.mean)
        chosen = [self.pool[k].copy() for k in random.integers(len(self.pool), size=number)] if number else []
        for rows in chosen:
            rows[:, 1] *= random.choice([-1, 1])
            rows[:, 2] += random.uniform(0, 2 * np.pi)
        return number, np.concatenate(chosen) if chosen else np.empty((0, 5))


def turned(angle):
    """An angle from -pi to pi."""
    return (np.asarray(angle) + np.pi) % (2 * np.pi) - np.pi


def particle_list(around, muon):
    """What a perfect particle flow sees around a muon: pt, d_eta, d_phi, kind."""
    d_eta, d_phi = around[:, 1] - muon["eta"], turned(around[:, 2] - muon["phi"])
    near = (around[:, 0] > 0.3) & (np.hypot(d_eta, d_phi) < RADIUS)
    return np.column_stack([around[:, 0], d_eta, d_phi, around[:, 3]])[near]


def cell_list(around, muon, random):
    """The cells of a calorimeter around where the muon hits it: pt, d_eta, d_phi, cell."""
    bend = 0.15 * FIELD * DEPTH
    around = around[(around[:, 4] == 0) | (around[:, 0] > bend)]
    pt, eta = around[:, 0], around[:, 1]
    phi = around[:, 2] - around[:, 4] * np.arcsin(bend / np.maximum(pt, bend))
    d_eta, d_phi = eta - muon["eta"], turned(phi - muon["phi"] + muon["charge"] * np.arcsin(bend / muon["pt"]))
    energy = pt * np.cosh(eta)
    light = np.isin(around[:, 3], [PHOTON, ELECTRON])
    width = np.where(light, 0.1 * np.sqrt(energy), np.hypot(0.52 * np.sqrt(energy), 0.03 * energy))
    measured = np.maximum(random.normal(energy, width), 0) / np.cosh(eta)
    step = 2 * RADIUS / SIDE
    row, column = np.floor((d_eta + RADIUS) / step), np.floor((d_phi + RADIUS) / step)
    inside = (row >= 0) & (row < SIDE) & (column >= 0) & (column < SIDE)
    number = (row * SIDE + column)[inside].astype(int)
    total = np.bincount(number, measured[inside], minlength=SIDE * SIDE)
    cell = np.flatnonzero(total)
    d_eta, d_phi = (cell // SIDE + 0.5) * step - RADIUS, (cell % SIDE + 0.5) * step - RADIUS
    return np.column_stack([total[cell], d_eta, d_phi, cell])[np.hypot(d_eta, d_phi) < RADIUS]


def find_muons(event, pt, eta, first=0):
    """The final muons with pT and |eta| in a range, hardest first, as dicts; from the first given particle on."""
    particles = (event[i] for i in range(first, event.size()))
    muons = [
        {"pt": p.pT(), "eta": p.eta(), "phi": p.phi(), "charge": p.charge(), "e": p.e(), "index": p.index()}
        for p in particles
        if p.isFinal() and p.idAbs() == 13 and pt[0] <= p.pT() <= pt[1] and abs(p.eta()) <= eta
    ]
    return sorted(muons, key=lambda muon: -muon["pt"])


def prompt_muons(seed, settings, passing):
    """Muons of a resonance: muons, weight 1, the event's other particles."""
    for event in events_of(pythia(seed, *settings)):
        muons = passing(event, 0)
        if muons:
            yield muons, 1, visible(event, [muon["index"] for muon in muons])


def decays(generator, hadrons, passing, tries):
    """Decays the b hadrons again and again: what passes, and what lies around it."""
    event = generator.event
    stable, found = event.size(), []
    for _ in range(tries):
        event.saveSize()
        generator.moreDecays()
        muons = passing(event, stable)
        if muons:
            found.append((muons, visible(event, [muon["index"] for muon in muons])))
        event.restoreSize()
        for index in hadrons:
            event[index].statusPos()
            event[index].daughters(0, 0)
    return found


def heavy_flavour_muons(seed, pt_hat, pt_min, need, tries, passing, random):
    """Muons of b hadrons, `need` hadrons of which are hard enough: muons, weight, the event's other particles."""
    names = [f"{b}:onMode = off" for b in B_HADRONS] + [f"{b}:onIfAny = 13" for b in B_HADRONS]
    hard = ["HardQCD:gg2bbbar = on", "HardQCD:qqbar2bbbar = on", f"PhaseSpace:pTHatMin = {pt_hat}"]
    generator = pythia(seed, *hard, *names)
    while True:
        for b in B_HADRONS:
            generator.particleData.mayDecay(b, False)
        if not generator.next():
            continue
        hadrons = [p.index() for p in generator.event if p.isFinal() and p.idAbs() in B_HADRONS]
        if sum(generator.event[index].pT() > pt_min for index in hadrons) < need:
            continue
        for b in B_HADRONS:
            generator.particleData.mayDecay(b, True)
        found = decays(generator, hadrons, passing, tries)
        if found:
            muons, around = found[random.integers(len(found))]
            yield muons, len(found), around


def measured(muon, random):
    """A muon with the resolution of its momentum."""
    return {**muon, "pt": muon["pt"] * (1 + SMEARING * random.standard_normal())}


def mass_of(a, b):
    """The mass of two massless particles."""
    return np.sqrt(2 * a["pt"] * b["pt"] * (np.cosh(a["eta"] - b["eta"]) - np.cos(a["phi"] - b["phi"])))


def shuffled_classes(sources, count, random):
    """Alternates the sources, so that half of the events is of each: label, and what the source gives."""
    for label in random.permutation(np.arange(count) % 2):
        yield int(label), next(sources[label])


def muons(options, random, pile_up):
    def passing(event, first):
        return find_muons(event, (10, 15), 2.53, first)[:1]

    resonance = ["NewGaugeBoson:ffbar2gmZZprime = on", "Zprime:gmZmode = 3", "32:m0 = 20", "32:mMin = 15", "32:onMode = off",
                 "32:onIfAny = 13", "PhaseSpace:mHatMin = 15"]  # fmt: skip
    sources = [
        heavy_flavour_muons(options.seed, 13, 10, 1, 20, passing, random),
        prompt_muons(options.seed, resonance, passing),
    ]
    for label, ((muon,), weight, around) in shuffled_classes(sources, options.events, random):
        number, others = pile_up.draw(random)
        around = np.concatenate([around, others])
        objects = particle_list(around, muon) if options.level == "particles" else cell_list(around, muon, random)
        yield objects, {"label": label, "weight": weight, **facts("mu_", muon), "npu": number}


def pairs(options, random, pile_up):
    def passing(event, first):
        found = [measured(muon, random) for muon in find_muons(event, (24, np.inf), 2.1, first)[:2]]
        good = len(found) == 2 and min(muon["pt"] for muon in found) > 25 and 70 < mass_of(*found) < 110
        return sorted(found, key=lambda muon: -muon["pt"]) if good else []

    boson = ["WeakSingleBoson:ffbar2gmZ = on", "23:onMode = off", "23:onIfAny = 13", "PhaseSpace:mHatMin = 60"]
    sources = [
        heavy_flavour_muons(options.seed, 35, 25, 2, 100, passing, random),
        prompt_muons(options.seed, boson, passing),
    ]
    for truth, ((first, second), weight, around) in shuffled_classes(sources, options.events, random):
        number, others = pile_up.draw(random)
        about = {"truth": truth, "weight": weight, "mass": mass_of(first, second), **facts("mu_", first), **facts("mu2_", second)}
        yield particle_list(np.concatenate([around, others]), first), {**about, "npu": number}


def dimuon(options, random, pile_up):
    mode = 2 if options.process == "z" else 1  # of gamma*/Z0
    settings = ["WeakSingleBoson:ffbar2gmZ = on", f"WeakZ0:gmZmode = {mode}", "23:onMode = off", "23:onIfAny = 13",
                "PhaseSpace:mHatMin = 65", "HadronLevel:all = off", "PartonLevel:MPI = off"]  # fmt: skip
    made = 0
    for event in events_of(pythia(options.seed, *settings)):
        found = find_muons(event, (10, np.inf), 2.5)
        if len(found) < 2 or found[0]["charge"] == found[1]["charge"]:
            continue
        two = [event[muon["index"]] for muon in sorted(found[:2], key=lambda muon: muon["charge"])]
        p4 = np.array([[p.px(), p.py(), p.pz(), p.e(), p.id()] for p in two])
        total = p4.sum(axis=0)
        distance = np.hypot(found[0]["eta"] - found[1]["eta"], turned(found[0]["phi"] - found[1]["phi"]))
        if total[3] ** 2 - np.sum(total[:3] ** 2) > 70**2 and distance > 0.4:
            yield p4, {}
            made += 1
        if made == options.events:
            return


def facts(head, muon):
    return {head + name: muon[name] for name in ("pt", "eta", "phi", "charge")}


SAMPLES = {"muons": muons, "pairs": pairs, "dimuon": dimuon}
FEATURES = {
    "cells": (["pt", "d_eta", "d_phi", "cell"], {"pt": "GeV"}),
    "particles": (["pt", "d_eta", "d_phi", "kind"], {"pt": "GeV"}),
    "momenta": (["px", "py", "pz", "energy", "pdg"], {name: "GeV" for name in ("px", "py", "pz", "energy")}),
}


def sample(options):
    """The events that the options ask for."""
    random = np.random.default_rng(options.seed)
    pile_up = None if options.sample == "dimuon" else PileUp(options.pile_up, options.pool, options.seed)
    lists, columns = zip(*SAMPLES[options.sample](options, random, pile_up))
    kind = {"muons": options.level, "pairs": "particles", "dimuon": "momenta"}[options.sample]
    features, units = FEATURES[kind]
    offsets = np.concatenate([[0], np.cumsum([len(rows) for rows in lists])])
    return ns.Events(
        np.concatenate(lists),
        offsets,
        {name: [row[name] for row in columns] for name in columns[0]},
        features=features,
        units=units,
        attributes={"generator": "Pythia 8", "sample": options.sample, "seed": str(options.seed)},
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sample", choices=SAMPLES)
    parser.add_argument("--events", type=int, default=20000, help="both classes together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--level", choices=["cells", "particles"], default="cells", help="of muons")
    parser.add_argument("--process", choices=["z", "photon"], default="z", help="of dimuon")
    parser.add_argument("--pile-up", type=float, help="mean interactions; 50 of muons, 21 of pairs")
    parser.add_argument("--pool", type=int, default=5000, help="collisions that pile-up is drawn from")
    parser.add_argument("-o", "--output", required=True)
    options = parser.parse_args()
    if options.pile_up is None:
        options.pile_up = 21 if options.sample == "pairs" else 50
    start = time.time()
    events = sample(options)
    events.write(options.output)
    print(f"{options.output}: {events}, {len(events) / (time.time() - start):.1f} events/s")


if __name__ == "__main__":
    main()
