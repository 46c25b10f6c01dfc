"""Events from and to numpy, awkward, pandas, dicts and files."""

import warnings

import numpy as np
import pytest

import nearsym as ns

JETS = np.array([[[50.0, 0.1, 0.2], [20.0, 0.3, -0.1]], [[30.0, -0.2, 0.0], [0.0, 0.0, 0.0]], np.zeros((2, 3))])


@pytest.fixture
def jets():
    return ns.as_events(JETS).with_columns(label=[1, 0, 1], scales=np.arange(6.0).reshape(3, 2))


def test_rows_of_zeros_at_an_events_end_are_padding(jets):
    assert jets.counts.tolist() == [2, 1, 0]
    assert jets.features == ("pt", "eta", "phi")
    assert jets.to_numpy().tolist() == JETS.tolist()


def test_rows_of_zeros_before_a_particle_are_kept():
    assert ns.as_events(JETS[:1, ::-1]).counts.tolist() == [2]
    padded = np.concatenate([np.zeros((1, 1, 3)), JETS[:1]], axis=1)
    assert ns.as_events(padded).counts.tolist() == [3]


def test_contiguous_doubles_are_not_copied():
    particles, offsets, weight = np.ones((5, 3)), np.array([0, 2, 5]), np.ones(2)
    events = ns.Events(particles, offsets, {"weight": weight})
    assert np.shares_memory(events.particles, particles)
    assert np.shares_memory(events.offsets, offsets)
    assert np.shares_memory(events["weight"], weight)
    table = np.ones((10, 4))
    assert np.shares_memory(ns.as_events(table)["x"], table)


def test_the_c_structure_points_at_the_arrays_themselves(jets):
    c = jets.c
    assert int(c.particles[0]) == 50 and c.count == 3 and c.columns == 2
    jets.particles[0, 0] = 51
    assert c.particles[0] == 51
    assert c.column[1].width == 2 and c.column[1].values[5] == 5


@pytest.mark.parametrize("ending", ["h5", "npz", "csv", "jsonl"])
def test_columns_come_back_from_files_bit_for_bit(tmp_path, ending):
    values = np.array([0.1, -1e300, 5e-324])
    path = tmp_path / f"events.{ending}"
    ns.as_events({"m": values, "label": [0, 1, 0]}).write(path)
    assert (ns.read(path)["m"] == values).all()


def test_hdf5_keeps_particles_units_labels_and_attributes(tmp_path, jets):
    jets.units["pt"], jets.meanings["scales"] = "GeV", "weights of two scales"
    jets.labels["scales"], jets.attributes["generator"] = ["up", "down"], "by hand"
    jets.write(tmp_path / "jets.h5")
    back = ns.read(tmp_path / "jets.h5")
    assert (back.particles == jets.particles).all() and (back.offsets == jets.offsets).all()
    assert (back.units["pt"], back.labels["scales"]) == ("GeV", ["up", "down"])
    assert (back.meanings["scales"], back.attributes["generator"]) == ("weights of two scales", "by hand")


def test_arrays_of_a_file_outlive_their_events(tmp_path, jets):
    jets.write(tmp_path / "jets.h5")
    values = ns.read(tmp_path / "jets.h5")["scales"]
    for _ in range(50):
        ns.read(tmp_path / "jets.h5")
    assert values.tolist() == [[0, 1], [2, 3], [4, 5]]


def test_a_mask_a_slice_and_indices_select_events(jets):
    assert jets[jets["label"] == 1].counts.tolist() == [2, 0]
    assert jets[[1, 0, 1]].particles[:, 0].tolist() == [30, 50, 20, 30]
    assert jets[1:].origin.tolist() == [1, 2] and jets[::-1][1:].origin.tolist() == [1, 0]
    assert jets[1:][1]["label"].tolist() == [1]
    assert np.shares_memory(jets[1:].particles, jets.particles)
    assert len(jets[[]]) == 0 and jets[[]].particles.shape == (0, 3)


def test_samples_are_joined(jets):
    both = ns.concat([jets, jets[1:]])
    assert len(both) == 5 and both.counts.tolist() == [2, 1, 0, 1, 0]
    many = ns.concat([jets[k : k + 1] for k in (2, 0, 1, 1, 0)])
    assert many.counts.tolist() == [0, 2, 1, 1, 2] and many["label"].tolist() == [1, 1, 0, 0, 1]
    with pytest.raises(ns.InvalidError, match="label"):
        ns.concat([jets, ns.as_events(JETS)])


def test_samples_are_joined_by_name_and_unit():
    gev = ns.Events(columns={"m": [91.0], "w": [[1.0, 2.0]]}, units={"m": "GeV"}, labels={"w": ["a", "b"]})
    mev = ns.Events(columns={"w": [[2.0, 1.0]], "m": [91e3]}, units={"m": "MeV"}, labels={"w": ["b", "a"]})
    with pytest.warns(ns.FileWarning, match="m is in MeV and was converted to GeV"):
        both = ns.concat([gev, mev])
    np.testing.assert_array_equal(both["m"], [91, 91])
    np.testing.assert_array_equal(both["w"], [[1, 2], [1, 2]])
    other = ns.Events(columns=gev.columns, units={"m": "mm"}, labels=gev.labels)
    with pytest.raises(ns.InvalidError, match=r"the unit GeV in samples\[0\] and mm in samples\[1\]"):
        ns.concat([gev, other])


def test_what_cannot_be_joined_is_told_by_its_place():
    gev = ns.Events(columns={"m": [91.0]}, units={"m": "GeV"})
    other = ns.Events(columns={"m": [91.0]}, units={"m": "mm"})
    for place in range(7):
        samples = [other if k == place else gev for k in range(7)]
        with pytest.raises(ns.InvalidError, match=rf"mm in samples\[{place}\]"):
            ns.concat(samples)
    with pytest.raises(ns.InvalidError, match=r'column "x" is in samples\[2\] only'):
        ns.concat([gev, gev, ns.Events(columns={"x": [1.0]})])
    with pytest.raises(TypeError, match=r"samples\[1\] is a list, must be Events"):
        ns.concat([gev, [91.0]])


def test_dicts_hold_columns_and_lists(jets):
    events = ns.as_events({"label": [1, 0], "pt": [[50.0, 20.0], []], "eta": [[0.1, 0.3], []]})
    assert events.features == ("pt", "eta") and events.counts.tolist() == [2, 0] and events["label"].tolist() == [1, 0]
    beside = ns.as_events({"particles": JETS, "label": [1, 0, 1]})
    assert (beside.particles == jets.particles).all() and "label" in beside


def test_structured_arrays_are_columns_or_padded_particles():
    table = np.array([(1, [2.0, 3.0])], dtype=[("n", "i4"), ("w", "f4", 2)])
    assert ns.as_events(table)["w"].tolist() == [[2, 3]]
    particles = np.zeros((1, 2), dtype=[("pt", "f8"), ("eta", "f8")])
    particles["pt"][0, 0] = 5
    assert ns.as_events(particles).particles.tolist() == [[5, 0]]


BAD = {
    "nothing": (None, TypeError, "None"),
    "a path": ("events.h5", TypeError, "nearsym.read"),
    "one number": (3.0, ValueError, "dimensions"),
    "no events": ([], ValueError, "dimension"),
    "no columns": ({}, ValueError, "column"),
    "objects": (np.array([[object(), 1]]), TypeError, r"\(0, 0\)"),
    "complex numbers": (np.ones((2, 2), complex), TypeError, "complex"),
    "dates": (np.zeros((2, 2), "M8[s]"), TypeError, "datetime"),
    "a None": ({"m": [1.0, None]}, TypeError, r"'m'.*\(1,\)"),
    "texts": ({"m": ["a", "b"]}, TypeError, "'m'"),
    "a masked value": (np.ma.masked_equal([[1.0, 2.0]], 2), ValueError, "masked"),
    "columns of other lengths": ({"a": [1, 2], "b": [1]}, ValueError, "'b' has 1"),
    "lists of other lengths": ({"pt": [[1, 2], []], "eta": [[1], []]}, ValueError, "pt and eta"),
    "four dimensions": (np.ones((2, 2, 2, 2)), ValueError, "dimensions"),
    "events of other widths": ([[[1, 2]], [[1, 2, 3]]], ValueError, "features"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_events_is_refused(name):
    data, error, message = BAD[name]
    with pytest.raises(error, match=message):
        ns.as_events(data)


@pytest.mark.parametrize("offsets", [[0, 1], [1, 2], [0, 2, 1], [0, 3], [], [-1, 2], [0.0, 2.0]])
def test_offsets_that_do_not_rise_from_0_to_the_number_of_particles_are_refused(offsets):
    with pytest.raises((ValueError, TypeError), match="offsets"):
        ns.Events(np.ones((2, 3)), offsets)


def test_labels_and_units_that_c_could_not_read_are_refused():
    with pytest.raises(ValueError, match="labels for 1"):
        ns.Events(columns={"x": np.ones((4, 3))}, labels={"x": ["a"]})
    with pytest.raises(ValueError, match="no column"):
        ns.Events(columns={"x": np.ones((4, 3))}, labels={"y": ["a"]})
    for wrong in ({"labels": {"x": [1, 2, 3]}}, {"units": {"x": None}}, {"meanings": {"x": 3}}, {"attributes": {3: "a"}}):
        with pytest.raises(TypeError, match="must be a text"):
            ns.Events(columns={"x": np.ones((4, 3))}, **wrong)
    with pytest.raises(ValueError, match="NUL"):
        ns.Events(columns={"a\0b": np.ones(4)}).c
    labelled = ns.Events(columns={"x": np.ones((4, 2))}, labels={"x": ["a", "b"]})
    assert "x" not in labelled.with_columns(x=np.ones((4, 3))).labels and "x" in labelled.labels
    labelled.labels["x"] = ["a"]
    with pytest.raises(ValueError, match="labels for 1"):
        ns.concat([labelled, labelled])


def test_what_is_said_of_selected_events_is_said_of_them_alone(jets):
    jets.labels["scales"] = ["up", "down"]
    for part in (jets[:2], jets.with_columns()):
        part["scales"] = np.ones((len(part), 3))
        part.units["pt"], part.attributes["cut"] = "GeV", "first two"
    assert jets.labels == {"scales": ["up", "down"]} and not jets.units and not jets.attributes


def test_columns_are_listed_and_deleted_by_name(jets):
    assert list(jets) == list(jets.keys()) == ["label", "scales"]
    del jets["label"]
    assert list(jets) == ["scales"]


def test_what_is_put_among_the_columns_by_hand_is_read_right_or_refused(tmp_path, jets):
    jets.columns["n"] = np.array([1, 2, 3])
    jets.write(tmp_path / "jets.h5")
    assert ns.read(tmp_path / "jets.h5")["n"].tolist() == [1, 2, 3]
    jets.columns["n"] = np.ones(2)
    with pytest.raises(ValueError, match="'n' has 2"):
        jets.c
    del jets.columns["n"]
    jets.offsets[1] = 10**10
    with pytest.raises(ValueError, match="offsets"):
        jets.c
    jets.offsets[1] = 2
    jets.features = ("pt",)
    with pytest.raises(ValueError, match="features"):
        jets.c


@pytest.mark.parametrize("origin", [[-1, 0], [0.5, 1], ["a", "b"]])
def test_an_origin_that_is_no_place_is_refused(origin):
    with pytest.raises((ValueError, TypeError), match="origin"):
        ns.Events(columns={"x": [1, 2]}, origin=origin)


def test_events_are_not_chosen_by_a_table_of_indices(jets):
    with pytest.raises(IndexError, match="shape"):
        jets[np.array([[0, 1]])]


def test_a_column_and_a_feature_that_are_missing_are_named(jets):
    with pytest.raises(KeyError, match="label"):
        jets["mass"]
    with pytest.raises(KeyError, match="pt, eta, phi"):
        jets.feature("mass")


def test_failures_of_files_are_exceptions_of_their_kind(tmp_path):
    with pytest.raises(OSError, match="nowhere.h5"):
        ns.read(tmp_path / "nowhere.h5")
    (tmp_path / "events.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    with pytest.raises(ns.FormatError, match="events.h5"):
        ns.read(tmp_path / "events.h5")
    with pytest.raises(ValueError, match="arrays"):
        ns.read(tmp_path / "events.h5", arrays="jets")
    with pytest.raises(ValueError, match="max_events"):
        ns.read(tmp_path / "events.h5", max_events=-1)


def test_awkward_records_become_events_and_go_back():
    ak = pytest.importorskip("awkward")
    array = ak.Array([{"jet_pt": 5.0, "tracks": [{"pt": 1.0, "eta": 2.0}, {"pt": 3.0, "eta": 4.0}]},
                      {"jet_pt": 6.0, "tracks": []}])
    events = ns.as_events(array)
    assert events.features == ("pt", "eta") and events["jet_pt"].tolist() == [5, 6]
    assert events.to_awkward().particles.pt.tolist() == [[1, 3], []]
    assert (ns.as_events(array.tracks).particles == events.particles).all()
    assert (ns.as_events(list(array)).particles == events.particles).all()  # as scikit-learn's splitters have it
    assert (ns.as_events({"pt": array.tracks.pt, "eta": array.tracks.eta}).particles == events.particles).all()


def test_awkward_lists_of_rows_are_not_copied():
    ak = pytest.importorskip("awkward")
    rows = np.arange(18.0).reshape(6, 3)
    events = ns.as_events(ak.unflatten(ak.from_numpy(rows, regulararray=True), [2, 0, 4]))
    assert np.shares_memory(events.particles, rows) and events.counts.tolist() == [2, 0, 4]
    assert np.shares_memory(ak.to_numpy(ak.flatten(events.to_awkward().particles.pt)), rows)


def test_none_in_awkward_is_refused_wherever_it_is():
    ak = pytest.importorskip("awkward")
    for data in ([[1.0, None]], [None, [1.0]], [[{"pt": None}]], [[{"pt": 1.0}, None]], [{"m": None}]):
        with pytest.raises(ValueError, match="None"):
            ns.as_events(ak.Array(data))
    option = ak.Array([[{"pt": 1.0}], None])[:1]  # may be missing by its type, and is not
    assert ns.as_events(option).particles.tolist() == [[1.0]]


def test_several_lists_of_particles_are_told_apart_by_name():
    ak = pytest.importorskip("awkward")
    array = ak.Array([{"tracks": [{"pt": 1.0}], "towers": [{"et": 1.0}, {"et": 2.0}]}])
    with pytest.raises(ValueError, match="tracks, towers"):
        ns.as_events(array)
    assert ns.as_events(array, particles="towers").particles.tolist() == [[1], [2]]


def test_data_frames_are_columns(jets):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"m": [1.0, 2.0], "n": [1, 2]}, index=[7, 8])
    assert ns.as_events(frame)["n"].tolist() == [1, 2]
    assert ns.as_events(frame["m"])["m"].tolist() == [1, 2]
    assert list(jets.to_pandas().columns) == ["label", "scales_0", "scales_1"]


def test_any_data_gives_events_or_an_error_that_says_why():
    hypothesis = pytest.importorskip("hypothesis")
    from hypothesis import strategies as some

    number = some.one_of(some.floats(), some.integers(-3, 3), some.booleans(), some.none(), some.text(max_size=2))
    lists = some.recursive(number, lambda inner: some.lists(inner, max_size=3), max_leaves=12)
    data = some.one_of(lists, some.dictionaries(some.text(max_size=2), lists, max_size=3))

    @hypothesis.settings(max_examples=500, deadline=None, derandomize=True)
    @hypothesis.given(data)
    def check(data):
        try:
            events = ns.as_events(data)
        except (TypeError, ValueError) as error:
            assert len(str(error)) > 5
        else:
            assert events.c.count == len(events)

    check()


def test_numbers_that_are_rounded_and_words_of_numpy_archives_are_told(tmp_path):
    path = tmp_path / "x.npz"
    np.savez(path, id=np.array([2**53, 2**60 + 1, -(2**60) - 1]), kind=["mu", "", "e"], m=[1.0, 2.0, 3.0])
    with pytest.warns(ns.FileWarning, match=r"x.npz: id: 2 whole numbers .* the first in row 2: 1152921504606846977;"):
        events = ns.read(path)
    np.testing.assert_array_equal(events["kind"], [1, np.nan, 0])
    assert events.attributes["categories:kind"] == '["e","mu"]'
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert list(ns.read(path, only=["m"]).columns) == ["m"]
        assert set(ns.read(path, drop="id").columns) == {"kind", "m"}
    with pytest.raises(ns.NotFoundError, match='did you mean "kind"'):
        ns.read(path, drop=["kinds", "id"])
    np.savez(path, note=[["a", "b"]] * 3, m=[1.0, 2.0, 3.0])
    with pytest.raises(ns.FormatError, match="2 dimensions of texts"):
        ns.read(path)
    assert list(ns.read(path, drop="note").columns) == ["m"]


def test_features_of_an_array_are_named(tmp_path):
    np.save(tmp_path / "jets.npy", [[[-0.1, 0.2, 0.5, 1.0], [0.2, -0.1, 0.1, 1.0]]])
    with pytest.warns(ns.FileWarning, match="look like eta,phi,pt,mask"):
        ns.read(tmp_path / "jets.npy")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        jets = ns.read(tmp_path / "jets.npy", features=["eta", "phi", "pt", "mask"])
    np.testing.assert_array_equal(jets.feature("pt"), [0.5, 0.1])
