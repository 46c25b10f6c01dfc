#!/bin/sh
# usage: setup.sh [python] [lint] [fuzz] [docs]
# Installs the Debian or Ubuntu packages that nearsym needs and that are missing, saying which and why; silent where all are
# there. `python` adds the Python package and its tests, `lint`, `fuzz` and `docs` add what those targets of the makefile need; CC=clang adds clang.
# Where libraries come from a prefix (an active conda environment, CMAKE_PREFIX_PATH), it leaves everything to that prefix.
set -eu

# package, or alternatives where releases name it differently: what it is for
packages() {
    cat <<'END'
gcc: compiles
libc6-dev: headers of the C library
g++: a test compiles the public headers as C++
cmake: configures the build
ninja-build: runs the build
pkgconf|pkg-config: finds libraries
libdnnl-dev: dense arithmetic of the networks (oneDNN)
libhdf5-dev: HDF5 files
liblzf-dev: HDF5 files that h5py packed with lzf
zlib1g-dev: files packed by gzip, npz files
liblzma-dev: files packed by xz
libzstd-dev: files packed by zstd
libbz2-dev: files packed by bzip2
libyaml-dev: study cards
libsqlite3-dev: the ledger of finished runs
libjansson-dev: JSON results
librandom123-dev: random streams (Philox)
libcminpack-dev: least squares of the mass fit
libmuparser-dev: expressions of a card (cuts, new columns)
libprotobuf-c-dev: ONNX files
protobuf-c-compiler: their format, as C
libcmocka-dev: the tests
liblmdb-dev: makes the LMDB stores that the tests read
libmpich-dev: studies on several machines (MPI)
mpich: starts their processes
gnuplot-nox: figures
fonts-dejavu-core: letters in the figures
END
    case ${CC:-cc} in *clang*) echo "clang: compiles (CC=$CC)" ;; esac
    for extra in "$@"; do
        case $extra in
        python) echo "python3-dev: builds the Python package
python3-cffi: cuts its declarations from the headers
python3-numpy: the arrays of the Python package
python3-pytest: the tests of the Python package
python3-h5py: reads what they write
python3-hypothesis: tries their input
python3-sklearn: whose manners the networks have" ;;
        lint) echo "clang: builds everything once more
clang-format: checks the layout of the sources
clang-tidy: looks for mistakes in the sources
mypy: checks the types of the Python package
python3-numpy: whose types it asks for" ;;
        fuzz) echo "clang: compiles the fuzzers
libclang-rt-dev|libclang-rt-14-dev: libFuzzer and the sanitizers" ;;
        docs) echo "python3-sphinx: makes the pages of the documents
python3-myst-parser: reads their Markdown
python3-numpydoc: reads the docstrings
furo: how the pages look" ;;
        *) echo "setup.sh: '$extra' is neither python, lint, fuzz nor docs" >&2; exit 2 ;;
        esac
    done
}

installed() {
    case $(dpkg-query -W -f '${Status}' "$1" 2>/dev/null || true) in *" installed") ;; *) return 1 ;; esac
}

# The first of some alternatives ("a|b") that this release has.
name_here() {
    for name in $(echo "$1" | tr '|' ' '); do
        if apt-cache show "$name" >/dev/null 2>&1; then echo "$name" && return; fi
    done
    echo "${1%%|*}"
}

prefix=${CONDA_PREFIX:-${CMAKE_PREFIX_PATH:-}}
if [ -n "$prefix" ]; then
    echo "setup.sh: installs nothing, as libraries come from $prefix (docs/install.md)"
    exit 0
fi

wanted=$(packages "$@" | sort -u -t: -k1,1)
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    { echo "setup.sh: this is neither Debian nor Ubuntu. nearsym needs what these packages hold. Install your system's"
      echo "equivalents, or take them from conda or a container (docs/install.md); then run 'make' and 'cd build && ctest':"
      echo "$wanted" | sed 's/^/  /'; } >&2
    exit 1
fi

missing=$(echo "$wanted" | while IFS=: read -r names reason; do
    for name in $(echo "$names" | tr '|' ' '); do
        if installed "$name"; then continue 2; fi
    done
    echo "$names:$reason"
done)
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null; then
    as_root=sudo
else
    { echo "setup.sh: these packages are missing, and you are neither root nor have sudo:"
      echo "$missing" | sed 's/^/  /'
      echo "Three ways to go on (docs/install.md has more of each):"
      echo "  an administrator:  apt-get install $(echo "$missing" | cut -d: -f1 | cut -d'|' -f1 | tr '\n' ' ')"
      echo "  conda or mamba:    see environment.yml"
      echo "  a container:       podman run -it -v \"\$PWD:/nearsym\" -w /nearsym debian:stable \\"
      echo "                         sh -c 'apt-get update && apt-get install -y make && make demo'"; } >&2
    exit 1
fi

echo "nearsym installs the packages that are missing:"
echo "$missing" | sed 's/^/  /'
log=$(mktemp)
trap 'rm -f "$log"' EXIT
names=
if $as_root apt-get update -q >"$log" 2>&1; then
    for alternatives in $(echo "$missing" | cut -d: -f1); do names="$names $(name_here "$alternatives")"; done
    # shellcheck disable=SC2086 # the names are words
    if $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $names >>"$log" 2>&1; then
        exit 0
    fi
fi
cat "$log" >&2
echo "setup.sh: apt-get could not install:$names" >&2
exit 1
