"""Tables and JSON lines as people have them, plain and packed."""

import bz2
import gzip
import json
import lzma
import warnings

import numpy as np
import pytest

import nearsym as ns


@pytest.fixture
def table(tmp_path):
    def write(text, name="a.csv", packed=bytes):
        path = tmp_path / name
        path.write_bytes(packed(text.encode() if isinstance(text, str) else text))
        return path

    return write


def test_words_are_categories_in_sorted_order(table, tmp_path):
    events = ns.read(table("kind,m\nW,1\nQCD,2\n,3\nW,4\n"))
    np.testing.assert_array_equal(events["kind"], [1, 0, np.nan, 1])
    assert json.loads(events.attributes["categories:kind"]) == ["QCD", "W"]
    for name in "b.h5", "b.csv", "b.jsonl":
        events.write(tmp_path / name)
        back = ns.read(tmp_path / name)
        np.testing.assert_array_equal(back["kind"], events["kind"])
        assert back.attributes["categories:kind"] == events.attributes["categories:kind"]


def test_a_column_of_words_that_is_set_anew_holds_numbers(table, tmp_path):
    events = ns.read(table("kind,m\nW,1\nQCD,2\n,3\nW,4\n"))
    other = events.with_columns(kind=[3.0, 1.0, 0.0, 1.0])
    other.write(tmp_path / "b.csv")
    assert (tmp_path / "b.csv").read_text() == "kind,m\n3,1\n1,2\n0,3\n1,4\n"
    assert "categories:kind" in events.attributes
    del events["kind"]
    assert not events.attributes


def test_truths_are_numbers(table):
    assert ns.read(table("signal,m\nTrue,1\nFalse,2\n"))["signal"].tolist() == [1, 0]


@pytest.mark.parametrize(
    "text, options, names",
    [
        ("0,1,2\n7,8,9\n", {"header": False}, ["c0", "c1", "c2"]),
        ("1,2\n7,8\n", {"header": True}, ["1", "2"]),
        ("a title\npt,eta\n7,8\n", {"header": 2}, ["pt", "eta"]),
        ("pt,x;eta\n7;8\n", {"delimiter": ";"}, ["pt,x", "eta"]),
        ("pt\teta\n7\t8\n", {"delimiter": "\t"}, ["pt", "eta"]),
        ("#pt,eta\n#a,8\n", {"comment": ""}, ["#pt", "eta"]),
        ("gr\xf6\xdfe,x\n7,8\n".encode("latin-1"), {"encoding": "latin-1"}, ["größe", "x"]),
        ("gr\xf6\xdfe,x\n7,8\n".encode("utf-16"), {}, ["größe", "x"]),
        ("a,b,c\n1,?,3\n", {"drop": "b"}, ["a", "c"]),
        ("a,b,c\n1,?,3\n", {"only": ["c", "a"]}, ["a", "c"]),
    ],
)
def test_options_say_how_a_table_is_written(table, text, options, names):
    assert list(ns.read(table(text), **options).columns) == names


def test_what_may_be_wrong_is_a_warning(table):
    with pytest.warns(ns.FileWarning, match="a.csv: line 1 names 3 columns; .* read it with --header no"):
        ns.read(table("0,1,2\n7,8,9\n"))
    with pytest.warns(ns.FileWarning, match='"event": 1 whole number beyond 2\\^53, the first 9007199254740993 in line 2'):
        ns.read(table("event\n9007199254740993\n"))
    with pytest.warns(ns.FileWarning, match='"label" is kept as numbers: 0 is "b", 1 is "s"'):
        ns.read(table("label,x\ns,1\nb,2\n"))


def test_a_warning_is_given_once_and_to_the_caller(table):
    path = table("event,label\n9007199254740993,b\n9007199254740995,s\n")
    with pytest.warns(ns.FileWarning) as told:
        ns.read(path)
    assert sorted(str(warning.message).split(": ")[1] for warning in told) == [
        'column "event"',
        'column "label" is kept as numbers',
    ]
    assert {warning.filename for warning in told} == {__file__}


def test_warnings_may_be_exceptions_and_those_of_a_call_end_with_it(table):
    doubtful = table("event,label\n9007199254740993,b\n", "doubtful.csv")
    broken = table("event,x\n9007199254740993,1\n1,2,3\n", "broken.csv")
    sound = table("x\n1\n", "sound.csv")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            with pytest.raises(ns.FileWarning, match="doubtful.csv"):
                ns.read(doubtful)
            assert len(ns.read(sound)) == 1
        with pytest.raises(ns.FormatError, match="broken.csv: line 3"):
            ns.read(broken)
        assert len(ns.read(sound)) == 1


def test_wrong_options_are_refused(table):
    with pytest.raises(ns.Error, match='the delimiter is ";;", must be one character'):
        ns.read(table("x\n1\n"), delimiter=";;")
    with pytest.raises(ns.Error, match="is JSON lines, but the option comment is for csv files"):
        ns.read(table('{"x": 1}\n', "a.jsonl"), comment="%")


PACKERS = [(".gz", gzip.compress), (".xz", lzma.compress), (".bz2", bz2.compress)]


@pytest.mark.parametrize("ending, packed", PACKERS)
@pytest.mark.parametrize("text, name", [("x\n1\n2\n", "a.csv"), ('{"x": 1}\n{"x": 2}\n', "a.jsonl")])
def test_packed_files_are_read_to_their_end_and_no_further_than_allowed(table, text, name, ending, packed):
    path = table(text, name + ending, packed)
    assert ns.read(path)["x"].tolist() == [1, 2]
    with pytest.raises(ns.Error, match="unpacks to more than"):
        ns.read(path, max_unpacked=3)
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(ns.Error, match="cut off"):
        ns.read(path)
