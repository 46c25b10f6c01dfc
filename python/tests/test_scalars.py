"""Single numbers: what is out of range, or none, is a TypeError or ValueError with its name and value."""

import os
import subprocess
import sys

import numpy as np
import pytest

import nearsym as ns
from nearsym import generate
from nearsym._scalars import number, pool_size, threads, whole

LABELS, X, Y = [0, 1] * 20, np.linspace(71, 109, 40), np.sin(np.arange(40))


@pytest.mark.parametrize("value", [0, 7, 7.0, np.int32(7), np.float64(7), True, 2**63 - 1])
def test_whole_numbers_of_any_type_are_taken(value):
    assert whole("n", value) == value and type(whole("n", value)) is int


@pytest.mark.parametrize("value", [1.5, "7", b"7", None, np.nan, np.inf, [7, 8], 1j, object()])
def test_what_is_no_whole_number_is_a_type_error_with_its_name(value):
    with pytest.raises(TypeError, match="n is .*, must be a whole number"):
        whole("n", value)


@pytest.mark.parametrize("value, bound", [(-1, "at least 0"), (2**63, "at most"), (1e300, "at most"), (10**400, "at most")])
def test_a_whole_number_out_of_range_is_a_value_error_with_its_name(value, bound):
    with pytest.raises(ValueError, match=f"n is .*, must be {bound}"):
        whole("n", value)


def test_a_number_beyond_all_floats_is_a_value_error_with_its_name():
    with pytest.raises(ValueError, match="x is 1000.*, must be a number below 1e308"):
        number("x", 10**400)


def test_threads_are_at_most_1024_and_pools_have_the_cpus_of_the_process():
    assert threads(2**40) == pool_size(2**40) == 1024 and threads(0) == 0
    code = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
    code += "from nearsym._scalars import pool_size; print(pool_size(0))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert told.stdout == "1\n"


@pytest.mark.parametrize(
    "call, name",
    [
        (lambda n: ns.flatten(LABELS, X, Y, bins=n), "bins"),
        (lambda n: ns.reweight(LABELS, X, bins=n), "bins"),
        (lambda n: ns.reweight(LABELS, X, low=n), "low"),
        (lambda n: ns.fit_mass(X, bins=n), "bins"),
        (lambda n: ns.splot(X, Y, seed=n), "seed"),
        (lambda n: ns.splot(X, Y, bootstraps=n), "bootstraps"),
        (lambda n: ns.splot(X, Y, toys=n), "toys"),
        (lambda n: ns.splot(X, Y, fpr=n), "fpr"),
        (lambda n: ns.ado(LABELS, X, Y, bootstraps=n), "bootstraps"),
        (lambda n: ns.ado(LABELS, X, Y, seed=n), "seed"),
        (lambda n: ns.KDE(X, factor=n), "factor"),
        (lambda n: ns.KDE(X)(X, cut=n), "cut"),
        (lambda n: ns.EFPSet("d<=2").cost(n), "constituents"),
        (lambda n: generate.muons(n), "events"),
        (lambda n: generate.muons(2, seed=n), "seed"),
        (lambda n: generate.showers(2, deposits=n), "deposits"),
        (lambda n: generate.showers(2, variance=n), "variance"),
        (lambda n: generate.showers(2, "cells", cells=(n, 2)), "cells"),
        (lambda n: generate.dimuon(2, beam_energy_gev=n), "beam_energy_gev"),
    ],
)
@pytest.mark.parametrize("value", [10**400, -(10**400), "3", None])
def test_no_number_overflows(call, name, value):
    if value is None and name == "factor":
        return  # Scott's
    with pytest.raises((TypeError, ValueError), match=f"{name} is "):
        call(value)


@pytest.mark.parametrize("call", [lambda n: ns.splot(X, Y, bootstraps=n), lambda n: ns.ado(LABELS, X, Y, bootstraps=n)])
def test_bootstraps_are_no_more_than_memory_holds(call):
    with pytest.raises(ValueError, match="bootstraps is 1099511627776, must be at most 1000000"):
        call(2**40)
