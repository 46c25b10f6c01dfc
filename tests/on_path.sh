#!/bin/sh
# usage: on_path.sh PATH NEARSYM TEST
# Runs a test by the path PATH (NSYM_CPU); skipped (77) where this CPU has it not.
set -eu
NSYM_CPU=$1
export NSYM_CPU
if "$2" doctor 2>&1 | grep "^nearsym: NSYM_CPU"; then exit 77; fi
exec "$3"
