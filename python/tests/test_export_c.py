"""Models written as C: compiled by the system's compiler, they give the library's logits."""

import ctypes
import shutil
import subprocess

import numpy as np
import pytest

from exported import EVENTS, MODELS, inputs_of, own, trained

import nearsym as ns

STRICT = ["-std=c99", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", "-shared", "-fPIC"]

pytestmark = pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler")


def pointer(array):
    return array.ctypes.data_as(ctypes.POINTER(ctypes.c_double))


@pytest.mark.parametrize("name", MODELS)
def test_the_compiled_function_gives_the_logits(name, tmp_path):
    model = trained(name, tmp_path)
    model.export_c(tmp_path / "net.c", "net")
    subprocess.run(["cc", *STRICT, "net.c", "-o", "net.so", "-lm"], cwd=tmp_path, check=True)
    function = ctypes.CDLL(str(tmp_path / "net.so")).net
    offsets, particles, event, gate = inputs_of(model.spec)
    logits, weights = own(model, offsets, particles, event, gate)
    one, pair = np.empty(logits.shape[1]), np.empty(2)
    for i in range(EVENTS):
        given = [pointer(one)] + ([] if weights is None else [pointer(pair)])
        rows = np.ascontiguousarray(particles[int(offsets[i]) : int(offsets[i + 1])], dtype=float)
        if particles.shape[1]:
            given += [pointer(rows), ctypes.c_size_t(len(rows))]
        singles = [np.ascontiguousarray(array[i], dtype=float) for array in (event, gate) if array.shape[1]]
        function(*given, *map(pointer, singles))
        assert (np.abs(one - logits[i]) <= 1e-5 * np.maximum(1, np.abs(logits[i]))).all()
        if weights is not None:
            np.testing.assert_allclose(pair, weights[i], rtol=0, atol=1e-5)


def test_a_classifier_writes_the_same_file_as_the_model(tmp_path):
    X = np.random.RandomState(1).normal(size=(100, 2))
    clf = ns.FCNClassifier(hidden=(4,), epochs=2).fit(X, X[:, 0] > 0)
    clf.export_c(tmp_path / "a.c", "score")
    clf.export_c(tmp_path / "b.c")
    clf._model.export_c(tmp_path / "c.c", "score")
    a, b, c = ((tmp_path / name).read_text() for name in ("a.c", "b.c", "c.c"))
    assert a == c and "void score(" in a and "void network(" in b
    with pytest.raises(ValueError, match="cannot be the name of a C function"):
        clf.export_c(tmp_path / "d.c", "2 nets")
    with pytest.raises(TypeError, match="function is 3, must be a text"):
        clf.export_c(tmp_path / "d.c", 3)
    with pytest.raises(ValueError, match="not fitted"):
        ns.FCNClassifier().export_c(tmp_path / "d.c")


def test_a_name_that_is_none_of_a_function_is_refused(tmp_path):
    model = trained("fcn", tmp_path)
    with pytest.raises(ns.InvalidError, match="cannot be the name of a C function"):
        model.export_c(tmp_path / "net.c", "2 nets")
    assert not (tmp_path / "net.c").exists()
