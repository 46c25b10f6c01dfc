"""Scores judged in data without labels."""

import logging
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import nearsym as ns

from test_mass import spectrum


@pytest.fixture(scope="module")
def sample():
    """Masses, labels, and scores of which one is the other with noise."""
    masses, labels = spectrum(3000, 1500), np.repeat([1, 0], [3000, 1500])
    random = np.random.default_rng(9)
    sharp = random.normal(size=4500) + 1.3 * labels
    return masses, labels, sharp, sharp + 0.7 * random.normal(size=4500)


@pytest.fixture(scope="module")
def judged(sample):
    masses, _, sharp, blurred = sample
    return ns.splot(masses, {"sharp": sharp, "blurred": blurred}, bootstraps=40, toys=20)


def test_without_labels_the_area_is_that_of_the_labels_within_errors(sample, judged):
    _, labels, sharp, blurred = sample
    truth = ns.auc(labels, {"sharp": sharp, "blurred": blurred})
    assert (np.abs(judged.auc.values - truth.values) < 4 * judged.auc.errors).all()
    assert (judged.auc.errors > truth.errors).all()


def test_a_pair_of_scores_shares_its_bootstraps(judged):
    assert 0 < judged.auc.difference("sharp", "blurred").error < judged.auc.errors.min()
    assert judged.auc.covariance.shape == (2, 2) and judged.tpr.covariance[0, 1] > 0


def test_the_fit_is_a_part_of_the_error(judged):
    assert (judged.auc_of_fit.errors > 0).all()
    assert (judged.auc_of_fit.errors < 1.5 * judged.auc.errors).all()  # 20 toys know it to a sixth
    assert (judged.auc_of_fit.values == judged.auc.values).all()


def test_scores_alone_or_as_a_mapping_give_the_same(sample, judged):
    masses, _, sharp, _ = sample
    alone = ns.splot(masses, sharp, bootstraps=40, toys=20)
    assert alone.auc.names == ("score",)
    assert alone.auc.value == judged.auc["sharp"].value
    assert alone.auc.error == pytest.approx(judged.auc["sharp"].error, rel=1e-12)  # numpy's sums are in another order


def test_workers_change_no_bit(sample, judged):
    masses, _, sharp, blurred = sample
    one = ns.splot(masses, {"sharp": sharp, "blurred": blurred}, bootstraps=40, toys=20, workers=1)
    assert (one.auc.covariance == judged.auc.covariance).all()


def test_without_bootstraps_and_toys_no_error_is_made_up(sample):
    masses, _, sharp, _ = sample
    bare = ns.splot(masses, sharp, bootstraps=0, toys=0)
    assert np.isnan([bare.auc.error, bare.auc_of_fit.error]).all() and bare.auc.covariance is None


def test_numbers_of_bootstraps_and_toys_may_be_floats(sample):
    few = ns.splot(sample[0], sample[2], bootstraps=3.0, toys=2.0)
    assert few.bootstraps == 3 and few.toys == 2


def test_a_score_that_runs_with_the_mass_is_told_of(sample, caplog):
    masses, _, sharp, _ = sample
    with caplog.at_level(logging.WARNING, "nearsym"):
        found = ns.splot(masses, sharp + 0.1 * (masses - 90), bootstraps=0, toys=0)
    assert abs(found.slopes["score"]["background"].significance) > 3
    assert "depends on the mass" in caplog.text and "depends on the mass" in repr(found)


def test_an_independent_score_has_no_slope(judged):
    assert all(abs(s.significance) < 4 for of in judged.slopes.values() for s in of.values())


def test_the_weights_are_those_of_the_fit(sample, judged):
    assert (judged.sweights.weights == ns.fit_mass(sample[0], minos=False).sweights().weights).all()
    assert judged.fit.events + judged.fit.outside == len(sample[0])


def test_the_published_method_has_its_own_curve(sample):
    masses, _, sharp, _ = sample
    found = ns.splot(masses, sharp, method="published", bootstraps=0, toys=0)
    assert found.fit.method == "published" and 0.5 < found.auc.value < 1


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"fpr": 1.5}, "1.5"),
        ({"bootstraps": -1}, "bootstraps is -1"),
        ({"workers": -1}, "workers is -1"),
        ({"seed": -1}, "seed is -1"),
        ({"scores": [1.0]}, "masses has 4500, scores has 1"),
    ],
)
def test_what_cannot_be_judged_is_refused(sample, arguments, message):
    with pytest.raises(ValueError, match=message):
        ns.splot(**{"masses": sample[0], "scores": sample[2], **arguments})


def test_the_table_has_the_errors_and_the_slopes(judged):
    assert "of fit" in repr(judged) and "slope/sd" in repr(judged) and repr(judged).count("±") == 4


RUN = """
import numpy as np, nearsym as ns
random = np.random.default_rng(1)
masses = np.concatenate([90.8 + 1.5 * random.standard_cauchy(20_000), random.uniform(70, 110, 5_000)])
print("begins", flush=True)
ns.splot(masses, random.normal(size=25_000), bootstraps={bootstraps}, toys=0, progress=True)
"""


def test_a_bar_tells_of_the_bootstraps():
    pytest.importorskip("tqdm", reason="needs tqdm")
    command = [sys.executable, "-c", RUN.format(bootstraps=10)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "fits of bootstraps: 100%" in done.stderr


def test_ctrl_c_ends_the_bootstraps():
    command = [sys.executable, "-c", RUN.format(bootstraps=10_000)]  # minutes
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    child.stdout.readline()
    time.sleep(0.5)
    child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=60)
    assert child.returncode != 0 and "KeyboardInterrupt" in told
