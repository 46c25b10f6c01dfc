#!/bin/sh
# usage: peers.sh [BUILD_DIR=build] [VENV=build-peers]
# Installs other packages for Python by pip into a virtual environment, runs the Python tests there and the comparisons of
# values with these packages (python/tests/peers), and writes what it compared to docs/python-peers.md.
# Where no package registry answers it says so and stops without a failure.
#
#   PYTHON=python3                                            the Python of the environment, 3.9 or later
#   PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu  a PyTorch without CUDA, which is smaller
set -eu
cd "$(dirname "$0")/.."
build=${1:-build} venv=${2:-build-peers}
packages="awkward uproot scikit-learn energyflow iminuit sweights hepstats pylhe scikit-hep-testdata torch==2.13.0
    onnx onnxruntime pythia8mc safetensors pandas tables matplotlib mplhep tqdm hypothesis pytest h5py cffi optuna"

if [ ! -f "$build/python/nearsym/__init__.py" ]; then
    echo "peers.sh: $build/python has no package; run make first" >&2
    exit 2
fi
[ -x "$venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$venv"
if ! "$venv/bin/python" -m pip install -q numpy >"$venv/pip.log" 2>&1; then
    echo "peers: skipped, no package registry answers: $(tail -n 1 "$venv/pip.log")"
    exit 0
fi
# shellcheck disable=SC2086 # words
if ! "$venv/bin/python" -m pip install -q --only-binary pythia8mc $packages >"$venv/pip.log" 2>&1; then
    tail -n 20 "$venv/pip.log" >&2
    echo "peers.sh: pip could not install all packages" >&2
    exit 1
fi
PYTHONPATH=$(cd "$build/python" && pwd)
export PYTHONPATH
test="$venv/bin/python -m pytest -q -rs -p no:cacheprovider"
PEERS_TABLE=docs/python-peers.md $test python/tests/peers
echo "peers: docs/python-peers.md has the comparison"
$test python/tests --ignore python/tests/peers
