#!/bin/sh
# usage: abi.sh [RELEASE]
# Compares the interface of the shared library with that of a release, by default the last tag v*: both are built with debug
# information in build-abi and compared by abidiff (Debian: abigail-tools). Fails if programs that were linked with the
# release may break and the library still has the release's soname: then raise NSYM_SOVERSION in CMakeLists.txt.
set -eu
cd "$(dirname "$0")/.."
release=${1:-$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null || true)}
[ -n "$release" ] || { echo "abi: there is no release yet to compare with" && exit 0; }
command -v abidiff >/dev/null || { echo "abi: skipped, abidiff is not installed (abigail-tools)" && exit 0; }

# Builds the library of the sources in $1 in the folder $2.
build() {
    cmake -S "$1" -B "$2" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DNSYM_TESTS=OFF >"$2.log" 2>&1 &&
        cmake --build "$2" --target nearsym_shared >>"$2.log" 2>&1 || { tail -n 20 "$2.log" >&2 && return 2; }
}

soname() { objdump -p "$1/libnearsym.so" | awk '$1 == "SONAME" {print $2}'; }

rm -rf build-abi/source
mkdir -p build-abi/source
git archive "$release" | tar -x -C build-abi/source
build build-abi/source build-abi/before
build . build-abi/now
same=yes
abidiff --no-added-syms --headers-dir1 build-abi/source/include --headers-dir2 include build-abi/before/libnearsym.so \
    build-abi/now/libnearsym.so >build-abi/report || same=no
if [ $same = no ] && [ "$(soname build-abi/before)" = "$(soname build-abi/now)" ]; then
    cat build-abi/report
    echo "abi: programs linked with $release may break: raise NSYM_SOVERSION in CMakeLists.txt" && exit 1
fi
echo "abi: programs linked with $release $([ $same = yes ] && echo "run with this library" || echo "must be linked anew; the soname says so")"
