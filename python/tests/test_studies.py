"""Studies: cards, runs, results, reports."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import nearsym as ns
from nearsym._report import frame
from nearsym._study_facts import duration

CARD = {
    "title": "small",
    "data": {"generate": "dimuon", "events": 1000},
    "detector": {"smear": {"resolution": 0.1}},
    "split": {"validation": 0.1},
    "train": {"epochs": 2, "scale": True},
    "models": {
        "invariant": {"kind": "fcn", "event": "lorentz", "hidden": [8]},
        "general": {"kind": "pfn", "particles": "p4", "particle_map": [8], "latent": 4, "hidden": [8]},
    },
    "experiments": {"networks": {"grid": {"model": ["invariant", "general"]}, "members": 2}},
}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A study that has been run."""
    return ns.Study(CARD, out=tmp_path_factory.mktemp("study")).run(jobs=1)


def test_the_published_studies_are_listed_with_their_titles():
    studies = ns.studies()
    assert set(studies) >= {"approximate-invariance", "encouraged-invariance", "muon-isolation-data", "own-sample"}
    assert all(studies.values())
    assert "own-showers" in repr(studies) and "<td>own-showers</td>" in studies._repr_html_()


def test_a_dict_and_the_same_card_as_a_file_give_the_same_results(study, tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(json.dumps(CARD))
    other = ns.Study(path, out=tmp_path / "out").run(jobs=2)
    assert other.rows == study.rows
    assert other.name == "own"


def test_networks_are_judged_under_variations_of_the_detector(study, tmp_path):
    variations = {"worse": {"detector.smear.resolution": "1.5x"}, "same": {"detector.threshold": 1e-9}}
    varied = ns.Study({**CARD, "variations": variations}, out=tmp_path).run(jobs=1)
    for model in ("invariant", "general"):
        nominal, _ = varied.value("auc_final", model=model)
        assert nominal == study.value("auc_final", model=model)[0]
        shift, error = varied.value("auc_shift", model=model, variation="worse")
        assert varied.value("auc_varied", model=model, variation="worse")[0] == pytest.approx(nominal + shift, abs=1e-12)
        assert error > 0
        assert varied.value("auc_shift", model=model, variation="same")[0] == 0


def test_a_dict_may_have_numbers_of_numpy_and_paths(tmp_path):
    card = {**CARD, "seed": np.int64(7), "train": {"epochs": 2, "learning_rate": np.float64(0.01)}}
    card["models"] = {"network": {"kind": "fcn", "event": "lorentz", "hidden": np.array([8, 4])}}
    card["experiments"] = {"networks": {"grid": {"model": ("network",)}}}
    text = ns.Study(card).card()
    assert "seed: 7" in text and "[8, 4]" in text


def test_settings_are_laid_over_preset_and_card():
    study = ns.Study("approximate-invariance", preset="quick", set={"train.epochs": 3, "train.batch": 64})
    assert "epochs: 3" in study.card()
    assert "batch: 64" in study.card()
    assert "epochs: 3" not in ns.Study("approximate-invariance", preset="quick").card()


def test_a_setting_that_is_a_text_is_read_as_the_program_reads_it():
    path = "experiments.networks.grid.model"
    assert ns.Study(CARD, set={path: "[general]"}).card() == ns.Study(CARD, set={path: ["general"]}).card()


def test_a_resolved_card_is_a_dict_too():
    pytest.importorskip("yaml")
    card = ns.Study(CARD, set={"train.epochs": 7}).card_dict()
    assert card["train"]["epochs"] == 7
    assert card["models"] == CARD["models"]


@pytest.mark.parametrize(
    "arguments, kind, words",
    [
        ({"card": "no-such-study"}, LookupError, "no-such-study"),
        ({"card": "approximate-invariance", "preset": "quik"}, LookupError, "did you mean 'quick'"),
        ({"card": "approximate-invariance", "set": {"train.epoch": 5}}, ValueError, "did you mean 'epochs'"),
        ({"card": {**CARD, "trian": {}}}, ValueError, "did you mean 'train'"),
        ({"card": {**CARD, "seed": object()}}, TypeError, "type object"),
        ({"card": CARD, "set": {"train.learning_rate": float("nan")}}, ValueError, "not finite"),
        ({"card": CARD, "set": {"train.epochs": -1}}, ValueError, "-1"),
    ],
)
def test_a_mistake_in_a_card_is_told(arguments, kind, words):
    with pytest.raises(kind, match=words):
        ns.Study(**arguments).card()


@pytest.mark.parametrize("card", [3, None, ["approximate-invariance"]])
def test_what_is_no_card_is_refused(card):
    with pytest.raises(TypeError, match="name, a path or a dict"):
        ns.Study(card)


@pytest.mark.parametrize("arguments", [{"preset": 3}, {"set": ["train.epochs=5"]}, {"out": 5}])
def test_arguments_of_a_wrong_kind_are_refused(arguments):
    with pytest.raises(TypeError):
        ns.Study(CARD, **arguments)


def test_arguments_out_of_range_are_refused(tmp_path):
    study = ns.Study(CARD, out=tmp_path)
    with pytest.raises(ValueError, match="jobs is -1"):
        study.run(jobs=-1)
    with pytest.raises(ValueError, match="progress is 'yes'"):
        study.run(progress="yes")


def test_results_are_those_of_results_json(study):
    document = json.loads((study.folder / "results.json").read_text())
    assert len(study.rows) == len(document["results"])
    for row, result in zip(study.rows, document["results"]):
        assert row["value"] == result["mean"] and row["error"] == result["error"]["total"]
        assert row["error_trainings"] == result["error"]["trainings"]


def test_results_have_coordinates_before_values(study):
    results = study.results
    names = list(results[0] if isinstance(results, list) else results.columns)
    assert names[:2] == ["experiment", "model"]
    assert names.index("epoch") < names.index("metric") < names.index("value") < names.index("error")
    assert len(results) == len(study.rows)


def test_results_are_a_data_frame_where_pandas_is(study):
    pandas = pytest.importorskip("pandas")
    results = study.results
    assert isinstance(results, pandas.DataFrame)
    final = results[results.metric == "auc_final"].set_index("model").value
    assert final["invariant"] == study.value("auc_final", model="invariant")[0]


def test_rows_without_pandas_print_as_a_table(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    rows = frame([{"model": "a", "epoch": None, "value": 0.5}] * 30)
    assert rows[0]["value"] == 0.5
    lines = repr(rows).splitlines()
    assert lines[0].split() == ["model", "value"]
    assert len(lines) == 23 and lines[-1] == "30 rows"


def test_one_value_is_found_by_its_coordinates(study):
    value, error = study.value("auc_final", model="general")
    assert 0 < value < 1 and error > 0
    with pytest.raises(LookupError, match="say also model"):
        study.value("auc_final")
    with pytest.raises(LookupError, match="metrics are: .*auc_final"):
        study.value("acu_final")


def test_a_study_that_has_not_run_has_no_results(tmp_path):
    study = ns.Study(CARD, out=tmp_path)
    assert "not run yet" in repr(study)
    for what in (lambda: study.results, study.tables, study.figures):
        with pytest.raises(LookupError, match="no results yet"):
            what()


def test_tables_show_the_results(study):
    tables = study.tables()
    value = study.value("auc_final", model="invariant")[0]
    assert "invariant" in repr(tables) and f"{value:.2f}"[:3] in repr(tables)
    assert set(tables) >= {"results", "trainings"}
    row = next(r for r in tables["results"].rows if r["model"] == "invariant" and r["metric"] == "auc_final")
    assert row["mean"] == pytest.approx(value, rel=1e-8)
    assert "<table>" in tables["results"]._repr_html_()
    with pytest.raises(KeyError, match="there is no table 'nosuch'; there are: .*results"):
        tables["nosuch"]


def test_figures_are_drawings_with_their_numbers(study):
    figures = study.figures()
    assert "ROC" in figures["roc"].title
    assert {"background", "mean"} <= set(figures["roc"].rows[0])
    page = figures._repr_html_()
    assert page.count("<figure") == len(figures)
    if (study.folder / "figures" / "roc.svg").exists():  # gnuplot is there
        assert page.count("<svg") == len(figures)


def test_curves_are_drawn_by_matplotlib_too(study):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    ax = study.figures()["roc"].plot(pyplot.figure().subplots())
    lines = {line.get_label(): line for line in ax.lines}
    assert set(lines) == {"invariant", "general"} and len(ax.patches) == 2
    row = next(row for row in study.rows if row["metric"] == "roc" and row["model"] == "general")
    assert lines["general"].get_ydata()[0] == pytest.approx(row["value"], rel=1e-8)
    with pytest.raises(ValueError, match="has no curves; its numbers are in"):
        study.tables()["results"].plot()


def test_the_page_of_a_study_shows_its_tables(study):
    assert "auc-epochs" not in repr(study)
    assert f"{len(study.rows)} results" in repr(study)
    assert "<table>" in study._repr_html_()


def test_two_runs_are_compared(study, tmp_path):
    other = ns.Study(CARD, set={"seed": 2}, out=tmp_path).run(jobs=1)
    text = study.compare(other, metric="auc_final")
    assert "difference" in text and "sigma" in text
    assert study.compare(other.folder, metric="auc_final") == text
    with pytest.raises(ns.Error):
        study.compare(tmp_path / "nothing")


def test_checks_count_references(study, tmp_path):
    checked = study.check()
    assert (checked.results, checked.outside, bool(checked)) == (0, 0, True)
    reference = tmp_path / "reference.yaml"
    entry = {"metric": "auc_final", "where": {"experiment": "networks", "model": "general"}, "mean": 0.01}
    reference.write_text(json.dumps({"values": [{**entry, "std": 0.001, "tolerance": 0.001}]}))
    other = ns.Study({**CARD, "reference": str(reference)}, out=tmp_path / "out").run(jobs=1)
    checked = other.check()
    assert (checked.results, checked.outside, bool(checked)) == (1, 1, False)
    assert "auc_final" in repr(checked)


def test_the_cost_is_told_and_nothing_is_written(tmp_path):
    study = ns.Study(CARD, out=tmp_path / "out")
    cost = study.cost(jobs=1)
    assert (cost.runs, cost.done) == (4, 0)
    assert cost.seconds > 0 and cost.experiments["networks"][0] == 4
    assert not study.folder.exists()
    assert "4 runs, 0 done" in repr(cost)


def test_durations_are_in_readable_units():
    assert [duration(s) for s in (0.5, 68, 400, 9000, float("nan"))] == ["0.5 s", "68 s", "6.7 min", "2.5 h", "?"]


def test_a_second_run_takes_everything_from_the_ledger(study):
    before = study.rows
    assert study.cost(jobs=1).done == 4
    assert study.run(jobs=1).rows == before


def test_other_settings_are_refused_in_a_folder_and_fresh_moves_the_old_ones_aside(tmp_path):
    ns.Study(CARD, out=tmp_path).run(jobs=1)
    other = ns.Study(CARD, set={"seed": 5}, out=tmp_path)
    with pytest.raises(ns.Error, match=r"seed was \d+ and is now 5 .*fresh=True"):
        other.run(jobs=1)
    before = json.loads((tmp_path / "results.json").read_text())["results"]
    other.run(jobs=1, fresh=True)
    (old,) = tmp_path.glob("old-*")
    assert json.loads((old / "results.json").read_text())["results"] == before
    assert other.document["results"] != before


def test_runs_that_lack_numbers_in_the_ledger_are_done_again(tmp_path):
    study = ns.Study(CARD, out=tmp_path).run(jobs=1)
    before = study.document["results"]
    with contextlib.closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as ledger:
        first, second, *_ = [key for (key,) in ledger.execute("SELECT key FROM runs")]
        last = "(SELECT max(position) FROM measures WHERE run = ?1)"
        ledger.execute(f"DELETE FROM measures WHERE run = ?1 AND position = {last}", (first,))
        ledger.execute("DELETE FROM measures WHERE run = ?1 AND position = 2", (second,))
        ledger.commit()
    study.run(jobs=1)
    assert study.document["results"] == before


def test_one_network_of_a_card_is_trained_into_a_file(tmp_path):
    study = ns.Study(CARD)
    trained = study.train(tmp_path / "model.h5", model="invariant")
    assert len(trained.history["train_loss"]) == 2
    assert 0 < trained.auc < 1 and trained.auc_error > 0
    assert trained.path.exists() and trained.load() is not None
    assert "auc on the test events" in repr(trained)
    with pytest.raises(ValueError, match="general"):
        study.train(tmp_path / "other.h5")


LONG = {**CARD, "train": {"epochs": 300}, "data": {"generate": "dimuon", "events": 4000}}


def interrupt_when(there):
    """Presses Ctrl-C as soon as a condition holds."""
    for _ in range(600):
        if there():
            break
        time.sleep(0.05)
    os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_stops_a_study_and_the_same_call_goes_on(tmp_path):
    study = ns.Study({**CARD, "train": {"epochs": 60}}, out=tmp_path / "out")
    ledger = study.folder / "ledger.sqlite"
    thread = threading.Thread(target=interrupt_when, args=(ledger.exists,))
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        for _ in range(100):
            study.run(jobs=1)
            time.sleep(0.01)
    thread.join()
    whole = ns.Study({**CARD, "train": {"epochs": 60}}, out=tmp_path / "whole").run(jobs=1)
    assert study.run(jobs=1).rows == whole.rows


def test_ctrl_c_stops_a_training_and_leaves_no_file(tmp_path):
    path, told = tmp_path / "model.h5", time.monotonic()
    thread = threading.Thread(target=interrupt_when, args=(lambda: time.monotonic() > told + 0.3,))
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        ns.Study(LONG).train(path, model="general")
    thread.join()
    assert not path.exists()


def test_a_study_tells_of_its_finished_runs_in_the_log(tmp_path, caplog):
    with caplog.at_level("INFO", logger="nearsym"):
        ns.Study(CARD, out=tmp_path).run(jobs=1)
    lines = [record.getMessage() for record in caplog.records]
    assert sum("networks-general" in line for line in lines) == 2


def test_a_bar_is_shown_where_it_is_wanted(tmp_path):
    pytest.importorskip("tqdm")
    code = f"import nearsym as ns; ns.Study({CARD!r}, out={str(tmp_path)!r}).run(jobs=1, progress=True)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "100%" in done.stderr and done.stdout == ""


def test_what_a_handler_raises_during_a_training_is_raised(tmp_path):
    class Alarm(Exception):
        pass

    def raise_alarm(number, frame):
        raise Alarm

    study = ns.Study(CARD, set={"train.epochs": 100000, "train.patience": 0}, out=tmp_path / "out")
    before = signal.signal(signal.SIGALRM, raise_alarm)
    signal.setitimer(signal.ITIMER_REAL, 0.7)
    try:
        with pytest.raises(Alarm):
            study.train(tmp_path / "model.h5", model="general")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert not (tmp_path / "model.h5").exists()


def test_a_mistake_in_a_dict_is_told_without_a_file_that_is_gone():
    with pytest.raises(ns.InvalidError, match="^card: .*'epoch'") as raised:
        ns.Study({**CARD, "train": {"epoch": 3}}).card()
    assert "tmp" not in str(raised.value)


def test_a_study_that_is_done_has_nothing_left(study):
    assert study.partial().runs == 0
    assert repr(study.partial()) == "all runs are done"
