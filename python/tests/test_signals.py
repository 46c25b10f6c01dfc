"""Signals that come while the library is at work."""

import os
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest

import nearsym as ns

TRAINING = """
import signal
import numpy as np
import nearsym as ns
y = np.arange(3000) % 2
X = np.random.default_rng(1).normal(size=(3000, 4)) + y[:, None]
answers = []
signal.signal(signal.SIGALRM, lambda *_: None)
for pause in (0, 0.0005):
    signal.setitimer(signal.ITIMER_REAL, pause, pause)
    for _ in range(5):
        answers.append(ns.FCNClassifier(hidden=(64, 64), epochs=15, patience=0).fit(X, y).decision_function(X).tobytes())
signal.setitimer(signal.ITIMER_REAL, 0)
print(len(set(answers)))
"""


def test_signals_during_a_training_change_no_bit():
    done = subprocess.run([sys.executable, "-c", TRAINING], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr


@pytest.fixture
def interrupt():
    """Sends SIGINT soon, to a handler that raises nothing: only the library can end its work."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    timers = []

    def after(seconds):
        timers.append(threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)))
        timers[0].start()

    yield after
    timers[0].join()
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("generate", ["dimuon", "muons", "muon_pairs", "showers"])
def test_ctrl_c_ends_a_generator(generate, interrupt):
    interrupt(0.3)
    with pytest.raises(KeyboardInterrupt, match="stopped on request after"):
        getattr(ns.generate, generate)(1_000_000)


def test_ctrl_c_ends_the_intervals_of_a_mass_fit(interrupt):
    random = np.random.default_rng(1)
    masses = np.concatenate([90.8 + 1.5 * random.standard_cauchy(800_000), random.uniform(70, 110, 200_000)])
    fit = ns.fit_mass(masses, minos=False)
    interrupt(0.1)
    with pytest.raises(KeyboardInterrupt, match="stopped on request before all intervals"):
        fit.minos()
