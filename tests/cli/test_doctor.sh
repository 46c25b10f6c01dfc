#!/bin/sh
# usage: test_doctor.sh PROGRAM FOLDER
# nearsym doctor names what is there, what is missing and how to get it; --report is a block for a bug report.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

version=$("$program" --version)
"$program" doctor >out 2>err # which fails where something is missing
says out "nearsym   ${version#nearsym }"
says out "instructions: "
says out "networks  oneDNN "
says out "doctor --report"

NSYM_TEST_WORD=seen OMP_NUM_THREADS=1 "$program" doctor --report >out 2>err
[ "$(head -n 1 out)$(tail -n 1 out)" = '``````' ] || fail "the report is no block"
for line in "commit    " "compiler  " "system    " "CPU       " "  HDF5  " "  zstd  " "  SQLite  " NSYM_TEST_WORD=seen OMP_NUM_THREADS=1 \
    "NSYM_STUDIES=$NSYM_STUDIES"; do says out "$line"; done
says out "Linux $(uname -r)"

# Of what is missing it says how to get it, and the drawings' program makes it fail.
mkdir empty
program=$(realpath "$program")
PATH=$PWD/empty "$program" doctor >out 2>err
[ $? -eq 1 ] || fail "doctor does not fail without gnuplot"
says out "gnuplot   missing: reports have no drawings; install gnuplot-nox"
says out "Python    no package for python3"
if "$program" doctor | grep -q '^MPI *none'; then says out "libmpich-dev"; else says out "mpiexec   missing"; fi

# Studies that are not found.
NSYM_STUDIES=$PWD/nowhere "$program" doctor >out 2>err
[ $? -eq 1 ] || fail "doctor does not fail without studies"
says out "studies   missing: no folder of studies at $PWD/nowhere; set NSYM_STUDIES to one"

expect 2 doctor me
says err "takes no argument"
