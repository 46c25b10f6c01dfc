"""A file that cannot be written is an error, and Python ends well afterwards, also beside h5py."""

import subprocess
import sys

SCRIPT = """
import resource, sys
import h5py
import numpy as np
import nearsym as ns

mass = np.random.default_rng(1).normal(size=50000)
events = ns.Events(columns={"mass": mass})
no_limit = resource.getrlimit(resource.RLIMIT_FSIZE)
for limit in (0, 3000, 100000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, no_limit[1]))
    try:
        events.write("mass.h5")
        sys.exit("it was written")
    except ns.Error as error:
        print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, no_limit)
with h5py.File("other.h5", "w") as file:
    file["mass"] = mass
events.write("mass.h5")
with h5py.File("mass.h5") as one, h5py.File("other.h5") as other:
    assert np.array_equal(one["mass"], other["mass"])
"""


def test_python_survives_a_full_disk(tmp_path):
    ended = subprocess.run([sys.executable, "-c", SCRIPT], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    told = ended.stdout.splitlines()
    assert len(told) == 3
    for line in told:
        assert "mass.h5: cannot be written: File too large" in line
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mass.h5", "other.h5"]
