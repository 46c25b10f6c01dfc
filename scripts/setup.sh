#!/bin/sh
# usage: setup.sh [lint] [fuzz]
# Installs the Debian packages that nearsym needs and that are missing, saying which and why; silent where all are there.
# `lint` and `fuzz` add what those targets of the makefile need.
set -eu

# package: what it is for
packages() {
    cat <<'END'
gcc: compiles
libc6-dev: headers of the C library
g++: a test compiles the public headers as C++
cmake: configures the build
ninja-build: runs the build
pkg-config: finds libraries
libdnnl-dev: dense arithmetic of the networks (oneDNN)
libhdf5-dev: HDF5 files
zlib1g-dev: gzipped LHE files, npz files
libyaml-dev: study cards
libsqlite3-dev: the ledger of finished runs
libjansson-dev: JSON results
librandom123-dev: random streams (Philox)
libcerf-dev: the profile of a resonance in the mass fit (Voigt)
libcminpack-dev: least squares of the mass fit
libcmocka-dev: the tests
liblmdb-dev: makes the LMDB stores that the tests read
libmpich-dev: studies on several machines (MPI)
mpich: starts their processes
gnuplot-nox: figures
fonts-dejavu-core: letters in the figures
END
    for extra in "$@"; do
        case $extra in
        lint) echo "clang-format: checks the layout of the sources
clang-tidy: looks for mistakes in the sources
libomp-dev: OpenMP's header for clang-tidy" ;;
        fuzz) echo "clang: compiles the fuzzers
libclang-rt-dev: libFuzzer and the sanitizers
libomp-dev: OpenMP for clang" ;;
        *) echo "setup.sh: '$extra' is neither lint nor fuzz" >&2; exit 2 ;;
        esac
    done
}

wanted=$(packages "$@" | sort -u -t: -k1,1)
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    { echo "setup.sh: this is no Debian. nearsym needs what these packages hold; install your system's equivalents, then run"
      echo "'make' and 'cd build && ctest':"
      echo "$wanted" | sed 's/^/  /'; } >&2
    exit 1
fi

missing=$(echo "$wanted" | while IFS=: read -r package reason; do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    case $status in *" installed") ;; *) echo "$package:$reason" ;; esac
done)
[ -n "$missing" ] || exit 0
names=$(echo "$missing" | cut -d: -f1 | tr '\n' ' ')

if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null; then
    as_root=sudo
else
    echo "setup.sh: these packages are missing, and you are neither root nor have sudo. Ask your administrator for" >&2
    echo "  apt-get install $names" >&2
    exit 1
fi

echo "nearsym installs the Debian packages that are missing:"
echo "$missing" | sed 's/^/  /'
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # the names are words
if ! { $as_root apt-get update -q &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $names; } >"$log" 2>&1; then
    cat "$log" >&2
    echo "setup.sh: apt-get could not install: $names" >&2
    exit 1
fi
