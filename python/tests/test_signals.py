"""Signals that come while the library is at work."""

import subprocess
import sys

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
