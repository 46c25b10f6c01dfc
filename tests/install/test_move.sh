#!/bin/sh
# usage: test_move.sh BUILD_DIR CMAKE CC
# An installation finds its own studies wherever it is moved, by the program and by the shared library, and no others.
set -eu
build=$1 cmake=$2 cc=$3 here=$(cd "$(dirname "$0")" && pwd)
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
unset NSYM_STUDIES
"$cmake" --install "$build" --prefix "$prefix/first" >/dev/null
mv "$prefix/first" "$prefix/a new place"
moved="$prefix/a new place"
mkdir "$moved/share/nearsym/studies/mine"
mv "$moved/share/nearsym/studies/own-sample/study.yaml" "$moved/share/nearsym/studies/mine"

library=$(dirname "$(find "$moved" -name libnearsym.so)")
$cc -std=c17 -Wall -Werror "-I$moved/include" "$here/list_studies.c" -o "$prefix/list" "-L$library" -lnearsym
"$moved/bin/nearsym" study list | cut -d' ' -f1 >"$prefix/by-program"
LD_LIBRARY_PATH=$library "$prefix/list" >"$prefix/by-library"
for way in by-program by-library; do
    grep -qx approximate-invariance "$prefix/$way"
    grep -qx mine "$prefix/$way"
    if grep -qx own-sample "$prefix/$way"; then
        echo "$way: studies of another place are listed"
        exit 1
    fi
done

# A program linked to another place says where it looked.
mv "$moved/share" "$moved/elsewhere"
if "$moved/bin/nearsym" study list 2>"$prefix/err"; then exit 1; fi
grep -q 'set NSYM_STUDIES to one' "$prefix/err"
NSYM_STUDIES="$moved/elsewhere/nearsym/studies" "$moved/bin/nearsym" study list | grep -q '^mine '
