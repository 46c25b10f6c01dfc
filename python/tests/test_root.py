"""ROOT files, written by uproot, as events."""

import warnings

import numpy as np
import pytest

import nearsym as ns
from nearsym.root import read_root

ak = pytest.importorskip("awkward", reason="ROOT files need awkward")
uproot = pytest.importorskip("uproot", reason="ROOT files need uproot")

COUNTS = [2, 0, 3, 1]
PT = np.array([50.0, 20.0, 30.0, 25.0, 10.0, 5.0])
ETA = np.linspace(-1, 1, 6)
MET = np.array([12.5, 40.0, 7.0, 31.0])


def write_tree(path, name, data):
    """A TTree, with whatever version of uproot."""
    def kind(values):
        return (values.dtype, values.shape[1:]) if isinstance(values, np.ndarray) else ak.type(values).content

    with uproot.recreate(path) as file:
        file.mktree(name, {branch: kind(values) for branch, values in data.items()})
        file[name].extend(data)


@pytest.fixture
def path(tmp_path):
    """A file with one tree: two collections, numbers, three numbers an event."""
    jets = ak.unflatten(ak.zip({"pt": PT, "eta": ETA, "id": np.arange(6) % 2 == 0}), COUNTS)
    muons = ak.unflatten(ak.zip({"pt": [5.0, 7.0], "eta": [0.1, 0.2], "q": np.array([1, -1], np.int32)}), [0, 1, 1, 0])
    path = tmp_path / "events.root"
    columns = {"MET_pt": MET, "MET_phi": MET / 20, "weights": np.arange(12.0).reshape(4, 3)}
    write_tree(path, "Events", {"Jet": jets, "Muon": muons, **columns})
    return path


def test_lists_of_one_prefix_are_particles_and_numbers_are_columns(path):
    events = read_root(path, "Events", ragged="Jet_")
    assert events.features == ("pt", "eta", "id")
    assert events.counts.tolist() == COUNTS
    assert (events.feature("pt") == PT).all() and (events.feature("eta") == ETA).all()
    assert events.feature("id").tolist() == [1, 0, 1, 0, 1, 0]
    assert (events["MET_pt"] == MET).all()
    assert events["nJet"].tolist() == COUNTS
    assert (events["weights"] == np.arange(12).reshape(4, 3)).all()


def test_the_only_tree_needs_no_name(path):
    assert repr(read_root(path)) == repr(read_root(str(path), tree="Events"))


def test_lists_that_nobody_named_are_told(path):
    with pytest.warns(ns.FileWarning, match=r"lists are left out: .*Jet_pt.*'Jet_' \(--ragged Jet_\)") as told:
        read_root(path)
    assert told[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_root(path, ragged="Jet_")
        read_root(path, columns=["nJet"])


def test_features_and_columns_come_as_they_are_asked_for(path):
    events = ns.read_root(path, ragged={"jet": "Jet_"}, features=["eta", "pt"], columns=["MET_*", "nJet"])
    assert events.features == ("eta", "pt")
    assert list(events.columns) == ["MET_pt", "MET_phi", "nJet"]
    assert not read_root(path, ragged="Jet_", columns=[]).columns


def test_of_several_collections_an_event_has_all_particles(path):
    events = read_root(path, ragged={"jet": "Jet_", "muon": "Muon_"}, columns=["nJet"])
    assert events.features == ("pt", "eta", "collection")
    assert events.counts.tolist() == [2, 1, 4, 1]
    assert events.feature("collection").tolist() == [0, 0, 1, 0, 0, 0, 1, 0]
    assert events.feature("pt").tolist() == [50, 20, 5, 30, 25, 10, 7, 5]


def test_names_can_be_changed(path):
    events = read_root(path, ragged="Jet_", columns=["MET_pt"], rename={"eta": "y", "MET_pt": "met"})
    assert events.features == ("pt", "y", "id") and list(events.columns) == ["met"]


def test_a_cut_chooses_events(path):
    cut = "(MET_pt > 10) & ak.any(abs(Jet_eta) < 2, axis=1)"
    events = read_root(path, ragged="Jet_", select=cut, columns=["MET_pt"])
    assert events["MET_pt"].tolist() == [12.5, 31.0]
    assert events.feature("pt").tolist() == [50, 20, 5]


def test_entries_are_counted_in_each_file(path):
    events = read_root([path, path], ragged="Jet_", max_events=3)
    assert events.counts.tolist() == COUNTS[:3] * 2
    assert len(read_root(path.parent / "*.root")) == 4


def test_a_file_makes_the_round_through_hdf5(path, tmp_path):
    events = read_root(path, ragged="Jet_")
    events.write(tmp_path / "events.h5")
    back = ns.read(tmp_path / "events.h5")
    assert (back.particles == events.particles).all() and (back.offsets == events.offsets).all()
    assert all((back[name] == events[name]).all() for name in events.columns)


def test_a_tree_is_read_as_arrays_of_awkward_are(path):
    arrays = uproot.open(path)["Events"].arrays()
    other = ns.as_events({"pt": arrays.Jet_pt, "eta": arrays.Jet_eta, "MET_pt": arrays.MET_pt})
    events = read_root(path, ragged="Jet_", features=["pt", "eta"], columns=["MET_pt"])
    assert (events.particles == other.particles).all() and (events["MET_pt"] == other["MET_pt"]).all()


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"tree": "events"}, "no tree 'events'.*has the trees: Events"),
        ({"ragged": "jet_"}, "no list that begins with 'jet_'; there are: .*Jet_pt"),
        ({"ragged": "Jet_", "features": ["Pt"]}, "no list 'Jet_Pt'; there are: .*Jet_pt"),
        ({"ragged": "Jet_", "features": ["pt", "q"]}, "no list 'Jet_q'"),
        ({"columns": ["met_pt"]}, "no column 'met_pt'; there are: MET_pt"),
        ({"columns": ["Jet_pt"]}, "'Jet_pt' is a list for each event"),
        ({"ragged": "MET_", "features": ["pt"]}, "'MET_pt' is not a list"),
        ({"ragged": {"a": "Jet_i", "b": "Muon_e"}}, "no feature in common"),
        ({"rename": {"pt": "p"}}, "nothing is called 'pt'"),
        ({"columns": ["MET_*"], "rename": {"MET_pt": "MET_phi"}}, "two .* would be called 'MET_phi'"),
        ({"select": "MET_pt > nosuch"}, "nosuch.*branches are:.*MET_pt"),
        ({"select": "MET_pt >"}, "cannot evaluate the cut"),
        ({"select": "Jet_pt > 10"}, "cannot evaluate the cut|must say yes or no"),
        ({"select": "MET_pt + 1"}, "must say yes or no"),
        ({"max_events": 0}, "max_events is 0"),
        ({"features": ["pt"]}, "no `ragged`"),
        ({"columns": []}, "nothing to read"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(path, arguments, words):
    with pytest.raises(ValueError, match=words):
        read_root(path, **arguments)


def test_a_text_for_a_list_of_names_is_refused(path):
    with pytest.raises(TypeError, match="must be a list of names"):
        read_root(path, columns="MET_pt")


def test_what_is_no_number_is_left_out_and_refused_by_name(tmp_path):
    path = tmp_path / "texts.root"
    write_tree(path, "t", {"name": ak.Array(["a", "bb", "c"]), "x": np.arange(3.0)})
    assert list(read_root(path).columns) == ["x"]
    with pytest.raises(ValueError, match="'name' is of type .*must be numbers"):
        read_root(path, columns=["name"])


def test_of_several_trees_one_must_be_named(tmp_path):
    path = tmp_path / "two.root"
    with uproot.recreate(path) as file:
        file["a"], file["b"] = {"x": np.arange(2.0)}, {"x": np.arange(3.0)}
    with pytest.raises(ValueError, match="has the trees: a, b; name one"):
        read_root(path)
    assert len(read_root(path, "b")) == 3


def test_a_file_without_a_tree_and_one_that_is_none_are_refused(tmp_path):
    empty, other = tmp_path / "empty.root", tmp_path / "other.root"
    with uproot.recreate(empty):
        pass
    other.write_text("pt,eta\n1,2\n")
    with pytest.raises(ValueError, match="has no tree"):
        read_root(empty)
    with pytest.raises(ValueError, match="not a ROOT file"):
        read_root(other)
    with pytest.raises(FileNotFoundError, match="no file .*nothing.root"):
        read_root(tmp_path / "nothing.root")
    with pytest.raises(ValueError, match="no files"):
        read_root([])


@pytest.mark.parametrize("prefix", ["Jet_", "Vertex."])
def test_an_rntuple_is_read_as_a_tree_is(tmp_path, prefix):
    path = tmp_path / "ntuple.root"
    lists = ak.unflatten(PT, COUNTS)
    data = {"Jet_pt": lists, "Vertex": ak.zip({"pt": lists}), "MET_pt": MET, "w": np.arange(12.0).reshape(4, 3)}
    with uproot.recreate(path) as file:
        if not hasattr(file, "mkrntuple"):
            pytest.skip("this uproot writes no RNTuple")
        file.mkrntuple("Events", ak.Array(data))
    events = read_root(path, ragged=prefix, select="MET_pt > 10")
    assert events.features == ("pt",) and events.feature("pt").tolist() == [50, 20, 5]
    assert events["MET_pt"].tolist() == [12.5, 40, 31] and events["w"].shape == (3, 3)


def test_a_network_is_the_same_of_a_root_file_of_awkward_arrays_and_of_hdf5(tmp_path):
    random = np.random.default_rng(1)
    counts = random.integers(1, 6, 80)
    label = np.arange(80.0) % 2
    pt = ak.unflatten(random.exponential(20, counts.sum()) * (1 + np.repeat(label, counts)), counts)
    eta = ak.unflatten(random.normal(size=counts.sum()), counts)
    write_tree(tmp_path / "jets.root", "Events", {"Jet": ak.zip({"pt": pt, "eta": eta}), "label": label})
    events = read_root(tmp_path / "jets.root", ragged="Jet_", columns=["label"])
    events.write(tmp_path / "jets.h5")
    awkward = uproot.open(tmp_path / "jets.root")["Events"].arrays(["Jet_pt", "Jet_eta"])
    samples = [events, ns.read(tmp_path / "jets.h5"), ak.zip({"pt": awkward.Jet_pt, "eta": awkward.Jet_eta})]
    settings = {"features": ["pt", "eta"], "particle_map": (8,), "latent": 4, "hidden": (8,), "epochs": 3}
    scores = [ns.PFNClassifier(**settings).fit(sample, label).decision_function(sample) for sample in samples]
    assert (scores[0] == scores[1]).all() and (scores[0] == scores[2]).all()


def test_branches_with_a_dot_are_cut_on_by_their_names(tmp_path):
    path = tmp_path / "dots.root"
    muons = ak.Array([[{"pt": 30.0}, {"pt": 5.0}], [], [{"pt": 8.0}]])
    with uproot.recreate(path) as file:
        if not hasattr(file, "mkrntuple"):
            pytest.skip("this uproot writes no RNTuple")
        file.mkrntuple("Events", ak.Array({"Muon": muons, "n": [1, 2, 3]}))
    events = read_root(path, ragged="Muon.", select="(n < 3) & ak.all(Muon.pt < 40, axis=1)")
    assert events["n"].tolist() == [1, 2] and events.counts.tolist() == [2, 0]
