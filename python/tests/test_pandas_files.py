"""HDF5 files that pandas itself writes: needs pandas and PyTables, of pip."""

import json

import numpy as np
import pytest

import nearsym as ns

pd = pytest.importorskip("pandas")
pytest.importorskip("tables")
N = 60


@pytest.fixture
def frame():
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "pt": rng.exponential(20, N),
            "eta": rng.normal(size=N).astype("f4"),
            "count": rng.integers(-5, 2**53, N),
            "tight": rng.random(N) > 0.5,
            "kind": rng.choice(["b", "charm", "l"], N),
        }
    )


def check(events, frame):
    for name in frame:
        if name == "kind":
            words = np.array(json.loads(events.attributes["categories:kind"]))
            assert words[events[name].astype(int)].tolist() == frame[name].tolist()
        else:
            assert events[name].tolist() == frame[name].astype(float).tolist()


@pytest.mark.parametrize("options", [{}, {"data_columns": True}, {"complib": "zlib", "complevel": 5}, {"index": False}])
def test_tables_are_read(tmp_path, frame, options):
    frame.to_hdf(tmp_path / "table.h5", key="jets", mode="w", format="table", **options)
    check(ns.read(tmp_path / "table.h5"), frame)


def test_tables_that_grew_are_read(tmp_path, frame):
    with pd.HDFStore(tmp_path / "table.h5", "w") as store:
        store.append("jets", frame, min_itemsize={"kind": 8})
        store.append("jets", frame[:7])
    check(ns.read(tmp_path / "table.h5"), pd.concat([frame, frame[:7]]))


def test_fixed_frames_are_read_without_their_texts(tmp_path, frame):
    frame.to_hdf(tmp_path / "fixed.h5", key="a/b", mode="w")
    with pytest.warns(ns.FileWarning, match="kind"):
        check(ns.read(tmp_path / "fixed.h5"), frame.drop(columns="kind"))
    numbers = frame[["pt", "eta"]].set_axis([10, 20], axis=1)
    numbers.to_hdf(tmp_path / "fixed.h5", key="a", mode="w")
    assert ns.read(tmp_path / "fixed.h5", only="20")["20"].tolist() == frame["eta"].astype(float).tolist()


def test_series_and_one_of_several_keys_are_read(tmp_path, frame):
    frame["pt"].to_hdf(tmp_path / "both.h5", key="series", mode="w")
    frame.to_hdf(tmp_path / "both.h5", key="frame", format="table")
    with pytest.raises(ns.Error, match="2 pandas tables: frame, series"):
        ns.read(tmp_path / "both.h5")
    assert ns.read(tmp_path / "both.h5", layout="pandas:series")["pt"].tolist() == frame["pt"].tolist()
    check(ns.read(tmp_path / "both.h5", layout="pandas:/frame"), frame)


def test_names_of_several_levels_are_refused(tmp_path, frame):
    both = pd.concat({"x": frame[["pt"]], "y": frame[["pt"]]}, axis=1)
    for way in ("fixed", "table"):
        both.to_hdf(tmp_path / "levels.h5", key="df", mode="w", format=way)
        with pytest.raises(ns.Error, match="several levels"):
            ns.read(tmp_path / "levels.h5")
