#!/bin/sh
# usage: test_pkg_config.sh BUILD_DIR CMAKE CC
# A program finds an installed nearsym by pkg-config, shared and static; the shared library shows public names only.
set -eu
build=$1 cmake=$2 cc=$3 here=$(cd "$(dirname "$0")" && pwd)
command -v pkg-config >/dev/null || { echo "skipped: no pkg-config"; exit 77; }
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
"$cmake" --install "$build" --prefix "$prefix" >/dev/null
pc=$(find "$prefix" -name nearsym.pc)
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
libdir=$(pkg-config --variable=libdir nearsym)

# shellcheck disable=SC2046 # the flags are words
$cc -std=c17 -Wall -Werror "$here/program.c" -o "$prefix/shared" $(pkg-config --cflags --libs nearsym)
LD_LIBRARY_PATH=$libdir "$prefix/shared"
# shellcheck disable=SC2046
$cc -std=c17 -Wall -Werror "$here/program.c" -o "$prefix/static" $(pkg-config --cflags nearsym) "$libdir/libnearsym.a" \
    $(pkg-config --static --libs nearsym | sed 's/-lnearsym//')
"$prefix/static"

test -f "$prefix/share/nearsym/studies/approximate-invariance/study.yaml"
if command -v nm >/dev/null; then
    nm -D --defined-only "$libdir/libnearsym.so" | awk '{print $3}' >"$prefix/names"
    sed -n 's/.*NSYM_API.*[ *]\(nsym_[a-z0-9_]*\)(.*/\1/p' "$prefix"/include/nearsym/*.h "$prefix"/include/nearsym/*/*.h >"$prefix/public"
    # What begins with an underscore is the linker's.
    if grep -vxF -f "$prefix/public" "$prefix/names" | grep -v '^_'; then
        echo "the shared library shows the names above, which no public header declares"
        exit 1
    fi
fi
