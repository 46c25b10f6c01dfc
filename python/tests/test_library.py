"""Calls of the library: exceptions, Ctrl-C, other threads, and memory."""

import os
import re
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import nearsym as ns
from nearsym._library import EXCEPTIONS, Error
from nearsym._native import ffi, lib


def jets(events, particles=100, seed=1):
    return np.random.default_rng(seed).uniform(0.1, 1, (events, particles, 3))


def test_every_status_has_an_exception_of_its_own():
    statuses = set(ffi.typeof("nsym_status").elements) - {lib.NSYM_OK}
    assert statuses == set(EXCEPTIONS)
    assert len(set(EXCEPTIONS.values())) == len(EXCEPTIONS)
    assert all(issubclass(e, Error) for e in EXCEPTIONS.values() if e is not KeyboardInterrupt)


def test_other_threads_run_while_the_library_is_at_work():
    beats, done = [], threading.Event()

    def beat():
        while not done.is_set():
            beats.append(time.monotonic())
            time.sleep(0.005)

    thread = threading.Thread(target=beat)
    thread.start()
    before = time.monotonic()
    ns.efp(jets(1000), "d<=6,connected", workers=1)
    after = time.monotonic()
    done.set()
    thread.join()
    assert sum(before < beat < after for beat in beats) >= 3


INTERRUPTED = """
import nearsym as ns, numpy as np, sys
particles = np.random.default_rng(1).uniform(0.1, 1, (10**5, 100, 3))
for attempt in range(2):
    try:
        print("begun", flush=True)
        ns.efp(particles, workers=1)
    except KeyboardInterrupt:
        print("stopped", flush=True)
print(ns.efp(particles[:2], "(2,1,0)").shape)
"""


def test_ctrl_c_stops_a_long_call_as_often_as_it_is_pressed():
    process = subprocess.Popen([sys.executable, "-c", INTERRUPTED], stdout=subprocess.PIPE, text=True)
    for _ in range(2):
        assert process.stdout.readline() == "begun\n"
        time.sleep(0.5)
        os.kill(process.pid, signal.SIGINT)
        assert process.stdout.readline() == "stopped\n"
    assert process.stdout.read() == "(2, 1)\n"
    assert process.wait(timeout=60) == 0


def test_python_handles_ctrl_c_again_after_a_call():
    ns.efp(jets(10), "d<=3,connected")
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)


def test_calls_from_many_threads_are_independent():
    whole = ns.efp(jets(64), "d<=4,connected", workers=1)
    parts = [None] * 8

    def part(i):
        with pytest.raises(ns.InvalidError, match=f"n<={i}x"):
            ns.EFPSet(f"n<={i}x")
        parts[i] = ns.efp(jets(64)[8 * i : 8 * i + 8], "d<=4,connected", workers=1)

    threads = [threading.Thread(target=part, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (np.concatenate(parts) == whole).all()


def peak():
    """Bytes that this process had in memory at most."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize("what", ["efp", "observables", "events"])
def test_contiguous_doubles_are_read_where_they_are(what):
    particles, offsets = np.ones((4_000_000, 3)), np.arange(0, 4_000_001, 20)
    events = ns.Events(particles, offsets, features=["pt", "d_eta", "d_phi"])
    calls = {"efp": lambda sample: ns.efp(sample, "(2,1,0)", workers=1),
             "observables": lambda sample: ns.observables(sample, "sum_pt", workers=1),
             "events": lambda sample: sample[10:].c}  # fmt: skip
    calls[what](events[:100])
    before = peak()
    calls[what](events)
    assert peak() - before < particles.nbytes / 4


def test_every_public_function_is_there():
    include = Path(__file__).parents[2] / "include"
    declared = re.compile(r"^NSYM_API [^;(]*?\b(nsym_\w+)\(", re.MULTILINE)
    names = {name for header in include.rglob("*.h") for name in declared.findall(header.read_text())}
    assert len(names) > 150
    assert names - set(dir(lib)) == set()
